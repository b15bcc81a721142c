//! How long series are kept: some longer or shorter than the others.

use super::maintain::Upkeep;
use super::{DiskStore, Maintained};
use crate::block::Block;
use crate::locks::read;
use crate::{Selector, TimeRange, TsdbError, Tuning};
use std::collections::HashSet;
use std::sync::Arc;

/// How long the series are kept that match, instead of [`crate::Options::retention_ms`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// Which series; of several rules that match one, the first counts.
    pub selector: Selector,
    /// Milliseconds.
    pub keep_ms: i64,
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

    /// How many of the rules, and of the default, have let go of what a block holds.
    fn elapsed(&self, block: &Block) -> usize {
        let rules = self.tuning.retentions.iter().map(|rule| rule.keep_ms);
        let all = rules.chain([self.tuning.retention_ms]);
        all.filter(|keep_ms| block.span.to_ms < self.begin_ms(*keep_ms)).count()
    }

    /// The series of a block whose time is over, ascending.
    fn over(&self, block: &Block) -> Result<Vec<u32>, TsdbError> {
        let is_over = |keep_ms: i64| block.span.to_ms < self.begin_ms(keep_ms);
        let (mut claimed, mut over) = (HashSet::new(), Vec::new());
        for rule in &self.tuning.retentions {
            for series in block.matching(&rule.selector, TimeRange::ALL)? {
                if claimed.insert(series) && is_over(rule.keep_ms) {
                    over.push(series);
                }
            }
        }
        if is_over(self.tuning.retention_ms) {
            over.extend(block.all().filter(|series| !claimed.contains(series)));
        }
        over.sort_unstable();
        Ok(over)
    }
}

impl DiskStore {
    pub(super) fn kept(&self, now_ms: i64) -> Kept {
        Kept { tuning: self.tuning(), now_ms }
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
            match kept.over(block) {
                Ok(over) if over.len() as u64 == block.series() => gone.push(Arc::clone(block)),
                Ok(over) if over.is_empty() => {}
                // Number 0: no file says so; the next start finds it out again.
                Ok(over) => block.erase(0, over, TimeRange::ALL),
                Err(error) => self.note(error),
            }
            upkeep.let_go.insert(sequence, elapsed);
        }
        let living: HashSet<u64> = blocks.iter().map(|block| block.origin.sequence).collect();
        upkeep.let_go.retain(|sequence, _| living.contains(sequence));
        done.blocks_expired += gone.len() as u64;
        self.drop_blocks(&gone)
    }

    /// Tells whether some series of a time are no longer kept.
    pub(super) fn is_partly_over(&self, to_ms: i64, now_ms: i64) -> bool {
        let kept = self.kept(now_ms);
        let rules = &kept.tuning.retentions;
        rules.iter().any(|rule| to_ms < kept.begin_ms(rule.keep_ms))
            || (!rules.is_empty() && to_ms < kept.begin_ms(kept.tuning.retention_ms))
    }
}
