//! Functions over range vectors, stored or reckoned by a subquery.

use super::Eval;
use super::take::Take;
use crate::PromqlError;
use crate::annotation::Notes;
use crate::column::{Cell, Column, Grid};
use crate::memory::Held;
use crate::over::{self, Kernel, Place, Plan, Site};
use crate::parallel::Task;
use crate::source::{Function as Hint, Hints, Reader, Samples, Wanted};
use crate::syntax::ast::{Expr, Extension, Kind, Selector, Shift, Span, Subquery};
use crate::value::SeriesValues;
use series::{Labels, ResetHint, TimeRange};
use std::ops::Range;
use std::sync::Arc;

/// So many series of a range vector are read between two looks at the control.
const CHECK_EVERY: usize = 32;
/// Most steps of a subquery.
const SUBQUERY_STEPS_MAX: i64 = 20_000_000;

/// Where samples come from.
enum Origin<'e> {
    Stored(Box<dyn crate::source::Selected + 'e>),
    Reckoned(Held<Vec<Column>>, Grid),
}

impl Origin<'_> {
    fn is_rolled(&self) -> bool {
        matches!(self, Self::Stored(found) if found.is_rolled())
    }
}

/// What a thread keeps from series to series.
struct Kept<R> {
    reader: Option<R>,
    samples: Samples,
    plan: Plan,
    /// For the key of labels.
    room: Vec<u8>,
}

impl<R> Kept<R> {
    fn new() -> Self {
        let (samples, plan, room) = (Samples::default(), Plan::default(), Vec::new());
        Self { reader: None, samples, plan, room }
    }
}

