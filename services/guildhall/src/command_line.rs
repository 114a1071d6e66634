//! What can be typed.

mod admin;
mod billing;
mod config;
mod keys;
mod migrate;
mod organizations;
mod outbox;
mod people;
mod served;
mod token;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

pub use self::admin::AdminCommand;
pub use self::billing::{ApiKeysCommand, BillingCommand, PlansCommand};
pub use self::config::ConfigCommand;
pub use self::keys::{EpochCommand, KeysCommand};
pub use self::migrate::{MigrateCommand, MigrateVerb};
pub use self::organizations::{OneOrganization, OrgCommand};
pub use self::outbox::{GiveUp, OutboxCommand, Retry, WithOutbox};
pub use self::people::{AuditCommand, OneUser, StatusFilter, UserCommand, WhichEntries};
pub use self::served::Served;
pub use self::token::TokenCommand;

/// The organizations backend that B2B teams run themselves.
#[derive(Parser)]
#[command(
    version,
    after_help = "Settings come from GUILDHALL_… variables and from the file that --config names.\n\
                  Commands end with 0, or 1 when they failed, 2 when they were not understood, 3 when what was named is not there, \
                  4 when it is not in the state that was expected."
)]
pub struct CommandLine {
    /// A TOML file with settings, named as the variables without their prefix, in lower case. Else GUILDHALL_CONFIG names it.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Stop when standard input ends, so that the product goes with whoever started it.
    #[arg(long, global = true)]
    pub stop_with_stdin: bool,
    /// How an operator's command tells what it did: in words, or as one JSON document (lists: one object a line).
    #[arg(long, global = true, value_enum, default_value = "text")]
    pub output: Output,
    /// Tell how far long work has come as one JSON object a line on standard error; a terminal shows it without being asked.
    #[arg(long, global = true)]
    pub progress: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Run everything on this machine for development: demo data, mailbox, loopback only.
    Dev {
        /// Run the five services as five processes.
        #[arg(long)]
        as_services: bool,
    },
    /// Run one service, or all in one process, with settings for production.
    Serve {
        /// Which service.
        what: Served,
    },
    /// Ask a process whether it is well; ends with 0 when it is, else with 1.
    Healthcheck {
        /// The probe to ask.
        #[arg(default_value = "http://127.0.0.1:9090/readyz")]
        url: String,
    },
    /// Make or update the databases of all services, or tell how far they are. Needs nothing but the databases.
    Migrate(MigrateCommand),
    /// Look at the settings. Needs nothing else.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Try everything that the settings lead to: databases, their schemas and clocks, signing keys, mail server, other services, disk.
    /// Each is ok, warn or fail, with what to do next. Ends with 1 when one fails.
    Doctor,
    /// Copy the SQLite files of all services into one archive, beside a product that goes on writing. Postgres has its own ways.
    Backup {
        /// The archive, or a folder to make it in under a name with the present instant.
        to: PathBuf,
    },
    /// Put the databases of an archive into the data folder, which must have none yet, and begin another epoch.
    Restore {
        /// The archive.
        from: PathBuf,
    },
    /// See to the keys that access tokens are signed with. Works with identity's database alone; running services follow
    /// within seconds.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// See to the epoch that the numbers of revocations count in. Works with identity's database alone; running services follow
    /// within a second.
    #[command(subcommand)]
    Epoch(EpochCommand),
    /// Decide who may enter the back office. Works with identity's database alone, whether or not anything is served.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// See to accounts: look at them, sign them out, suspend and delete them. Works with the databases alone, beside whatever is served.
    #[command(subcommand)]
    User(UserCommand),
    /// See to organizations: look at them, suspend and delete them. Works with their database alone, beside whatever is served.
    #[command(subcommand)]
    Org(OrgCommand),
    /// Look into access tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Read what was done, by whom and why. Works with the databases alone.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// See to what services still have to do elsewhere: mails, and their halves of steps that take two. Works with the databases alone,
    /// beside whatever is served.
    #[command(subcommand)]
    Outbox(OutboxCommand),
    /// Decide what organizations can subscribe to. Works with billing's database alone, whether or not anything is served.
    #[command(subcommand)]
    Plans(PlansCommand),
    /// See to the keys by which programs of yours charge and read credits. Works with billing's database alone, whether or
    /// not anything is served.
    #[command(subcommand)]
    ApiKeys(ApiKeysCommand),
    /// Look after billing. Works with billing's database alone, whether or not anything is served.
    #[command(subcommand)]
    Billing(BillingCommand),
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    Text,
    Json,
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Commands of the product in blocks of shell, each on its line, without comments and redirections.
    fn commands_in(text: &str) -> Vec<String> {
        let mut commands = Vec::new();
        let mut is_shell = false;
        for line in text.lines().map(str::trim) {
            if let Some(language) = line.strip_prefix("```") {
                is_shell = !is_shell && language == "sh";
            } else if is_shell && line.starts_with("guildhall ") {
                let end = [" #", " > ", " < ", " | "].into_iter().filter_map(|mark| line.find(mark)).min();
                commands.push(line[..end.unwrap_or(line.len())].trim().to_owned());
            }
        }
        commands
    }

    /// The words of a line, of which some may stand in quotes.
    fn words(line: &str) -> Vec<String> {
        let parts = line.split('"').enumerate();
        let of_part = |(place, part): (usize, &str)| match place % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        };
        parts.flat_map(of_part).collect()
    }

    #[test]
    fn every_command_that_is_written_down_is_understood() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let runbooks = std::fs::read_dir(root.join("docs/runbooks")).unwrap().map(|entry| entry.unwrap().path());
        let pages: Vec<_> = runbooks.chain([root.join("README.md")]).collect();
        assert!(pages.len() > 8, "{pages:?}");
        let mut found = 0;
        for page in pages {
            for command in commands_in(&std::fs::read_to_string(&page).unwrap()) {
                let parsed = CommandLine::try_parse_from(words(&command));
                assert!(parsed.is_ok(), "{}: {command}", page.display());
                found += 1;
            }
        }
        assert!(found > 40, "{found}");
    }

    #[test]
    fn a_command_that_does_not_exist_is_found() {
        let page = "```sh\nguildhall keys rotate --now  # at once\nguildhall keys explode\n```\n`guildhall nothing`";
        let commands = commands_in(page);
        assert_eq!(commands, ["guildhall keys rotate --now", "guildhall keys explode"]);
        let understood = |command: &String| CommandLine::try_parse_from(words(command)).is_ok();
        assert_eq!(commands.iter().map(understood).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn a_wait_is_told_in_seconds() {
        for (text, seconds) in [("120", Some(120)), ("120s", Some(120)), ("0", Some(0)), ("3601", None), ("2m", None)] {
            let parsed = CommandLine::try_parse_from(["guildhall", "migrate", "up", "--wait-db", text]).ok();
            let wait = parsed.and_then(|line| match line.command {
                Command::Migrate(command) => Some(command.wait_db.as_secs()),
                _ => None,
            });
            assert_eq!(wait, seconds, "{text}");
        }
    }
}
