//! What a backup holds, row by row, and what is left of one that was killed. SQLite alone: Postgres has its own ways.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::harness::{
    Databases, Person, Product, Storage, Team, deposit, ended, is_postgres, json_lines, offer_plans, sign_up,
    subscribe, unique,
};

const SERVICES: [&str; 4] = ["invitations", "identity", "billing-context", "organizations"];
const KILLS: u32 = 12;

type Rows = BTreeMap<String, Vec<String>>;

async fn rows_of(folder: &Path) -> BTreeMap<&'static str, Rows> {
    let mut rows = BTreeMap::new();
    for service in SERVICES {
        rows.insert(service, Storage::of_file(&folder.join(format!("{service}.db"))).await.rows().await);
    }
    rows
}

/// The archive's own files, as they are.
fn unpack(archive: &Path, folder: &Path) {
    let file = std::fs::File::open(archive).expect("the archive");
    tar::Archive::new(file).unpack(folder).expect("a whole archive");
}

/// What is not the same in both, by service and table: how many rows only the first has, and how many only the second.
fn differences(
    one: &BTreeMap<&'static str, Rows>,
    other: &BTreeMap<&'static str, Rows>,
) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for service in SERVICES {
        let (one, other) = (&one[service], &other[service]);
        assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>(), "the tables of {service}");
        for (table, rows) in one {
            let only_in = |rows: &[String], others: &[String]| rows.iter().filter(|row| !others.contains(row)).count();
            let (lost, new) = (only_in(rows, &other[table]), only_in(&other[table], rows));
            if (lost, new) != (0, 0) || rows.len() != other[table].len() {
                found.push((format!("{service}.{table}"), lost, new));
            }
        }
    }
    found
}

/// A restored database is the archive's in another epoch, in which organizations is to hear of every account: nothing else differs.
fn assert_only_the_epoch_differs(found: &[(String, usize, usize)]) {
    for (table, lost, new) in found {
        match table.as_str() {
            "identity.epoch" => assert_eq!((*lost, *new), (1, 1), "{found:?}"),
            "identity.audit_log" => assert_eq!((*lost, *new), (0, 1), "the renewal is told: {found:?}"),
            "identity.users" => assert_eq!(lost, new, "profiles have another version: {found:?}"),
            "identity.outbox" => assert_eq!(*lost, 0, "each of them is to be told: {found:?}"),
            "identity.last_entitlements" => assert_eq!(*new, 0, "what was seen of plans is forgotten: {found:?}"),
            _ => panic!("{found:?}"),
        }
    }
    assert!(found.iter().any(|(table, ..)| table == "identity.epoch"), "{found:?}");
}

async fn assert_sound(product: &Product, data: &Path) {
    let data_dir = [("GUILDHALL_DATA_DIR", data.to_str().unwrap())];
    for arguments in [&["billing", "verify"][..], &["migrate", "verify"]] {
        ended(&product.operate_with(arguments, &data_dir).await, 0);
    }
    for service in SERVICES {
        let storage = Storage::of_file(&data.join(format!("{service}.db"))).await;
        assert_eq!(storage.number("SELECT count(*) FROM pragma_foreign_key_check").await, 0, "{service}");
    }
}

