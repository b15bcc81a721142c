//! `label_replace` and `label_join`.

use super::Eval;
use crate::PromqlError;
use crate::annotation::Notes;
use crate::column::{Column, Grid, merged};
use crate::syntax::ast::{Expr, Kind};
use crate::syntax::is_broken;
use series::{LabelsBuilder, METRIC_LABEL, Pattern};

fn text(arg: &Expr) -> Result<&str, PromqlError> {
    match &arg.bare().kind {
        Kind::String(text) => Ok(text),
        _ => Err(PromqlError::eval("a string is wanted here")),
    }
}

fn is_label(name: &str) -> bool {
    !name.is_empty() && !is_broken(name)
}

fn set(column: &mut Column, name: &str, value: &str) {
    let mut labels = LabelsBuilder::from_labels(&column.labels);
    labels.set(name, value);
    column.labels = labels.build();
    if name == METRIC_LABEL {
        column.drop_name = false;
    }
}

impl Eval<'_> {
    pub(super) fn label_replace(
        &self,
        args: &[Expr],
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        let (to, replacement) = (text(&args[1])?, text(&args[2])?);
        let (from, pattern) = (text(&args[3])?, text(&args[4])?);
        let Ok(regex) = Pattern::whole(pattern) else {
            let message = format!("invalid regular expression in label_replace(): {pattern}");
            return Err(PromqlError::eval(message));
        };
        if !is_label(to) {
            let message = format!("invalid destination label name in label_replace(): {to}");
            return Err(PromqlError::eval(message));
        }
        let (mut columns, _held) = self.columns(&args[0], grid, notes)?.parts();
        let (mut room, inserted) = (self.memory.nothing(), replacement.matches('$').count());
        for column in &mut columns {
            let value = column.labels.get(from).unwrap_or("").to_owned();
            if let Some(captures) = regex.captures(&value) {
                let longest = value.len().saturating_mul(inserted);
                room.grow(longest.saturating_add(replacement.len()))?;
                let mut replaced = String::new();
                regex.expand(&captures, replacement, &mut replaced);
                set(column, to, &replaced);
            }
        }
        merged(columns)
    }

    pub(super) fn label_join(
        &self,
        args: &[Expr],
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        let (to, separator) = (text(&args[1])?, text(&args[2])?);
        let mut from = Vec::new();
        for arg in &args[3..] {
            let name = text(arg)?;
            if !is_label(name) {
                let message = format!("invalid source label name in label_join(): {name}");
                return Err(PromqlError::eval(message));
            }
            from.push(name);
        }
        if !is_label(to) {
            let message = format!("invalid destination label name in label_join(): {to}");
            return Err(PromqlError::eval(message));
        }
        let (mut columns, _held) = self.columns(&args[0], grid, notes)?.parts();
        let mut room = self.memory.nothing();
        for column in &mut columns {
            let values: Vec<&str> =
                from.iter().map(|name| column.labels.get(name).unwrap_or("")).collect();
            let texts: usize = values.iter().map(|value| value.len()).sum();
            room.grow(separator.len().saturating_mul(from.len()).saturating_add(texts))?;
            let joined = values.join(separator);
            set(column, to, &joined);
        }
        merged(columns)
    }
}
