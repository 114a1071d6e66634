//! Instants and names as people say them.

use service_kit::Timestamp;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Day and time of an instant, such as `5 March 2026, 17:04 UTC`.
pub(super) fn day_and_time(instant: Timestamp) -> String {
    let text = instant.to_rfc3339();
    let (year, month, day, time) = (text.get(..4), text.get(5..7), text.get(8..10), text.get(11..16));
    let month = month.and_then(|month| MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?));
    match (year, month, day, time) {
        (Some(year), Some(month), Some(day), Some(time)) => {
            format!("{} {month} {year}, {time} UTC", day.trim_start_matches('0'))
        }
        _ => text,
    }
}

/// The letter or digit that stands for a name, if it has one.
pub(super) fn initial(name: &str) -> String {
    let first = name.chars().find(|character| character.is_alphanumeric());
    first.map(|character| character.to_uppercase().collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_a_day_and_a_time() {
        assert_eq!(day_and_time(Timestamp::from_millis(1_772_730_299_000)), "5 March 2026, 17:04 UTC");
    }

    #[test]
    fn a_name_stands_for_itself_by_its_first_letter() {
        for (name, letter) in [("acme", "A"), ("«Ärger»", "Ä"), ("ßtraße", "SS"), ("7 Sins", "7"), ("🦊", "")] {
            assert_eq!(initial(name), letter, "{name}");
        }
    }
}
