//! What was taken away lately, by whom it concerns. Of a fixed size; one writer, any number of readers.
//!
//! Each mark has two buckets of eight slots that it may be in, and is put into the emptier one: with five entries to a
//! bucket on average, a full pair does not occur by chance. Nothing is ever moved and no slot is ever a tombstone, so that readers
//! need neither a lock nor a copy of the table that a writer swaps: they read the slots as they are (see `bucket.rs`).

use std::sync::atomic::Ordering::{Acquire, Relaxed};
use std::sync::atomic::{AtomicU64, AtomicUsize};

use uuid::Uuid;

use super::bucket::{Bucket, Entry, Kind, Meta, SLOTS};
use super::epochs::{Epochs, Standing, is_later};
use super::event::{Event, OwningService, Subject};
use super::marks::{Marker, Marks, position};
use crate::Caller;

const ENTRIES_TO_A_BUCKET: usize = 5;

pub(super) struct Table {
    buckets: Box<[Bucket]>,
    pub(super) epochs: Epochs,
    marker: Marker,
    capacity: usize,
    entries: AtomicUsize,
    overflows: AtomicU64,
}

/// What the table says of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    /// Whether the token's positions count in the present epoch; if not, the table cannot know everything about it.
    pub(super) is_of_present_epoch: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    NothingKnown,
    /// Rights changed: a refresh makes a right one.
    Stale,
    /// Its session is over.
    Revoked,
}

