//! The memory cells of the table: written by one, read by many, without a lock and without unsafe code.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU64, fence};

pub(super) const SLOTS: usize = 8;

/// Eight slots; their marks share one cache line, which is all that a look-up without a hit reads.
#[derive(Default)]
#[repr(align(64))]
pub(super) struct Bucket {
    /// 0 in an empty slot.
    marks: [AtomicU64; SLOTS],
    firsts: [AtomicU64; SLOTS],
    seconds: [AtomicU64; SLOTS],
    metas: [AtomicU64; SLOTS],
}

/// What a slot says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The latest position of the service that the kind names first.
    pub(super) first: u64,
    /// That of the second service, or the bits of roles.
    pub(super) second: u64,
    pub(super) meta: Meta,
}

/// What an entry is about, packed into one word so that it is read and written as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meta {
    /// When no living token is concerned any more, in seconds since the table was made.
    pub(super) expires: u32,
    /// The epoch in which it was last written.
    pub(super) epoch: u16,
    pub(super) kind: Kind,
    /// Whether it ends sessions rather than making tokens stale.
    pub(super) ends_sessions: bool,
}

/// What a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(super) enum Kind {
    /// First: identity.
    Session = 1,
    /// First: identity, second: organizations.
    User = 2,
    /// First: organizations.
    Membership = 3,
    /// First: organizations, second: billing (the entitlement).
    Organization = 4,
    /// First: organizations, second: one bit for each role that changed.
    Roles = 5,
    /// First: organizations. A hint, which refuses nothing.
    MembershipHint = 6,
    /// First: organizations, second: billing. A hint as well.
    OrganizationHint = 7,
}

impl Kind {
    /// What may be forgotten without accepting more.
    pub(super) const fn is_hint(self) -> bool {
        matches!(self, Self::MembershipHint | Self::OrganizationHint)
    }
}

impl Meta {
    const fn pack(self) -> u64 {
        (self.expires as u64) << 32 | (self.epoch as u64) << 16 | (self.kind as u64) << 8 | self.ends_sessions as u64
    }

    const fn unpack(word: u64) -> Option<Self> {
        let kind = match (word >> 8) as u8 {
            1 => Kind::Session,
            2 => Kind::User,
            3 => Kind::Membership,
            4 => Kind::Organization,
            5 => Kind::Roles,
            6 => Kind::MembershipHint,
            7 => Kind::OrganizationHint,
            _ => return None,
        };
        Some(Self { expires: (word >> 32) as u32, epoch: (word >> 16) as u16, kind, ends_sessions: word & 1 == 1 })
    }
}

impl Bucket {
    /// For readers: brings the marks near.
    pub(super) fn touch(&self) -> u64 {
        self.marks[0].load(Relaxed)
    }

    /// For readers: what is known of a mark.
    pub(super) fn find(&self, mark: u64, kind: Kind) -> Option<Entry> {
        for (slot, held) in self.marks.iter().enumerate() {
            if held.load(Acquire) != mark {
                continue;
            }
            // The values before the meta word, in the opposite order of `update`, so that new values never go with an old epoch.
            let first = self.firsts[slot].load(Acquire);
            let second = self.seconds[slot].load(Acquire);
            let meta = Meta::unpack(self.metas[slot].load(Acquire));
            fence(Acquire);
            // Meanwhile the slot may have been given to another mark: then this one had expired.
            let is_whole = self.marks[slot].load(Relaxed) == mark;
            if let Some(meta) = meta.filter(|meta| is_whole && meta.kind == kind) {
                return Some(Entry { first, second, meta });
            }
        }
        None
    }

    /// For the writer: the slot of a mark.
    pub(super) fn slot_of(&self, mark: u64, kind: Kind) -> Option<(usize, Entry)> {
        (0..SLOTS)
            .filter(|slot| self.marks[*slot].load(Relaxed) == mark)
            .find_map(|slot| self.entry(slot).filter(|entry| entry.meta.kind == kind).map(|entry| (slot, entry)))
    }

    /// For the writer: what stands in a slot.
    pub(super) fn entry(&self, slot: usize) -> Option<Entry> {
        if self.marks[slot].load(Relaxed) == 0 {
            return None;
        }
        let meta = Meta::unpack(self.metas[slot].load(Relaxed))?;
        Some(Entry { first: self.firsts[slot].load(Relaxed), second: self.seconds[slot].load(Relaxed), meta })
    }

    /// For the writer: changes a slot while readers may look at it. Whatever mixture they see refuses at least what the old
    /// entry refused, since neither epoch nor, within one, positions and bits go back.
    pub(super) fn update(&self, slot: usize, entry: Entry) {
        self.metas[slot].store(entry.meta.pack(), Release);
        self.seconds[slot].store(entry.second, Release);
        self.firsts[slot].store(entry.first, Release);
    }

    /// For the writer: gives an unused slot to a mark. Readers see the mark after its values.
    pub(super) fn fill(&self, slot: usize, mark: u64, entry: Entry) {
        self.marks[slot].store(0, Relaxed);
        fence(Release);
        self.metas[slot].store(entry.meta.pack(), Relaxed);
        self.seconds[slot].store(entry.second, Relaxed);
        self.firsts[slot].store(entry.first, Relaxed);
        self.marks[slot].store(mark, Release);
    }

    /// For the writer: empties a slot.
    pub(super) fn clear(&self, slot: usize) {
        self.marks[slot].store(0, Release);
    }
}
