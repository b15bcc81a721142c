//! Where columns go as they are made.

use super::group::Deciding;
use crate::PromqlError;
use crate::column::Column;
use crate::memory::{Charge, Held};

/// Takes a column with the key of its labels and what counts its histograms.
type Each<'t> = dyn FnMut(Column, u128, Option<Charge>) -> Result<(), PromqlError> + Send + 't;

/// Takes columns in the order of their series, one after the other.
pub(super) struct Take<'t> {
    /// The labels whose key each column is to be given with; whoever makes it reckons the key.
    pub(super) marks: Option<Deciding<'t>>,
    pub(super) each: Box<Each<'t>>,
}

impl<'t> Take<'t> {
    /// Takes columns that are made already, and counted elsewhere.
    pub(super) fn made(self, columns: Vec<Column>) -> Result<(), PromqlError> {
        let Self { marks, mut each } = self;
        let mut room = Vec::new();
        columns.into_iter().try_for_each(|column| {
            let mark = marks.map_or(0, |marks| marks.key(&column.labels, &mut room));
            each(column, mark, None)
        })
    }

    /// All into a list.
    pub(super) fn all(list: &'t mut Held<Vec<Column>>) -> Self {
        Self { marks: None, each: Box::new(|column, _, charge| list.push(column, charge)) }
    }
}
