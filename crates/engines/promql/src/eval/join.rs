//! Arithmetic and comparison of two vectors: pairs of series that agree in their labels.

use super::elements::{Made, of_cells, of_floats};
use super::group::{Deciding, Groups};
use crate::PromqlError;
use crate::annotation::Notes;
use crate::column::{Cell, Column, Grid, is_absent, same_labels, stored};
use crate::memory::{Charge, Memory};
use crate::syntax::ast::{Binary, Cardinality, Span};
use series::{Labels, LabelsBuilder, METRIC_LABEL};
use std::collections::{HashMap, HashSet};

/// The series of one group on both sides, by index; "one" is the side that may have only one.
#[derive(Default)]
struct Group {
    many: Vec<usize>,
    one: Vec<usize>,
}

struct Join<'j> {
    binary: &'j Binary,
    deciding: Deciding<'j>,
    many: &'j [Column],
    one: &'j [Column],
    grid: &'j Grid,
    span: Span,
    /// Results by their labels.
    places: HashMap<Labels, usize>,
    made: Vec<Column>,
    /// What these take.
    room: Charge,
}

pub(super) fn join(
    binary: &Binary,
    (left, right): (Vec<Column>, Vec<Column>),
    span: Span,
    grid: &Grid,
    memory: &Memory,
    notes: &mut Notes,
) -> Result<Vec<Column>, PromqlError> {
    let matching = &binary.matching;
    let swapped = matching.cardinality == Cardinality::OneToMany;
    let (many, one) = if swapped { (right, left) } else { (left, right) };
    let deciding = Deciding { listed: &matching.labels, only: matching.on };
    let groups = grouped(deciding, &many, &one);
    let mut join = Join {
        binary,
        deciding,
        many: &many,
        one: &one,
        grid,
        span,
        places: HashMap::with_capacity(many.len()),
        made: Vec::with_capacity(many.len()),
        room: memory.nothing(),
    };
    for group in &groups {
        if group.one.len() == 1 && group.many.len() == 1 {
            join.pair(group, notes)?;
        } else {
            join.steps(group, notes)?;
        }
    }
    let mut made = join.made;
    made.retain(|column| !column.is_empty());
    Ok(made)
}

fn grouped(deciding: Deciding<'_>, many: &[Column], one: &[Column]) -> Vec<Group> {
    let mut groups = Groups::default();
    let mut members: Vec<Group> = Vec::new();
    for (side, columns) in [one, many].into_iter().enumerate() {
        for (at, column) in columns.iter().enumerate() {
            let number = groups.number(deciding, &column.labels);
            if number == members.len() {
                members.push(Group::default());
            }
            let list = if side == 0 { &mut members[number].one } else { &mut members[number].many };
            list.push(at);
        }
    }
    members
}

