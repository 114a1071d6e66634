//! The keys that access tokens are signed with, and the epoch.

use clap::Subcommand;

#[derive(Subcommand)]
pub enum KeysCommand {
    /// List every key with its state: next, active, retiring or retired.
    List {
        /// The older way: one document with all keys, where `--output json` prints an object a line.
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
    /// Begin another epoch: everybody's access token is refreshed once, and organizations hears of every account anew. To be done after a database was put back from a backup
    /// or failed over to a standby that had not seen everything.
    Renew,
}
