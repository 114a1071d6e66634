//! Server API keys: who makes them, what they do, how they end.

use std::time::Duration;

use contracts::billing::v1::billing_audit_administration_service_client::BillingAuditAdministrationServiceClient;
use contracts::billing::v1::{
    AuthorizeServerKeyRequest, CreateServerKeyRequest, DepositRequest, GetAnyBalanceRequest, GetBalanceRequest,
    ListAuditLogRequest, ListServerKeysRequest, ServerKey,
};
use service_kit::{Database, ErrorReason, Timestamp};
use test_kit::bearer;
use tonic::{Request, Status};
use uuid::Uuid;

use crate::world::{World, assert_refused, charge_of, deposit_of, detail, refused_fields};

async fn list(world: &World) -> Vec<ServerKey> {
    let request = world.official(ListServerKeysRequest::default());
    world.server_keys().list_server_keys(request).await.unwrap().into_inner().server_keys
}

async fn balance_by(world: &World, credential: &str, organization: Uuid) -> Result<i64, Status> {
    let request = GetAnyBalanceRequest { organization_id: organization.to_string() };
    let answer = world.server_billing().get_any_balance(bearer(request, credential)).await?;
    Ok(answer.into_inner().balance)
}

fn new_key(scopes: &[&str]) -> CreateServerKeyRequest {
    CreateServerKeyRequest {
        name: " a meter ".to_owned(),
        scopes: scopes.iter().map(ToString::to_string).collect(),
        expires_at: None,
    }
}

#[tokio::test]
async fn a_key_is_shown_once_and_listed_without_its_secret() {
    let world = World::new().await;
    world.clock.advance(Duration::from_secs(1));
    let ends = world.clock.now().plus(Duration::from_secs(3600));
    let request =
        CreateServerKeyRequest { expires_at: Some(ends.into()), ..new_key(&["revocations:read", "billing:read"]) };
    let made = world.server_keys().create_server_key(world.official(request)).await.unwrap().into_inner();
    assert!(!format!("{made:?}").contains(&made.secret), "a log must not show it");
    let (key, secret) = (made.server_key.unwrap(), made.secret);
    assert!(secret.starts_with("gh_sk_") && secret.len() == 49, "{secret}");
    assert_eq!(
        (key.name.as_str(), &key.scopes[..]),
        ("a meter", &["billing:read", "revocations:read"].map(str::to_owned)[..])
    );
    assert_eq!(key.created_by, Some(world.administrator.to_string()));
    assert_eq!((key.expires_at, key.revoked_at, key.last_used_at), (Some(ends.into()), None, None));

    let listed = list(&world).await;
    assert_eq!(listed[0], key, "the newest first");
    assert_eq!(listed.len(), 2);
    assert!(!format!("{listed:?}").contains(&secret));
}

#[tokio::test]
async fn nothing_stored_is_a_key() {
    use sea_orm::{ConnectionTrait, Statement};
    let world = World::new().await;
    let database = Database::open(&world.database, "test").await.unwrap();
    let backend = database.reader().get_database_backend();
    let sql = "SELECT secret_hash, name, scopes FROM server_keys";
    let row = database.reader().query_one_raw(Statement::from_string(backend, sql)).await.unwrap().unwrap();
    let hash: Vec<u8> = row.try_get("", "secret_hash").unwrap();
    assert_eq!(hash.len(), 32);
    let text = String::from_utf8_lossy(&hash).into_owned() + &row.try_get::<String>("", "name").unwrap();
    assert!(!text.contains(world.key.strip_prefix("gh_sk_").unwrap()));
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say_and_nothing_else() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    world.deposit(deposit_of(organization, 100)).await.unwrap();
    let scopes = ["billing:charge", "billing:deposit", "billing:read", "revocations:read"];
    for scope in scopes {
        let (_, secret) = world.make_key(&[scope]).await;
        let charged = world.server_billing().charge(bearer(charge_of(organization, 1), &secret)).await.map(|_| ());
        let deposited = world.server_billing().deposit(bearer(deposit_of(organization, 1), &secret)).await.map(|_| ());
        let read = balance_by(&world, &secret, organization).await.map(|_| ());
        for (outcome, needed) in [(charged, scopes[0]), (deposited, scopes[1]), (read, scopes[2])] {
            if needed == scope {
                outcome.unwrap();
            } else {
                assert_eq!(detail(&outcome, "required_scope").as_deref(), Some(needed), "{scope}");
                assert_refused(outcome, ErrorReason::Forbidden);
            }
        }
    }
}

