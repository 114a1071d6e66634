use std::sync::atomic::Ordering;
use std::time::Duration;

use contracts::invitations::v1::CreateInvitationRequest;
use contracts::organizations::v1::OrgRole;

use crate::world::{PUBLIC_URL, WEEK, World, invitation_to};

#[tokio::test]
async fn the_mail_brings_the_link_to_the_invited_address() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    world.deliver().await;

    let mails = world.mails.all();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to.canonical(), "bob@example.com");
    assert_eq!(mails[0].subject, "Alice invites you to join Acme");
    assert_eq!(mails[0].id, format!("invitation-{}", invitation.id));
    assert!(mails[0].text.contains(&format!("{PUBLIC_URL}/invitations/{token}")));
    for body in [&mails[0].text, &mails[0].html] {
        assert!(body.contains(&token), "{body}");
        assert!(body.contains("as a member"), "{body}");
        assert!(body.contains("2026-01-08 12:00 UTC"), "{body}");
    }
}

#[tokio::test]
async fn the_mail_says_so_when_owners_are_invited_and_works_without_a_name() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    world.users.change(alice, |user| user.display_name = None);
    let role = OrgRole::Owner.into();
    let request = CreateInvitationRequest { role, ..invitation_to(acme, "bob@example.com") };
    world.try_invite(alice, request).await.unwrap();
    world.deliver().await;
    let mail = world.mails.all().remove(0);
    assert_eq!(mail.subject, "You are invited to join Acme");
    assert!(mail.text.contains("as an owner"));
}

#[tokio::test]
async fn hostile_names_do_no_harm_in_subject_text_and_html() {
    let world = World::new().await;
    let alice = world.user("alice@example.com");
    let name = "<b>A</b>\r\nBcc: x@example.com\u{2028}\"'>&{{ url }}\u{202e}";
    world.users.change(alice, |user| user.first_name = Some(name.to_owned()));
    let organization = "<script>alert(1)</script>\r\n\r\nOpen https://evil.test \"onload='x'";
    let evil = world.organization_of(alice, organization, false);
    let (_, token) = world.invite(alice, evil, "bob@example.com").await;
    world.deliver().await;
    let mail = world.mails.all().remove(0);

    for markup in ["<script", "<b>A", "\"onload", "'x'", "\"'>"] {
        assert!(!mail.html.contains(markup), "{markup} in {}", mail.html);
    }
    assert!(mail.html.contains("&lt;script&gt;") && mail.html.contains("&lt;b&gt;A"), "{}", mail.html);
    assert!(mail.subject.starts_with("<b>A</b>") && mail.subject.lines().count() == 1, "{}", mail.subject);
    for line in mail.text.lines() {
        assert!(!line.starts_with("Bcc") && !line.starts_with("Open https://evil"), "{}", mail.text);
    }
    for text in [&mail.subject, &mail.text, &mail.html] {
        assert!(!text.contains(['\u{202e}', '\u{2028}', '\r']), "{text:?}");
    }
    assert_eq!(mail.text.matches(&token).count(), 1, "what looks like a template stays text: {}", mail.text);
    assert_eq!(mail.to.canonical(), "bob@example.com");
    let on_behalf_of = mail.on_behalf_of.unwrap();
    assert!(on_behalf_of.lines().count() == 1, "{on_behalf_of:?}");
}

#[tokio::test]
async fn a_mail_comes_in_the_name_of_its_organization() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    world.invite(alice, acme, "bob@example.com").await;
    world.deliver().await;
    assert_eq!(world.mails.all()[0].on_behalf_of.as_deref(), Some("Acme"));
}

#[tokio::test]
async fn an_operators_template_takes_the_place_of_the_built_in_one() {
    let folder = tempfile::tempdir().unwrap();
    let template =
        "{{ organization_name }} calls you ({{ role }}), says {{ inviter_name }}: {{ url }} until {{ expires }}";
    std::fs::write(folder.path().join("invitation.txt"), template).unwrap();
    let templates = folder.path().to_owned();
    let world = World::with(|settings| settings.mail_templates = Some(templates)).await;
    let (alice, acme) = world.team();
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.deliver().await;
    let mail = world.mails.all().remove(0);
    let text = format!("Acme calls you (member), says Alice: {PUBLIC_URL}/invitations/{token} until 2026-01-08 12:00");
    assert_eq!(mail.text, text);
    assert_eq!(mail.subject, "Alice invites you to join Acme", "what has no file stays as it is");
}

#[tokio::test]
async fn a_mail_that_could_not_leave_is_tried_again() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    world.mails.is_down.store(true, Ordering::SeqCst);
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.deliver().await;
    assert!(world.mails.all().is_empty());

    world.mails.is_down.store(false, Ordering::SeqCst);
    world.clock.advance(Duration::from_secs(60));
    world.deliver().await;
    assert!(world.mails.all()[0].text.contains(&token));
}

#[tokio::test]
async fn no_mail_is_sent_for_an_invitation_that_is_over() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (revoked, _) = world.invite(alice, acme, "bob@example.com").await;
    world.revoke(alice, &revoked).await.unwrap();
    let carol = world.user("carol@example.com");
    let (_, token) = world.invite(alice, acme, "carol@example.com").await;
    world.accept(carol, &token).await.unwrap();
    world.invite(alice, acme, "dave@example.com").await;
    world.clock.advance(WEEK);
    world.deliver().await;
    assert!(world.mails.all().is_empty());
}

#[tokio::test]
async fn delivering_twice_sends_one_mail() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    world.invite(alice, acme, "bob@example.com").await;
    world.deliver().await;
    world.clock.advance(Duration::from_secs(3600));
    world.deliver().await;
    assert_eq!(world.mails.all().len(), 1);
}
