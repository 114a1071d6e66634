use contracts::organizations::v1 as proto;
use prost_types::value::Kind;
use prost_types::{Struct, Value};

use crate::world::{Answer, Person, World, refused, violated_fields};

async fn update(world: &World, by: &Person, message: proto::UpdateOrganizationRequest) -> Answer<proto::Organization> {
    let answer = world.organizations().update_organization(world.by(by, message)).await?;
    Ok(answer.into_inner().organization.unwrap())
}

fn change(organization_id: &str) -> proto::UpdateOrganizationRequest {
    proto::UpdateOrganizationRequest { organization_id: organization_id.to_owned(), ..Default::default() }
}

fn object(name: &str, value: Kind) -> Struct {
    Struct { fields: [(name.to_owned(), Value { kind: Some(value) })].into() }
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_keeps_the_rest() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let acme = world.create(&alice, "Acme", Some("acme")).await.unwrap();
    let profile = proto::OrganizationProfile {
        city: Some("Bern".to_owned()),
        website: Some("https://acme.example".to_owned()),
        metadata: Some(object("tier", Kind::NumberValue(2.5))),
        ..Default::default()
    };
    let updated =
        update(&world, &alice, proto::UpdateOrganizationRequest { profile: Some(profile), ..change(&acme.id) });
    let updated = updated.await.unwrap();
    assert_eq!((updated.name.as_str(), updated.slug.as_str()), ("Acme", "acme"));

    let profile = proto::OrganizationProfile { city: Some(String::new()), ..Default::default() };
    let message = proto::UpdateOrganizationRequest {
        name: Some("Acme Inc.".to_owned()),
        profile: Some(profile),
        ..change(&acme.id)
    };
    let updated = update(&world, &alice, message).await.unwrap();
    assert_eq!((updated.name.as_str(), updated.slug.as_str()), ("Acme Inc.", "acme"));
    let profile = updated.profile.clone().unwrap();
    assert_eq!(profile.city, None);
    assert_eq!(profile.website.as_deref(), Some("https://acme.example"));
    assert_eq!(profile.metadata, Some(object("tier", Kind::NumberValue(2.5))));
    assert_eq!(world.get(&alice, &acme.id).await.unwrap(), updated);
}

#[tokio::test]
async fn a_slug_can_be_changed_to_one_that_is_free() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let acme = world.create(&alice, "Acme", Some("acme")).await.unwrap();
    world.create(&alice, "Other", Some("other")).await.unwrap();
    let slug = |slug: &str| proto::UpdateOrganizationRequest { slug: Some(slug.to_owned()), ..change(&acme.id) };
    assert_eq!(refused(update(&world, &alice, slug("other")).await), "ORGANIZATION_SLUG_TAKEN");
    assert_eq!(update(&world, &alice, slug("acme-2")).await.unwrap().slug, "acme-2");
    assert_eq!(update(&world, &alice, slug("acme-2")).await.unwrap().slug, "acme-2");
}

#[tokio::test]
async fn every_bad_field_is_named() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let profile = proto::OrganizationProfile {
        website: Some("javascript:alert(1)".to_owned()),
        contact_email: Some("nobody".to_owned()),
        postal_code: Some("9".repeat(21)),
        metadata: Some(object("big", Kind::StringValue("x".repeat(16 * 1024)))),
        ..Default::default()
    };
    let message =
        proto::UpdateOrganizationRequest { name: Some(" ".to_owned()), profile: Some(profile), ..change("no") };
    let refusal = update(&world, &alice, message).await.unwrap_err();
    let expected = [
        "organization_id",
        "name",
        "profile.website",
        "profile.contact_email",
        "profile.postal_code",
        "profile.metadata",
    ];
    assert_eq!(violated_fields(&refusal), expected);
}

#[tokio::test]
async fn numbers_that_json_cannot_say_are_refused() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let profile = proto::OrganizationProfile {
        metadata: Some(object("infinite", Kind::NumberValue(f64::INFINITY))),
        ..Default::default()
    };
    let message = proto::UpdateOrganizationRequest { profile: Some(profile), ..change(&alice.personal) };
    let refusal = update(&world, &alice, message).await.unwrap_err();
    assert_eq!(violated_fields(&refusal), ["profile.metadata"]);
}

/// An object with this many levels below it.
fn nested(levels: usize) -> Struct {
    let bottom = object("bottom", Kind::NullValue(0));
    (1..levels).fold(bottom, |inner, _| object("down", Kind::StructValue(inner)))
}

#[tokio::test]
async fn metadata_is_nested_no_deeper_than_every_answer_can_carry() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let set = async |levels| {
        let profile = proto::OrganizationProfile { metadata: Some(nested(levels)), ..Default::default() };
        let message = proto::UpdateOrganizationRequest { profile: Some(profile), ..change(&alice.personal) };
        update(&world, &alice, message).await
    };
    // 33 levels can still be read in this request, and no longer in any answer that shows the organization.
    for too_deep in [17, 33] {
        assert_eq!(violated_fields(&set(too_deep).await.unwrap_err()), ["profile.metadata"]);
        assert_eq!(world.mine(&alice).await.len(), 1);
    }
    assert_eq!(set(16).await.unwrap().profile.unwrap().metadata, Some(nested(16)));
    assert_eq!(world.mine(&alice).await.len(), 1);
}

#[tokio::test]
async fn text_with_any_character_comes_back_as_it_was() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let text = "quotes ' \" \\ and \u{1F600}\nnew line";
    let profile = proto::OrganizationProfile {
        description: Some(text.to_owned()),
        metadata: Some(object("nul\0", Kind::StringValue("a\0b".to_owned()))),
        ..Default::default()
    };
    let message = proto::UpdateOrganizationRequest { profile: Some(profile.clone()), ..change(&alice.personal) };
    assert_eq!(update(&world, &alice, message).await.unwrap().profile, Some(profile));
}

#[tokio::test]
async fn updating_takes_the_permission() {
    let world = World::new().await;
    let (_, bob, team) = world.alice_and_bob(&["org_manager"]).await;
    let message = proto::UpdateOrganizationRequest { name: Some("Bob's".to_owned()), ..change(&team) };
    let refusal = update(&world, &bob, message).await.unwrap_err();
    let metadata = crate::world::metadata(&refusal);
    assert_eq!(metadata["required_permission"], "org:update");
    assert_eq!(metadata["held_roles"], "org_manager");
    assert_eq!(refused::<()>(Err(refusal)), "INSUFFICIENT_PERMISSIONS");
}