impl Join<'_> {
    /// The value that stands for a missing sample of the "one" side, and of the "many" side.
    fn fills(&self) -> (Option<f64>, Option<f64>) {
        let matching = &self.binary.matching;
        // `fill_right` fills the side that is searched, also where `group_right` swaps the sides.
        if matching.cardinality == Cardinality::OneToMany {
            (matching.fill_left, matching.fill_right)
        } else {
            (matching.fill_right, matching.fill_left)
        }
    }

    /// One series on each side: all steps at once.
    fn pair(&mut self, group: &Group, notes: &mut Notes) -> Result<(), PromqlError> {
        let (many, one) = (&self.many[group.many[0]], &self.one[group.one[0]]);
        let plain = !many.has_histograms() && !one.has_histograms();
        if !plain || self.fills() != (None, None) {
            return self.steps(group, notes);
        }
        let Binary { op, returns_bool, .. } = *self.binary;
        if of_floats(op, 0.0, 0.0).is_none() {
            return self.steps(group, notes);
        }
        let swapped = self.binary.matching.cardinality == Cardinality::OneToMany;
        let labels = self.result_labels(&many.labels, Some(&one.labels));
        let place = self.place(labels, returns_bool || many.drop_name)?;
        let column = &mut self.made[place];
        let pairs = many.floats.iter().zip(&one.floats).zip(&mut column.floats);
        for ((many, one), out) in pairs {
            if is_absent(*many) || is_absent(*one) {
                continue;
            }
            let (left, right) = if swapped { (*one, *many) } else { (*many, *one) };
            let Some((value, holds)) = of_floats(op, left, right) else { continue };
            if !returns_bool && !holds {
                continue;
            }
            if !is_absent(*out) {
                return Err(same_labels());
            }
            *out = if returns_bool { f64::from(u8::from(holds)) } else { stored(value) };
        }
        Ok(())
    }

    /// The column of a result; several pairs may share it at different steps.
    fn place(&mut self, labels: Labels, drop_name: bool) -> Result<usize, PromqlError> {
        let next = self.made.len();
        let place = *self.places.entry(labels.clone()).or_insert(next);
        if place == next {
            self.room.grow(Column::room(self.grid.count))?;
            let mut column = Column::new(labels, self.grid.count);
            column.drop_name = drop_name;
            self.made.push(column);
        }
        Ok(place)
    }

    /// Several series of a group: at each step it is seen which of them are there.
    fn steps(&mut self, group: &Group, notes: &mut Notes) -> Result<(), PromqlError> {
        let (fill_one, fill_many) = self.fills();
        for step in 0..self.grid.count {
            let present = |columns: &[Column], list: &[usize]| -> Vec<usize> {
                list.iter().copied().filter(|at| columns[*at].is_present(step)).collect()
            };
            let (many, one) = (present(self.many, &group.many), present(self.one, &group.one));
            if one.len() > 1 && (fill_many.is_some() || self.any_many(step)) {
                return Err(self.duplicate(one[0], one[1]));
            }
            if self.binary.matching.cardinality == Cardinality::OneToOne
                && many.len() > 1
                && (one.len() == 1 || fill_one.is_some())
                && self.more_than_one_counts(step, &many, one.first().copied())
            {
                let message = "multiple matches for labels: many-to-one matching must be explicit \
                               (group_left/group_right)";
                return Err(PromqlError::eval(message));
            }
            let mut seen: HashSet<usize> = HashSet::new();
            for at in &many {
                let cell = one.first().map(|one| self.one[*one].cell(step));
                let cell = cell.or(fill_one.map(Cell::Float));
                let Some(cell) = cell else { continue };
                let labels = one.first().map(|one| self.one[*one].labels.clone());
                let many = &self.many[*at];
                let drop = many.drop_name;
                let labels = self.result_labels(&many.labels, labels.as_ref());
                let pair = (self.many[*at].cell(step), cell);
                self.put(step, labels, drop, pair, &mut seen, notes)?;
            }
            if let (Some(fill), [only], true) = (fill_many, &one[..], many.is_empty()) {
                let column = &self.one[*only];
                let own = self.deciding.labels(&column.labels);
                let labels = self.result_labels(&own, Some(&column.labels));
                let pair = (Cell::Float(fill), column.cell(step));
                self.put(step, labels, false, pair, &mut seen, notes)?;
            }
        }
        Ok(())
    }

    fn any_many(&self, step: usize) -> bool {
        self.many.iter().any(|column| column.is_present(step))
    }

    /// Values that an operator is not for do not count as matches.
    fn more_than_one_counts(&self, step: usize, many: &[usize], one: Option<usize>) -> bool {
        let mut unheard = Notes::default();
        let right = one.map_or(Cell::Float(0.0), |one| self.one[one].cell(step));
        let counts = many.iter().filter(|at| {
            let left = self.many[**at].cell(step);
            let made = of_cells(self.binary.op, left, right, self.span, &mut unheard);
            !matches!(made, Made::Nothing)
        });
        counts.count() > 1
    }

    fn put(
        &mut self,
        step: usize,
        labels: Labels,
        drop_name: bool,
        (many, one): (Cell<'_>, Cell<'_>),
        seen: &mut HashSet<usize>,
        notes: &mut Notes,
    ) -> Result<(), PromqlError> {
        let swapped = self.binary.matching.cardinality == Cardinality::OneToMany;
        let (left, right) = if swapped { (one, many) } else { (many, one) };
        let made = of_cells(self.binary.op, left, right, self.span, notes);
        if matches!(made, Made::Nothing) {
            return Ok(());
        }
        let returns_bool = self.binary.returns_bool;
        let place = self.place(labels, returns_bool || drop_name)?;
        let grouped = self.binary.matching.cardinality != Cardinality::OneToOne;
        if grouped && !seen.insert(place) {
            let message = "multiple matches for labels: grouping labels must ensure unique matches";
            return Err(PromqlError::eval(message));
        }
        let (Made::Float(_, holds) | Made::Histogram(_, holds)) = &made else { return Ok(()) };
        if !holds && !returns_bool {
            return Ok(());
        }
        let column = &mut self.made[place];
        if column.is_present(step) {
            return Err(same_labels());
        }
        match made {
            Made::Float(_, holds) | Made::Histogram(_, holds) if returns_bool => {
                column.floats[step] = f64::from(u8::from(holds));
            }
            Made::Float(value, _) => column.floats[step] = stored(value),
            Made::Histogram(held, _) => {
                self.room.grow(held.bytes())?;
                column.put_histogram(step, held);
            }
            Made::Nothing => {}
        }
        Ok(())
    }

    /// The labels of a pair's result.
    ///
    /// Source: Prometheus, `resultMetric`.
    fn result_labels(&self, many: &Labels, one: Option<&Labels>) -> Labels {
        let matching = &self.binary.matching;
        let drops = self.binary.op.changes_meaning();
        let grouped = matching.cardinality != Cardinality::OneToOne;
        if !grouped && !drops && !matching.on && matching.labels.is_empty() {
            return many.clone();
        }
        if matching.include.is_empty() {
            return many.keep(|name| {
                !(drops && name == METRIC_LABEL) && (grouped || self.deciding.leaves(name))
            });
        }
        let mut labels = LabelsBuilder::from_labels(many);
        if drops {
            labels.set(METRIC_LABEL, "");
        }
        if !grouped {
            self.deciding.reduce(&mut labels);
        }
        for name in &matching.include {
            labels.set(name, one.and_then(|one| one.get(name)).unwrap_or(""));
        }
        labels.build()
    }

    fn duplicate(&self, first: usize, second: usize) -> PromqlError {
        let (mut a, mut b) = (&self.one[first].labels, &self.one[second].labels);
        let group = text_of(&self.deciding.labels(a));
        if a > b {
            std::mem::swap(&mut a, &mut b);
        }
        let left = self.binary.matching.cardinality == Cardinality::OneToMany;
        let side = if left { "left" } else { "right" };
        let (a, b) = (text_of(a), text_of(b));
        PromqlError::eval(format!(
            "found duplicate series for the match group {group} on the {side} hand-side of the \
             operation: [{a}, {b}];many-to-many matching not allowed: matching labels must be \
             unique on one side"
        ))
    }
}

/// Labels as messages show them: `{__name__="a", b="c"}`.
pub(super) fn text_of(labels: &Labels) -> String {
    let pair = |(name, value): (&str, &str)| {
        let value = crate::syntax::go_quote(value);
        format!("{name}={value}")
    };
    let pairs: Vec<String> = labels.iter().map(pair).collect();
    format!("{{{}}}", pairs.join(", "))
}
