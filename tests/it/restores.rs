//! What a restore finds in the data folder, and what it leaves there. SQLite alone: Postgres has its own ways.

use std::path::{Path, PathBuf};

use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::harness::{Databases, Ending, PASSWORD, Person, Product, ended, eventually, is_postgres};

const SERVICES: [&str; 4] = ["invitations", "identity", "billing-context", "organizations"];

/// The names of what is in a folder, sorted.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

fn restored() -> Vec<String> {
    let mut names = SERVICES.map(|service| format!("{service}.db")).to_vec();
    names.sort_unstable();
    names
}

/// Databases, an archive of them, and an empty data folder.
struct Scene {
    databases: Databases,
    archive: PathBuf,
    data: PathBuf,
    _folder: TempDir,
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (archive, data) = (folder.path().join("backup.tar"), folder.path().join("data"));
        std::fs::create_dir(&data).unwrap();
        let scene = Self { databases: Databases::unmade(), archive, data, _folder: folder };
        ended(&scene.databases.operate(&["migrate"], &[]).await, 0);
        ended(&scene.databases.operate(&["backup", scene.archive.to_str().unwrap()], &[]).await, 0);
        scene
    }

    /// Runs a command over the data folder.
    async fn operate(&self, arguments: &[&str]) -> Ending {
        self.databases.operate(arguments, &[("GUILDHALL_DATA_DIR", self.data.to_str().unwrap())]).await
    }

    async fn restore(&self) -> Ending {
        self.operate(&["restore", self.archive.to_str().unwrap()]).await
    }

    /// As a restore that was killed leaves its folder.
    fn left_by_a_killed_restore(&self, files: &[&str]) -> PathBuf {
        let left = self.data.join(".guildhall-restore-0123456789abcdef");
        std::fs::create_dir(&left).unwrap();
        for file in files {
            std::fs::write(left.join(file), "").unwrap();
        }
        left
    }
}

#[tokio::test]
async fn a_log_of_an_older_database_is_never_replayed_onto_a_restored_one() {
    if is_postgres() {
        return;
    }
    let scene = Scene::new().await;
    for (service, end) in
        [("identity", "-wal"), ("organizations", "-shm"), ("invitations", "-journal"), ("identity", "")]
    {
        let left = scene.data.join(format!("{service}.db{end}"));
        std::fs::write(&left, "what the older one had not taken in yet").unwrap();
        let refused = scene.restore().await;
        assert!(ended(&refused, 4).contains("nothing is overwritten"), "{}", refused.said);
        assert!(refused.said.contains(left.to_str().unwrap()), "{}", refused.said);
        assert_eq!(names_in(&scene.data), [format!("{service}.db{end}")], "nothing else has come there");
        std::fs::remove_file(left).unwrap();
    }
    let dangling = scene.data.join("billing-context.db");
    std::os::unix::fs::symlink("/nowhere/else", &dangling).unwrap();
    ended(&scene.restore().await, 4);
    std::fs::remove_file(dangling).unwrap();
    ended(&scene.restore().await, 0);
    assert_eq!(names_in(&scene.data), restored(), "nothing of SQLite's own is left beside them");
}

#[tokio::test]
async fn no_database_is_made_in_the_place_of_one_that_a_killed_restore_did_not_put_there() {
    if is_postgres() {
        return;
    }
    let scene = Scene::new().await;
    // Killed while it put the files there: some are, the others are in its folder.
    let left = scene.left_by_a_killed_restore(&["lock", "handing-over", "organizations.db"]);
    std::fs::write(scene.data.join("identity.db"), "").unwrap();
    for (arguments, code) in [
        (&["migrate", "up"][..], 4),
        (&["migrate", "status"], 4),
        (&["admin", "list"], 4),
        (&["user", "list"], 4),
        (&["backup", "elsewhere.tar"], 4),
        (&["serve", "all"], 2),
        (&["dev"], 2),
    ] {
        let refused = scene.operate(arguments).await;
        assert!(ended(&refused, code).contains("restore once more"), "{arguments:?}: {}", refused.said);
    }
    ended(&scene.restore().await, 4);
    assert!(left.exists(), "it tells what the databases lack for as long as they do");
    std::fs::remove_file(scene.data.join("identity.db")).unwrap();
    ended(&scene.restore().await, 0);
    assert_eq!(names_in(&scene.data), restored(), "another restore has put all of them there");
    ended(&scene.operate(&["migrate", "up"]).await, 0);
    ended(&scene.operate(&["migrate", "verify"]).await, 0);
}

#[tokio::test]
async fn what_a_killed_restore_left_before_it_put_anything_there_is_removed_by_the_next() {
    if is_postgres() {
        return;
    }
    let scene = Scene::new().await;
    let left = scene.left_by_a_killed_restore(&["lock", "identity.db"]);
    ended(&scene.operate(&["migrate", "up"]).await, 4);
    let doctor = scene.operate(&["doctor"]).await;
    assert!(ended(&doctor, 1).contains("restore once more"), "{}", doctor.said);
    // Somebody's own, whatever its name leads to.
    let (elsewhere, link) = (scene.data.join("elsewhere"), scene.data.join(".guildhall-restore-link"));
    std::fs::create_dir(&elsewhere).unwrap();
    std::fs::write(elsewhere.join("lock"), "").unwrap();
    std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
    ended(&scene.restore().await, 0);
    assert!(!left.exists() && link.symlink_metadata().is_ok() && elsewhere.join("lock").exists());
    // Killed after the last file had left: nothing is wanting.
    scene.left_by_a_killed_restore(&["lock", "handing-over"]);
    ended(&scene.operate(&["migrate", "up"]).await, 0);
}

