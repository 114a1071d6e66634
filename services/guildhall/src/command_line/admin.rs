//! Who may enter the back office.

use clap::Subcommand;

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
