//! Who runs a command, as far as the machine tells.

use service_kit::CallOrigin;

/// Where the command comes from, as every entry of the audit log that it leaves says: `cli:` and the account of the machine.
pub fn origin() -> CallOrigin {
    CallOrigin::of_command(&name())
}

/// The name of the account, or its number when it has none.
fn name() -> String {
    let id = rustix::process::getuid().as_raw();
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    named(&accounts, id).unwrap_or_else(|| id.to_string())
}

fn named(accounts: &str, id: u32) -> Option<String> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, its_id) = (fields.next()?, fields.nth(1)?);
        (its_id == id.to_string()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn an_account_is_found_by_its_number() {
        let accounts = "root:x:0:0:root:/root:/bin/sh\nnonsense\nguildhall:x:10001:10001::/:/sbin/nologin\n";
        assert_eq!(named(accounts, 10001).as_deref(), Some("guildhall"));
        assert_eq!(named(accounts, 0).as_deref(), Some("root"));
        assert_eq!(named(accounts, 1), None);
    }
}