/// People, a team, a plan with credits.
async fn populate(product: &Product) {
    let api = product.api();
    let (mut alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"));
    let team = Team::of(&alice).await;
    team.admit(&alice, &[&bob]).await;
    alice.act_for(&team.id).await;
    let rpc = product.rpc();
    offer_plans(&rpc).await;
    subscribe(&rpc, &team.id).await;
    deposit(product, &team.id, 50).await;
}

#[tokio::test]
async fn a_backup_of_a_quiet_product_is_restored_row_by_row() {
    if is_postgres() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut product = Product::own(&[]).await;
    populate(&product).await;
    product.stop().await;
    let archive = folder.path().join("backup.tar");
    ended(&product.operate(&["backup", archive.to_str().unwrap()]).await, 0);
    let unpacked = folder.path().join("unpacked");
    unpack(&archive, &unpacked);
    let (kept, copied) = (rows_of(&product.first_data_dir()).await, rows_of(&unpacked).await);
    assert!(kept["identity"]["users"].len() >= 2 && kept["billing-context"].values().map(Vec::len).sum::<usize>() > 5);
    assert_eq!(differences(&kept, &copied), []);

    let data = folder.path().join("restored");
    let into = [("GUILDHALL_DATA_DIR", data.to_str().unwrap())];
    ended(&product.operate_with(&["restore", archive.to_str().unwrap()], &into).await, 0);
    assert_only_the_epoch_differs(&differences(&copied, &rows_of(&data).await));
    assert_sound(&product, &data).await;
}

#[tokio::test]
async fn a_backup_that_was_taken_under_load_is_consistent_and_restored_row_by_row() {
    if is_postgres() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let product = Product::own(&[]).await;
    populate(&product).await;
    let (api, archive) = (product.api(), folder.path().join("backup.tar"));
    let has_ended = Cell::new(false);
    let writing = async |name: &str| {
        let mut written = 0;
        while !has_ended.get() || written < 2 {
            let person = Person::verified(&api, name).await;
            let team = Team::of(&person).await;
            team.link(&person, 3).await;
            sign_up(&api, &format!("{name}.{}@example.com", unique())).await.expect(201);
            written += 1;
        }
    };
    let copying = async {
        let said = product.operate(&["backup", archive.to_str().unwrap(), "--output", "json", "--progress"]).await;
        has_ended.set(true);
        let told = json_lines(ended(&said, 0));
        let steps: Vec<_> = told.iter().filter_map(|line| line["number"].as_u64()).collect();
        assert_eq!(steps, [1, 2, 3, 4, 5], "{}", said.said);
    };
    tokio::join!(writing("one"), writing("two"), copying);
    let unpacked = folder.path().join("unpacked");
    unpack(&archive, &unpacked);
    let data = folder.path().join("restored");
    let into = [("GUILDHALL_DATA_DIR", data.to_str().unwrap())];
    ended(&product.operate_with(&["restore", archive.to_str().unwrap()], &into).await, 0);
    assert_only_the_epoch_differs(&differences(&rows_of(&unpacked).await, &rows_of(&data).await));
    assert_sound(&product, &data).await;
}

#[tokio::test]
async fn a_backup_that_is_killed_is_there_whole_or_not_at_all() {
    if is_postgres() {
        return;
    }
    let databases = Databases::unmade();
    ended(&databases.operate(&["migrate"], &[]).await, 0);
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.tar");
    let began = Instant::now();
    ended(&databases.operate(&["backup", whole.to_str().unwrap()], &[]).await, 0);
    let takes = began.elapsed();
    let mut were_whole = 0;
    for number in 0..KILLS {
        let archive = folder.path().join(format!("{number}.tar"));
        let mut process = databases.command(&["backup", archive.to_str().unwrap()]).spawn().expect("it starts");
        // The moment is what is tried here; over all runs they are spread from the beginning to the end.
        tokio::time::sleep(takes * number / KILLS + Duration::from_millis(1)).await;
        process.kill().expect("it is killed, or has ended");
        process.wait().expect("its end");
        if archive.exists() {
            were_whole += 1;
            let data = folder.path().join(format!("restored-{number}"));
            let into = [("GUILDHALL_DATA_DIR", data.to_str().unwrap())];
            ended(&databases.operate(&["restore", archive.to_str().unwrap()], &into).await, 0);
        }
    }
    assert!(were_whole < KILLS, "none was killed in the middle");
    let last = folder.path().join("last.tar");
    ended(&databases.operate(&["backup", last.to_str().unwrap()], &[]).await, 0);
    for left in scratch_in(folder.path()) {
        let files = std::fs::read_dir(&left).unwrap().count();
        assert_eq!(files, 0, "the next one removes copies of databases: {}", left.display());
    }
}

#[tokio::test]
async fn a_backup_that_is_told_to_stop_leaves_nothing_behind() {
    if is_postgres() {
        return;
    }
    let databases = Databases::unmade();
    ended(&databases.operate(&["migrate"], &[]).await, 0);
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.tar");
    let began = Instant::now();
    ended(&databases.operate(&["backup", whole.to_str().unwrap()], &[]).await, 0);
    let takes = began.elapsed();
    let mut were_stopped = 0;
    for number in 0..KILLS {
        let signal = ["TERM", "INT", "HUP"][number as usize % 3];
        let archive = folder.path().join(format!("{number}.tar"));
        let mut process = databases.command(&["backup", archive.to_str().unwrap()]).spawn().expect("it starts");
        // As above, the moment is what is tried.
        tokio::time::sleep(takes * number / KILLS + Duration::from_millis(1)).await;
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{signal} {}", process.id())).status();
        sent.expect("sh runs");
        let code = process.wait().expect("its end").code();
        // Before it can hear, it has made nothing.
        assert!(matches!(code, None | Some(0 | 1)), "{code:?}");
        assert_eq!(archive.exists(), code == Some(0), "{code:?}");
        assert_eq!(scratch_in(folder.path()), Vec::<PathBuf>::new(), "{code:?}");
        were_stopped += u32::from(code == Some(1));
    }
    assert!(were_stopped > 0, "none was told in the middle");
}

/// Folders in which backups were made.
fn scratch_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(".guildhall-backup-")).collect()
}