impl Eval<'_> {
    /// A function over the windows of each series; the columns as they come.
    pub(super) fn over_time(
        &self,
        (kernel, name): (Kernel, &str),
        arg: &Expr,
        params: &[Vec<f64>],
        grid: &Grid,
        notes: &mut Notes,
        take: Take<'_>,
    ) -> Result<(), PromqlError> {
        let arg = arg.bare();
        let (origin, shift, range_ms, extension) = match &arg.kind {
            Kind::Matrix(selector, range) => {
                let origin = self.stored(selector, range.ms, name, grid)?;
                (origin, &selector.shift, range.ms, selector.extension)
            }
            Kind::Subquery(subquery) => {
                let (columns, own) = self.subquery(subquery, grid, notes)?;
                let origin = Origin::Reckoned(columns, own);
                (origin, &subquery.shift, subquery.range.ms, Extension::None)
            }
            _ => return Err(PromqlError::eval("a range vector is wanted here")),
        };
        check_extension(extension, kernel, name)?;
        let kernel = if origin.is_rolled() { kernel.of_windows() } else { kernel };
        let ends: Vec<i64> = grid.times().map(|at| self.meant(shift, at)).collect();
        let lookback_ms = self.options.lookback_ms;
        let (grid_of, control) = (*grid, self.control);
        let site =
            Site { kernel, params, grid: grid_of, ends, range_ms, extension, lookback_ms, control };
        let count = match &origin {
            Origin::Stored(found) => found.labels().len(),
            Origin::Reckoned(columns, _) => columns.len(),
        };
        let _room = self.admit(count, grid.count)?;
        let _samples = match &origin {
            Origin::Stored(_) => None,
            Origin::Reckoned(_, own) => Some(self.admit(2, own.count)?),
        };
        let Take { marks, mut each } = take;
        let work =
            |kept: &mut Kept<_>, series: Range<usize>, notes: &mut Notes, made: &mut Vec<_>| {
                for at in series {
                    let column = match self.summed_up(&origin, &site, kept, at)? {
                        Some(column) => Some(column),
                        None => self.reckoned(&origin, &site, kept, at, arg.span, notes)?,
                    };
                    let Some(column) = column.filter(|column| !column.is_empty()) else { continue };
                    let mark = marks.map_or(0, |marks| marks.key(&column.labels, &mut kept.room));
                    made.push((self.memory.counted(&column)?, mark, column));
                }
                Ok(())
            };
        let (steps, threads) = (grid.count, self.options.threads);
        let task = Task { count, steps, threads, control, begin: Kept::new, work };
        task.run(notes, |(charge, mark, column)| each(column, mark, charge))
    }

    /// The column of a series from its samples.
    fn reckoned<'o>(
        &self,
        origin: &'o Origin<'_>,
        site: &Site<'_>,
        kept: &mut Kept<Box<dyn Reader + 'o>>,
        at: usize,
        span: Span,
        notes: &mut Notes,
    ) -> Result<Option<Column>, PromqlError> {
        let Kept { reader, samples, plan, .. } = kept;
        samples.clear();
        let wanted = if site.kernel.is_of_times() { Wanted::Times } else { Wanted::Samples };
        let (labels, dropped) = self.fill(origin, reader, at, wanted, samples)?;
        let place = Place { metric: labels.metric(), span };
        let mut column = over::run(site, labels, samples, plan, place, notes)?;
        if let Some(column) = &mut column {
            column.drop_name = dropped || !site.kernel.keeps_name();
        }
        Ok(column)
    }

    /// The column of a series from what its samples amount to, if that is known.
    fn summed_up<'o>(
        &self,
        origin: &'o Origin<'_>,
        site: &Site<'_>,
        kept: &mut Kept<Box<dyn Reader + 'o>>,
        at: usize,
    ) -> Result<Option<Column>, PromqlError> {
        let Origin::Stored(found) = origin else { return Ok(None) };
        if origin.is_rolled() || !site.may_be_summed_up() {
            return Ok(None);
        }
        let known = kept.reader.get_or_insert_with(|| found.reader()).summary(at);
        let value = known.and_then(|known| Some((known.count, site.summed_up(&known)?)));
        let Some((count, value)) = value else { return Ok(None) };
        self.count_read(usize::try_from(count).unwrap_or(usize::MAX))?;
        let mut column = Column::new(found.labels()[at].clone(), 1);
        column.floats[0] = value;
        column.drop_name = !site.kernel.keeps_name();
        Ok(Some(column))
    }

    fn stored(
        &self,
        selector: &Selector,
        range_ms: i64,
        name: &str,
        grid: &Grid,
    ) -> Result<Origin<'_>, PromqlError> {
        let lookback = self.options.lookback_ms;
        let (before, after) = match selector.extension {
            Extension::None => (0, 0),
            Extension::Anchored => (lookback, 0),
            Extension::Smoothed => (lookback, lookback),
        };
        let first = self.meant(&selector.shift, grid.start);
        let last = self.meant(&selector.shift, grid.last());
        let range = TimeRange {
            from_ms: first.saturating_sub(range_ms).saturating_sub(before).saturating_add(1),
            to_ms: last.saturating_add(after),
        };
        let step_ms = if grid.count > 1 { grid.step } else { 0 };
        // Where `@` pins the windows they do not move.
        let moved_ms = if first == last { 0 } else { grid.step };
        let grain_ms = match selector.extension {
            Extension::None => common_divisor(range_ms, common_divisor(moved_ms, first)),
            _ => 0,
        };
        let hints = Hints { step_ms, range_ms, grain_ms, function: Hint::Call(name) };
        Ok(Origin::Stored(self.select(selector, range, hints)?))
    }

    /// Reads the samples of one series.
    fn fill<'o>(
        &self,
        origin: &'o Origin<'_>,
        reader: &mut Option<Box<dyn Reader + 'o>>,
        at: usize,
        wanted: Wanted,
        samples: &mut Samples,
    ) -> Result<(&'o Labels, bool), PromqlError> {
        match origin {
            Origin::Stored(found) => {
                reader.get_or_insert_with(|| found.reader()).read(at, wanted, samples)?;
                self.count_read(samples.len())?;
                samples.drop_stale();
                Ok((&found.labels()[at], false))
            }
            Origin::Reckoned(columns, grid) => {
                let column = &columns[at];
                samples_of(column, grid, samples);
                Ok((&column.labels, column.drop_name))
            }
        }
    }

    /// Evaluates a subquery on all steps that any window of the grid may need.
    pub(super) fn subquery(
        &self,
        subquery: &Subquery,
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<(Held<Vec<Column>>, Grid), PromqlError> {
        let own = self.subquery_grid(subquery, grid)?;
        if own.count == 0 {
            return Ok((self.memory.hold(Vec::new())?, own));
        }
        // Its times.
        let _times = self.admit(1, own.count)?;
        Ok((self.columns(&subquery.expr, &own, notes)?, own))
    }

    fn subquery_grid(&self, subquery: &Subquery, grid: &Grid) -> Result<Grid, PromqlError> {
        let step = subquery.step.as_ref().map_or(self.options.subquery_step_ms, |step| step.ms);
        let step = step.max(1);
        let before = self.meant(&subquery.shift, grid.start).saturating_sub(subquery.range.ms);
        let last = self.meant(&subquery.shift, grid.last());
        // The first multiple of the step that lies behind the open left end.
        let start = (before.div_euclid(step) + 1).saturating_mul(step);
        if start > last {
            return Ok(Grid { start, step, count: 0 });
        }
        let steps = (last - start) / step + 1;
        if steps > SUBQUERY_STEPS_MAX {
            return Err(PromqlError::too_many_samples());
        }
        Ok(Grid { start, step, count: usize::try_from(steps).unwrap_or(0) })
    }

    /// The samples of a range vector at one moment.
    pub(crate) fn range_vector(
        &self,
        expr: &Expr,
        at: i64,
        notes: &mut Notes,
    ) -> Result<Vec<SeriesValues>, PromqlError> {
        let grid = Grid { start: at, step: 1, count: 1 };
        let (origin, shift, range_ms): (_, &Shift, i64) = match &expr.kind {
            Kind::Matrix(selector, range) => {
                (self.stored(selector, range.ms, "", &grid)?, &selector.shift, range.ms)
            }
            Kind::Subquery(subquery) => {
                let (columns, own) = self.subquery(subquery, &grid, notes)?;
                let columns = columns.try_map(crate::column::without_dropped_names)?;
                (Origin::Reckoned(columns, own), &subquery.shift, subquery.range.ms)
            }
            _ => return Err(PromqlError::eval("a range vector is wanted here")),
        };
        let count = match &origin {
            Origin::Stored(found) => found.labels().len(),
            Origin::Reckoned(columns, _) => columns.len(),
        };
        let end = self.meant(shift, at);
        let start = end.saturating_sub(range_ms);
        let inside = |time: i64| time > start && time <= end;
        let (mut all, mut samples_now, mut reader) = (Vec::new(), 0, None);
        let mut room = self.memory.nothing();
        for at in 0..count {
            if at % CHECK_EVERY == 0 {
                crate::source::check(self.control)?;
            }
            let mut samples = Samples::default();
            let (labels, _) = self.fill(&origin, &mut reader, at, Wanted::Samples, &mut samples)?;
            let labels = labels.clone();
            let floats = samples.times.into_iter().zip(samples.values);
            let floats: Vec<_> = floats.filter(|(time, _)| inside(*time)).collect();
            let held = samples.histogram_times.into_iter().zip(samples.histograms);
            let histograms: Vec<_> = held.filter(|(time, _)| inside(*time)).collect();
            samples_now += floats.len() + histograms.len();
            let held: usize = histograms.iter().map(|(_, held)| held.bytes()).sum();
            let bytes = (floats.len() + histograms.len()).saturating_mul(16).saturating_add(held);
            room.grow(bytes).map_err(|_| self.too_many_in_range(samples_now))?;
            if !floats.is_empty() || !histograms.is_empty() {
                all.push(SeriesValues { labels, floats, histograms });
            }
        }
        all.sort_by(|a, b| a.labels.cmp(&b.labels));
        Ok(all)
    }

    fn too_many_in_range(&self, samples: usize) -> PromqlError {
        let most = self.options.bytes_max;
        let message = format!("a range vector of {samples} samples would take over {most} bytes");
        PromqlError::Limit { message }
    }
}

