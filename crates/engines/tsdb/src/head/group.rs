//! Series that are measured at the same times: those of one scrape.
//!
//! The newest times are rows, one cell a series; behind them come tiles, in which the cells of a
//! series stand together; behind them units, packed. Times ascend through all three.

use super::unit::{ABSENT, Presence, Unit};
use crate::TimeRange;
use crate::bits::RUN;
use crate::gather::Gather;
use std::sync::Arc;

/// Times of a tile.
const TILE_ROWS: usize = 16;
/// Tiles that become a unit: half of what fits, as what is not packed takes eight bytes a value.
const UNIT_TILES: usize = RUN / 2 / TILE_ROWS;
/// Rows that stay, so that a sample a little late still finds its row.
const ROWS_KEPT: usize = 8;
/// With so many rows none is put between others.
const ROWS_MAX: usize = 48;
/// Most series of a group.
pub(crate) const MEMBERS_MAX: usize = 1_024;
/// No series.
pub(crate) const NOBODY: u32 = u32::MAX;

#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) at_ms: i64,
    pub(crate) cells: Box<[u64]>,
}

pub(crate) struct Tile {
    times: [i64; TILE_ROWS],
    /// [`TILE_ROWS`] cells of the first column, then of the next.
    cells: Box<[u64]>,
}

impl Tile {
    fn cells(&self, column: usize) -> &[u64] {
        self.cells.get(column * TILE_ROWS..(column + 1) * TILE_ROWS).unwrap_or(&[])
    }
}

pub(crate) struct Group {
    /// The series of each column; [`NOBODY`] where one has gone.
    pub(crate) members: Vec<u32>,
    pub(crate) rows: Vec<Arc<Row>>,
    tiles: Vec<Arc<Tile>>,
    pub(crate) units: Vec<Arc<Unit>>,
    /// Tiles of the first unit of a span: 1 to [`UNIT_TILES`], another one for each group in turn,
    /// so that they do not all hold the most before they pack it, and do not all pack at once.
    first_tiles: usize,
}

/// What a column holds at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell {
    Value(u64),
    /// A cell can be filled, in a row that is there or in a new one.
    Free,
    /// It lies in the packed part, where nothing can be added.
    Closed,
}

/// When the columns of a unit just made have values.
pub(crate) type Sealed = Option<Vec<Presence>>;

impl Group {
    /// An empty one; `number` is its place among all.
    pub(crate) fn new(number: u32) -> Self {
        let first_tiles = number as usize % UNIT_TILES + 1;
        let (members, rows, tiles, units) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { members, rows, tiles, units, first_tiles }
    }

    /// The newest time of any series.
    pub(crate) fn newest_ms(&self) -> Option<i64> {
        self.rows.last().map(|row| row.at_ms).or(self.closed_to_ms())
    }

    /// The last time of the tiles and units.
    fn closed_to_ms(&self) -> Option<i64> {
        let tiles = self.tiles.last().map(|tile| tile.times[TILE_ROWS - 1]);
        tiles.or_else(|| self.units.last().map(|unit| unit.last_ms()))
    }

    /// The first time of any series.
    pub(crate) fn oldest_ms(&self) -> Option<i64> {
        let units = self.units.iter().map(|unit| unit.first_ms()).min();
        let tiles = self.tiles.first().map(|tile| tile.times[0]);
        units.into_iter().chain(tiles).chain(self.rows.first().map(|row| row.at_ms)).min()
    }

    /// How many rows and tiles there are, and how many cells they have.
    pub(super) fn open_cells(&self) -> (usize, usize) {
        let rows = self.rows.iter().map(|row| row.cells.len());
        let tiles = self.tiles.iter().map(|tile| tile.cells.len());
        (self.rows.len() + self.tiles.len(), rows.chain(tiles).sum())
    }

    /// Adds a series; returns its column.
    pub(crate) fn join(&mut self, series: u32) -> u32 {
        self.members.push(series);
        self.members.len() as u32 - 1
    }

