//! Periods that end after whole months.

use time::{Date, Month, OffsetDateTime};

/// The same day and time so many months later, or the month's last day where it has no such day.
pub fn months_after(seconds: i64, months: i32) -> i64 {
    let Ok(start) = OffsetDateTime::from_unix_timestamp(seconds) else { return seconds };
    let count = start.year() * 12 + i32::from(u8::from(start.month())) - 1 + months;
    let (year, month) = (count.div_euclid(12), u8::try_from(count.rem_euclid(12) + 1).unwrap_or(1));
    let month = Month::try_from(month).unwrap_or(Month::January);
    let day = start.day().min(month.length(year));
    match Date::from_calendar_date(year, month, day) {
        Ok(date) => start.replace_date(date).unix_timestamp(),
        Err(_) => seconds,
    }
}

/// When a period that begins then is over. Its days count from the anchor, so that a short month does not shorten
/// those that follow.
pub fn period_end(anchor: i64, start: i64, interval: &str, count: i32) -> i64 {
    let days = |days: i64| start + days * i64::from(count) * 86_400;
    let months = match interval {
        "day" => return days(1),
        "week" => return days(7),
        "year" => count * 12,
        _ => count,
    };
    (1..).map(|periods| months_after(anchor, periods * months)).find(|end| *end > start).unwrap_or(start)
}