/// The values of a column as samples. Its histograms no longer follow each other as they were
/// stored, so what they say about resets does not hold.
fn samples_of(column: &Column, grid: &Grid, samples: &mut Samples) {
    for (step, at) in grid.times().enumerate() {
        match column.cell(step) {
            Cell::Nothing => {}
            Cell::Float(float) => {
                samples.times.push(at);
                samples.values.push(float);
            }
            Cell::Histogram(held) => {
                let mut held = Arc::clone(held);
                if matches!(held.hint, ResetHint::Reset | ResetHint::NotReset) {
                    Arc::make_mut(&mut held).hint = ResetHint::Unknown;
                }
                samples.histogram_times.push(at);
                samples.histograms.push(held);
            }
        }
    }
}

/// The greatest number that divides both; 0 if both are 0.
fn common_divisor(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.saturating_abs(), b.saturating_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn check_extension(extension: Extension, kernel: Kernel, name: &str) -> Result<(), PromqlError> {
    let (word, fits, allowed) = match extension {
        Extension::None => return Ok(()),
        Extension::Anchored => {
            let fits = kernel.is_rate() || matches!(kernel, Kernel::Changes | Kernel::Resets);
            ("anchored", fits, "changes, delta, increase, rate, resets")
        }
        Extension::Smoothed => ("smoothed", kernel.is_rate(), "delta, increase, rate"),
    };
    if fits {
        return Ok(());
    }
    let message = format!("{word} modifier can only be used with: {allowed} - not with {name}");
    Err(PromqlError::eval(message))
}
