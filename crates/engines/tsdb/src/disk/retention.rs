//! How long series are kept, and how much room they get: some more or less than the others.

mod hours;
mod room;

pub(super) use room::Rooms;

use super::maintain::{Upkeep, day_range};
use super::{DiskStore, Maintained};
use crate::block::{Block, Claims};
use crate::locks::read;
use crate::{Selector, TsdbError, Tuning};
use std::collections::HashSet;
use std::sync::Arc;

/// How long the series are kept that match, and how much room they get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// Which series; of several rules that match one, the first counts.
    pub selector: Selector,
    /// How long, instead of [`crate::Options::retention_ms`]; none: as long as that. Milliseconds.
    pub keep_ms: Option<i64>,
    /// While their blocks and roll-ups take more than this, their oldest points go, and nobody
    /// else's: in whole hours, and in larger parts of a day the more there is of them, so that a
    /// block is not written anew each time. Roll-ups take half of it at most: beyond that their
    /// oldest days go, by the shortest step first. What is in memory does not count. Bytes; none:
    /// no limit.
    pub bytes_max: Option<u64>,
}

/// From when on what is kept.
pub(super) struct Kept {
    tuning: Arc<Tuning>,
    now_ms: i64,
}

impl Kept {
    fn begin_ms(&self, keep_ms: i64) -> i64 {
        self.now_ms.saturating_sub(keep_ms)
    }

    /// Everything older is kept for nobody.
    pub(super) fn all_from_ms(&self) -> i64 {
        self.begin_ms(self.tuning.longest_ms())
    }

    /// From when on what each rule is about is kept.
    fn begins_ms(&self) -> impl Iterator<Item = i64> {
        let rules = self.tuning.retentions.iter();
        rules.map(|rule| self.begin_ms(rule.keep_ms.unwrap_or(self.tuning.retention_ms)))
    }

    /// How many of the rules, and of the default, have let go of what a block holds.
    fn elapsed(&self, block: &Block) -> usize {
        let all = self.begins_ms().chain([self.begin_ms(self.tuning.retention_ms)]);
        all.filter(|begin_ms| block.span.to_ms < *begin_ms).count()
    }

    /// The series of a block whose time is over, ascending.
    fn over(&self, block: &Block, claims: &Claims) -> Result<Vec<u32>, TsdbError> {
        let over: Vec<bool> =
            self.begins_ms().map(|begin_ms| block.span.to_ms < begin_ms).collect();
        let usual = block.span.to_ms < self.begin_ms(self.tuning.retention_ms);
        let owners = block.all().zip(claims.owners(block)?);
        let gone = owners
            .filter(|(_, owner)| owner.map_or(usual, |rule| over[usize::from(rule)]))
            .map(|(series, _)| series);
        Ok(gone.collect())
    }
}

impl DiskStore {
    pub(super) fn kept(&self, now_ms: i64) -> Kept {
        Kept { tuning: self.tuning(), now_ms }
    }

    /// From when on nothing that matches has gone: for its age, as far as the rules tell that may
    /// be about it, and of what all share for want of room, since the oldest go first then.
    /// [`i64::MAX`] if one of the rules gives it a limit of room of its own, and of an empty store.
    /// `now_ms` and what is told are milliseconds since 1970, UTC.
    #[must_use]
    pub fn whole_from_ms(&self, selector: &Selector, now_ms: i64) -> i64 {
        let kept = self.kept(now_ms);
        let usual_ms = kept.tuning.retention_ms;
        let rules = kept.tuning.retentions.iter();
        let begins = rules.filter(|rule| !rule.selector.is_apart_from(selector)).map(|rule| {
            match rule.bytes_max {
                Some(_) => i64::MAX,
                None => kept.begin_ms(rule.keep_ms.unwrap_or(usual_ms)),
            }
        });
        let oldest_ms = read(&self.state).span().map_or(i64::MAX, |span| span.from_ms);
        begins.fold(kept.begin_ms(usual_ms).max(oldest_ms), i64::max)
    }

    /// Hides the series of blocks whose time is over while others' is not; what is hidden goes with
    /// the next merge.
    pub(super) fn let_go(
        &self,
        upkeep: &mut Upkeep,
        kept: &Kept,
        done: &mut Maintained,
    ) -> Result<(), TsdbError> {
        if upkeep.rules != kept.tuning.retentions {
            // Every block is looked at again.
            upkeep.let_go.clear();
            upkeep.rules.clone_from(&kept.tuning.retentions);
            let selectors = || upkeep.rules.iter().map(|rule| &rule.selector);
            if !upkeep.claims.are(selectors()) {
                upkeep.claims = Arc::new(Claims::new(selectors()));
            }
        }
        if upkeep.rules.is_empty() {
            return Ok(());
        }
        let blocks = read(&self.state).blocks.clone();
        let mut gone: Vec<Arc<Block>> = Vec::new();
        for block in &blocks {
            let (sequence, elapsed) = (block.origin.sequence, kept.elapsed(block));
            if upkeep.let_go.get(&sequence).copied().unwrap_or(0) == elapsed {
                continue;
            }
            match kept.over(block, &upkeep.claims) {
                Ok(over) if over.len() as u64 == block.series() => gone.push(Arc::clone(block)),
                Ok(over) if over.is_empty() => {}
                Ok(over) => {
                    block.let_go(over);
                    self.changes.note_all();
                }
                Err(error) => self.note(error),
            }
            upkeep.let_go.insert(sequence, elapsed);
        }
        let living: HashSet<u64> = blocks.iter().map(|block| block.origin.sequence).collect();
        upkeep.let_go.retain(|sequence, _| living.contains(sequence));
        done.blocks_expired += gone.len() as u64;
        self.drop_blocks(&gone)
    }

    /// Tells whether some series of a day are no longer kept.
    pub(super) fn is_partly_over(&self, upkeep: &Upkeep, day: i64, now_ms: i64) -> bool {
        let day = day_range(day);
        if day.from_ms < upkeep.cut_ms {
            return true;
        }
        let kept = self.kept(now_ms);
        !kept.tuning.retentions.is_empty()
            && (kept.begins_ms().any(|begin_ms| day.to_ms < begin_ms)
                || day.to_ms < kept.begin_ms(kept.tuning.retention_ms))
    }
}
