use std::collections::HashSet;

use db::Tx;

use super::{
    apply::{Became, Import, became, once},
    cells::{name_in, text_in},
    known::found,
    table::{Row, Table},
};
use crate::{
    DirectoryError, Region, Unit, UnitChange, UnitId,
    actions::save::{load, then},
    directory::Belongs,
};

impl Import<'_> {
    /// All units: a row may come before the one of its parent, so that rows wait for each other.
    pub(super) async fn units(&mut self, tx: &mut Tx, table: &Table) -> Result<(), DirectoryError> {
        let mut seen = HashSet::new();
        let mut waiting: Vec<&Row> = Vec::new();
        for row in &table.rows {
            let code = table.cell(row, "code");
            match once(&mut seen, "code", code) {
                Ok(()) => waiting.push(row),
                Err(fault) => self.note(table, row, Err(fault.into()))?,
            }
        }
        // Each round brings in at least one row, or is the last.
        while !waiting.is_empty() {
            let mut left = Vec::new();
            let count = waiting.len();
            for row in waiting {
                let parent = table.cell(row, "parent_code");
                if parent.is_empty() || self.known.units.contains_key(parent) {
                    let done = self.unit(tx, table, row).await;
                    self.note(table, row, done)?;
                } else {
                    left.push(row);
                }
            }
            if left.len() == count {
                for row in left {
                    let done = self.unit(tx, table, row).await;
                    self.note(table, row, done)?;
                }
                break;
            }
            waiting = left;
        }
        Ok(())
    }

    async fn unit(
        &mut self,
        tx: &mut Tx,
        table: &Table,
        row: &Row,
    ) -> Result<Became, DirectoryError> {
        let code = table.cell(row, "code").to_owned();
        let from = self.from(table, row)?;
        let parent = match text_in(table, row, "parent_code") {
            None => None,
            Some(code) => Some(*found::<Unit, _>(&self.known.units, "parent_code", &code)?),
        };
        let region = match text_in(table, row, "region_code") {
            None => None,
            Some(code) => Some(*found::<Region, _>(&self.known.regions, "region_code", &code)?),
        };
        let known = self.known.units.get(&code).copied();
        let Some(id) = known else {
            self.permit_under(parent)?;
            let change = change_of(table, row, region, None);
            let made = self.directory.create_unit_in(tx, &self.act, &change, parent, from).await?;
            self.known.units.insert(code, made.id);
            self.known.new_units.insert(made.id, parent);
            return Ok(Became::Created);
        };
        let before = load(tx, id).await?;
        let state = then(&before, from)?.state;
        self.known.belongs(&self.trees, Some(id)).permit(self.act.caller)?;
        let change = change_of(table, row, region, Some(&state));
        self.directory.change_unit_in(tx, &self.act, &before, &change, from).await?;
        if parent.is_some() && parent != state.parent {
            self.permit_under(parent)?;
            let timeline = load(tx, id).await?;
            self.directory.move_unit_in(tx, &self.act, &timeline, parent, from).await?;
        }
        Ok(became(before.version(), load(tx, id).await?.version()))
    }

    fn permit_under(&self, parent: Option<UnitId>) -> Result<(), DirectoryError> {
        let belongs = match parent {
            Some(_) => self.known.belongs(&self.trees, parent),
            None => Belongs::default(),
        };
        belongs.permit(self.act.caller)
    }
}

fn change_of(
    table: &Table,
    row: &Row,
    region: Option<kernel::Id<Region>>,
    known: Option<&Unit>,
) -> UnitChange {
    UnitChange {
        code: text_in(table, row, "code"),
        name: name_in(table, row, ("name_zh", "name_en"), known.map(|unit| &unit.name)),
        short_name: text_in(table, row, "short_name"),
        kind: text_in(table, row, "kind"),
        region: region.map(Some),
    }
}