#[tokio::test]
async fn of_restores_at_once_one_puts_everything_there_and_nothing_is_left_of_the_others() {
    if is_postgres() {
        return;
    }
    for _ in 0..10 {
        let scene = Scene::new().await;
        let ends = futures_util::future::join_all((0..4).map(|_| scene.restore())).await;
        let done = ends.iter().filter(|end| end.code == Some(0)).count();
        assert_eq!(done, 1, "{:?}", ends.iter().map(|end| &end.said).collect::<Vec<_>>());
        for refused in ends.iter().filter(|end| end.code != Some(0)) {
            ended(refused, 4);
        }
        assert_eq!(names_in(&scene.data), restored());
        ended(&scene.operate(&["migrate", "verify"]).await, 0);
    }
}

#[tokio::test]
async fn what_is_no_archive_is_refused_and_not_repeated() {
    if is_postgres() {
        return;
    }
    let scene = Scene::new().await;
    let whole = std::fs::read(&scene.archive).unwrap();
    let secrets = "export DB_PASSWORD=swordfish\n".repeat(100);
    for content in [secrets.as_bytes(), b"", &whole[..100], &whole[..whole.len() / 2], &[0x1f, 0x8b, 8, 0]] {
        std::fs::write(&scene.archive, content).unwrap();
        let refused = scene.restore().await;
        assert!(ended(&refused, 1).contains("the archive cannot be used"), "{}", refused.said);
        assert!(!refused.said.contains("swordfish") && refused.said.is_ascii(), "{}", refused.said);
        assert_eq!(names_in(&scene.data), Vec::<String>::new());
    }
}

#[tokio::test]
async fn whoever_restores_with_another_encryption_key_is_told() {
    if is_postgres() {
        return;
    }
    let product = Product::own(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    let (archive, data) = (folder.path().join("backup.tar"), folder.path().join("data"));
    ended(&product.operate(&["backup", archive.to_str().unwrap()]).await, 0);
    let restore = ["restore", archive.to_str().unwrap()];
    let key = ("GUILDHALL_ENCRYPTION_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    let other = product.operate_with(&restore, &[("GUILDHALL_DATA_DIR", data.to_str().unwrap()), key]).await;
    assert!(ended(&other, 0).contains("does not open the signing keys"), "{}", other.said);
    let again = folder.path().join("again");
    let same = product.operate_with(&restore, &[("GUILDHALL_DATA_DIR", again.to_str().unwrap())]).await;
    assert!(!ended(&same, 0).contains("does not open"), "{}", same.said);
}

#[tokio::test]
async fn a_folder_whose_command_lives_is_left_alone() {
    if is_postgres() {
        return;
    }
    let scene = Scene::new().await;
    let folder = scene.archive.parent().unwrap();
    let living = folder.join(".guildhall-backup-living");
    std::fs::create_dir(&living).unwrap();
    let lock = std::fs::File::create(living.join("lock")).unwrap();
    lock.try_lock().unwrap();
    let young = folder.join(".guildhall-backup-young");
    std::fs::create_dir(&young).unwrap();
    let again = folder.join("again.tar");
    ended(&scene.databases.operate(&["backup", again.to_str().unwrap()], &[]).await, 0);
    assert!(living.exists() && young.exists(), "it may be about to make its lock");
    drop(lock);
    std::fs::remove_file(again).unwrap();
    ended(&scene.databases.operate(&["backup", folder.to_str().unwrap()], &[]).await, 0);
    assert!(!living.exists(), "its command has ended");
}

#[tokio::test]
async fn what_organizations_learned_after_identity_was_copied_does_not_outlive_the_restore() {
    if is_postgres() {
        return;
    }
    let mut product = Product::own(&[]).await;
    let mut alice = Person::verified(&product.api(), "alice").await;
    let rename = async |alice: &Person, name: &str| {
        let body = json!({ "display_name": name });
        alice.api.json(Method::PATCH, "/auth/me", Some(&alice.access_token), Some(&body)).await.expect(200);
    };
    let has = async |product: &Product, condition: &str| {
        let organizations = product.storage("organizations").await;
        let sql = format!("SELECT count(*) FROM users WHERE {condition}");
        eventually(condition, async || (organizations.number(&sql).await == 1).then_some(())).await;
    };
    rename(&alice, "Alice").await;
    has(&product, "display_name = 'Alice'").await;
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("backup.tar");
    ended(&product.operate(&["backup", archive.to_str().unwrap()]).await, 0);
    tar::Archive::new(std::fs::File::open(&archive).unwrap()).unpack(folder.path()).unwrap();

    rename(&alice, "Ally").await;
    product.make_administrator(&mut alice, "super_admin").await;
    has(&product, "display_name = 'Ally' AND platform_roles = 'super_admin'").await;
    product.stop().await;

    for end in ["", "-wal", "-shm"] {
        let former = product.first_data_dir().join(format!("identity.db{end}"));
        assert!(std::fs::remove_file(&former).is_ok() || !end.is_empty(), "{}", former.display());
    }
    std::fs::copy(folder.path().join("identity.db"), product.first_data_dir().join("identity.db")).unwrap();
    ended(&product.operate(&["epoch", "renew"]).await, 0);
    product.start_again().await;
    has(&product, "display_name = 'Alice' AND platform_roles = ''").await;
    let api = product.api();
    let signed_in = api.post("/auth/login", &json!({ "email": alice.email, "password": PASSWORD })).await.expect(200);
    let alice = Person::signed_in(&api, alice.email, &signed_in);
    rename(&alice, "Alicia").await;
    has(&product, "display_name = 'Alicia'").await;
}
