use std::collections::HashSet;

use db::Tx;
use kernel::Time;

use super::{
    apply::{Became, Import, became, once},
    cells::{holding_kind_in, moment_in, percent_in},
    known::found,
    table::{Row, Table},
};
use crate::{
    DirectoryError, Holding, HoldingChange, Person, Post,
    actions::save::{load, then},
    model::Timeline,
    store,
};

impl Import<'_> {
    pub(super) async fn held(
        &mut self,
        tx: &mut Tx,
        table: &Table,
        row: &Row,
        seen: &mut HashSet<String>,
    ) -> Result<Became, DirectoryError> {
        let (number, code) = (table.cell(row, "person_number"), table.cell(row, "post_code"));
        let person = *found::<Person, _>(&self.known.people, "person_number", number)?;
        let (post, unit) = *found::<Post, _>(&self.known.posts, "post_code", code)?;
        let from = self.from(table, row)?;
        let to = moment_in(table, row, "to", &self.directory.zone)?;
        once(seen, "from", &format!("{number} {code} {from}"))?;
        let change = HoldingChange {
            kind: holding_kind_in(table, row)?,
            share_percent: percent_in(table, row)?,
        };
        self.known.belongs(&self.trees, Some(unit)).permit(self.act.caller)?;
        let given = !table.cell(row, "from").is_empty();
        let begins = |held: &Timeline<Holding>| {
            held.spans().first().is_some_and(|span| !given || span.valid_from == from)
        };
        // Also those that have ended: a file may tell of the past.
        let ever = Time::from_micros(i64::MIN);
        for holding in store::of_person(tx.connection(), person, ever).await? {
            let held = load(tx, holding.id).await?;
            let same = held.spans().first().is_some_and(|span| span.state.post == post);
            if same && begins(&held) {
                return self.held_before(tx, &held, &change, to).await;
            }
        }
        let ends = (person, post);
        self.directory.create_holding_in(tx, &self.act, &change, ends, (from, to)).await?;
        Ok(Became::Created)
    }

    /// A holding that is there: its way and share are as the row says from now on (all along, if
    /// it has ended), and it ends when the row says.
    async fn held_before(
        &self,
        tx: &mut Tx,
        held: &Timeline<Holding>,
        change: &HoldingChange,
        to: Option<Time>,
    ) -> Result<Became, DirectoryError> {
        let Some(first) = held.spans().first() else { return Ok(Became::Unchanged) };
        let over = held.end() <= self.act.now;
        let at = if over { first.valid_from } else { self.act.now.max(first.valid_from) };
        let before = then(held, at)?;
        let after = before.state.changed(change)?;
        let rewrite = held.changed(at, &after, self.act.now)?;
        self.act.save_change(tx, &before, &rewrite, at).await?;
        if let Some(to) = to.filter(|to| *to < held.end()) {
            crate::actions::save::after_beginning(held, "to", to)?;
            let changed = load(tx, before.id).await?;
            self.act.save_end(tx, &changed, to).await?;
        }
        Ok(became(held.version(), load(tx, before.id).await?.version()))
    }
}
