use architecture::migrations::violations;
use architecture::source::SourceFile;

const STEP: &str = r#"fn name(&self) -> &str { "shop_0001_flowers" }"#;

fn shop(list: &str, name: &str, step: &str) -> Vec<String> {
    let files = [
        SourceFile::new("services/shop/src/store/migrations.rs", list),
        SourceFile::new(&format!("services/shop/src/store/migrations/{name}"), step),
    ];
    violations(&files)
}

#[test]
fn every_migration_is_registered_once_and_named_after_its_file() {
    let sources = super::sources();
    assert!(sources.iter().filter(|file| file.path.contains("/migrations/")).count() > 30);
    super::none(violations(&sources));
}

#[test]
fn a_migration_that_nobody_applies_is_found() {
    super::none(shop("vec![Box::new(m0001_flowers::CreateFlowers)]", "m0001_flowers.rs", STEP));
    for list in ["mod m0001_flowers;", "Box::new(m0001_flowers::A), Box::new(m0001_flowers::A)"] {
        assert_eq!(shop(list, "m0001_flowers.rs", STEP).len(), 1, "{list}");
    }
    // Such as one whose name begins otherwise than the others'.
    assert_eq!(shop("vec![Box::new(m0001_flowers::A)]", "M0001_flowers.rs", STEP).len(), 2);
    assert_eq!(violations(&[SourceFile::new("services/shop/src/store/migrations/m0001_flowers.rs", STEP)]).len(), 1);
}

#[test]
fn a_step_that_does_not_tell_its_file_is_found() {
    let found = shop("vec![Box::new(m0002_flowers::A)]", "m0002_flowers.rs", STEP);
    assert_eq!(found.len(), 1, "{found:?}");
}
