//! Identifiers and their one spelling.

use std::time::Duration;

use service_kit::{Entropy, Id};
use test_kit::START;

struct Thing;

#[test]
fn an_id_is_read_in_its_hyphenated_form_alone() {
    let id = Id::<Thing>::generate(&Entropy::seeded(1), START);
    let text = id.to_string();
    assert_eq!(text.parse::<Id<Thing>>().unwrap(), id);
    let bare = text.replace('-', "");
    let misplaced = format!("{}-{}", &bare[..4], &text[5..]);
    for other in [&bare, &format!("{{{text}}}"), &format!("urn:uuid:{text}"), "", &format!("{text} "), &misplaced] {
        assert!(other.parse::<Id<Thing>>().is_err(), "{other}");
    }
}

#[test]
fn later_ids_sort_after_earlier_ones() {
    let entropy = Entropy::seeded(1);
    let ids: Vec<_> =
        (0..50).map(|second| Id::<Thing>::generate(&entropy, START.plus(Duration::from_secs(second)))).collect();
    assert!(ids.is_sorted());
    assert_eq!(ids[0].uuid().get_version_num(), 7);
}
