//! Access tokens.

use clap::Subcommand;

#[derive(Subcommand)]
pub enum TokenCommand {
    /// Say what an access token claims, and whether it is good: valid, expired, revoked, stale, or why else it is refused. The token itself is
    /// not repeated. Ends with 0 when it is valid, 4 when it is not, 2 when it is no token at all, 1 when nobody could tell.
    Inspect {
        /// The token, or - for standard input, which is better: other accounts of the machine see arguments.
        #[arg(default_value = "-", allow_hyphen_values = true)]
        token: String,
        /// Judge the signature by this JWKS instead of identity's database: a file, or an http:// URL. What was taken away since is not
        /// looked at then.
        #[arg(long, value_name = "FILE|URL")]
        keys: Option<String>,
        /// Who must have issued it, instead of GUILDHALL_ISSUER.
        #[arg(long, value_name = "URL")]
        issuer: Option<String>,
    },
}
