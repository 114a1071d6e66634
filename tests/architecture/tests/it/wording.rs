use architecture::source::SourceFile;
use architecture::wording::{of_one_machine, unfinished};

#[test]
fn nothing_is_left_unfinished() {
    super::none(super::sources().iter().flat_map(unfinished));
}

#[test]
fn nothing_speaks_of_one_machine() {
    super::none(super::sources().iter().flat_map(of_one_machine));
}

#[test]
fn unfinished_code_is_found_where_it_is() {
    for bad in ["todo!()", "unimplemented!(\"later\")", "dbg!(x)", "x.unwrap()"] {
        let file = SourceFile::new("libs/mail/src/smtp.rs", &format!("//! x\nfn f() {{\n    {bad};\n}}"));
        let found = unfinished(&file);
        assert_eq!(found.len(), 1, "{bad}");
        assert!(found[0].starts_with("libs/mail/src/smtp.rs:3:"), "{found:?}");
    }
}

#[test]
fn tests_and_comments_may_unwrap() {
    super::none(unfinished(&SourceFile::new("libs/mail/tests/it/main.rs", "fn f() { x.unwrap() }")));
    let in_test_module = "/// `x.unwrap()`\nfn f() {}\n#[cfg(test)]\nmod tests { fn f() { x.unwrap() } }";
    super::none(unfinished(&SourceFile::new("libs/mail/src/smtp.rs", in_test_module)));
}

#[test]
fn a_path_of_one_machine_is_found_in_any_file() {
    let path = ["", "ro"].join("/") + "ot";
    let file = SourceFile::new("README.md", &format!("first\ncd {path}/guildhall"));
    assert_eq!(of_one_machine(&file).len(), 1);
}
