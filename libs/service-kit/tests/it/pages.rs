//! Page sizes and page tokens.

use service_kit::pages::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, PageTokens};
use service_kit::{ErrorReason, MasterKey};

fn tokens(key: u8) -> PageTokens {
    PageTokens::new(MasterKey::from_bytes([key; 32]).derive("pages"))
}

fn first_token() -> String {
    let page = tokens(1).page("plans of acme", 2, vec![10, 20, 30], |entry| *entry);
    assert_eq!(page.entries, [10, 20]);
    page.next_page_token
}

fn is_refused(tokens: &PageTokens, scope: &str, size: i32, token: &str) -> bool {
    let parsed = tokens.parse::<i32>(scope, size, token);
    parsed.is_err_and(|refusal| refusal.reason() == ErrorReason::ValidationError)
}

#[test]
fn a_token_continues_after_the_last_entry_and_the_last_page_has_none() {
    let asked = tokens(1).parse::<i32>("plans of acme", 2, &first_token()).unwrap();
    assert_eq!((asked.size, asked.after), (2, Some(20)));
    let page = tokens(1).page("plans of acme", 2, vec![30, 40], |entry| *entry);
    assert_eq!((page.entries.as_slice(), page.next_page_token.as_str()), (&[30, 40][..], ""));
}

#[test]
fn a_token_of_another_list_tenant_or_key_is_refused() {
    let token = first_token();
    assert!(is_refused(&tokens(1), "plans of globex", 2, &token));
    assert!(is_refused(&tokens(1), "plans of acm", 2, &token));
    assert!(is_refused(&tokens(2), "plans of acme", 2, &token));
}

#[test]
fn a_token_with_any_character_changed_is_refused() {
    let token = first_token();
    for position in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(is_refused(&tokens(1), "plans of acme", 2, &changed), "{position}");
    }
    for garbage in ["x", "====", "\u{e9}", &token[1..], &token[..token.len() - 1], &format!("{token}A")] {
        assert!(is_refused(&tokens(1), "plans of acme", 2, garbage), "{garbage}");
    }
}

#[test]
fn sizes_are_bounded() {
    let size = |size| tokens(1).parse::<i32>("plans", size, "").unwrap().size;
    assert_eq!(size(0), DEFAULT_PAGE_SIZE);
    assert_eq!(size(1), 1);
    assert_eq!(size(200), MAX_PAGE_SIZE);
    for unacceptable in [-1, 201, i32::MAX, i32::MIN] {
        assert!(is_refused(&tokens(1), "plans", unacceptable, ""));
    }
}
