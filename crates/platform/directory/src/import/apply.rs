use std::{
    collections::HashSet,
    sync::{Arc, PoisonError},
};

use db::Tx;
use journal::Entry;
use kernel::{Caller, Fact, Fault, FieldFault, Subject, Time};
use serde::Serialize;

use super::{
    known::Known,
    table::{CellFault, Row, SheetKind, Table},
    workbook::Sheets,
};
use crate::{
    Directory, DirectoryError, Trees,
    actions::save::Act,
    store::{self, Counter},
};

/// So many faults are named; of the others it is said how many there are.
const FAULTS_NAMED_MAX: usize = 1000;

/// Reports of imports are kept for so many actors.
const REPORTS_KEPT_MAX: usize = 100;

/// Whether a file is only tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImportMode {
    /// Everything is done and then undone: what it would do is told.
    DryRun,
    /// It is done, if nothing in it is wrong.
    Apply,
}

/// What a file does, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ImportReport {
    /// Whether it was done.
    pub(crate) applied: bool,
    /// Each sheet, in the order in which they were read.
    pub(crate) sheets: Vec<SheetTally>,
    /// What is wrong, at most 1000 of it.
    pub(crate) faults: Vec<CellFault>,
    /// How much is wrong.
    pub(crate) faults_total: usize,
    /// Cells with formulas, whose last values were taken; at most 100.
    pub(crate) formulas: Vec<String>,
}

/// What one sheet does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SheetTally {
    /// What it is about.
    pub(crate) kind: SheetKind,
    /// Its name in the file.
    pub(crate) name: String,
    /// Rows that came to be something new.
    pub(crate) created: u32,
    /// Rows that changed something.
    pub(crate) changed: u32,
    /// Rows that say what is known.
    pub(crate) unchanged: u32,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Became {
    Created,
    Changed,
    Unchanged,
}

/// A file was brought into the directory.
#[derive(Debug, Serialize)]
struct DirectoryImported {
    created: u32,
    changed: u32,
    unchanged: u32,
}

/// One file on its way in.
#[derive(Debug)]
pub(super) struct Import<'i> {
    pub(super) directory: &'i Directory,
    pub(super) act: Act<'i>,
    pub(super) trees: Arc<Trees>,
    pub(super) known: Known,
    report: ImportReport,
}

impl Directory {
    /// Brings sheets into the directory: all of them, or nothing. Rows that name something that
    /// is there change it; empty cells leave what is known.
    ///
    /// Errors: [`DirectoryError::Db`]. What is wrong in the sheets is told in the report; then
    /// nothing was done.
    pub(crate) async fn import(
        &self,
        caller: &Caller,
        sheets: Sheets,
        mode: ImportMode,
    ) -> Result<ImportReport, DirectoryError> {
        let trees = self.trees().await?;
        let mut tx = self.begin().await?;
        let act = Act { bulk: true, ..self.act(caller) };
        let known = Known::load(&mut tx, self.db.dialect(), act.now).await?;
        let report = ImportReport {
            faults_total: sheets.faults.len(),
            faults: sheets.faults,
            formulas: sheets.formulas,
            ..ImportReport::default()
        };
        let mut import = Import { directory: self, act, trees, known, report };
        for kind in SheetKind::ALL {
            for table in sheets.tables.iter().filter(|table| table.kind == kind) {
                import.table(&mut tx, table).await?;
            }
        }
        let Import { mut report, .. } = import;
        if mode == ImportMode::Apply && report.faults_total == 0 {
            store::count(tx.connection(), Counter::Places).await?;
            store::count(tx.connection(), Counter::Holdings).await?;
            let fact = DirectoryImported::of(&report);
            journal::append(&mut tx, Entry::new(caller, act.now, &fact)).await?;
            tx.commit().await?;
            report.applied = true;
        }
        Ok(report)
    }
}

impl Directory {
    /// Keeps what an import did, for the one who asked for it.
    pub(crate) fn keep_import(&self, caller: &Caller, report: ImportReport) {
        let mut imports = self.imports.lock().unwrap_or_else(PoisonError::into_inner);
        if imports.len() >= REPORTS_KEPT_MAX {
            imports.clear();
        }
        imports.insert(caller.actor.id.clone(), report);
    }

