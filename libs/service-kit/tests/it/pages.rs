//! Page sizes and page tokens.

use service_kit::pages::{DEFAULT_PAGE_SIZE, LARGEST_PAGE, MAX_PAGE_SIZE, PageTokens};
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

/// The pages of a list of entries of these many bytes, asked for ten at a time.
fn pages_of(entries: &[usize]) -> Vec<Vec<usize>> {
    let (mut pages, mut read) = (Vec::new(), 0);
    loop {
        let rest = entries.iter().copied().enumerate().skip(read).take(11).collect();
        let page = tokens(1).page_within_bounds("texts", 10, rest, |(place, _)| *place, |(_, bytes)| *bytes);
        pages.push(page.entries.iter().map(|(_, bytes)| *bytes).collect());
        if page.next_page_token.is_empty() {
            return pages;
        }
        read = tokens(1).parse::<usize>("texts", 10, &page.next_page_token).unwrap().after.unwrap() + 1;
    }
}

#[test]
fn a_page_ends_before_the_entry_that_is_too_much_and_the_next_begins_there() {
    let third = LARGEST_PAGE / 3;
    assert_eq!(pages_of(&[third; 7]), [vec![third; 3], vec![third; 3], vec![third]]);
    assert_eq!(pages_of(&[third, LARGEST_PAGE, 1, third]), [vec![third], vec![LARGEST_PAGE], vec![1, third]]);
    assert_eq!(pages_of(&[1; 21]), [vec![1; 10], vec![1; 10], vec![1]]);
    assert!(pages_of(&[]).concat().is_empty());
}

#[test]
fn an_entry_too_large_for_any_page_has_one_alone() {
    let large = LARGEST_PAGE + 1;
    assert_eq!(pages_of(&[large, large, 0, large]), [vec![large], vec![large], vec![0], vec![large]]);
    assert_eq!(pages_of(&[0, large]), [vec![0], vec![large]]);
}
