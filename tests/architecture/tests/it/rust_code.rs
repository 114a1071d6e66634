use architecture::rust_code::{without_test_items, without_text, words};

fn words_of(source: &str) -> Vec<String> {
    words(&without_test_items(&without_text(source))).map(|(_, word)| word.to_owned()).collect()
}

#[test]
fn comments_and_literals_are_not_code() {
    let sources = [
        "a // hidden\nb",
        "a /* hidden /* hidden */ hidden */ b",
        r#"a "hidden \" hidden" b"#,
        "a r#\"hidden \" hidden\"# b",
        "a b\"hidden\" b",
        "a '\\'' b",
        "a '\"' b",
        "a /// hidden",
    ];
    for source in sources {
        let words = words_of(source);
        assert!(!words.contains(&"hidden".to_owned()), "{source}: {words:?}");
        assert_eq!(words[0], "a", "{source}");
    }
    assert_eq!(words_of("a '\"' b '\"' c"), ["a", "b", "c"]);
}

#[test]
fn lifetimes_and_raw_identifiers_are_code() {
    assert_eq!(words_of("fn f<'a>(x: &'a str, r#type: T) {}"), ["fn", "f", "a", "x", "a", "str", "r", "type", "T"]);
}

#[test]
fn test_items_are_not_code_and_what_follows_is() {
    let source = "a\n#[cfg(test)]\nmod tests { fn f() { hidden; } }\nb #[cfg(test)] use hidden::x; c";
    assert_eq!(words_of(source), ["a", "b", "c"]);
    let array = "#[cfg(test)] fn f(x: [u8; 3]) { hidden } a";
    assert_eq!(words_of(array), ["a"]);
}

#[test]
fn lines_keep_their_numbers() {
    let source = "/* one\n two */\n\"three\nfour\"\n#[cfg(test)]\nmod tests {\n}\nlast";
    let code = without_test_items(&without_text(source));
    assert_eq!(code.lines().count(), source.lines().count());
    assert_eq!(code.lines().last(), Some("last"));
}