    /// Looks a value up.
    pub(crate) fn cell(&self, column: usize, at_ms: i64) -> Cell {
        if let Ok(at) = self.rows.binary_search_by_key(&at_ms, |row| row.at_ms) {
            return match self.rows[at].cells.get(column) {
                None | Some(&ABSENT) => Cell::Free,
                Some(bits) => Cell::Value(*bits),
            };
        }
        if self.closed_to_ms().is_none_or(|closed| closed < at_ms) {
            // Rows between others are for what is a little late, not for days of old points.
            let newer = self.rows.last().is_none_or(|row| row.at_ms < at_ms);
            let free = newer || self.rows.len() < ROWS_MAX;
            return if free { Cell::Free } else { Cell::Closed };
        }
        for tile in &self.tiles {
            if let Ok(at) = tile.times.binary_search(&at_ms) {
                let cell = tile.cells(column).get(at);
                return cell.filter(|c| **c != ABSENT).map_or(Cell::Closed, |c| Cell::Value(*c));
            }
        }
        let unit = self.units.iter().find(|unit| unit.span().contains(at_ms));
        let found = unit.and_then(|unit| unit.value_at(column, at_ms));
        found.map_or(Cell::Closed, Cell::Value)
    }

    /// Fills a cell that [`Group::cell`] said is free.
    ///
    /// A unit never reaches over a multiple of `span_ms`, so that a block takes whole ones.
    pub(crate) fn put(&mut self, column: usize, at_ms: i64, bits: u64, span_ms: i64) -> Sealed {
        let mut sealed = None;
        let at = match self.rows.last() {
            Some(newest) if newest.at_ms == at_ms => self.rows.len() - 1,
            Some(newest) if newest.at_ms > at_ms => {
                match self.rows.binary_search_by_key(&at_ms, |row| row.at_ms) {
                    Ok(at) => at,
                    Err(at) => {
                        self.rows.insert(at, self.row(at_ms));
                        at
                    }
                }
            }
            Some(newest) => {
                if newest.at_ms.div_euclid(span_ms) != at_ms.div_euclid(span_ms) {
                    self.seal(i64::MAX, span_ms);
                } else if self.rows.len() >= TILE_ROWS + ROWS_KEPT {
                    sealed = self.tile(span_ms);
                }
                self.rows.push(self.row(at_ms));
                self.rows.len() - 1
            }
            None => {
                self.rows.push(self.row(at_ms));
                0
            }
        };
        let members = self.members.len();
        let row = Arc::make_mut(&mut self.rows[at]);
        if row.cells.len() <= column {
            let mut cells = std::mem::take(&mut row.cells).into_vec();
            cells.resize(members, ABSENT);
            row.cells = cells.into();
        }
        row.cells[column] = bits;
        sealed
    }

    fn row(&self, at_ms: i64) -> Arc<Row> {
        Arc::new(Row { at_ms, cells: vec![ABSENT; self.members.len()].into() })
    }

    /// Turns the oldest rows into a tile, and enough tiles into a unit.
    fn tile(&mut self, span_ms: i64) -> Sealed {
        let columns = self.members.len();
        let mut times = [0; TILE_ROWS];
        let mut cells = vec![ABSENT; columns * TILE_ROWS];
        for (at, row) in self.rows.drain(..TILE_ROWS).enumerate() {
            times[at] = row.at_ms;
            for (column, cell) in row.cells.iter().enumerate() {
                cells[column * TILE_ROWS + at] = *cell;
            }
        }
        self.tiles.push(Arc::new(Tile { times, cells: cells.into() }));
        (self.tiles.len() >= self.unit_tiles(span_ms)).then(|| self.seal_tiles(span_ms)).flatten()
    }

    /// How many tiles the next unit is made of.
    fn unit_tiles(&self, span_ms: i64) -> usize {
        let span = |at_ms: i64| at_ms.div_euclid(span_ms);
        let newest = self.tiles.first().map(|tile| span(tile.times[0]));
        let packed = self.units.last().map(|unit| span(unit.last_ms()));
        if newest.is_some() && newest == packed { UNIT_TILES } else { self.first_tiles }
    }

