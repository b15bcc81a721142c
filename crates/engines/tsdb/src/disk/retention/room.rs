//! How much room the series of a rule get: beyond it their oldest points go.

use super::Kept;
use super::hours::{days_over, first_hour};
use crate::block::{Block, Claims, HOUR_MS, Share};
use crate::disk::maintain::Upkeep;
use crate::disk::rollup::{ROOM_PART, day_rolled};
use crate::disk::{DiskStore, Maintained};
use crate::locks::{lock, read};
use crate::{RetentionStats, TsdbError};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// So many series of blocks are counted in one upkeep, and more in the next ones: with years of
/// roll-ups there is much to read after a start.
const COUNTED_MAX: u64 = 8 << 20;

/// What the series of each rule take, as the last upkeep has found it.
#[derive(Debug, Default)]
pub(in crate::disk) struct Rooms {
    claims: Arc<Claims>,
    /// By the number of the rule; none where not all has been counted yet.
    bytes: Option<Vec<u64>>,
}

/// All blocks, with what the series of each rule take of them.
struct Counted {
    claims: Arc<Claims>,
    parts: Vec<Part>,
}

struct Part {
    block: Arc<Block>,
    /// Of a roll-up, its step and day.
    rolled: Option<(i64, i64)>,
    shares: Arc<[Share]>,
}

impl Part {
    fn shares(&self, rule: u16) -> impl Iterator<Item = &Share> {
        self.shares.iter().filter(move |share| share.rule == rule)
    }
}

impl Counted {
    /// By the number of the rule.
    fn bytes(&self, rules: usize) -> Vec<u64> {
        let mut bytes = vec![0; rules];
        for share in self.parts.iter().flat_map(|part| part.shares.iter()) {
            bytes[usize::from(share.rule)] += share.bytes;
        }
        bytes
    }

    /// What a rule has in blocks of samples.
    fn shares(&self, rule: u16) -> Vec<Share> {
        let samples = self.parts.iter().filter(|part| part.rolled.is_none());
        samples.flat_map(|part| part.shares(rule)).copied().collect()
    }

    /// What a rule has in roll-ups, by step and day.
    fn days(&self, rule: u16) -> BTreeMap<(i64, i64), u64> {
        let mut days = BTreeMap::new();
        for part in &self.parts {
            if let Some(day) = part.rolled {
                let bytes = part.shares(rule).map(|share| share.bytes).sum::<u64>();
                *days.entry(day).or_default() += bytes;
            }
        }
        days
    }
}

impl DiskStore {
    /// Hides the oldest points of series that take more room than their rule gives them.
    pub(in crate::disk) fn make_room(
        &self,
        upkeep: &mut Upkeep,
        kept: &Kept,
        done: &mut Maintained,
    ) -> Result<(), TsdbError> {
        let rules = &kept.tuning.retentions;
        let claims = Arc::clone(&upkeep.claims);
        let limited = rules.iter().any(|rule| rule.bytes_max.is_some());
        let counted = if limited { self.counted(&claims) } else { None };
        let Some(counted) = counted else {
            *lock(&self.rooms) = Rooms { claims, bytes: None };
            return Ok(());
        };
        let mut gone = Vec::new();
        for (number, rule) in (0..).zip(rules) {
            let Some(bytes_max) = rule.bytes_max else { continue };
            let rolled_bytes = self.make_room_of_rolled(&counted, number, bytes_max, done);
            let left = bytes_max.saturating_sub(rolled_bytes);
            if let Some(hour) = first_hour(&counted.shares(number), left) {
                let cut_ms = hour.saturating_mul(HOUR_MS);
                upkeep.cut_ms = upkeep.cut_ms.max(cut_ms);
                gone.extend(self.let_go_before(&counted, number, cut_ms, done));
            }
        }
        done.blocks_expired += gone.len() as u64;
        self.drop_blocks(&gone)?;
        // Only what has been hidden is counted anew.
        let bytes = self.counted(&claims).map(|counted| counted.bytes(rules.len()));
        *lock(&self.rooms) = Rooms { claims, bytes };
        Ok(())
    }

