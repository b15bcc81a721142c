//! How many bytes of a block the series of some rules take, and from when to when.

use super::read::{Block, Inner};
use crate::locks::lock;
use crate::{Selector, TimeRange, TsdbError};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Times are told by the hour.
pub(crate) const HOUR_MS: i64 = 3_600_000;

/// Who claims which series: of several rules that match one, the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Claims(Vec<Selector>);

impl Claims {
    pub(crate) fn new<'s>(selectors: impl Iterator<Item = &'s Selector>) -> Self {
        Self(selectors.cloned().collect())
    }

    /// Tells whether these are the rules.
    pub(crate) fn are<'s>(&self, selectors: impl Iterator<Item = &'s Selector>) -> bool {
        self.0.iter().eq(selectors)
    }

    /// The number of the rule that claims each series of a block, if one does.
    pub(crate) fn owners(&self, block: &Block) -> Result<Vec<Option<u16>>, TsdbError> {
        let mut owners = vec![None; block.all().len()];
        for (rule, selector) in (0..).zip(&self.0) {
            for series in block.matching(selector, TimeRange::ALL)? {
                owners[series as usize].get_or_insert(rule);
            }
        }
        Ok(owners)
    }
}

/// What the series of a rule take in a block from one hour to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    /// Its number.
    pub(crate) rule: u16,
    /// Hours since 1970, UTC.
    pub(crate) first_hour: i64,
    /// Not before the first.
    pub(crate) last_hour: i64,
    pub(crate) bytes: u64,
}

/// The shares of a block as they were found.
#[derive(Default)]
pub(super) struct Counted {
    claims: Arc<Claims>,
    /// How many times points of the block had been hidden.
    erasures: usize,
    shares: Arc<[Share]>,
}

/// A page, as it is counted.
struct Page {
    span: TimeRange,
    bytes: f64,
}

impl Block {
    /// What the series of each rule take, if that has been counted and nothing hidden since.
    pub(crate) fn shares(&self, claims: &Arc<Claims>) -> Option<Arc<[Share]>> {
        let counted = lock(&self.counted);
        let counted = counted.as_ref().filter(|counted| {
            (Arc::ptr_eq(&counted.claims, claims) || counted.claims == *claims)
                && counted.erasures == self.erasures().len()
        });
        counted.map(|counted| Arc::clone(&counted.shares))
    }

    /// Counts what the series of each rule take.
    ///
    /// A page has its own bytes, an equal part of its column of times, which all pages of it share,
    /// and an equal part of all else that stands in the file; in a block of version 1, as many of
    /// the file's bytes as it has of its points. What is hidden does not count; of a page that is
    /// hidden in part, as many hours do as are left. The index is kept in memory only if it was.
    ///
    /// Errors: the index cannot be read; then the rules have nothing in the block from here on.
    pub(crate) fn count(&self, claims: &Arc<Claims>) -> Result<(), TsdbError> {
        let at_rest = self.size() == 0;
        let erasures = self.erasures().len();
        let found = claims.owners(self).and_then(|owners| self.count_pages(&owners));
        if at_rest {
            self.forget_index();
        }
        let (shares, said) = match found {
            Ok(shares) => (shares, Ok(())),
            Err(error) => (Arc::from([]), Err(error)),
        };
        *lock(&self.counted) = Some(Counted { claims: Arc::clone(claims), erasures, shares });
        said
    }

    fn count_pages(&self, owners: &[Option<u16>]) -> Result<Arc<[Share]>, TsdbError> {
        let mut found: HashMap<(u16, i64, i64), f64> = HashMap::new();
        self.each_page(&mut |series, page| {
            let Some(rule) = owners[series as usize] else { return };
            let Some(left) = shown(page.span, &self.hidden(series)) else { return };
            let (first, last) = hours(left);
            let (all_first, all_last) = hours(page.span);
            let part = (last - first + 1) as f64 / (all_last - all_first + 1) as f64;
            *found.entry((rule, first, last)).or_default() += page.bytes * part;
        })?;
        let found: BTreeMap<(u16, i64, i64), f64> = found.into_iter().collect();
        let share = |((rule, first_hour, last_hour), bytes): (_, f64)| Share {
            rule,
            first_hour,
            last_hour,
            bytes: bytes.round() as u64,
        };
        Ok(found.into_iter().map(share).collect())
    }

    fn each_page(&self, see: &mut dyn FnMut(u32, Page)) -> Result<(), TsdbError> {
        if let Inner::Old(index) = &self.inner {
            let point_bytes = self.bytes as f64 / self.points.max(1) as f64;
            for series in self.all() {
                for chunk in index.chunks(series, TimeRange::ALL) {
                    let bytes = point_bytes * f64::from(chunk.points);
                    see(series, Page { span: chunk.span(), bytes });
                }
            }
            return Ok(());
        }
        let index = self.index()?;
        let mut users = vec![0_u32; index.times.len()];
        let (mut pages, mut own_bytes) = (0_u64, 0_u64);
        for series in self.all() {
            for page in index.pages(series) {
                users[page.times as usize] += 1;
                own_bytes += u64::from(page.bytes);
                pages += 1;
            }
            for page in index.histograms(series) {
                own_bytes += u64::from(page.bytes);
                pages += 1;
            }
        }
        own_bytes += index.times.iter().map(|times| u64::from(times.bytes)).sum::<u64>();
        let rest_bytes = self.bytes.saturating_sub(own_bytes) as f64 / pages.max(1) as f64;
        for series in self.all() {
            for page in index.pages(series) {
                let times = &index.times[page.times as usize];
                let times_bytes = f64::from(times.bytes) / f64::from(users[page.times as usize]);
                let bytes = f64::from(page.bytes) + times_bytes + rest_bytes;
                see(series, Page { span: times.span, bytes });
            }
            for page in index.histograms(series) {
                let bytes = f64::from(page.bytes) + rest_bytes;
                see(series, Page { span: page.span, bytes });
            }
        }
        Ok(())
    }
}

