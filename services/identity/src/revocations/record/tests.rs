//! A record, told this and that.

use super::*;

const TODAY: Timestamp = Timestamp::from_millis(1_000_000);

fn change(position: i64) -> Change {
    Change { position, at: TODAY, subject: Subject::Session { session_id: uuid::Uuid::nil() } }
}

fn news(positions: std::ops::RangeInclusive<i64>) -> News {
    let position = *positions.end();
    News { changes: positions.map(change).collect(), position, age: Duration::ZERO, has_more: false }
}

fn told(record: &Record) -> Vec<(i64, bool)> {
    let all = record.range(0, i64::MAX, usize::MAX);
    all.iter().map(|change| (change.position, change.subject == Subject::All)).collect()
}

fn hear(record: &mut Record, news: News) {
    assert_eq!(record.hear(news, Instant::now(), TODAY), Ok(()));
}

#[test]
fn what_is_told_twice_is_known_once() {
    let mut record = Record::new(0, Instant::now());
    hear(&mut record, news(41..=44));
    hear(&mut record, news(43..=46));
    hear(&mut record, news(41..=46));
    assert_eq!(told(&record), [41, 42, 43, 44, 45, 46].map(|position| (position, false)));
    assert_eq!(record.position(), 46);
}

#[test]
fn a_gap_concerns_everything_and_what_lies_before_the_first_news_nothing() {
    let mut record = Record::new(0, Instant::now());
    hear(&mut record, news(41..=42));
    hear(&mut record, news(45..=45));
    assert_eq!(told(&record), [(41, false), (42, false), (44, true), (45, false)]);
    hear(&mut record, News { changes: Vec::new(), ..news(50..=50) });
    assert_eq!(told(&record)[4..], [(50, true)]);
}

#[test]
fn everything_is_known_for_certain_when_the_last_part_is_there() {
    let mut record = Record::new(0, Instant::now());
    hear(&mut record, News { has_more: true, ..news(1..=2) });
    assert_eq!((record.position(), record.age(Instant::now())), (2, None));
    let now = Instant::now();
    let last = News { age: Duration::from_millis(30), ..news(3..=4) };
    assert_eq!(record.hear(last, now, TODAY), Ok(()));
    assert_eq!(record.age(now), Some(Duration::from_millis(30)));
}

#[test]
fn less_than_was_known_is_late_unless_it_is_certain_since() {
    let begun = Instant::now();
    let mut record = Record::new(0, begun);
    assert_eq!(record.hear(news(1..=9), begun, TODAY), Ok(()));
    let soon = begun + Duration::from_secs(2);
    assert_eq!(record.hear(news(1..=5), soon, TODAY), Err(Unheard::Late));
    let later = soon + Duration::from_millis(1);
    let old = News { age: Duration::from_millis(1), ..news(1..=5) };
    assert_eq!(record.hear(old, later, TODAY), Err(Unheard::Late));
    assert_eq!(record.hear(news(1..=5), later, TODAY), Err(Unheard::Backwards));
    assert_eq!(record.hear(News { has_more: true, ..news(1..=5) }, later, TODAY), Ok(()), "more may follow");
}

#[test]
fn what_somebody_heard_before_counts_too() {
    let begun = Instant::now();
    let mut record = Record::new(9, begun);
    let later = begun + Duration::from_secs(3);
    assert_eq!(record.hear(news(1..=5), later, TODAY), Err(Unheard::Backwards));
    assert_eq!(record.position(), 0);
    assert_eq!(record.hear(news(1..=9), later, TODAY), Ok(()));
}

#[test]
fn what_is_older_than_the_epoch_is_not_taken_in() {
    let begun = Instant::now() + Duration::from_secs(60);
    let mut record = Record::of_epoch_begun_by(begun);
    let now = begun + Duration::from_millis(10);
    assert_eq!(record.hear(News { age: Duration::from_millis(11), ..news(1..=5) }, now, TODAY), Err(Unheard::Late));
    assert_eq!(record.hear(News { age: Duration::from_millis(9), ..news(1..=5) }, now, TODAY), Ok(()));
}

