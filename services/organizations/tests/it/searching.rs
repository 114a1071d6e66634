//! Finding members among many.

use contracts::organizations::v1 as proto;

use crate::world::{World, profile, refused};

#[tokio::test]
async fn members_are_found_by_name_address_role_and_status() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    let carol = world.person("carol").await;
    world.join(&team, &alice, &carol, &["buyer", "seller"]).await;
    let named = proto::UserProfile { display_name: Some("Caroline 100%".to_owned()), ..profile(&carol, 2) };
    world.record(named).await;
    world.create_role(&alice, &team, "editor", &["org:read"]).await.unwrap();
    world.set_roles(&alice, &team, &bob, &["editor"]).await.unwrap();
    world.set_status(&alice, &team, &bob, proto::MemberStatus::Suspended).await.unwrap();

    let found = async |search: &str, role_code: &str, status: proto::MemberStatus| {
        let filter =
            proto::MemberFilter { search: search.to_owned(), role_code: role_code.to_owned(), status: status.into() };
        let (mut found, mut page_token) = (Vec::new(), String::new());
        loop {
            let message = proto::ListMembersRequest {
                organization_id: team.clone(),
                page_size: 1,
                page_token,
                filter: Some(filter.clone()),
            };
            let answer = world.memberships().list_members(world.by(&alice, message)).await.unwrap().into_inner();
            found.extend(answer.members.into_iter().map(|member| member.user.unwrap().email));
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                break found;
            }
        }
    };
    use proto::MemberStatus::{Active, Suspended, Unspecified};
    let [a, b, c] = ["alice@example.com", "bob@example.com", "carol@example.com"];
    assert_eq!(found("", "", Unspecified).await, [a, b, c]);
    assert_eq!(found("EXAMPLE.com", "", Active).await, [a, c]);
    assert_eq!(found("line", "", Unspecified).await, [c]);
    assert_eq!(found("%", "", Unspecified).await, [c]);
    assert_eq!(found("", "seller", Unspecified).await, [c]);
    assert_eq!(found("", "editor", Unspecified).await, [b]);
    assert_eq!(found("", "editor", Active).await, Vec::<String>::new());
    assert_eq!(found("bob", "", Suspended).await, [b]);
    assert!(found("", "nobody-knows", Unspecified).await.is_empty());
}

#[tokio::test]
async fn a_page_token_is_good_for_its_own_search_alone() {
    let world = World::new().await;
    let (alice, _, team) = world.alice_and_bob(&[]).await;
    let message = |search: &str, page_token: &str| proto::ListMembersRequest {
        organization_id: team.clone(),
        page_size: 1,
        page_token: page_token.to_owned(),
        filter: Some(proto::MemberFilter { search: search.to_owned(), ..Default::default() }),
    };
    let list = async |message| world.memberships().list_members(world.by(&alice, message)).await;
    let token = list(message("example", "")).await.unwrap().into_inner().next_page_token;
    assert!(list(message("example", &token)).await.is_ok());
    assert_eq!(refused(list(message("", &token)).await), "VALIDATION_ERROR");
    assert_eq!(refused(list(message(&"x".repeat(255), "")).await), "VALIDATION_ERROR");
    assert_eq!(refused(list(message("a\nb", "")).await), "VALIDATION_ERROR");
    let mut unknown = message("", "");
    unknown.filter = Some(proto::MemberFilter { status: 7, ..Default::default() });
    assert_eq!(refused(list(unknown).await), "VALIDATION_ERROR");
}
