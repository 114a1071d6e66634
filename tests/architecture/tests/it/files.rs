use architecture::files::violations;
use architecture::source::SourceFile;

#[test]
fn every_file_is_named_for_its_content_and_short_enough() {
    super::none(super::sources().iter().flat_map(violations));
}

#[test]
fn a_name_that_says_nothing_is_found() {
    for path in ["libs/mail/src/utils.rs", "services/identity/src/common/text.rs", "tests/src/helpers.rs"] {
        assert_eq!(violations(&SourceFile::new(path, "")).len(), 1, "{path}");
    }
    super::none(violations(&SourceFile::new("libs/mail/src/baseline.rs", "")));
}

#[test]
fn a_file_of_more_than_400_lines_is_found_unless_it_is_a_test() {
    let lines = "//\n".repeat(401);
    assert_eq!(violations(&SourceFile::new("libs/mail/src/smtp.rs", &lines)).len(), 1);
    super::none(violations(&SourceFile::new("libs/mail/src/smtp.rs", &lines[3..])));
    super::none(violations(&SourceFile::new("libs/mail/tests/it/smtp.rs", &lines)));
}
