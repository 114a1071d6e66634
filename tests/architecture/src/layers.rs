//! Who may name what inside a service: `grpc` → `use_cases` → {`domain`, `store`}.

use crate::rust_code::words;
use crate::source::SourceFile;

const DATABASE: &[&str] = &["sea_orm", "sea_orm_migration", "sea_query", "sqlx"];
const WIRE: &[&str] = &["contracts", "prost", "prost_types", "tonic", "tonic_types"];
const ASYNCHRONOUS: &[&str] = &["async", "await", "tokio", "futures_util"];

/// One sentence for each word in a file of a service (or of the chassis) that its place does not allow.
pub fn violations(file: &SourceFile) -> Vec<String> {
    if file.is_test() || !file.path.contains("/src/") {
        return Vec::new();
    }
    let mut judge = Judge { file, violations: Vec::new() };
    match file.path.split('/').collect::<Vec<_>>().as_slice() {
        ["services", "gateway", ..] => judge.engine(),
        ["services", "guildhall", ..] => (),
        ["services", ..] => {
            judge.engine();
            judge.service();
        }
        ["libs", "service-kit", "src", "audit" | "positions", "message.rs"] => (),
        ["libs", "service-kit", ..] => judge.chassis(),
        _ => (),
    }
    judge.violations
}

struct Judge<'a> {
    file: &'a SourceFile,
    violations: Vec<String>,
}

impl Judge<'_> {
    fn service(&mut self) {
        let module = self.file.module().unwrap_or_default();
        if module == "domain" {
            self.no_words(DATABASE, "domain knows no database");
            self.no_words(WIRE, "domain knows no wire");
            self.no_words(ASYNCHRONOUS, "domain is not asynchronous");
        }
        self.database_names(module);
        self.contract_names(module);
        self.arrows(module);
    }

    /// Only `store` names the database's library; the crate's errors may carry what it fails with.
    fn database_names(&mut self, module: &str) {
        if module == "store" || module == "domain" {
            return;
        }
        let may_name_the_error = matches!(module, "error" | "lib");
        self.no_word("sea_orm names belong in store/", |word, path| {
            DATABASE.contains(&word) && !(may_name_the_error && path.starts_with("sea_orm::DbErr"))
        });
    }

    /// Proto names belong to `grpc`, `wire` and `upstreams`; `lib.rs` mounts the generated servers, with
    /// their descriptors.
    fn contract_names(&mut self, module: &str) {
        match module {
            "grpc" | "wire" | "upstreams" | "domain" => (),
            "lib" => self.no_word("lib.rs may name generated servers and their descriptors only", |word, path| {
                let statement = path.split(';').next().unwrap_or(path);
                let is_server = statement.contains("_server::") && !statement.contains("_client::");
                word == "contracts" && !is_server && statement != "contracts::FILE_DESCRIPTOR_SET"
            }),
            _ => self.no_word("proto names belong in grpc, wire and upstreams", |word, _| word == "contracts"),
        }
    }

    /// Nothing points back up the arrow.
    fn arrows(&mut self, module: &str) {
        let above: &[&str] = match module {
            "domain" => &["store", "use_cases", "upstreams", "context", "wire", "grpc"],
            "store" => &["use_cases", "upstreams", "context", "wire", "grpc"],
            "upstreams" => &["use_cases", "store", "grpc"],
            "use_cases" => &["wire", "grpc"],
            "wire" => &["store", "grpc"],
            "grpc" => &["store"],
            _ => &[],
        };
        let message = format!("{module} points the wrong way");
        self.no_word(&message, |word, path| word == "crate" && modules_named(path).any(|named| above.contains(&named)));
        if module != "store" {
            self.no_word("entities are private to store/", |word, path| {
                word == "store" && path.starts_with("store::entity")
            });
        }
    }

    /// One place knows that there are two database engines.
    fn engine(&mut self) {
        self.no_word("only the chassis knows that there are two engines", |word, _| {
            matches!(word, "DbBackend" | "DatabaseBackend" | "get_database_backend")
        });
    }

    /// The chassis could serve a flower shop: it knows the reasons for refusals and no other contract, but for two files
    /// that tell audit logs and narrowing changes in the words that all services share.
    fn chassis(&mut self) {
        const BUSINESS: &[&str] = &["organization", "invitation", "membership", "subscription", "billing", "credit"];
        self.no_word("the chassis knows the error reasons and no other contract", |word, path| {
            word == "contracts" && path.starts_with("contracts::") && !path.starts_with("contracts::errors::")
        });
        // How often a feed was subscribed to again is no plan that somebody pays for.
        const OF_FEEDS: &str = "resubscriptions";
        self.no_word("the chassis knows no noun of the business", |word, _| {
            word != OF_FEEDS && BUSINESS.iter().any(|noun| word.to_lowercase().contains(noun))
        });
    }

    fn no_words(&mut self, words: &[&str], message: &str) {
        self.no_word(message, |word, _| words.contains(&word));
    }

    /// `is_wrong` gets each word and the code that starts with it.
    fn no_word(&mut self, message: &str, is_wrong: impl Fn(&str, &str) -> bool) {
        let found = self.file.words().filter(|(word, path)| is_wrong(word, path));
        let file = &self.file.path;
        self.violations.extend(
            found.map(|(_, path)| format!("{file}:{}: {message}, found `{}`", self.file.line_of(path), whole(path))),
        );
    }
}

/// The modules that a path from the crate's root names: one, or with `crate::{…}` several.
fn modules_named(path: &str) -> impl Iterator<Item = &str> {
    let inside = path.strip_prefix("crate::").unwrap_or_default();
    let is_group = inside.starts_with('{');
    let statement = inside.split(';').next().unwrap_or_default();
    words(statement).map(|(_, word)| word).take(if is_group { usize::MAX } else { 1 })
}

/// The path at the start of the code, without what follows it.
fn whole(path: &str) -> &str {
    let is_of_path = |character: char| matches!(character, '_' | ':') || character.is_ascii_alphanumeric();
    path.split(|character| !is_of_path(character)).next().unwrap_or(path)
}