#[tokio::test]
async fn other_credentials_do_not_do_and_a_key_does_not_do_elsewhere() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    let (_, stranger) = world.make_key(&["billing:read"]).await;
    let unknown = format!("{}{}", &stranger[..48], if stranger.ends_with('A') { 'E' } else { 'A' });
    let token = world.issuer.token(user);
    for credential in [token.as_str(), &unknown, &stranger[..48], "gh_sk_", &stranger[6..], ""] {
        assert_refused(balance_by(&world, credential, organization).await, ErrorReason::Unauthorized);
    }
    let bare = Request::new(GetAnyBalanceRequest { organization_id: organization.to_string() });
    assert_refused(world.server_billing().get_any_balance(bare).await, ErrorReason::Unauthorized);
    let mut doubled = bearer(GetAnyBalanceRequest { organization_id: organization.to_string() }, &stranger);
    doubled.metadata_mut().append("authorization", format!("Bearer {stranger}").parse().unwrap());
    assert_refused(world.server_billing().get_any_balance(doubled).await, ErrorReason::Unauthorized);

    let as_user = bearer(GetBalanceRequest { organization_id: organization.to_string() }, &stranger);
    assert_refused(world.credits().get_balance(as_user).await, ErrorReason::TokenInvalid);
    let as_official = bearer(ListServerKeysRequest::default(), &stranger);
    assert_refused(world.server_keys().list_server_keys(as_official).await, ErrorReason::TokenInvalid);
}

#[tokio::test]
async fn whoever_has_no_key_learns_nothing_about_organizations() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    let (key, ended) = world.make_key(&["billing:read"]).await;
    world.revoke(&key.id).await.unwrap();
    let (_, useless) = world.make_key(&["revocations:read"]).await;
    let unknown = "gh_sk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for (credential, reason) in [
        (unknown, ErrorReason::Unauthorized),
        (ended.as_str(), ErrorReason::TokenRevoked),
        (useless.as_str(), ErrorReason::Forbidden),
    ] {
        let there = balance_by(&world, credential, organization).await.unwrap_err();
        let nowhere = balance_by(&world, credential, Uuid::now_v7()).await.unwrap_err();
        assert_eq!((there.code(), there.message()), (nowhere.code(), nowhere.message()));
        assert_refused::<i64>(Err(there), reason);
    }
}

#[tokio::test]
async fn a_key_ends_by_itself_and_by_hand() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    let ends = world.clock.now().plus(Duration::from_secs(60));
    let request = CreateServerKeyRequest { expires_at: Some(ends.into()), ..new_key(&["billing:read"]) };
    let made = world.server_keys().create_server_key(world.official(request)).await.unwrap().into_inner();
    balance_by(&world, &made.secret, organization).await.unwrap();
    world.clock.advance(Duration::from_secs(60));
    assert_refused(balance_by(&world, &made.secret, organization).await, ErrorReason::TokenExpired);

    let (key, secret) = world.make_key(&["billing:read"]).await;
    balance_by(&world, &secret, organization).await.unwrap();
    world.revoke(&key.id).await.unwrap();
    let revoked_at = Some(world.clock.now().into());
    assert_refused(balance_by(&world, &secret, organization).await, ErrorReason::TokenRevoked);
    world.clock.advance(Duration::from_secs(5));
    world.revoke(&key.id).await.unwrap();
    let listed = list(&world).await.into_iter().find(|listed| listed.id == key.id).unwrap();
    assert_eq!(listed.revoked_at, revoked_at, "the first end counts");
    assert_refused(world.revoke(&Uuid::now_v7().to_string()).await, ErrorReason::NotFound);
    assert_eq!(refused_fields(world.revoke("meter").await), ["server_key_id"]);
}

#[tokio::test]
async fn what_cannot_be_a_key_is_named() {
    let world = World::new().await;
    let refuse = async |request| refused_fields(world.server_keys().create_server_key(world.official(request)).await);
    let past = Some(world.clock.now().into());
    let nothing = CreateServerKeyRequest { name: "  ".to_owned(), scopes: Vec::new(), expires_at: past };
    assert_eq!(refuse(nothing).await, ["name", "scopes", "expires_at"]);
    for scopes in [&["billing"][..], &["billing:read", "billing:read"], &["billing:read", ""]] {
        assert_eq!(refuse(new_key(scopes)).await, ["scopes"]);
    }
    let far = Timestamp::parse_rfc3339("2040-01-01T00:00:00Z").unwrap();
    let broken = prost_types::Timestamp { seconds: 1_800_000_000, nanos: -1 };
    for expires_at in [far.into(), broken] {
        let request = CreateServerKeyRequest { expires_at: Some(expires_at), ..new_key(&["billing:read"]) };
        assert_eq!(refuse(request).await, ["expires_at"]);
    }
    let long = CreateServerKeyRequest { name: "n".repeat(101), ..new_key(&["billing:read"]) };
    assert_eq!(refuse(long).await, ["name"]);
}