impl Table {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        let buckets = capacity.div_ceil(ENTRIES_TO_A_BUCKET).max(2);
        Self {
            buckets: std::iter::repeat_with(Bucket::default).take(buckets).collect(),
            epochs: Epochs::default(),
            marker: Marker::default(),
            capacity,
            entries: AtomicUsize::new(0),
            overflows: AtomicU64::new(0),
        }
    }

    pub(super) fn marks(&self, caller: &Caller) -> Marks {
        self.marker.token(caller)
    }

    pub(super) fn epoch_mark(&self, name: &str) -> u64 {
        self.marker.epoch(name)
    }

    /// Five look-ups at most, no allocation, no lock.
    pub(super) fn judge(&self, marks: &Marks) -> Judgement {
        self.touch(marks);
        let standing = self.epochs.standing(marks.epoch);
        let (epoch, is_of_present_epoch) = match standing {
            Standing::Present(epoch) => (epoch, true),
            Standing::Earlier(epoch) => (epoch, false),
            Standing::Unknown => {
                let has_ended = self.find(marks.session, Kind::Session).is_some();
                let verdict = if has_ended { Verdict::Revoked } else { Verdict::NothingKnown };
                return Judgement { verdict, is_of_present_epoch: false };
            }
        };
        let verdict = self.judge_known(&Reader { table: self, marks, epoch });
        Judgement { verdict, is_of_present_epoch }
    }

    fn judge_known(&self, reader: &Reader<'_>) -> Verdict {
        use OwningService::{Billing, Identity, Organizations};
        let marks = reader.marks;
        let mut verdict = Verdict::NothingKnown;
        if let Some(entry) = self.find(marks.session, Kind::Session)
            // No session lives again, in whatever epoch it ended.
            && (entry.meta.epoch != reader.epoch || reader.is_news(entry, entry.first, Identity))
        {
            return Verdict::Revoked;
        }
        if let Some(entry) = self.find(marks.user, Kind::User) {
            let is_news_of_identity = reader.is_news(entry, entry.first, Identity);
            if entry.meta.ends_sessions && is_news_of_identity {
                return Verdict::Revoked;
            }
            if is_news_of_identity || reader.is_news(entry, entry.second, Organizations) {
                verdict = Verdict::Stale;
            }
        }
        if verdict == Verdict::Stale || reader.is_below_a_floor() {
            return Verdict::Stale;
        }
        let Some(organization) = marks.organization else { return verdict };
        let membership = self.find(organization.membership, Kind::Membership);
        if membership.is_some_and(|entry| reader.is_news(entry, entry.first, Organizations)) {
            return Verdict::Stale;
        }
        if let Some(entry) = self.find(organization.organization, Kind::Organization)
            && (reader.is_news(entry, entry.first, Organizations)
                || (marks.tells_plan && reader.is_news(entry, entry.second, Billing)))
        {
            return Verdict::Stale;
        }
        if let Some(entry) = self.find(organization.roles, Kind::Roles)
            && (entry.second & organization.role_bits != 0 || reader.is_before(entry))
            && reader.is_news(entry, entry.first, Organizations)
        {
            return Verdict::Stale;
        }
        verdict
    }

    /// Whether the caller may do more than the token says. Two look-ups at most, no allocation, no lock.
    pub(super) fn has_widened(&self, caller: &Caller) -> bool {
        use OwningService::{Billing, Organizations};
        let Some(active) = &caller.organization else { return false };
        let epoch = match self.epochs.standing(self.marker.epoch(&caller.asof.e)) {
            Standing::Present(epoch) | Standing::Earlier(epoch) => epoch,
            Standing::Unknown => return false,
        };
        let is_news = |entry: Entry, number: u64, service| {
            if entry.meta.epoch == epoch {
                number > position(caller.asof.of(service))
            } else {
                is_later(entry.meta.epoch, epoch)
            }
        };
        let membership = self.marker.of(Kind::MembershipHint, caller.user_id, active.id);
        let organization = self.marker.of(Kind::OrganizationHint, active.id, Uuid::nil());
        self.find(membership, Kind::MembershipHint).is_some_and(|entry| is_news(entry, entry.first, Organizations))
            || self.find(organization, Kind::OrganizationHint).is_some_and(|entry| {
                is_news(entry, entry.first, Organizations) || is_news(entry, entry.second, Billing)
            })
    }

    /// Asks for the memory of all look-ups at once; one after the other would wait for it five times.
    fn touch(&self, marks: &Marks) {
        let of_organization = marks.organization.map(|active| [active.membership, active.organization, active.roles]);
        let all = [marks.session, marks.user].into_iter().chain(of_organization.into_iter().flatten());
        let touched = all.fold(0, |sum, mark| {
            let (one, other) = self.pair(mark);
            sum ^ one.touch() ^ other.touch()
        });
        std::hint::black_box(touched);
    }

    fn find(&self, mark: u64, kind: Kind) -> Option<Entry> {
        let (one, other) = self.pair(mark);
        one.find(mark, kind).or_else(|| other.find(mark, kind))
    }

    /// The two buckets that a mark may be in.
    fn pair(&self, mark: u64) -> (&Bucket, &Bucket) {
        let count = self.buckets.len() as u64;
        let place = |mark: u64| ((u128::from(mark) * u128::from(count)) >> 64) as usize;
        let (one, mut other) = (place(mark), place(mark.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32)));
        if other == one {
            other = (one + 1) % self.buckets.len();
        }
        (&self.buckets[one], &self.buckets[other])
    }

    /// For the writer: keeps what an event says until `expires`.
    pub(super) fn record(&self, event: &Event, epoch: u16, now: u32, expires: u32) {
        use OwningService::{Billing, Identity, Organizations};
        let number = position(event.position);
        let meta = |kind, ends_sessions| Meta { expires, epoch, kind, ends_sessions };
        let of = |kind, one: &Uuid| self.marker.of(kind, *one, Uuid::nil());
        let (mark, first, second, meta) = match (&event.subject, event.service) {
            (Subject::Session { session_id }, Identity) => {
                (of(Kind::Session, session_id), number, 0, meta(Kind::Session, true))
            }
            (Subject::User { user_id, ended }, Identity) => {
                (of(Kind::User, user_id), number, 0, meta(Kind::User, *ended))
            }
            // Sessions are not its own to end.
            (Subject::User { user_id, .. }, Organizations) => {
                (of(Kind::User, user_id), 0, number, meta(Kind::User, false))
            }
            (Subject::Membership { user_id, organization_id }, Organizations) => {
                let mark = self.marker.of(Kind::Membership, *user_id, *organization_id);
                (mark, number, 0, meta(Kind::Membership, false))
            }
            (Subject::Organization { organization_id }, Organizations) => {
                (of(Kind::Organization, organization_id), number, 0, meta(Kind::Organization, false))
            }
            (Subject::Entitlement { organization_id }, Billing) => {
                (of(Kind::Organization, organization_id), 0, number, meta(Kind::Organization, false))
            }
            (Subject::Role { organization_id, role_code }, Organizations) => {
                (of(Kind::Roles, organization_id), number, self.marker.role_bit(role_code), meta(Kind::Roles, false))
            }
            (Subject::MembershipWidened { user_id, organization_id }, Organizations) => {
                let mark = self.marker.of(Kind::MembershipHint, *user_id, *organization_id);
                (mark, number, 0, meta(Kind::MembershipHint, false))
            }
            (Subject::OrganizationWidened { organization_id }, Organizations) => {
                (of(Kind::OrganizationHint, organization_id), number, 0, meta(Kind::OrganizationHint, false))
            }
            (Subject::OrganizationWidened { organization_id }, Billing) => {
                (of(Kind::OrganizationHint, organization_id), 0, number, meta(Kind::OrganizationHint, false))
            }
            (Subject::MembershipWidened { .. } | Subject::OrganizationWidened { .. }, _) => return,
            _ => return self.epochs.raise_floor(epoch, event.service, number),
        };
        // A hint that finds no room is a hint less.
        if !self.insert(mark, Entry { first, second, meta }, now) && !meta.kind.is_hint() {
            self.overflows.fetch_add(1, Relaxed);
            self.epochs.raise_floor(epoch, event.service, number);
        }
    }

    /// `false` when there is no room.
    fn insert(&self, mark: u64, entry: Entry, now: u32) -> bool {
        let (one, other) = self.pair(mark);
        for bucket in [one, other] {
            if let Some((slot, held)) = bucket.slot_of(mark, entry.meta.kind) {
                bucket.update(slot, joined(held, entry, now));
                return true;
            }
        }
        let (free_in_one, free_in_other) = (self.free_slots(one, now), self.free_slots(other, now));
        let (bucket, (free, slot)) =
            if free_in_one.0 >= free_in_other.0 { (one, free_in_one) } else { (other, free_in_other) };
        if free == 0 {
            return !entry.meta.kind.is_hint() && self.take_from_a_hint([one, other], mark, entry);
        }
        if bucket.entry(slot).is_none() {
            self.entries.fetch_add(1, Relaxed);
        }
        bucket.fill(slot, mark, entry);
        true
    }

    /// Gives the slot of a hint to what refuses something; `false` when there is none.
    fn take_from_a_hint(&self, buckets: [&Bucket; 2], mark: u64, entry: Entry) -> bool {
        let is_hint = |bucket: &Bucket, slot| bucket.entry(slot).is_some_and(|held| held.meta.kind.is_hint());
        let all = buckets.into_iter().flat_map(|bucket| (0..SLOTS).map(move |slot| (bucket, slot)));
        let Some((bucket, slot)) = all.into_iter().find(|(bucket, slot)| is_hint(bucket, *slot)) else { return false };
        bucket.fill(slot, mark, entry);
        true
    }

    /// How many slots may be given away, and one of them.
    fn free_slots(&self, bucket: &Bucket, now: u32) -> (usize, usize) {
        let is_free = |slot: &usize| bucket.entry(*slot).is_none_or(|entry| self.is_spent(&entry, now));
        (0..SLOTS).filter(is_free).fold((0, 0), |(count, _), slot| (count + 1, slot))
    }

    /// Nothing would be accepted that is refused now if the entry were gone.
    fn is_spent(&self, entry: &Entry, now: u32) -> bool {
        if entry.meta.expires <= now {
            return true;
        }
        let is_below = |number: u64, service| number <= self.epochs.floor(entry.meta.epoch, service);
        if Some(entry.meta.epoch) != self.epochs.present() {
            return false;
        }
        match entry.meta.kind {
            // An ended session is known for longer than its epoch.
            Kind::Session => false,
            Kind::User => {
                is_below(entry.first, OwningService::Identity) && is_below(entry.second, OwningService::Organizations)
            }
            Kind::Membership | Kind::MembershipHint | Kind::Roles => {
                is_below(entry.first, OwningService::Organizations)
            }
            Kind::Organization | Kind::OrganizationHint => {
                is_below(entry.first, OwningService::Organizations) && is_below(entry.second, OwningService::Billing)
            }
        }
    }

    /// For the writer: empties the slots of these buckets that have expired.
    pub(super) fn sweep(&self, first: usize, count: usize, now: u32) {
        for offset in 0..count.min(self.buckets.len()) {
            let bucket = &self.buckets[(first + offset) % self.buckets.len()];
            for slot in 0..SLOTS {
                if bucket.entry(slot).is_some_and(|entry| entry.meta.expires <= now) {
                    bucket.clear(slot);
                    self.entries.fetch_sub(1, Relaxed);
                }
            }
        }
    }

    pub(super) fn buckets(&self) -> usize {
        self.buckets.len()
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.buckets)
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    pub(super) fn entries(&self) -> usize {
        self.entries.load(Relaxed)
    }

    pub(super) fn overflows(&self) -> u64 {
        self.overflows.load(Acquire)
    }
}