    /// What the caller's last import did, if there was one since the server started.
    pub(crate) fn last_import(&self, caller: &Caller) -> Option<ImportReport> {
        let imports = self.imports.lock().unwrap_or_else(PoisonError::into_inner);
        imports.get(&caller.actor.id).cloned()
    }
}

impl Import<'_> {
    async fn table(&mut self, tx: &mut Tx, table: &Table) -> Result<(), DirectoryError> {
        let (kind, name) = (table.kind, table.name.clone());
        self.report.sheets.push(SheetTally { kind, name, created: 0, changed: 0, unchanged: 0 });
        if kind == SheetKind::Units {
            return self.units(tx, table).await;
        }
        let mut seen = HashSet::new();
        for row in &table.rows {
            let done = match kind {
                SheetKind::Units | SheetKind::Posts => self.post(tx, table, row, &mut seen).await,
                SheetKind::People => self.person(tx, table, row, &mut seen).await,
                SheetKind::Holdings => self.held(tx, table, row, &mut seen).await,
            };
            self.note(table, row, done)?;
        }
        Ok(())
    }

    /// Notes what became of a row. Errors: what is not the file's fault.
    pub(super) fn note(
        &mut self,
        table: &Table,
        row: &Row,
        done: Result<Became, DirectoryError>,
    ) -> Result<(), DirectoryError> {
        let became = match done {
            Ok(became) => became,
            Err(DirectoryError::WrongInput(fields)) => {
                for field in &fields {
                    self.wrong(table.fault(row.number, field));
                }
                return Ok(());
            }
            Err(error @ (DirectoryError::Db(_) | DirectoryError::Unreadable { .. })) => {
                return Err(error);
            }
            Err(other) => {
                self.wrong(CellFault {
                    sheet: table.name.clone(),
                    row: row.number,
                    column: String::new(),
                    cell: String::new(),
                    found: row.cells.join(" ").chars().take(80).collect(),
                    expected: Fault::from(other).text,
                });
                return Ok(());
            }
        };
        if let Some(tally) = self.report.sheets.last_mut() {
            match became {
                Became::Created => tally.created += 1,
                Became::Changed => tally.changed += 1,
                Became::Unchanged => tally.unchanged += 1,
            }
        }
        Ok(())
    }

    fn wrong(&mut self, fault: CellFault) {
        self.report.faults_total += 1;
        if self.report.faults.len() < FAULTS_NAMED_MAX {
            self.report.faults.push(fault);
        }
    }

    /// From when a row counts: now where it does not say.
    ///
    /// Errors: names the column.
    pub(super) fn from(&self, table: &Table, row: &Row) -> Result<Time, FieldFault> {
        let from = super::cells::moment_in(table, row, "from", &self.directory.zone)?;
        Ok(from.unwrap_or(self.act.now))
    }
}

/// A code stands in one row only. Errors: names the column.
pub(super) fn once(seen: &mut HashSet<String>, column: &str, code: &str) -> Result<(), FieldFault> {
    if seen.insert(code.to_owned()) {
        return Ok(());
    }
    let expected = kernel::Text::new("each only once in the file", "在文件中只出现一次");
    Err(FieldFault::new(column, code, expected))
}

/// What a change of something that is there has become.
pub(super) fn became(before: i64, after: i64) -> Became {
    if before == after { Became::Unchanged } else { Became::Changed }
}

impl DirectoryImported {
    fn of(report: &ImportReport) -> Self {
        let sum = |count: fn(&SheetTally) -> u32| report.sheets.iter().map(count).sum();
        Self {
            created: sum(|sheet| sheet.created),
            changed: sum(|sheet| sheet.changed),
            unchanged: sum(|sheet| sheet.unchanged),
        }
    }
}

impl Fact for DirectoryImported {
    const VERB: &'static str = "directory.imported";

    fn subject(&self) -> Subject {
        Subject::new("directory", "", "directory")
    }
}
