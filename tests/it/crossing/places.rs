//! Where a call can die: all places, as the product passes them.

use std::fmt::Write;

use crate::harness::is_five;

/// Every place; see its head.
const LISTED: &str = include_str!("places.txt");
const HEAD: &str = "\
# Every place at which the product can die while an offer becomes a membership or is withdrawn, in the order in which one
# call passes them: between any two things that it waits for. Not written by hand: a test that fails tells how to.
";

/// The places of one section.
pub fn of(section: &str) -> Vec<&'static str> {
    let mut lines = LISTED.lines().skip_while(|line| *line != section);
    assert!(lines.next().is_some(), "{section} has no places");
    lines.map_while(|line| line.strip_prefix("  ")).collect()
}

/// Those of a section at which the product is to die. One process dies at each. Where every service has its own, every second one has to
/// do: what a call leaves there is the same, and starting five takes several times as long.
pub fn to_die_at(section: &str) -> Vec<&'static str> {
    of(section).into_iter().step_by(if is_five() { 2 } else { 1 }).collect()
}

/// Compares what was found with what is listed; tells how to mend the list.
pub fn assert_listed(found: &[(String, Vec<String>)]) {
    let mut text = HEAD.to_owned();
    for (section, places) in found {
        writeln!(text, "\n{section}").expect("a text");
        for place in places {
            writeln!(text, "  {place}").expect("a text");
        }
    }
    if text != LISTED {
        let file = std::env::temp_dir().join("places.txt");
        std::fs::write(&file, &text).expect("a file for what was found");
        panic!("the places have changed; if that is meant: cp {} tests/it/crossing/places.txt\n{text}", file.display());
    }
}
