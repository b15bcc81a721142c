use db::Tx;
use kernel::Time;

use super::{
    apply::{Import, became},
    line::Line,
    report::Became,
};
use crate::{
    DirectoryError, Region, Site, SiteChange, SiteId, Unit, UnitId,
    actions::{placed::left_and_entered, save::load},
    directory::Belongs,
    model::{NEVER, SitePlace},
};

impl Import<'_> {
    pub(super) async fn site(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
    ) -> Result<Became, DirectoryError> {
        let code = line.cell("code");
        self.once(line, "code", code);
        let from = self.from(line);
        let unit = self.known.units.find::<Unit>(line, "unit_code");
        let region = self.known.regions.find::<Region>(line, "region_code");
        match self.known.sites.get(code) {
            None => self.new_site(tx, line, (unit, region), from).await,
            Some(id) => self.known_site(tx, line, id, (unit, region), from).await,
        }
    }

    async fn new_site(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        place: SitePlace,
        from: Option<Time>,
    ) -> Result<Became, DirectoryError> {
        let change = change_of(line, place, None);
        line.note_all(Site::made(&change).err().unwrap_or_default());
        let Some(from) = line.ready(from) else {
            let id = self.directory.new_id();
            return self.doubt_site(tx, line, id, place, (from, NEVER)).await;
        };
        self.permit_entered(tx, line, (place, place.0), from).await?;
        self.permit_goes(line, place, from)?;
        let made = self.directory.create_site_in(tx, &self.act, &change, from).await?;
        self.known.sites.insert(line.cell("code"), made.id);
        Ok(Became::Created)
    }

    async fn known_site(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        id: SiteId,
        place: SitePlace,
        from: Option<Time>,
    ) -> Result<Became, DirectoryError> {
        let before = load(tx, id).await?;
        let then = self.then(line, &before, from);
        let change = change_of(line, place, then.as_ref().map(|then| &then.state));
        if let Some(then) = &then {
            line.note_all(then.state.changed(&change).err().unwrap_or_default());
        }
        let (Some(from), Some(then)) = (line.ready(from), then) else {
            return self.doubt_site(tx, line, id, place, (from, before.end())).await;
        };
        if then.state.changed(&change)? == then.state {
            return Ok(Became::Unchanged);
        }
        let was = then.state.place();
        self.permit_site(was, from)?;
        let goes = (place.0.or(was.0), place.1.or(was.1));
        let [left, entered] = left_and_entered(was, goes);
        self.permit_entered(tx, line, (left, None), from).await?;
        self.permit_entered(tx, line, (entered, goes.0), from).await?;
        self.permit_goes(line, goes, from)?;
        let before = self.theirs(tx, before, from).await?;
        let after = self.directory.change_site_in(tx, &self.act, &before, &change, from).await?;
        Ok(became(before.version(), after.version))
    }

    /// What the records have against a row that is wrong already.
    async fn doubt_site(
        &self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        id: SiteId,
        (unit, region): SitePlace,
        (from, to): (Option<Time>, Time),
    ) -> Result<Became, DirectoryError> {
        if let Some(from) = from {
            let mut asked = self.directory.asked(self.act.caller, (from, to));
            asked.there(tx, "unit_id", unit).await?;
            asked.there(tx, "region_id", region).await?;
            asked.free(tx, "code", id, line.cell("code")).await?;
            line.note_all(asked.into_fields());
        }
        Ok(Became::Refused)
    }

    /// Each place that a row takes a site from, or newly puts it into, must be the caller's, and a
    /// region only while the unit that it is in stays theirs, too.
    async fn permit_entered(
        &self,
        tx: &mut Tx,
        line: &Line<'_>,
        ((unit, region), lies): (SitePlace, Option<UnitId>),
        from: Time,
    ) -> Result<(), DirectoryError> {
        if unit.is_some() {
            self.permit_named(line, ("unit_code", unit), from)?;
        }
        self.permit_answers(line, region, from)?;
        match (region, lies) {
            (Some(_), Some(unit)) => self.permit_stay(tx, line, unit, from).await,
            _ => Ok(()),
        }
    }

    /// Whether a row may say that a site is there: by its region, and without one by its unit.
    fn permit_goes(
        &self,
        line: &Line<'_>,
        place: SitePlace,
        from: Time,
    ) -> Result<(), DirectoryError> {
        let permitted = self.permit_site(place, from);
        permitted.map_err(|error| match place.1 {
            Some(_) => error.at::<Region>("region_code", line.cell("region_code")),
            None => error.at::<Unit>("unit_code", line.cell("unit_code")),
        })
    }

    /// A site belongs to its unit and to its region, not to that of its unit.
    fn permit_site(&self, (unit, region): SitePlace, from: Time) -> Result<(), DirectoryError> {
        let (unit, region) = (self.known.unit_before(unit), self.known.region_before(region));
        self.permit_both(Belongs::to_both(unit, region), from)
    }
}

fn change_of(line: &mut Line<'_>, (unit, region): SitePlace, known: Option<&Site>) -> SiteChange {
    let north = line.degrees("latitude", 90.0).or(known.and_then(|site| site.latitude));
    let east = line.degrees("longitude", 180.0).or(known.and_then(|site| site.longitude));
    SiteChange {
        code: line.text("code"),
        name: line.name(("name_zh", "name_en"), known.map(|site| &site.name)),
        address: line.text("address"),
        unit: unit.map(Some),
        region: region.map(Some),
        coordinates: coordinates(line, north, east),
    }
}

/// Both degrees, or none of them. One without the other is noted.
fn coordinates(
    line: &mut Line<'_>,
    north: Option<f64>,
    east: Option<f64>,
) -> Option<Option<(f64, f64)>> {
    if let (Some(north), Some(east)) = (north, east) {
        return Some(Some((north, east)));
    }
    let lacking = if north.is_none() { "latitude" } else { "longitude" };
    let other = if north.is_none() { "longitude" } else { "latitude" };
    if line.cell(lacking).is_empty() && !line.cell(other).is_empty() {
        let expected = kernel::Text::new("both degrees, or none", "经纬度须同时填写");
        line.note(kernel::FieldFault::new(lacking, "", expected));
    }
    None
}
