//! Where two schemas differ.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use super::picture::{Column, Index, Picture, Table};

impl Picture {
    /// Where it is not as it should be: a sentence for each place.
    pub fn differences(&self, wanted: &Self) -> Vec<String> {
        let mut found = Vec::new();
        for (name, is, should_be) in side_by_side(&self.tables, &wanted.tables) {
            match (is, should_be) {
                (Some(is), Some(should_be)) => is.differences(name, should_be, &mut found),
                (None, _) => found.push(format!("the table {name} is missing")),
                (_, None) => found.push(format!("the table {name} should not be there")),
            }
        }
        found
    }
}

impl Table {
    fn differences(&self, table: &str, wanted: &Self, found: &mut Vec<String>) {
        for (name, is, should_be) in side_by_side(&self.columns, &wanted.columns) {
            let place = format!("the column {table}.{name}");
            tell(&place, is, should_be, Column::in_words, found);
        }
        if self.primary_key != wanted.primary_key {
            let (is, should_be) = (self.primary_key.join(", "), wanted.primary_key.join(", "));
            found.push(format!("the primary key of {table} is ({is}) and should be ({should_be})"));
        }
        for (name, is, should_be) in side_by_side(&self.indexes, &wanted.indexes) {
            tell(&format!("the index {name} of {table}"), is, should_be, Index::in_words, found);
        }
        one_by_one(&format!("the foreign key of {table}"), &self.foreign_keys, &wanted.foreign_keys, found);
        one_by_one(&format!("the condition of {table}"), &self.conditions, &wanted.conditions, found);
    }
}

impl Column {
    fn in_words(&self) -> String {
        let empty = if self.is_nullable { "that may be empty" } else { "that is never empty" };
        let default = self.default.as_ref().map(|default| format!(", {default} by default")).unwrap_or_default();
        format!("{} {empty}{default}", self.kind)
    }
}

impl Index {
    fn in_words(&self) -> String {
        let unique = if self.is_unique { "unique, " } else { "" };
        let condition = self.condition.as_ref().map(|condition| format!(" where {condition}")).unwrap_or_default();
        format!("{unique}over ({}){condition}", self.columns.join(", "))
    }
}

fn tell<T: PartialEq + Debug>(
    place: &str,
    is: Option<&T>,
    should_be: Option<&T>,
    in_words: impl Fn(&T) -> String,
    found: &mut Vec<String>,
) {
    match (is, should_be) {
        (Some(is), Some(should_be)) if is == should_be => {}
        (Some(is), Some(should_be)) => {
            found.push(format!("{place} is {} and should be {}", in_words(is), in_words(should_be)));
        }
        (None, _) => found.push(format!("{place} is missing")),
        (_, None) => found.push(format!("{place} should not be there")),
    }
}

fn one_by_one(kind: &str, are: &BTreeSet<String>, should_be: &BTreeSet<String>, found: &mut Vec<String>) {
    found.extend(should_be.difference(are).map(|missing| format!("{kind} {missing} is missing")));
    found.extend(are.difference(should_be).map(|surplus| format!("{kind} {surplus} should not be there")));
}

/// Both by name.
fn side_by_side<'maps, T>(
    one: &'maps BTreeMap<String, T>,
    other: &'maps BTreeMap<String, T>,
) -> impl Iterator<Item = (&'maps str, Option<&'maps T>, Option<&'maps T>)> {
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    names.into_iter().map(|name| (name.as_str(), one.get(name), other.get(name)))
}