#[tokio::test]
async fn keys_are_a_matter_of_the_back_office_as_the_database_knows_it() {
    let world = World::new().await;
    let (key, _) = world.make_key(&["billing:read"]).await;
    let former = Uuid::now_v7();
    let create = world.as_official(former, new_key(&["billing:read"]));
    assert_refused(world.server_keys().create_server_key(create).await, ErrorReason::Forbidden);
    let all = world.as_official(former, ListServerKeysRequest::default());
    assert_refused(world.server_keys().list_server_keys(all).await, ErrorReason::Forbidden);
    let (user, _) = world.organization();
    let create = world.signed(user, new_key(&["billing:read"]));
    assert_refused(world.server_keys().create_server_key(create).await, ErrorReason::Forbidden);
    world.organizations.administrators.lock().unwrap().clear();
    assert_refused(world.revoke(&key.id).await, ErrorReason::Forbidden);
}

#[tokio::test]
async fn keys_are_paged_newest_first() {
    let world = World::new().await;
    for _ in 0..4 {
        world.make_key(&["billing:read"]).await;
    }
    let (mut ids, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = world.official(ListServerKeysRequest { page_size: 2, page_token });
        let page = world.server_keys().list_server_keys(request).await.unwrap().into_inner();
        assert!(page.server_keys.len() <= 2);
        ids.extend(page.server_keys.into_iter().map(|key| key.id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert!(ids.len() == 5 && ids.is_sorted_by(|newer, older| newer > older), "{ids:?}");
}

#[tokio::test]
async fn a_use_is_known_a_little_later_and_never_forgotten_for_an_earlier_one() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    world.do_periodic_work().await;
    assert_eq!(list(&world).await[0].last_used_at, None);

    world.clock.advance(Duration::from_secs(90));
    balance_by(&world, &world.key, organization).await.unwrap();
    let used = Some(world.clock.now().into());
    world.do_periodic_work().await;
    assert_eq!(list(&world).await[0].last_used_at, used);
    world.clock.advance(Duration::from_secs(90));
    world.do_periodic_work().await;
    assert_eq!(list(&world).await[0].last_used_at, used, "nobody has used it since");
    world.deposit(DepositRequest { ..deposit_of(organization, 1) }).await.unwrap();
    world.do_periodic_work().await;
    assert_eq!(list(&world).await[0].last_used_at, Some(world.clock.now().into()));
}

#[tokio::test]
async fn the_log_tells_who_made_and_ended_keys_and_let_organizations_go_below_zero() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    let tick = || world.clock.advance(Duration::from_secs(1));
    tick();
    let (key, secret) = world.make_key(&["billing:read"]).await;
    tick();
    world.revoke(&key.id).await.unwrap();
    world.revoke(&key.id).await.unwrap();
    tick();
    for limit in [0, 5, 5] {
        world.set_overdraft(organization, limit).await.unwrap();
    }
    tick();
    let operator = world.operator().await;
    let made = operator.create_key("cron", &["billing:read".to_owned()], None).await.unwrap();
    tick();
    operator.revoke_key(&made.record.id.to_string()).await.unwrap();

    let mut client = BillingAuditAdministrationServiceClient::new(world.public());
    let request = world.official(ListAuditLogRequest::default());
    let entries = client.list_audit_log(request).await.unwrap().into_inner().entries;
    let official = world.administrator.to_string();
    let told: Vec<_> = entries.iter().map(|entry| (entry.action.as_str(), entry.actor.as_str())).collect();
    assert_eq!(
        told[..5],
        [
            ("server_key.revoked", "operator"),
            ("server_key.created", "operator"),
            ("overdraft.set", &*official),
            ("server_key.revoked", &*official),
            ("server_key.created", &*official),
        ]
    );
    assert_eq!((&entries[3].target_id, &entries[4].target_id), (&key.id, &key.id));
    assert!(entries[2].details_json.contains(r#""from":0,"to":5"#), "{}", entries[2].details_json);
    assert!(entries[4].details_json.contains("billing:read"), "{}", entries[4].details_json);
    assert!(!format!("{entries:?}").contains(&secret[6..]));
}

#[tokio::test]
async fn there_are_at_most_a_thousand_living_keys() {
    let world = World::new().await;
    let operator = world.operator().await;
    let scopes = ["billing:read".to_owned()];
    let soon = Some(world.clock.now().plus(Duration::from_secs(60)));
    let mut last = None;
    for _ in 0..998 {
        last = Some(operator.create_key("one of many", &scopes, None).await.unwrap());
    }
    operator.create_key("the thousandth", &scopes, soon).await.unwrap();
    let more = world.server_keys().create_server_key(world.official(new_key(&["billing:read"]))).await;
    assert_refused(more, ErrorReason::Conflict);
    assert!(operator.create_key("one too many", &scopes, None).await.unwrap_err().to_string().contains("1000"));

    operator.revoke_key(&last.unwrap().record.id.to_string()).await.unwrap();
    world.make_key(&["billing:read"]).await;
    world.clock.advance(Duration::from_secs(60));
    world.make_key(&["billing:read"]).await;
}

#[tokio::test]
async fn the_operator_makes_lists_and_ends_keys_at_the_command_line() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    world.clock.advance(Duration::from_secs(1));
    let operator = world.operator().await;
    let made = operator.create_key("cron", &["billing:read".to_owned()], None).await.unwrap();
    let secret = made.secret.expose();
    balance_by(&world, &secret, organization).await.unwrap();
    assert!(!format!("{made:?}").contains(&secret));
    assert_eq!(list(&world).await[0].created_by, None);

    let keys = operator.list_keys(None).await.unwrap();
    assert_eq!((keys.len(), &keys[0]), (2, &made.record));
    assert_eq!((keys[0].state, &keys[0].scopes[..]), ("living", &["billing:read"][..]));
    assert_eq!(operator.list_keys(Some(&keys[0])).await.unwrap(), keys[1..]);

    operator.revoke_key(&made.record.id.to_string()).await.unwrap();
    assert_refused(balance_by(&world, &secret, organization).await, ErrorReason::TokenRevoked);
    assert_eq!(operator.list_keys(None).await.unwrap()[0].state, "revoked");
    for (name, scope, expires, words) in [
        ("", "billing:read", None, "--name"),
        ("cron", "billing", None, "--scope"),
        ("cron", "billing:read", Some(world.clock.now()), "--expires-at"),
    ] {
        let refused = operator.create_key(name, &[scope.to_owned()], expires).await.unwrap_err();
        assert!(refused.to_string().starts_with(words), "{refused}");
    }
    for nothing in ["", "gh_sk_x", &Uuid::now_v7().to_string()] {
        let refused = operator.revoke_key(nothing).await.unwrap_err();
        assert!(refused.to_string().contains("no key of this id"), "{refused}");
    }
}

#[tokio::test]
async fn a_service_that_does_not_know_a_key_is_told_whether_it_will_do() {
    let world = World::new().await;
    let (key, secret) = world.make_key(&["revocations:read"]).await;
    let ask = async |secret: &str, scope: &str| {
        let request = AuthorizeServerKeyRequest { scope: scope.to_owned() };
        world.server_keys().authorize_server_key(bearer(request, secret)).await
    };
    ask(&secret, "revocations:read").await.unwrap();
    world.do_periodic_work().await;
    let used = list(&world).await.into_iter().find(|listed| listed.id == key.id).unwrap();
    assert_eq!(used.last_used_at, Some(world.clock.now().into()));

    assert_eq!(refused_fields(ask(&secret, "everything").await), ["scope"]);
    let lacking = ask(&secret, "billing:read").await;
    assert_eq!(detail(&lacking, "required_scope").as_deref(), Some("billing:read"));
    assert_refused(lacking, ErrorReason::Forbidden);
    let unknown = "gh_sk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_refused(ask(unknown, "revocations:read").await, ErrorReason::Unauthorized);
    let bare = Request::new(AuthorizeServerKeyRequest { scope: "revocations:read".to_owned() });
    assert_refused(world.server_keys().authorize_server_key(bare).await, ErrorReason::Unauthorized);

    world.revoke(&key.id).await.unwrap();
    assert_refused(ask(&secret, "revocations:read").await, ErrorReason::TokenRevoked);
}
