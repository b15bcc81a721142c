//! Where columns go as they are made.

use super::group::Deciding;
use crate::column::Column;

/// Takes columns in the order of their series, one after the other.
pub(super) struct Take<'t> {
    /// The labels whose key each column is to be given with; whoever makes it reckons the key.
    pub(super) marks: Option<Deciding<'t>>,
    pub(super) each: Box<dyn FnMut(Column, u128) + Send + 't>,
}

impl<'t> Take<'t> {
    /// Takes columns that are made already.
    pub(super) fn marking(self) -> impl FnMut(Column) {
        let Self { marks, mut each } = self;
        let mut room = Vec::new();
        move |column| {
            let mark = marks.map_or(0, |marks| marks.key(&column.labels, &mut room));
            each(column, mark);
        }
    }

    /// All into a list.
    pub(super) fn all(list: &'t mut Vec<Column>) -> Self {
        Self { marks: None, each: Box::new(|column, _| list.push(column)) }
    }
}