    /// What the series of rules take in each block; none if that takes several upkeeps to find out.
    fn counted(&self, claims: &Arc<Claims>) -> Option<Counted> {
        let mut left = COUNTED_MAX;
        let mut count = |block: &Block| {
            if let Some(shares) = block.shares(claims) {
                return Some(shares);
            }
            if left == 0 {
                return None;
            }
            left = left.saturating_sub(block.series());
            if let Err(error) = block.count(claims) {
                self.note(error);
            }
            block.shares(claims)
        };
        let blocks = read(&self.state).blocks.clone();
        let mut all: Vec<_> = blocks.into_iter().map(|block| (block, None)).collect();
        for ((step_ms, _), blocks) in &*read(&self.rollups) {
            let rolled = |block: &Block| Some((*step_ms, day_rolled(block)));
            all.extend(blocks.iter().map(|block| (Arc::clone(block), rolled(block))));
        }
        let mut parts = Vec::with_capacity(all.len());
        for (block, rolled) in all {
            let shares = count(&block)?;
            parts.push(Part { block, rolled, shares });
        }
        Some(Counted { claims: Arc::clone(claims), parts })
    }

    /// Hides what a rule has in roll-ups beyond their part of its room; tells how many bytes stay.
    fn make_room_of_rolled(
        &self,
        counted: &Counted,
        rule: u16,
        bytes_max: u64,
        done: &mut Maintained,
    ) -> u64 {
        let days = counted.days(rule);
        let over: HashSet<(i64, i64)> =
            days_over(&days, bytes_max / ROOM_PART).into_iter().collect();
        for part in &counted.parts {
            let is_over = part.rolled.is_some_and(|day| over.contains(&day));
            if is_over && part.shares(rule).next().is_some() {
                let own = self.own_series(counted, &part.block, rule);
                done.series_let_go += own.len() as u64;
                part.block.let_go(own);
                self.changes.note_all();
            }
        }
        let stay = days.iter().filter(|(day, _)| !over.contains(day));
        stay.map(|(_, bytes)| bytes).sum()
    }

    /// Hides what a rule has before a time; blocks of which nothing is left come back.
    fn let_go_before(
        &self,
        counted: &Counted,
        rule: u16,
        cut_ms: i64,
        done: &mut Maintained,
    ) -> Vec<Arc<Block>> {
        let is_cut = |part: &&Part| {
            let mut shares = part.shares(rule);
            part.rolled.is_none() && shares.any(|share| share.first_hour < cut_ms / HOUR_MS)
        };
        let mut gone = Vec::new();
        for Part { block, .. } in counted.parts.iter().filter(is_cut) {
            let own = self.own_series(counted, block, rule);
            done.series_let_go += own.len() as u64;
            if block.span.to_ms < cut_ms && own.len() as u64 == block.series() {
                gone.push(Arc::clone(block));
            } else {
                block.let_go_before(own, cut_ms);
                self.changes.note_all();
            }
        }
        gone
    }

    /// The series of a block that a rule claims, ascending.
    fn own_series(&self, counted: &Counted, block: &Block, rule: u16) -> Vec<u32> {
        let owners = counted.claims.owners(block).unwrap_or_else(|error| {
            self.note(error);
            Vec::new()
        });
        let own = block.all().zip(owners).filter(|(_, owner)| *owner == Some(rule));
        own.map(|(series, _)| series).collect()
    }

    /// The rules with what their series take.
    pub(in crate::disk) fn retention_stats(&self) -> Vec<RetentionStats> {
        let tuning = self.tuning();
        let rooms = lock(&self.rooms);
        let known = rooms.claims.are(tuning.retentions.iter().map(|rule| &rule.selector));
        let bytes = rooms.bytes.as_ref().filter(|_| known);
        let stats = tuning.retentions.iter().enumerate().map(|(number, rule)| RetentionStats {
            rule: rule.clone(),
            bytes: bytes.map(|bytes| bytes[number]),
        });
        stats.collect()
    }
}
