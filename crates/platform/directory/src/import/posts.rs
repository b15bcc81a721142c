use std::collections::HashSet;

use db::Tx;

use super::{
    apply::{Became, Import, became, once},
    cells::{flag_in, name_in, text_in},
    known::found,
    table::{Row, Table},
};
use crate::{
    DirectoryError, PostChange, Unit,
    actions::save::{load, then},
};

impl Import<'_> {
    pub(super) async fn post(
        &mut self,
        tx: &mut Tx,
        table: &Table,
        row: &Row,
        seen: &mut HashSet<String>,
    ) -> Result<Became, DirectoryError> {
        let code = table.cell(row, "code").to_owned();
        once(seen, "code", &code)?;
        let from = self.from(table, row)?;
        let unit_code = table.cell(row, "unit_code");
        let known = self.known.posts.get(&code).copied();
        // A post that is there stays where it is when the cell is empty.
        let unit = match (unit_code.is_empty(), known) {
            (true, Some((_, unit))) => unit,
            _ => *found::<Unit, _>(&self.known.units, "unit_code", unit_code)?,
        };
        let mut change = PostChange {
            code: text_in(table, row, "code"),
            description: text_in(table, row, "description"),
            head: flag_in(table, row, "head")?,
            ..PostChange::default()
        };
        self.known.belongs(&self.trees, Some(unit)).permit(self.act.caller)?;
        let titles = ("title_zh", "title_en");
        let Some((id, _)) = known else {
            change.title = name_in(table, row, titles, None);
            let made = self.directory.create_post_in(tx, &self.act, &change, unit, from).await?;
            self.known.posts.insert(code, (made.id, unit));
            return Ok(Became::Created);
        };
        let before = load(tx, id).await?;
        let state = then(&before, from)?.state;
        self.known.belongs(&self.trees, Some(state.unit)).permit(self.act.caller)?;
        change.title = name_in(table, row, titles, Some(&state.title));
        change.unit = Some(unit);
        let after = self.directory.change_post_in(tx, &self.act, &before, &change, from).await?;
        Ok(became(before.version(), after.version))
    }
}
