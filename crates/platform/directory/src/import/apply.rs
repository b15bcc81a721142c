use std::{
    collections::{HashMap, hash_map::Entry as Place},
    sync::Arc,
};

use db::Tx;
use journal::Entry;
use kernel::{Caller, Fault, FaultKind, FieldFault, Lineage, Text, Time};

use super::{
    columns::SheetKind,
    known::Known,
    line::Line,
    report::{Became, DirectoryImported, ImportReport, Writing},
    run::{Progress, Running},
    table::Table,
    workbook::Sheets,
};
use crate::{
    DIRECTORY_CHANGE, Dated, Directory, DirectoryError, Noun, Past, Region, RegionId, Trees, Unit,
    UnitId,
    actions::{
        placed::{Placed, permit_answering},
        save::Act,
    },
    directory::Belongs,
    model::{NEVER, Timeline, told_as},
    store::{self, Counter, ImportEnd},
};

/// The column that names a region.
const REGION: &str = "region_code";

/// Whether a file is only tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImportMode {
    /// Everything is done and then undone: what it would do is told.
    DryRun,
    /// It is done, if nothing in it is wrong.
    Apply,
}

impl ImportMode {
    /// Its name in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::DryRun => "dry-run",
            Self::Apply => "apply",
        }
    }

    /// The mode of that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::DryRun, Self::Apply].into_iter().find(|mode| mode.name() == name)
    }
}

/// One file on its way in.
#[derive(Debug)]
pub(super) struct Import<'i> {
    pub(super) directory: &'i Directory,
    pub(super) act: Act<'i>,
    pub(super) trees: Arc<Trees>,
    /// Where units and regions are at other moments.
    past: Arc<Past>,
    pub(super) known: Known,
    /// Which rows say what is said only once: sheet and row, by what it is about.
    said: HashMap<(SheetKind, String), (String, u32)>,
    report: Writing,
    progress: &'i Progress,
}

impl Directory {
    /// Brings sheets into the directory: all of them, or nothing. Rows that name something that
    /// is there change it; empty cells leave what is known.
    ///
    /// Errors: [`DirectoryError::Db`], `ImportLeft`. What is wrong in the sheets is told in the
    /// report; then nothing was done.
    pub(crate) async fn import(
        &self,
        caller: &Caller,
        mut sheets: Sheets,
        running: &Running,
    ) -> Result<ImportReport, DirectoryError> {
        let progress = running.progress.as_ref();
        let rows: usize = sheets.tables.iter().map(|table| table.rows.len()).sum();
        progress.of(u32::try_from(rows).unwrap_or(u32::MAX));
        let (trees, past) = (self.trees().await?, self.past().await?);
        let mut tx = self.begin().await?;
        let act = Act { bulk: true, ..self.act(caller) };
        let whose = (caller, &*trees);
        let known = Known::load(&mut tx, self.db.dialect(), whose, act.now).await?;
        let (said, report) = (HashMap::new(), Writing::begun(&mut sheets));
        let mut import =
            Import { directory: self, act, trees, past, known, said, report, progress };
        for kind in SheetKind::ALL {
            let tables: Vec<&Table> =
                sheets.tables.iter().filter(|table| table.kind == kind).collect();
            import.tables(&mut tx, kind, &tables).await?;
        }
        let mut report = import.report.ended();
        if running.mode == ImportMode::Apply && report.faults_total == 0 {
            store::count(tx.connection(), Counter::Places).await?;
            store::count(tx.connection(), Counter::Holdings).await?;
            let fact = DirectoryImported::of(&report);
            journal::append(&mut tx, Entry::new(caller, act.now, &fact)).await?;
            report.applied = true;
            // Kept in the change itself: an import without an end has changed nothing.
            running.end_in(&mut tx, &ImportEnd::Report(report.clone())).await?;
            tx.commit().await?;
        }
        Ok(report)
    }
}

