//! The epochs that positions count in: the present one, and a few before it.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::event::OwningService;

const REMEMBERED: usize = 4;

/// A ring: the present epoch, two before it, and room for one that is being received.
#[derive(Default)]
pub(super) struct Epochs {
    /// Counts the epochs; 0 before the first. Entries of the table carry its low 16 bits.
    present: AtomicU64,
    ring: [Epoch; REMEMBERED],
}

#[derive(Default)]
struct Epoch {
    /// The hash of its name; 0 for none.
    mark: AtomicU64,
    /// For each service: all tokens that know less are refused.
    floors: [AtomicU64; 3],
}

/// Where a token's epoch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Present(u16),
    Earlier(u16),
    Unknown,
}

impl Epochs {
    pub(super) fn standing(&self, mark: u64) -> Standing {
        let present = self.present.load(Acquire);
        for back in 0..present.min(REMEMBERED as u64 - 1) {
            let number = present - back;
            if self.at(number).mark.load(Acquire) == mark {
                let tag = tag(number);
                return if back == 0 { Standing::Present(tag) } else { Standing::Earlier(tag) };
            }
        }
        Standing::Unknown
    }

    /// Whether any token of that epoch that knows only `known` of a service is refused.
    pub(super) fn floor(&self, epoch: u16, service: OwningService) -> u64 {
        self.at(u64::from(epoch)).floors[service.index()].load(Acquire)
    }

    /// The tags of the epochs that began after this one.
    pub(super) fn after(&self, epoch: u16) -> impl Iterator<Item = u16> {
        let present = tag(self.present.load(Acquire));
        let count = if is_later(present, epoch) { present.wrapping_sub(epoch).min(REMEMBERED as u16 - 1) } else { 0 };
        (0..count).map(move |back| present.wrapping_sub(back))
    }

    /// For the writer: the tag of the present epoch, if there is one.
    pub(super) fn present(&self) -> Option<u16> {
        Some(self.present.load(Relaxed)).filter(|present| *present > 0).map(tag)
    }

    /// For the writer: makes room for the next epoch, of which readers know nothing yet.
    pub(super) fn prepare_next(&self) -> u16 {
        let next = self.present.load(Relaxed) + 1;
        let epoch = self.at(next);
        epoch.mark.store(0, Release);
        for floor in &epoch.floors {
            floor.store(0, Release);
        }
        tag(next)
    }

    /// For the writer: the epoch that was prepared is the present one.
    pub(super) fn begin_next(&self, mark: u64) {
        let next = self.present.load(Relaxed) + 1;
        self.at(next).mark.store(mark, Release);
        self.present.store(next, Release);
    }

    /// For the writer: refuses all tokens of that epoch that know less than `position` of the service.
    pub(super) fn raise_floor(&self, epoch: u16, service: OwningService, position: u64) {
        self.at(u64::from(epoch)).floors[service.index()].fetch_max(position, Release);
    }

    fn at(&self, number: u64) -> &Epoch {
        &self.ring[(number % REMEMBERED as u64) as usize]
    }
}

const fn tag(number: u64) -> u16 {
    number as u16
}

/// Whether one epoch began after the other. Tags run around; those that are compared lie close together.
pub(super) const fn is_later(epoch: u16, other: u16) -> bool {
    let ahead = epoch.wrapping_sub(other);
    ahead != 0 && ahead < u16::MAX / 2
}
