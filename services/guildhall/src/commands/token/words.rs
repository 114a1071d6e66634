//! What is said of a token: never the token itself, nor its signature.

use serde_json::{Value, json};
use service_kit::Timestamp;

use super::reading::ReadToken;
use super::verdict::Verdict;
use crate::command_line::Output;
use crate::say::say;

/// Claims that are instants.
const INSTANTS: [&str; 3] = ["iat", "nbf", "exp"];

pub fn tell(read: &ReadToken<'_>, verdict: &Verdict, now: Timestamp, output: Output) {
    match output {
        Output::Json => say!("{}", as_value(read, verdict, now)),
        Output::Text => {
            say!("header");
            read.header.iter().for_each(|(name, value)| say!("  {name:20}  {}", in_words(value)));
            say!("claims");
            for (name, value) in &read.claims {
                match value.as_i64() {
                    Some(seconds) if INSTANTS.contains(&name.as_str()) => {
                        say!("  {name:20}  {}  ({})", rfc3339(seconds), when(seconds, now));
                    }
                    _ => say!("  {name:20}  {}", in_words(value)),
                }
            }
            if let Some(lifetime) = lifetime(read) {
                say!("lifetime                {}", span(lifetime));
            }
            say!("verdict                 {}: {}", verdict.word(), verdict.says());
            if let Verdict::Valid { issuer_compared: false, .. } = verdict {
                say!("who issued it was not compared: neither --issuer nor GUILDHALL_ISSUER says who must have");
            }
        }
    }
}

fn as_value(read: &ReadToken<'_>, verdict: &Verdict, now: Timestamp) -> Value {
    let instant = |claim: &str| read.seconds(claim).map(rfc3339);
    let (issuer_compared, changes_looked_at) = match verdict {
        Verdict::Valid { issuer_compared, changes_looked_at } => (Some(*issuer_compared), Some(*changes_looked_at)),
        _ => (None, None),
    };
    json!({
        "verdict": verdict.word(), "says": verdict.says(), "issuer_compared": issuer_compared,
        "changes_looked_at": changes_looked_at, "header": read.header, "claims": read.claims,
        "issued_at": instant("iat"), "expires_at": instant("exp"), "lifetime_seconds": lifetime(read),
        "expires_in_seconds": read.seconds("exp").map(|exp| exp.saturating_sub(now.seconds())),
    })
}

fn lifetime(read: &ReadToken<'_>) -> Option<i64> {
    Some(read.seconds("exp")?.saturating_sub(read.seconds("iat")?))
}

fn rfc3339(seconds: i64) -> String {
    Timestamp::from_millis(seconds.saturating_mul(1000)).to_rfc3339()
}

fn when(seconds: i64, now: Timestamp) -> String {
    match seconds.saturating_sub(now.seconds()) {
        0 => "now".to_owned(),
        ahead @ 1.. => format!("in {}", span(ahead)),
        past => format!("{} ago", span(past.saturating_neg())),
    }
}

/// A span of time by its largest two units.
fn span(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes, seconds % 60) {
        (0, 0, 0, seconds) => format!("{seconds} s"),
        (0, 0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (0, hours, minutes, _) => format!("{hours} h {minutes} min"),
        (days, hours, _, _) => format!("{days} d {hours} h"),
    }
}

fn in_words(value: &Value) -> String {
    match value {
        Value::String(text) if !text.contains(char::is_control) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_told_as_seen_from_now() {
        let now = Timestamp::from_millis(1_000_000_000);
        assert_eq!(when(1_000_000, now), "now");
        assert_eq!(when(1_000_299, now), "in 4 min 59 s");
        assert_eq!(when(999_990, now), "10 s ago");
        assert_eq!(when(1_000_000 - 7265, now), "2 h 1 min ago");
        assert_eq!(when(1_000_000 + 90_000, now), "in 1 d 1 h");
        assert_eq!(when(i64::MIN, now).split(' ').next_back(), Some("ago"), "nonsense is no panic");
    }
}