    /// Takes rows, which are newer than everything here; those that would be tiles become some.
    pub(super) fn reopen(&mut self, rows: Vec<Row>, span_ms: i64) {
        self.rows = rows.into_iter().map(Arc::new).collect();
        while self.rows.len() > TILE_ROWS + ROWS_KEPT
            && self.tiles.len() + 1 < self.unit_tiles(span_ms)
        {
            self.tile(span_ms);
        }
    }

    fn seal_tiles(&mut self, span_ms: i64) -> Sealed {
        let tiles = std::mem::take(&mut self.tiles);
        let times: Vec<i64> = tiles.iter().flat_map(|tile| tile.times).collect();
        // A row put in late may lie on the other side of the border.
        if times[0].div_euclid(span_ms) != times[times.len() - 1].div_euclid(span_ms) {
            self.tiles = tiles;
            self.seal(times[times.len() - 1].saturating_add(1), span_ms);
            return None;
        }
        let (unit, presences) = Unit::build(&times, self.members.len(), |column, cells| {
            for (part, tile) in cells.chunks_mut(TILE_ROWS).zip(&tiles) {
                match tile.cells(column) {
                    [] => part.fill(ABSENT),
                    found => part.copy_from_slice(found),
                }
            }
        });
        self.units.push(Arc::new(unit));
        Some(presences)
    }

    /// Packs everything before `end_ms` into units.
    pub(crate) fn seal(&mut self, end_ms: i64, span_ms: i64) {
        let first = self.tiles.first().map(|tile| tile.times[0]);
        if first.or(self.rows.first().map(|row| row.at_ms)).is_none_or(|first| first >= end_ms) {
            return;
        }
        let mut rows = Vec::new();
        for tile in std::mem::take(&mut self.tiles) {
            rows.extend(tile_rows(&tile));
        }
        rows.append(&mut self.rows);
        let kept = rows.partition_point(|row| row.at_ms < end_ms);
        self.rows = rows.split_off(kept);
        let span = |row: &Arc<Row>| row.at_ms.div_euclid(span_ms);
        for part in rows.chunk_by(|a, b| span(a) == span(b)) {
            for part in part.chunks(RUN) {
                self.units.push(Arc::new(pack_rows(part, self.members.len())));
            }
        }
    }

    /// Takes the cells of some columns out of the rows; nothing of them may be in tiles.
    pub(crate) fn take_cells(&mut self, columns: &[usize]) -> Vec<(i64, Vec<u64>)> {
        let mut taken = Vec::with_capacity(self.rows.len());
        for row in &mut self.rows {
            let row = Arc::make_mut(row);
            let mut take = |column: &usize| {
                row.cells.get_mut(*column).map_or(ABSENT, |cell| std::mem::replace(cell, ABSENT))
            };
            taken.push((row.at_ms, columns.iter().map(&mut take).collect()));
        }
        taken
    }

    /// Tells whether a column may have a value in rows or tiles that reach into `range`.
    pub(crate) fn is_open(&self, column: usize, range: TimeRange) -> bool {
        let filled = |cell: Option<&u64>| cell.is_some_and(|cell| *cell != ABSENT);
        let rows = self.rows.iter().rev().filter(|row| range.contains(row.at_ms));
        rows.into_iter().any(|row| filled(row.cells.get(column)))
            || self.tiles.iter().any(|tile| {
                let span = TimeRange { from_ms: tile.times[0], to_ms: tile.times[TILE_ROWS - 1] };
                span.overlaps(&range) && tile.cells(column).iter().any(|c| *c != ABSENT)
            })
    }

