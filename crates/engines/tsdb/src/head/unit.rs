//! Up to 128 scrapes of a group, packed: the times once, and a short column for each series.

use crate::TimeRange;
use crate::bits::RUN;
use crate::gather::Gather;
use crate::pack;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Stands where a series has no value; a value with just these bits goes another way.
pub(crate) const ABSENT: u64 = 0x7ff4_6162_7365_6e74;
/// A column with a value at all times.
const WHOLE: u8 = 0;
/// A column in front of which stands a bit for each time.
const PARTLY: u8 = 1;

/// Immutable; a column is a number that stands for a series within the group.
pub(crate) struct Unit {
    pub(crate) times: Arc<[i64]>,
    /// Where the bytes of each column end.
    pub(crate) ends: Box<[u32]>,
    pub(crate) bytes: Box<[u8]>,
    pub(crate) points: u32,
    /// The head file that has it; 0: none yet.
    pub(crate) saved_in: AtomicU64,
}

/// Which of 128 times have a value, the first in the lowest bit.
pub(crate) type Presence = u128;

impl Unit {
    /// Packs `columns` columns; `fill` gives the cells of one, [`ABSENT`] where there is none.
    ///
    /// Also tells of each column when it has values. `times`: 1 to [`RUN`], ascending.
    pub(crate) fn build(
        times: &[i64],
        columns: usize,
        mut fill: impl FnMut(usize, &mut [u64; RUN]),
    ) -> (Self, Vec<Presence>) {
        let mut bytes = Vec::with_capacity(columns * 64);
        let mut ends = Vec::with_capacity(columns);
        let mut presences = Vec::with_capacity(columns);
        let mut points = 0;
        let mut cells = [ABSENT; RUN];
        let mut values = Vec::with_capacity(RUN);
        for column in 0..columns {
            fill(column, &mut cells);
            values.clear();
            let mut presence: Presence = 0;
            for (at, cell) in cells[..times.len()].iter().enumerate() {
                if *cell != ABSENT {
                    presence |= 1 << at;
                    values.push(f64::from_bits(*cell));
                }
            }
            if values.len() == times.len() {
                bytes.push(WHOLE);
                pack::encode(&values, &mut bytes);
            } else if !values.is_empty() {
                bytes.push(PARTLY);
                bytes.extend_from_slice(&presence.to_le_bytes()[..times.len().div_ceil(8)]);
                pack::encode(&values, &mut bytes);
            }
            points += values.len() as u32;
            ends.push(u32::try_from(bytes.len()).expect("columns are few and short"));
            presences.push(presence);
        }
        let (times, saved_in) = (times.into(), AtomicU64::new(0));
        let unit = Self { times, ends: ends.into(), bytes: bytes.into(), points, saved_in };
        (unit, presences)
    }

    /// A unit read from a file; `None` if it makes no sense.
    pub(crate) fn from_parts(
        times: Vec<i64>,
        ends: Vec<u32>,
        bytes: &[u8],
        saved_in: u64,
    ) -> Option<Self> {
        let fits = ends.last().is_none_or(|end| *end as usize == bytes.len());
        let sound = (1..=RUN).contains(&times.len())
            && times.is_sorted_by(|a, b| a < b)
            && ends.is_sorted()
            && fits;
        let (times, bytes) = (Arc::from(times), Box::from(bytes));
        let saved_in = AtomicU64::new(saved_in);
        let mut unit = Self { times, ends: ends.into(), bytes, points: 0, saved_in };
        if !sound {
            return None;
        }
        for column in 0..unit.ends.len() {
            unit.points += unit.presence(column)?.count_ones();
        }
        Some(unit)
    }

    pub(crate) fn first_ms(&self) -> i64 {
        self.times[0]
    }

    pub(crate) fn last_ms(&self) -> i64 {
        self.times[self.times.len() - 1]
    }

    pub(crate) fn span(&self) -> TimeRange {
        TimeRange { from_ms: self.first_ms(), to_ms: self.last_ms() }
    }

    fn column(&self, column: usize) -> &[u8] {
        let Some(end) = self.ends.get(column) else { return &[] };
        let start = if column == 0 { 0 } else { self.ends[column - 1] };
        &self.bytes[start as usize..*end as usize]
    }

    /// When a column has values; `None` if its bytes make no sense.
    pub(crate) fn presence(&self, column: usize) -> Option<Presence> {
        let all = Presence::MAX >> (RUN - self.times.len());
        match self.column(column) {
            [] => Some(0),
            [WHOLE, ..] => Some(all),
            [PARTLY, rest @ ..] => {
                let mut raw = [0; 16];
                let length = self.times.len().div_ceil(8);
                raw[..length].copy_from_slice(rest.get(..length)?);
                let presence = Presence::from_le_bytes(raw);
                (presence != 0 && presence & !all == 0).then_some(presence)
            }
            _ => None,
        }
    }

    pub(super) fn read(&self, column: usize, to: &mut Vec<f64>) -> Option<Presence> {
        let presence = self.presence(column)?;
        let bytes = match self.column(column) {
            [] => return Some(0),
            [WHOLE, rest @ ..] => rest,
            [_, rest @ ..] => &rest[self.times.len().div_ceil(8)..],
        };
        pack::decode(bytes, presence.count_ones() as usize, to)?;
        Some(presence)
    }

    /// Adds what a column has in `range`.
    pub(crate) fn gather(&self, column: usize, range: TimeRange, to: &mut Gather) {
        let start = to.values.len();
        let presence = self.read(column, &mut to.values).unwrap_or(0);
        if presence.count_ones() as usize == self.times.len() {
            to.shared(&self.times, range, start);
        } else if presence != 0 {
            to.own(self.present(presence), range, start);
        } else {
            to.values.truncate(start);
        }
    }

    fn present(&self, presence: Presence) -> Vec<i64> {
        let times = self.times.iter().enumerate();
        times.filter(|(at, _)| presence >> at & 1 == 1).map(|(_, time)| *time).collect()
    }

    /// The bits of a column's value at a time.
    pub(crate) fn value_at(&self, column: usize, at_ms: i64) -> Option<u64> {
        self.times.binary_search(&at_ms).ok()?;
        let mut values = Vec::new();
        let presence = self.read(column, &mut values)?;
        let at = self.present(presence).binary_search(&at_ms).ok()?;
        values.get(at).map(|value| value.to_bits())
    }
}
