use db::Tx;
use kernel::Time;

use super::{
    apply::{Import, became},
    line::Line,
    report::Became,
};
use crate::{
    DirectoryError, Region, RegionId, Unit, UnitChange, UnitId,
    actions::{
        Plans, moved_unit,
        reached::{Lent, Move},
        save::load,
    },
    directory::Belongs,
    model::NEVER,
};

/// What a row of a unit names: the unit above it and its region.
type Above = (Option<UnitId>, Option<RegionId>);

impl Import<'_> {
    pub(super) async fn unit(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
    ) -> Result<Became, DirectoryError> {
        let code = line.cell("code");
        self.once(line, "code", code);
        let from = self.from(line);
        let parent = self.known.units.find::<Unit>(line, "parent_code");
        let region = self.known.regions.find::<Region>(line, "region_code");
        match self.known.units.get(code) {
            None => self.new_unit(tx, line, (parent, region), from).await,
            Some(id) => self.known_unit(tx, line, id, (parent, region), from).await,
        }
    }

    async fn new_unit(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        (parent, region): Above,
        from: Option<Time>,
    ) -> Result<Became, DirectoryError> {
        let change = change_of(line, region, None);
        line.note_all(Unit::made(&change, parent).err().unwrap_or_default());
        let Some(from) = line.ready(from) else {
            let id = self.directory.new_id();
            return self.doubt_unit(tx, line, id, (parent, region), (from, NEVER)).await;
        };
        self.permit_under(line, parent, from)?;
        self.permit_answers(line, region, from)?;
        if let (Some(_), Some(above)) = (region, parent) {
            self.permit_stay(tx, line, above, from).await?;
        }
        let made = self.directory.create_unit_in(tx, &self.act, &change, parent, from).await?;
        self.known.units.insert(line.cell("code"), made.id);
        self.known.new_units.insert(made.id, parent);
        Ok(Became::Created)
    }

    async fn known_unit(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        id: UnitId,
        (parent, region): Above,
        from: Option<Time>,
    ) -> Result<Became, DirectoryError> {
        let before = load(tx, id).await?;
        let then = self.then(line, &before, from);
        let change = change_of(line, region, then.as_ref().map(|then| &then.state));
        if let Some(then) = &then {
            line.note_all(then.state.changed(&change).err().unwrap_or_default());
        }
        let (Some(from), Some(then)) = (line.ready(from), then) else {
            return self.doubt_unit(tx, line, id, (parent, region), (from, before.end())).await;
        };
        let moves = parent.is_some() && parent != then.state.parent;
        if !moves && then.state.changed(&change)? == then.state {
            return Ok(Became::Unchanged);
        }
        self.permit(Some(id), from)?;
        let answers = region.filter(|region| Some(*region) != then.state.region);
        if answers.is_some() {
            self.permit_answers(line, region, from)?;
            self.permit_answers(line, then.state.region, from)?;
        }
        let before = self.theirs(tx, before, from).await?;
        if let (Some(_), Some(above)) = (answers, parent.or(then.state.parent)) {
            self.permit_stay(tx, line, above, from).await?;
        }
        let into = (parent.filter(|_| moves), answers);
        let lent = self.lent_unit(tx, line, (id, into), from).await?;
        self.directory.change_unit_in(tx, &self.act, &before, &change, from).await?;
        if moves {
            self.permit_under(line, parent, from)?;
            let timeline = load(tx, id).await?.theirs_as(&before);
            let to = (parent, Plans::Replaced);
            self.directory.move_unit_in(tx, &self.act, &timeline, to, from).await?;
        }
        self.directory.permit_reached(tx, lent).await?;
        Ok(became(before.version(), load(tx, id).await?.version()))
    }

    /// What the records have against a row that is wrong already.
    async fn doubt_unit(
        &self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        id: UnitId,
        (parent, region): Above,
        (from, to): (Option<Time>, Time),
    ) -> Result<Became, DirectoryError> {
        if let Some(from) = from {
            let mut asked = self.directory.asked(self.act.caller, (from, to));
            asked.there(tx, "parent_id", parent).await?;
            asked.there(tx, "region_id", region).await?;
            asked.free(tx, "code", id, line.cell("code")).await?;
            line.note_all(asked.into_fields());
        }
        Ok(Became::Refused)
    }

    /// What has to be looked at once the unit is where the row says.
    async fn lent_unit(
        &self,
        tx: &mut Tx,
        line: &Line<'_>,
        (id, into): (UnitId, Above),
        from: Time,
    ) -> Result<Option<Lent>, DirectoryError> {
        let column = match into {
            (None, None) => return Ok(None),
            (Some(_), _) => "parent_code",
            (None, Some(_)) => "region_code",
        };
        // What is new in this file has nothing granted yet: what was above it before has.
        let into = (self.known.unit_before(into.0), self.known.region_before(into.1));
        let said = (column.to_owned(), line.cell(column).to_owned());
        let goes = Move { said, ..moved_unit(id, into, from, column) };
        self.directory.lent(tx, self.act.caller, goes).await
    }

    fn permit_under(
        &self,
        line: &Line<'_>,
        parent: Option<UnitId>,
        from: Time,
    ) -> Result<(), DirectoryError> {
        let named = ("parent_code", line.cell("parent_code"));
        let permitted = match parent {
            Some(_) => self.permit(parent, from),
            None => Belongs::default().permit(self.act.caller),
        };
        permitted.map_err(|error| error.at::<Unit>(named.0, named.1))
    }
}

fn change_of(line: &Line<'_>, region: Option<RegionId>, known: Option<&Unit>) -> UnitChange {
    UnitChange {
        code: line.text("code"),
        name: line.name(("name_zh", "name_en"), known.map(|unit| &unit.name)),
        short_name: line.text("short_name"),
        kind: line.text("kind"),
        region: region.map(Some),
    }
}