    /// What a reader needs of `range`.
    pub(crate) fn view(&self, range: TimeRange) -> View {
        let units = self.units.iter().filter(|unit| unit.span().overlaps(&range)).cloned();
        let newest = self.newest_ms().is_some_and(|newest| range.from_ms <= newest);
        let mut view = View { units: units.collect(), ..View::default() };
        if newest {
            let tiles = self.tiles.iter().filter(|t| t.times[TILE_ROWS - 1] >= range.from_ms);
            view.tiles = tiles.filter(|tile| tile.times[0] <= range.to_ms).cloned().collect();
            let inside = self.rows.iter().filter(|row| range.contains(row.at_ms));
            view.rows = inside.cloned().collect();
            let tiles = view.tiles.iter().flat_map(|tile| tile.times);
            view.open_times = tiles.chain(view.rows.iter().map(|row| row.at_ms)).collect();
        }
        view
    }
}

fn tile_rows(tile: &Tile) -> impl Iterator<Item = Arc<Row>> {
    tile.times.iter().enumerate().map(|(at, at_ms)| {
        let cells = tile.cells.iter().skip(at).step_by(TILE_ROWS).copied().collect();
        Arc::new(Row { at_ms: *at_ms, cells })
    })
}

/// Packs up to [`RUN`] rows.
pub(crate) fn pack_rows(rows: &[Arc<Row>], columns: usize) -> Unit {
    let times: Vec<i64> = rows.iter().map(|row| row.at_ms).collect();
    let fill = |column: usize, cells: &mut [u64; RUN]| {
        for (cell, row) in cells.iter_mut().zip(rows) {
            *cell = row.cells.get(column).copied().unwrap_or(ABSENT);
        }
    };
    Unit::build(&times, columns, fill).0
}

/// A group as it was at a moment.
#[derive(Default)]
pub(crate) struct View {
    pub(crate) units: Vec<Arc<Unit>>,
    tiles: Vec<Arc<Tile>>,
    rows: Vec<Arc<Row>>,
    open_times: Arc<[i64]>,
}

impl View {
    /// Adds what a column has in `range`.
    pub(crate) fn gather(&self, column: usize, range: TimeRange, to: &mut Gather) {
        let packed: usize = self.units.iter().map(|unit| unit.times.len()).sum();
        to.values.reserve(packed + self.open_times.len());
        for unit in &self.units {
            unit.gather(column, range, to);
        }
        let start = to.values.len();
        let mut absent = false;
        let mut take = |cells: &mut dyn Iterator<Item = u64>| {
            for cell in cells {
                absent |= cell == ABSENT;
                to.values.push(f64::from_bits(cell));
            }
        };
        for tile in &self.tiles {
            match tile.cells(column) {
                [] => take(&mut [ABSENT; TILE_ROWS].into_iter()),
                cells => take(&mut cells.iter().copied()),
            }
        }
        let cell = |row: &Arc<Row>| row.cells.get(column).copied().unwrap_or(ABSENT);
        take(&mut self.rows.iter().map(cell));
        if self.open_times.is_empty() {
            return;
        }
        if !absent {
            to.shared(&self.open_times, range, start);
            return;
        }
        let found: Vec<f64> = to.values.drain(start..).collect();
        let present = |(_, value): &(&i64, f64)| value.to_bits() != ABSENT;
        let (times, values): (Vec<i64>, Vec<f64>) = self
            .open_times
            .iter()
            .zip(found)
            .filter(present)
            .map(|(time, value)| (*time, value))
            .unzip();
        to.values.extend(values);
        to.own(times, range, start);
    }

    /// The first and the last time.
    pub(crate) fn span(&self) -> Option<TimeRange> {
        let open = self.open_times.first().zip(self.open_times.last());
        let open = open.map(|(first, last)| TimeRange { from_ms: *first, to_ms: *last });
        self.units.iter().map(|unit| unit.span()).chain(open).reduce(TimeRange::hull)
    }

    /// Tells whether there is anything that is not packed yet.
    pub(crate) fn has_open(&self) -> bool {
        !self.tiles.is_empty() || !self.rows.is_empty()
    }

    /// The open part as rows, oldest first.
    pub(crate) fn open_rows(&self) -> Vec<Arc<Row>> {
        let tiles = self.tiles.iter().flat_map(|tile| tile_rows(tile));
        tiles.chain(self.rows.iter().cloned()).collect()
    }
}
