use db::Tx;
use kernel::Time;

use super::{
    apply::{Import, became},
    line::Line,
    report::Became,
};
use crate::{
    DirectoryError, Region, RegionChange, RegionId,
    actions::{moved_region, save::load},
    directory::Belongs,
    model::NEVER,
};

/// The column that names what a region is part of.
const PARENT: &str = "parent_code";

impl Import<'_> {
    pub(super) async fn region(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
    ) -> Result<Became, DirectoryError> {
        let code = line.cell("code");
        self.once(line, "code", code);
        let from = self.from(line);
        let parent = self.known.regions.find::<Region>(line, "parent_code");
        match self.known.regions.get(code) {
            None => self.new_region(tx, line, parent, from).await,
            Some(id) => self.known_region(tx, line, id, parent, from).await,
        }
    }

    async fn new_region(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        parent: Option<RegionId>,
        from: Option<Time>,
    ) -> Result<Became, DirectoryError> {
        let change = change_of(line, parent, None);
        line.note_all(Region::made(&change).err().unwrap_or_default());
        let Some(from) = line.ready(from) else {
            let id = self.directory.new_id();
            return self.doubt_region(tx, line, id, parent, (from, NEVER)).await;
        };
        self.permit_within(line, parent, from)?;
        let made = self.directory.create_region_in(tx, &self.act, &change, from).await?;
        self.known.regions.insert(line.cell("code"), made.id);
        self.known.new_regions.insert(made.id, parent);
        Ok(Became::Created)
    }

    async fn known_region(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        id: RegionId,
        parent: Option<RegionId>,
        from: Option<Time>,
    ) -> Result<Became, DirectoryError> {
        let before = load(tx, id).await?;
        let then = self.then(line, &before, from);
        let change = change_of(line, parent, then.as_ref().map(|then| &then.state));
        if let Some(then) = &then {
            line.note_all(then.state.changed(&change).err().unwrap_or_default());
        }
        let (Some(from), Some(then)) = (line.ready(from), then) else {
            return self.doubt_region(tx, line, id, parent, (from, before.end())).await;
        };
        if then.state.changed(&change)? == then.state {
            return Ok(Became::Unchanged);
        }
        self.permit_region(Some(id), from)?;
        let into = parent.filter(|parent| Some(*parent) != then.state.parent);
        if into.is_some() {
            self.permit_within(line, parent, from)?;
        }
        let before = self.theirs(tx, before, from).await?;
        let lent = match self.known.region_before(into) {
            Some(into) => {
                let said = (PARENT, line.cell(PARENT));
                let goes = moved_region(id, into, from, said);
                self.directory.lent(tx, self.act.caller, goes).await?
            }
            None => None,
        };
        let after = self.directory.change_region_in(tx, &self.act, &before, &change, from).await?;
        self.directory.permit_reached(tx, lent).await?;
        Ok(became(before.version(), after.version))
    }

    /// What the records have against a row that is wrong already.
    async fn doubt_region(
        &self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        id: RegionId,
        parent: Option<RegionId>,
        (from, to): (Option<Time>, Time),
    ) -> Result<Became, DirectoryError> {
        if let Some(from) = from {
            let mut asked = self.directory.asked(self.act.caller, (from, to));
            asked.there(tx, "parent_id", parent).await?;
            asked.free(tx, "code", id, line.cell("code")).await?;
            line.note_all(asked.into_fields());
        }
        Ok(Became::Refused)
    }

    /// The same of the region that a row puts one into.
    fn permit_within(
        &self,
        line: &Line<'_>,
        parent: Option<RegionId>,
        from: Time,
    ) -> Result<(), DirectoryError> {
        let permitted = self.permit_region(parent, from);
        permitted.map_err(|error| error.at::<Region>(PARENT, line.cell(PARENT)))
    }

    fn permit_region(&self, region: Option<RegionId>, from: Time) -> Result<(), DirectoryError> {
        self.permit_both(Belongs::to_both(None, self.known.region_before(region)), from)
    }
}

fn change_of(line: &Line<'_>, parent: Option<RegionId>, known: Option<&Region>) -> RegionChange {
    RegionChange {
        code: line.text("code"),
        name: line.name(("name_zh", "name_en"), known.map(|region| &region.name)),
        kind: line.text("kind"),
        parent: parent.map(Some),
    }
}