#[test]
fn what_is_forgotten_before_its_time_concerns_everything_until_then() {
    let mut record = Record::new(0, Instant::now());
    hear(&mut record, news(1..=5));
    record.forget_first();
    record.forget_first();
    assert_eq!(told(&record), [(2, true), (3, false), (4, false), (5, false)]);
    let positions = |after, through, limit| -> Vec<_> {
        record
            .range(after, through, limit)
            .iter()
            .map(|change| (change.position, change.subject == Subject::All))
            .collect()
    };
    assert_eq!(positions(0, 1, 9), [(1, true)]);
    assert_eq!(positions(1, 5, 2), [(2, true), (3, false)]);
    assert_eq!(positions(2, 4, 9), [(3, false), (4, false)]);
    // Changes of sessions, if a service of plans tells such, may mean anything.
    assert!(record.has_plan_changed_after(1, uuid::Uuid::nil()) && record.has_plan_changed_after(4, uuid::Uuid::nil()));
    assert!(!record.has_plan_changed_after(5, uuid::Uuid::nil()));
    record.forget(Timestamp::from_millis(TODAY.millis() + 1));
    assert_eq!(told(&record), []);
}

#[test]
fn a_clock_that_is_ahead_keeps_nothing_for_longer() {
    let mut record = Record::new(0, Instant::now());
    let ahead = Change { at: Timestamp::from_millis(i64::MAX), ..change(1) };
    hear(&mut record, News { changes: vec![ahead], ..news(1..=1) });
    record.forget(Timestamp::from_millis(TODAY.millis() + 1));
    assert_eq!(told(&record), []);
}

#[test]
fn another_change_by_a_number_that_was_given_before_is_of_a_backup() {
    let other = |position| Change { subject: Subject::Session { session_id: uuid::Uuid::max() }, ..change(position) };
    let later = |position| Change { at: Timestamp::from_millis(TODAY.millis() + 1), ..change(position) };
    for changed in [other(3), later(3)] {
        let mut record = Record::new(0, Instant::now());
        hear(&mut record, news(1..=4));
        let again = News { changes: vec![change(1), change(2), changed, change(4), change(5)], ..news(1..=5) };
        assert_eq!(record.hear(again, Instant::now(), TODAY), Err(Unheard::Backwards));
        assert_eq!(record.position(), 4);
    }
}

#[test]
fn what_stands_for_everything_contradicts_nothing() {
    let mut record = Record::new(0, Instant::now());
    hear(&mut record, news(1..=2));
    hear(&mut record, news(5..=5));
    let everything = Change { subject: Subject::All, ..change(2) };
    hear(&mut record, News { changes: vec![everything, change(3), change(4), change(5)], ..news(1..=5) });
    assert_eq!(told(&record), [(1, false), (2, false), (4, true), (5, false)]);
}

#[test]
fn what_a_clock_that_is_ahead_told_may_be_told_again() {
    let mut record = Record::new(0, Instant::now());
    let ahead = || News { changes: vec![Change { at: Timestamp::from_millis(i64::MAX), ..change(1) }], ..news(1..=1) };
    hear(&mut record, ahead());
    hear(&mut record, ahead());
}

#[test]
fn a_plans_latest_change_counts_until_it_is_forgotten() {
    let (acme, other) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
    let of =
        |position, organization_id| Change { subject: Subject::Entitlement { organization_id }, ..change(position) };
    let mut record = Record::new(0, Instant::now());
    hear(&mut record, News { changes: vec![of(1, acme), of(2, other), of(3, acme)], ..news(1..=3) });
    record.forget_first();
    assert!(record.has_plan_changed_after(0, other), "what was forgotten before its time may be anybody's");
    assert!(record.has_plan_changed_after(1, acme) && record.has_plan_changed_after(2, acme));
    assert!(record.has_plan_changed_after(1, other) && !record.has_plan_changed_after(2, other));
    assert!(!record.has_plan_changed_after(3, acme));
    record.forget(Timestamp::from_millis(TODAY.millis() + 1));
    assert!(!record.has_plan_changed_after(0, acme) && !record.has_plan_changed_after(0, other));
}