/// What both entries of one mark say. What was said in an earlier epoch goes: a later one's entry refuses all that it refused.
fn joined(held: Entry, new: Entry, now: u32) -> Entry {
    if held.meta.epoch != new.meta.epoch || held.meta.expires <= now {
        return new;
    }
    let is_roles = new.meta.kind == Kind::Roles;
    let second = if is_roles { held.second | new.second } else { held.second.max(new.second) };
    // Identity alone knows of sessions, and the two services may be heard in any order.
    let ends_sessions = if new.first > held.first { new.meta.ends_sessions } else { held.meta.ends_sessions };
    let expires = held.meta.expires.max(new.meta.expires);
    Entry { first: held.first.max(new.first), second, meta: Meta { expires, ends_sessions, ..new.meta } }
}

/// One token before the table.
struct Reader<'a> {
    table: &'a Table,
    marks: &'a Marks,
    epoch: u16,
}

impl Reader<'_> {
    /// Whether an entry tells the token something that it does not know.
    fn is_news(&self, entry: Entry, number: u64, service: OwningService) -> bool {
        if entry.meta.epoch == self.epoch { number > self.marks.known(service) } else { self.is_before(entry) }
    }

    /// Whether the entry is of a later epoch. It may have taken the place of what the token's own epoch knew of the same mark, so
    /// it counts whatever it says.
    fn is_before(&self, entry: Entry) -> bool {
        is_later(entry.meta.epoch, self.epoch)
    }

    /// Whether the token knows less than what all must know. A change for everybody in a later epoch is one that no token of an
    /// earlier one knows.
    fn is_below_a_floor(&self) -> bool {
        let epochs = &self.table.epochs;
        let is_asked = |service: &OwningService| *service != OwningService::Billing || self.marks.tells_plan;
        OwningService::ALL.into_iter().filter(is_asked).any(|service| {
            epochs.floor(self.epoch, service) > self.marks.known(service)
                || epochs.after(self.epoch).any(|later| epochs.floor(later, service) > 0)
        })
    }
}