impl Import<'_> {
    /// Whether the caller may change what belongs there from a moment on, past or to come: a unit
    /// of this import is where the nearest one above it is that was there before.
    pub(super) fn permit(&self, unit: Option<UnitId>, from: Time) -> Result<(), DirectoryError> {
        let place = self.known.belongs(&self.trees, unit);
        let then = self.lineages((place.unit.as_deref(), None), from);
        Belongs { then, ..place }.permit(self.act.caller)
    }

    /// The same where the unit is what a column names.
    pub(super) fn permit_named(
        &self,
        line: &Line<'_>,
        (column, unit): (&str, Option<UnitId>),
        from: Time,
    ) -> Result<(), DirectoryError> {
        let permitted = self.permit(unit, from);
        permitted.map_err(|error| error.at::<Unit>(column, line.cell(column)))
    }

    /// The same of what names its region itself.
    pub(super) fn permit_both(&self, place: Belongs, from: Time) -> Result<(), DirectoryError> {
        let then = self.lineages((place.unit.as_deref(), place.region.as_deref()), from);
        Belongs { then, ..place }.permit(self.act.caller)
    }

    /// Whether the caller may let something answer for a region from a moment on: a new one is
    /// permitted as the one above it.
    ///
    /// Errors: [`DirectoryError::NotThere`] naming the column of the region.
    pub(super) fn permit_answers(
        &self,
        line: &Line<'_>,
        region: Option<RegionId>,
        from: Time,
    ) -> Result<(), DirectoryError> {
        let Some(region) = self.known.region_before(region) else { return Ok(()) };
        let trees = (&*self.trees, &*self.past);
        let answers = permit_answering(trees, self.act.caller, region, (self.act.now, from));
        answers.map_err(|error| error.at::<Region>(REGION, line.cell(REGION)))
    }

    /// Whether something may stay in a unit for good, of which a row says that it answers for, or
    /// is in, a region.
    ///
    /// Errors: as [`Self::permit_answers`].
    pub(super) async fn permit_stay(
        &self,
        tx: &mut Tx,
        line: &Line<'_>,
        unit: UnitId,
        from: Time,
    ) -> Result<(), DirectoryError> {
        let stay = (from, NEVER);
        let stays = self.directory.permit_stay(tx, self.act.caller, unit, stay).await;
        stays.map_err(|error| error.at::<Region>(REGION, line.cell(REGION)))
    }

    /// A thing as far as it is in the caller's hands from a moment on.
    ///
    /// Errors: as [`Directory::permit_from`].
    pub(super) async fn theirs<S: Placed>(
        &self,
        tx: &mut Tx,
        timeline: Timeline<S>,
        from: Time,
    ) -> Result<Timeline<S>, DirectoryError> {
        let Act { caller, now, .. } = self.act;
        if caller.may_everywhere(DIRECTORY_CHANGE) {
            return Ok(timeline);
        }
        let until = self.directory.permit_from(tx, caller, &timeline, (now, from)).await?;
        Ok(timeline.theirs_until(until))
    }

    /// What is above a unit and a region from a moment on, and at each turn from then until now.
    fn lineages(&self, (unit, region): (Option<&str>, Option<&str>), from: Time) -> Vec<Lineage> {
        let now = self.act.now;
        if self.act.caller.may_everywhere(DIRECTORY_CHANGE) {
            return Vec::new();
        }
        let mut moments = self.past.turns(unit, region);
        moments.retain(|turn| from < *turn && *turn < now);
        moments.insert(from);
        moments.remove(&now);
        moments.into_iter().map(|at| self.past.lineage(unit, region, at)).collect()
    }

    /// All sheets of one sort.
    async fn tables(
        &mut self,
        tx: &mut Tx,
        kind: SheetKind,
        tables: &[&Table],
    ) -> Result<(), DirectoryError> {
        let mut lines: Vec<(usize, Line<'_>)> = Vec::new();
        for table in tables {
            let sheet = self.report.sheet(kind, &table.name);
            lines.extend(table.rows.iter().map(|row| (sheet, Line::new(table, row))));
        }
        if kind == SheetKind::Holdings {
            // Those of this very file are there by now.
            self.known.reused = store::reused_codes(tx.connection()).await?;
        }
        match kind {
            SheetKind::Regions | SheetKind::Units => self.tree(tx, kind, lines).await,
            _ => self.rows(tx, lines).await,
        }
    }

    /// Rows, in this order.
    pub(super) async fn rows(
        &mut self,
        tx: &mut Tx,
        lines: Vec<(usize, Line<'_>)>,
    ) -> Result<(), DirectoryError> {
        let mut later = Vec::new();
        for (sheet, mut line) in lines {
            let done = match line.table.kind {
                SheetKind::Regions => self.region(tx, &mut line).await,
                SheetKind::Units => self.unit(tx, &mut line).await,
                SheetKind::Sites => self.site(tx, &mut line).await,
                SheetKind::Posts => self.post(tx, &mut line).await,
                SheetKind::People => self.person(tx, &mut line).await,
                SheetKind::Holdings => self.known_holding(tx, &mut line).await,
            };
            match done {
                Ok(Became::Later) => later.push((sheet, line)),
                done => self.note(sheet, &mut line, done)?,
            }
        }
        // What begins after something else has ended may stand before it in the file.
        for (sheet, mut line) in later {
            let done = self.new_holding(tx, &mut line).await;
            self.note(sheet, &mut line, done)?;
        }
        Ok(())
    }

    /// Notes what became of a row. Errors: what is not the file's fault.
    fn note(
        &mut self,
        sheet: usize,
        line: &mut Line<'_>,
        done: Result<Became, DirectoryError>,
    ) -> Result<(), DirectoryError> {
        self.progress.step();
        let became = match done {
            Ok(became) => became,
            Err(DirectoryError::WrongInput(fields)) => {
                line.note_all(fields);
                Became::Refused
            }
            Err(error @ DirectoryError::Cycle { .. }) => {
                let (found, text) = (line.cell("parent_code"), Fault::from(error).text);
                line.note(FieldFault::new("parent_code", found, text));
                Became::Refused
            }
            Err(DirectoryError::NotThere(_, fault)) => {
                line.note(*fault);
                Became::Refused
            }
            // Something that the importer may not do by this row.
            Err(DirectoryError::Grants(fault)) if fault.kind == FaultKind::Forbidden => {
                if fault.fields.is_empty() {
                    self.report.wrong(sheet, line.table.row_fault(line.row, fault.text));
                }
                line.note_all(fault.fields);
                Became::Refused
            }
            Err(
                error @ (DirectoryError::Db(_)
                | DirectoryError::Unreadable { .. }
                | DirectoryError::Grants(_)
                | DirectoryError::Contents(_)),
            ) => return Err(error),
            Err(other) => {
                self.report.wrong(sheet, line.table.row_fault(line.row, Fault::from(other).text));
                Became::Refused
            }
        };
        for fault in line.faults() {
            self.report.wrong(sheet, fault);
        }
        if became == Became::Refused {
            self.broken(line);
        }
        self.report.became(sheet, became);
        Ok(())
    }

    /// Notes that what a row defines is not to be had.
    fn broken(&mut self, line: &Line<'_>) {
        let Some(code) = line.table.kind.key().map(|key| line.cell(key)) else { return };
        let told = line.is_only_blocked();
        match line.table.kind {
            SheetKind::Regions => self.known.regions.broken(code, line, told),
            SheetKind::Units => self.known.units.broken(code, line, told),
            SheetKind::Posts => self.known.posts.broken(code, line, told),
            SheetKind::People => self.known.people.broken(code, line, told),
            SheetKind::Sites | SheetKind::Holdings => {}
        }
    }

    /// From when a row counts: now where it does not say. None: what it says is wrong.
    pub(super) fn from(&self, line: &mut Line<'_>) -> Option<Time> {
        if line.cell("from").is_empty() {
            return Some(self.act.now);
        }
        line.moment("from", &self.directory.zone)
    }

    /// What a thing is like when the row counts. None: it is not there then, which is noted.
    pub(super) fn then<S: Noun>(
        &self,
        line: &mut Line<'_>,
        timeline: &Timeline<S>,
        from: Option<Time>,
    ) -> Option<Dated<S>> {
        let from = from?;
        if let Ok(then) = crate::actions::save::then(timeline, from) {
            return Some(then);
        }
        let (zone, noun) = (&self.directory.zone, S::noun());
        let begun = timeline.spans().first().map_or(from, |span| span.valid_from);
        let begun = told_as(begun, zone);
        let end = Some(timeline.end()).filter(|end| *end != NEVER).map(|end| told_as(end, zone));
        let expected = match end {
            None => Text::new(
                format!("a day since {begun}, when the {} began", noun.en),
                format!("不早于 {begun}（该{}自此存在）", noun.zh),
            ),
            Some(end) => Text::new(
                format!("a day from {begun} to {end}, when the {} is there", noun.en),
                format!("{begun} 至 {end} 之间（该{}仅此期间存在）", noun.zh),
            ),
        };
        line.note(FieldFault::new("from", line.cell("from"), expected));
        None
    }

    /// What stands in a row stands in that row only; else it is noted in its column.
    pub(super) fn once(&mut self, line: &mut Line<'_>, column: &str, said: &str) {
        if said.is_empty() {
            return;
        }
        let here = (line.table.name.clone(), line.row.number);
        match self.said.entry((line.table.kind, said.to_owned())) {
            Place::Vacant(place) => {
                place.insert(here);
            }
            Place::Occupied(first) if *first.get() == here => {}
            Place::Occupied(first) => {
                let (sheet, row) = first.get();
                let expected = Text::new(
                    format!("each only once in the file; row {row} of “{sheet}” has it already"),
                    format!("在文件中只出现一次；“{sheet}”第 {row} 行已有"),
                );
                line.note(FieldFault::new(column, line.cell(column), expected));
            }
        }
    }
}

/// What a change of something that is there has become.
pub(super) fn became(before: i64, after: i64) -> Became {
    if before == after { Became::Unchanged } else { Became::Changed }
}
