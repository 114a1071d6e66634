//! The table as a text that people read and change.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// The committed one.
const COMMITTED: &str = include_str!("table.txt");
const PLACE: &str = "tests/it/authorization/table.txt";

/// The columns after the name.
pub const COLUMNS: [&str; 13] = [
    "nobody",
    "stranger",
    "elsewhere",
    "suspended",
    "member",
    "manager",
    "admin",
    "owner",
    "super_admin",
    "system_admin",
    "not-theirs",
    "super/none",
    "system/none",
];

/// Short words for what stands everywhere.
const WORDS: [(&str, &str); 5] = [
    ("sign-in", "UNAUTHORIZED"),
    ("hidden", "ORGANIZATION_NOT_FOUND"),
    ("lacks", "INSUFFICIENT_PERMISSIONS"),
    ("forbidden", "FORBIDDEN"),
    ("no-member", "NOT_ORGANIZATION_MEMBER"),
];

const HEAD: &str = "\
# Who may do what about an organization. One line for each HTTP route and each RPC, one column for each caller;
# a cell is `ok` or the code of the refusal. A test makes every request and compares.
#
# Callers: nobody has no token. stranger belongs to no team, elsewhere is the owner of another one. suspended, member,
# manager, admin and owner belong to the organization that is asked about, with the built-in role of that name; but for
# suspended, whose tokens for it are refused as stale, they act for it.
# super_admin and system_admin have that platform role and belong to no team. Nobody here shows a server API key, so what is for
# such keys is UNAUTHORIZED to all.
# Other ids: not-theirs is what everybody without a platform role gets for an organization that is not theirs and, byte
# for byte alike, for one that does not exist; super/none and system/none are what the two get for one that does not
# exist. `-` where no id of an organization is said.
# What stands in brackets is asked beyond the line's usual request: of the owner, of oneself, or for the role named.
#
";

/// Cells by the name of the line.
#[derive(Default)]
pub struct Table {
    lines: Vec<(String, Vec<String>)>,
}

impl Table {
    pub fn add(&mut self, name: &str, cells: Vec<String>) {
        assert_eq!(cells.len(), COLUMNS.len());
        self.lines.push((name.to_owned(), cells));
    }

    pub fn cells(&self, name: &str) -> &[String] {
        self.lines.iter().find(|(line, _)| line == name).map_or(&[], |(_, cells)| cells)
    }

    /// Fails with every cell that differs, and leaves what was found where it can be taken from.
    pub fn must_be_the_committed_one(&self) {
        let committed = Self::parsed(COMMITTED);
        let differences = self.differences(&committed);
        if differences.is_empty() {
            return;
        }
        let found = Path::new(env!("CARGO_TARGET_TMPDIR")).join("authorization-table.txt");
        std::fs::write(&found, self.written()).expect("the table that was found");
        panic!(
            "{PLACE} does not say what is so:\n{}\nIf the product is wrong, mend it. If every difference is meant:\n    \
             cp {} {PLACE}",
            differences.join("\n"),
            found.display()
        );
    }

    fn differences(&self, committed: &Self) -> Vec<String> {
        let expected: BTreeMap<_, _> = committed.lines.iter().map(|(name, cells)| (name, cells)).collect();
        let mut differences = Vec::new();
        for (name, cells) in &self.lines {
            let Some(expected) = expected.get(name) else {
                differences.push(format!("{name}: add a line to table.txt"));
                continue;
            };
            for ((column, found), expected) in COLUMNS.iter().zip(cells).zip(*expected) {
                if found != expected {
                    differences.push(format!("{name}: {column} gets {found}, not {expected}"));
                }
            }
        }
        let gone = committed.lines.iter().filter(|(name, _)| self.cells(name).is_empty());
        differences.extend(gone.map(|(name, _)| format!("{name}: there is no such route or RPC; remove the line")));
        differences
    }

    fn parsed(text: &str) -> Self {
        let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let columns = lines.next().map(|line| line.split_whitespace().skip(1).collect::<Vec<_>>());
        assert_eq!(columns.unwrap_or_default(), COLUMNS, "the columns of {PLACE}");
        let mut table = Self::default();
        for line in lines {
            let words: Vec<_> = line.split_whitespace().collect();
            let (name, cells) = words.split_at(words.len().checked_sub(COLUMNS.len()).expect("a cell for each column"));
            table.add(&name.join(" "), cells.iter().map(|cell| long(cell)).collect());
        }
        table
    }

    fn written(&self) -> String {
        let mut text = HEAD.to_owned();
        for (word, code) in WORDS {
            let _ = writeln!(text, "#   {word:9}  {code}");
        }
        let head = ("what".to_owned(), COLUMNS.map(str::to_owned).to_vec());
        let lines: Vec<_> = std::iter::once(&head).chain(&self.lines).collect();
        let name_width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        let mut widths = [0; COLUMNS.len()];
        for (_, cells) in &lines {
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = short(cell).len().max(*width);
            }
        }
        for (name, cells) in lines {
            let mut line = format!("{name:name_width$}");
            for (width, cell) in widths.iter().zip(cells) {
                let _ = write!(line, "  {:width$}", short(cell));
            }
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }
}

fn short(code: &str) -> &str {
    WORDS.iter().find(|(_, long)| *long == code).map_or(code, |(word, _)| word)
}

fn long(cell: &str) -> String {
    WORDS.iter().find(|(word, _)| *word == cell).map_or(cell, |(_, code)| code).to_owned()
}
