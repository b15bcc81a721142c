use db::Tx;
use kernel::Time;

use super::{
    apply::{Import, became},
    line::Line,
    report::Became,
};
use crate::{
    DirectoryError, Region, RegionId, Unit, UnitChange, UnitId,
    actions::{Plans, save::load},
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
        self.permit_under(parent, from)?;
        self.permit_answers(region, from)?;
        if let (Some(_), Some(above)) = (region, parent) {
            let stay = (from, NEVER);
            self.directory.permit_stay(tx, self.act.caller, above, stay).await?;
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
        if region.is_some() && region != then.state.region {
            self.permit_answers(region, from)?;
            self.permit_answers(then.state.region, from)?;
        }
        let before = self.theirs(tx, before, from).await?;
        if let (Some(region), Some(above)) = (region, parent.or(then.state.parent))
            && Some(region) != then.state.region
        {
            let stay = (from, NEVER);
            self.directory.permit_stay(tx, self.act.caller, above, stay).await?;
        }
        self.directory.change_unit_in(tx, &self.act, &before, &change, from).await?;
        if moves {
            self.permit_under(parent, from)?;
            let timeline = load(tx, id).await?.theirs_as(&before);
            let to = (parent, Plans::Replaced);
            self.directory.move_unit_in(tx, &self.act, &timeline, to, from).await?;
        }
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

    fn permit_under(&self, parent: Option<UnitId>, from: Time) -> Result<(), DirectoryError> {
        match parent {
            Some(_) => self.permit(parent, from),
            None => Belongs::default().permit(self.act.caller),
        }
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
