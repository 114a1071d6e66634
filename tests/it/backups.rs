//! `guildhall backup` and `guildhall restore`, beside a product that goes on writing.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::harness::{
    Databases, PASSWORD, Person, Product, Team, claims_of, ended, is_postgres, json_lines, sign_up, unique,
};

const SERVICES: [&str; 4] = ["invitations", "identity", "billing-context", "organizations"];

/// Makes a backup; where it is.
async fn back_up(product: &Product, folder: &Path) -> PathBuf {
    let archive = folder.join("backup.tar");
    let said = product.operate(&["backup", archive.to_str().unwrap(), "--output", "json"]).await;
    let told = json_lines(ended(&said, 0)).remove(0);
    assert_eq!(told["archive"], archive.to_str().unwrap());
    let files = told["manifest"]["files"].as_array().unwrap().clone();
    assert_eq!(
        files.iter().map(|file| file["service"].as_str().unwrap()).collect::<Vec<_>>(),
        SERVICES,
        "callers first"
    );
    archive
}

#[tokio::test]
async fn what_was_there_when_a_backup_began_is_there_after_it_is_restored() {
    if is_postgres() {
        return postgres_has_its_own_ways().await;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut product = Product::own(&[]).await;
    let api = product.api();
    let (mut alice, mut bob) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"));
    let team = Team::of(&alice).await;
    team.admit(&alice, &[&bob]).await;
    bob.act_for(&team.id).await;
    let old_epoch = claims_of(&bob.access_token)["asof"]["e"].clone();

    // Somebody goes on signing up, from before the copying begins until after it has ended.
    let has_ended = Cell::new(false);
    let writing = async {
        let mut emails = Vec::new();
        while !has_ended.get() || emails.len() < 3 {
            let email = format!("meanwhile.{}@example.com", unique());
            sign_up(&api, &email).await.expect(201);
            emails.push(email);
        }
        emails
    };
    let copying = async {
        let archive = back_up(&product, folder.path()).await;
        has_ended.set(true);
        archive
    };
    let (meanwhile, archive) = tokio::join!(writing, copying);

    // What happens after the backup is gone after the restore.
    let late = Person::registered(&api, "late").await;
    alice.delete(&team.path(&format!("/members/{}", bob.user_id))).await.expect(204);
    product.stop().await;
    let archive = archive.to_str().unwrap();
    assert!(ended(&product.operate(&["restore", archive]).await, 4).contains("nothing is overwritten"));

    let data = folder.path().join("restored");
    product.set("GUILDHALL_DATA_DIR", Some(data.to_str().unwrap()));
    ended(&product.operate(&["restore", archive]).await, 0);
    ended(&product.operate(&["migrate", "verify"]).await, 0);
    // The encryption key is no part of it; in dev it lies beside the data.
    let key = std::fs::read_to_string(product.first_data_dir().join("encryption.key")).unwrap();
    product.set("GUILDHALL_ENCRYPTION_KEY", Some(key.trim()));
    product.start_again().await;

    let api = product.api();
    for person in [&mut alice, &mut bob] {
        *person = person.at(&api);
        person.refresh(json!({})).await;
        assert_ne!(claims_of(&person.access_token)["asof"]["e"], old_epoch, "numbers are counted anew");
        person.get("/auth/session").await.expect(200);
    }
    bob.get(&team.path("/members")).await.expect(200);
    let late = api.post("/auth/login", &json!({ "email": late.email, "password": PASSWORD })).await;
    late.refused("INVALID_CREDENTIALS", 401);
    for email in meanwhile {
        let body = json!({ "email": email, "password": PASSWORD });
        let answer = api.post("/auth/login", &body).await;
        let answer = match answer.status {
            200 => answer,
            _ => sign_up(&api, &email).await,
        };
        let person = Person::signed_in(&api, email, &answer.json);
        let organizations = person.organizations().await;
        assert_eq!(organizations.len(), 1, "one personal organization, whichever copy knew of it: {organizations:?}");
        assert_eq!(organizations[0]["organization"]["id"], person.personal_id);
    }
}

async fn postgres_has_its_own_ways() {
    let databases = Databases::unmade();
    for arguments in [["backup", "/nowhere/backup.tar"], ["restore", "/nowhere/backup.tar"]] {
        let ending = databases.operate(&arguments, &[]).await;
        assert!(ended(&ending, 2).contains("docs/runbooks/restore.md"), "{}", ending.said);
    }
}

#[tokio::test]
async fn an_archive_that_is_not_whole_changes_nothing() {
    if is_postgres() {
        return;
    }
    let databases = Databases::unmade();
    ended(&databases.operate(&["migrate"], &[]).await, 0);
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("whole.tar");
    ended(&databases.operate(&["backup", archive.to_str().unwrap()], &[]).await, 0);
    ended(&databases.operate(&["backup", archive.to_str().unwrap()], &[]).await, 4);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["whole.tar"], "nothing else is left behind");

    let whole = std::fs::read(&archive).unwrap();
    let mut changed = whole.clone();
    // In the middle of the last database, behind every header.
    let place = whole.len() - 64 * 1024;
    changed[place] ^= 1;
    let empty = folder.path().join("empty");
    for (name, bytes, words) in [
        ("changed.tar", changed, "checksum"),
        ("short.tar", whole[..whole.len() / 2].to_vec(), "cannot be used"),
        ("text.tar", b"no archive".to_vec(), "cannot be used"),
        ("nothing.tar", Vec::new(), "cannot be used"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let into = [("GUILDHALL_DATA_DIR", empty.to_str().unwrap())];
        let ending = databases.operate(&["restore", path.to_str().unwrap()], &into).await;
        assert!(ended(&ending, 1).contains(words), "{name}: {}", ending.said);
        assert_eq!(std::fs::read_dir(&empty).map_or(0, Iterator::count), 0, "{name} leaves nothing behind");
    }
    let missing =
        databases.operate(&["restore", "/nowhere/backup.tar"], &[("GUILDHALL_DATA_DIR", "/nowhere/data")]).await;
    ended(&missing, 3);
    let into = [("GUILDHALL_DATA_DIR", empty.to_str().unwrap())];
    ended(&databases.operate(&["restore", archive.to_str().unwrap()], &into).await, 0);
    ended(&databases.operate(&["migrate", "verify"], &into).await, 0);
}
