use db::Tx;
use kernel::Time;

use super::{
    apply::{Import, became},
    line::Line,
    report::Became,
};
use crate::{
    DirectoryError, Post, PostChange, PostId, Unit, UnitId, actions::save::load, model::NEVER,
};

impl Import<'_> {
    pub(super) async fn post(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
    ) -> Result<Became, DirectoryError> {
        let code = line.cell("code");
        self.once(line, "code", code);
        let from = self.from(line);
        match self.known.posts.get(code) {
            None => {
                let unit = self.known.units.need::<Unit>(line, "unit_code");
                self.new_post(tx, line, unit, from).await
            }
            Some((id, _)) => {
                // A post that is there stays where it is when the cell is empty.
                let unit = self.known.units.find::<Unit>(line, "unit_code");
                self.known_post(tx, line, id, unit, from).await
            }
        }
    }

    async fn new_post(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        unit: Option<UnitId>,
        from: Option<Time>,
    ) -> Result<Became, DirectoryError> {
        let change = change_of(line, unit, None);
        // Without a unit the row is wrong already: what else is, does not depend on it.
        let id = self.directory.new_id();
        let any = unit.unwrap_or_else(|| self.directory.new_id());
        line.note_all(Post::made(&change, any).err().unwrap_or_default());
        let (Some(from), Some(unit)) = (line.ready(from), unit) else {
            return self.doubt_post(tx, line, id, unit, (from, NEVER)).await;
        };
        self.permit_named(line, ("unit_code", Some(unit)), from)?;
        let made = self.directory.create_post_in(tx, &self.act, &change, unit, from).await?;
        self.known.posts.insert(line.cell("code"), (made.id, unit));
        Ok(Became::Created)
    }

    async fn known_post(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        id: PostId,
        unit: Option<UnitId>,
        from: Option<Time>,
    ) -> Result<Became, DirectoryError> {
        let before = load(tx, id).await?;
        let then = self.then(line, &before, from);
        let change = change_of(line, unit, then.as_ref().map(|then| &then.state));
        if let Some(then) = &then {
            line.note_all(then.state.changed(&change).err().unwrap_or_default());
        }
        let (Some(from), Some(then)) = (line.ready(from), then) else {
            return self.doubt_post(tx, line, id, unit, (from, before.end())).await;
        };
        if then.state.changed(&change)? == then.state {
            return Ok(Became::Unchanged);
        }
        self.permit(Some(then.state.unit), from)?;
        if unit.is_some() {
            self.permit_named(line, ("unit_code", unit), from)?;
        }
        let before = self.theirs(tx, before, from).await?;
        let after = self.directory.change_post_in(tx, &self.act, &before, &change, from).await?;
        self.known.posts.insert(line.cell("code"), (id, after.state.unit));
        Ok(became(before.version(), after.version))
    }

    /// What the records have against a row that is wrong already.
    async fn doubt_post(
        &self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        id: PostId,
        unit: Option<UnitId>,
        (from, to): (Option<Time>, Time),
    ) -> Result<Became, DirectoryError> {
        if let Some(from) = from {
            let mut asked = self.directory.asked(self.act.caller, (from, to));
            asked.there(tx, "unit_id", unit).await?;
            asked.free(tx, "code", id, line.cell("code")).await?;
            line.note_all(asked.into_fields());
        }
        Ok(Became::Refused)
    }
}

fn change_of(line: &mut Line<'_>, unit: Option<UnitId>, known: Option<&Post>) -> PostChange {
    PostChange {
        code: line.text("code"),
        title: line.name(("title_zh", "title_en"), known.map(|post| &post.title)),
        description: line.text("description"),
        unit,
        head: line.flag("head"),
    }
}
