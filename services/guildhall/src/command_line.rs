//! What can be typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// The organizations backend that B2B teams run themselves.
#[derive(Parser)]
#[command(version, after_help = "Settings come from GUILDHALL_… variables and from the file that --config names.")]
pub struct CommandLine {
    /// A TOML file with settings, named as the variables without their prefix, in lower case.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Stop when standard input ends, so that the product goes with whoever started it.
    #[arg(long, global = true)]
    pub stop_with_stdin: bool,
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
    /// Make or update the databases of all services, then exit.
    Migrate,
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

#[derive(Subcommand)]
pub enum PlansCommand {
    /// Make the plans of a TOML file the whole offer. Subscribers keep the terms that they took.
    Apply {
        /// The file.
        file: PathBuf,
        /// Only tell what is wrong with it, or what it would change.
        #[arg(long)]
        check: bool,
    },
}

#[derive(Subcommand)]
pub enum ApiKeysCommand {
    /// Make a key and print it, here and never again.
    Create {
        /// What to call it, 1 to 100 characters.
        #[arg(long)]
        name: String,
        /// What it may do: billing:charge, billing:deposit, billing:read or revocations:read. To be given once for each.
        #[arg(long = "scope", required = true)]
        scopes: Vec<String>,
        /// When it is to end by itself, such as 2030-01-31T12:00:00Z. Without it, it does not.
        #[arg(long, value_name = "INSTANT")]
        expires_at: Option<String>,
        /// Print the key alone, for scripts.
        #[arg(long)]
        quiet: bool,
    },
    /// List every key, the newest first, with its state: living, expired or revoked.
    List {
        /// As JSON, one key a line.
        #[arg(long)]
        json: bool,
    },
    /// End a key at once.
    Revoke {
        /// The key's id.
        id: String,
    },
}

#[derive(Subcommand)]
pub enum BillingCommand {
    /// Read every ledger and compare it with the balance that it must explain. Ends with 1 when one does not.
    Verify,
}

#[derive(Subcommand)]
pub enum KeysCommand {
    /// List every key with its state: next, active, retiring or retired.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Sign with the next key from now on, and make another one for later.
    Rotate {
        /// Also when the next key is not known everywhere yet: the active one is compromised.
        #[arg(long)]
        now: bool,
    },
    /// Publish a retiring key no more and erase its private half.
    Retire {
        /// The key's id, which may begin with a hyphen; without one, every key whose tokens have expired.
        #[arg(allow_hyphen_values = true)]
        key_id: Option<String>,
        /// Also when its tokens are still good: the key is compromised.
        #[arg(long, requires = "key_id")]
        now: bool,
    },
}

#[derive(Subcommand)]
pub enum EpochCommand {
    /// Begin another epoch: everybody's access token is refreshed once. To be done after a database was put back from a backup
    /// or failed over to a standby that had not seen everything.
    Renew,
}

#[derive(Subcommand)]
pub enum AdminCommand {
    /// Give a platform role to the account of an address; makes the account if there is none and prints a link that lets
    /// its owner choose a password.
    Create {
        /// E-mail address.
        #[arg(long)]
        email: String,
        /// system_admin or super_admin.
        #[arg(long, default_value = "system_admin")]
        role: String,
    },
    /// List everybody with a platform role.
    List,
    /// Give a platform role to an account.
    Grant {
        /// E-mail address.
        #[arg(long)]
        email: String,
        /// system_admin or super_admin.
        #[arg(long)]
        role: String,
    },
    /// Take a platform role from an account. The last active system administrator stays.
    Revoke {
        /// E-mail address.
        #[arg(long)]
        email: String,
        /// system_admin or super_admin.
        #[arg(long)]
        role: String,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Served {
    Identity,
    Organizations,
    Invitations,
    BillingContext,
    Gateway,
    All,
}