fn hours(span: TimeRange) -> (i64, i64) {
    (span.from_ms.div_euclid(HOUR_MS), span.to_ms.div_euclid(HOUR_MS))
}

/// The span without what is hidden at its begin and its end; none if nothing is left.
fn shown(mut span: TimeRange, hidden: &[TimeRange]) -> Option<TimeRange> {
    loop {
        if let Some(range) = hidden.iter().find(|range| range.contains(span.from_ms)) {
            if range.to_ms >= span.to_ms {
                return None;
            }
            span.from_ms = range.to_ms + 1;
        } else if let Some(range) = hidden.iter().find(|range| range.contains(span.to_ms)) {
            // The begin is not hidden, so the range begins behind it.
            span.to_ms = range.from_ms - 1;
        } else {
            return Some(span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Labels;
    use crate::block::{BlockWriter, Level, Origin};
    use crate::intern::Interner;
    use tempfile::TempDir;

    fn range(from_ms: i64, to_ms: i64) -> TimeRange {
        TimeRange { from_ms, to_ms }
    }

    #[test]
    fn what_is_hidden_at_both_ends_is_left_out() {
        for (hidden, left) in [
            (vec![], Some((10, 20))),
            (vec![range(0, 9), range(21, 30)], Some((10, 20))),
            (vec![range(0, 12)], Some((13, 20))),
            (vec![range(18, 30), range(16, 18), range(5, 10)], Some((11, 15))),
            (vec![range(14, 16)], Some((10, 20))),
            (vec![range(0, 14), range(15, 20)], None),
            (vec![TimeRange::ALL], None),
        ] {
            let left = left.map(|(from_ms, to_ms)| range(from_ms, to_ms));
            assert_eq!(shown(range(10, 20), &hidden), left, "{hidden:?}");
        }
    }

    /// A day of two hosts, of a value a minute; those of `b` are noise, and take more.
    fn block(dir: &TempDir) -> Block {
        let origin = Origin { sequence: 1, level: Level::Flushed, replaces: Vec::new() };
        let mut writer = BlockWriter::create(dir.path(), origin).unwrap();
        let times: Arc<[i64]> = (0..1_440).map(|minute| minute * 60_000).collect();
        for metric in 0..10 {
            for (host, grain) in [("a", 10.0), ("b", 1e15)] {
                let values = (0..1_440).map(|n| (f64::from(n).sin() * grain).floor());
                let values: Vec<f64> = values.collect();
                let labels = Labels::new(&format!("m{metric}"), [("host", host)]).unwrap();
                writer.push(&labels, &times, &values, &[]).unwrap();
            }
        }
        Block::open(&writer.finish().unwrap(), &Interner::default()).unwrap()
    }

    fn claims(selectors: &[&str]) -> Arc<Claims> {
        let selectors: Vec<Selector> =
            selectors.iter().map(|text| Selector::parse(text).unwrap()).collect();
        Arc::new(Claims::new(selectors.iter()))
    }

    fn counted(block: &Block, claims: &Arc<Claims>) -> Vec<(u16, i64, i64, u64)> {
        assert!(block.shares(claims).is_none());
        block.count(claims).unwrap();
        let shares = block.shares(claims).unwrap();
        shares.iter().map(|s| (s.rule, s.first_hour, s.last_hour, s.bytes)).collect()
    }

    #[test]
    fn shares_of_all_series_are_the_file_and_the_first_rule_claims() {
        let dir = tempfile::tempdir().unwrap();
        let block = block(&dir);
        let all = counted(&block, &claims(&["{__name__!=\"\"}"]));
        assert_eq!(all, [(0, 0, 23, block.bytes)]);
        let two = counted(&block, &claims(&["{host=\"b\"}", "{__name__!=\"\"}"]));
        assert_eq!((two.len(), two[0].0, two[1].0), (2, 0, 1));
        assert!(two[0].3 > 3 * two[1].3, "noise takes more: {two:?}");
        assert!((two[0].3 + two[1].3).abs_diff(block.bytes) <= 1, "{two:?}");
        assert_eq!(counted(&block, &claims(&["up", "{host=\"c\"}"])), []);
        assert_eq!(block.size(), 0, "the index is not kept");
    }

    #[test]
    fn hidden_points_do_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let block = block(&dir);
        let claims = claims(&["{__name__!=\"\"}"]);
        let before = counted(&block, &claims)[0].3;
        block.erase(0, block.all().collect(), range(i64::MIN, 12 * HOUR_MS - 1));
        let after = counted(&block, &claims);
        assert_eq!((after.len(), after[0].1, after[0].2), (1, 12, 23));
        assert!(after[0].3.abs_diff(before / 2) <= 1, "{after:?} of {before}");
        block.erase(0, block.all().collect(), TimeRange::ALL);
        assert_eq!(counted(&block, &claims), []);
    }
}
