//! Months as people count them.

use service_kit::Timestamp;
use time::{Date, Month, OffsetDateTime};

const MILLIS_PER_DAY: i64 = 86_400_000;

/// The same day and time of day so many months later; the last day of a shorter month. `None` beyond
/// the calendar.
pub fn months_after(start: Timestamp, months: i32) -> Option<Timestamp> {
    let date = date_of(start)?;
    let month = month_number(date).checked_add(months)?;
    let year = month.div_euclid(12);
    let month = Month::try_from(u8::try_from(month.rem_euclid(12) + 1).ok()?).ok()?;
    let later = Date::from_calendar_date(year, month, date.day().min(month.length(year))).ok()?;
    let days = i64::from(later.to_julian_day()) - i64::from(date.to_julian_day());
    Some(Timestamp::from_millis(start.millis() + days * MILLIS_PER_DAY))
}

/// How many months the two instants' calendar pages are apart; negative when `later` is earlier.
pub fn pages_between(earlier: Timestamp, later: Timestamp) -> Option<i32> {
    Some(month_number(date_of(later)?) - month_number(date_of(earlier)?))
}

fn date_of(instant: Timestamp) -> Option<Date> {
    OffsetDateTime::from_unix_timestamp(instant.seconds()).ok().map(OffsetDateTime::date)
}

fn month_number(date: Date) -> i32 {
    date.year() * 12 + i32::from(u8::from(date.month())) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn a_month_keeps_the_day_and_the_time_of_day() {
        assert_eq!(months_after(at("2026-01-15T13:14:15.016Z"), 1), Some(at("2026-02-15T13:14:15.016Z")));
        assert_eq!(months_after(at("2026-11-15T00:00:00Z"), 14), Some(at("2028-01-15T00:00:00Z")));
    }

    #[test]
    fn the_end_of_a_long_month_becomes_the_end_of_a_short_one() {
        assert_eq!(months_after(at("2026-01-31T12:00:00Z"), 1), Some(at("2026-02-28T12:00:00Z")));
        assert_eq!(months_after(at("2024-01-31T12:00:00Z"), 1), Some(at("2024-02-29T12:00:00Z")));
        assert_eq!(months_after(at("2024-02-29T12:00:00Z"), 12), Some(at("2025-02-28T12:00:00Z")));
    }

    #[test]
    fn the_calendar_has_an_end() {
        assert_eq!(months_after(at("9999-12-31T00:00:00Z"), 1), None);
    }
}
