use std::collections::BTreeMap;

use kernel::{Fact, Subject};
use serde::{Deserialize, Serialize};

use super::{columns::SheetKind, table::CellFault, workbook::Sheets};

/// So many faults are named; of the others it is said how many there are.
pub(crate) const FAULTS_NAMED_MAX: usize = 5000;

/// What a file does, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct ImportReport {
    /// Whether it was done.
    pub(crate) applied: bool,
    /// Each sheet, in the order in which they were read.
    pub(crate) sheets: Vec<SheetTally>,
    /// What is wrong, at most 5000 of it, in the order of the file.
    pub(crate) faults: Vec<CellFault>,
    /// How much is wrong.
    pub(crate) faults_total: usize,
    /// Cells with formulas, whose last values were taken; at most 100.
    pub(crate) formulas: Vec<String>,
}

/// What one sheet does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Nothing: what is wrong is told.
    Refused,
    /// Nothing yet: it waits until the other rows are in.
    Later,
}

/// A report that is being written. Rows come in the order in which they are brought in; the first
/// of the faults in the order of the file are kept.
#[derive(Debug, Default)]
pub(super) struct Writing {
    report: ImportReport,
    /// By sheet, row and number: a sheet's place, 0 for the file as a whole.
    faults: BTreeMap<(usize, u32, usize), CellFault>,
}

/// A file was brought into the directory.
#[derive(Debug, Serialize)]
pub(super) struct DirectoryImported {
    created: u32,
    changed: u32,
    unchanged: u32,
}

impl Writing {
    /// Begins with what was wrong when the file was read.
    pub(super) fn begun(sheets: &mut Sheets) -> Self {
        let mut writing = Self::default();
        writing.report.formulas = std::mem::take(&mut sheets.formulas);
        for fault in std::mem::take(&mut sheets.faults) {
            writing.wrong(0, fault);
        }
        writing
    }

    /// Begins a sheet; answers with its place.
    pub(super) fn sheet(&mut self, kind: SheetKind, name: &str) -> usize {
        let name = name.to_owned();
        let tally = SheetTally { kind, name, created: 0, changed: 0, unchanged: 0 };
        self.report.sheets.push(tally);
        self.report.sheets.len()
    }

    /// Notes what became of a row of the sheet at that place.
    pub(super) fn became(&mut self, sheet: usize, became: Became) {
        let Some(tally) = sheet.checked_sub(1).and_then(|at| self.report.sheets.get_mut(at)) else {
            return;
        };
        match became {
            Became::Created => tally.created += 1,
            Became::Changed => tally.changed += 1,
            Became::Unchanged => tally.unchanged += 1,
            Became::Refused | Became::Later => {}
        }
    }

    /// Notes what is wrong with a cell of the sheet at that place.
    pub(super) fn wrong(&mut self, sheet: usize, fault: CellFault) {
        self.faults.insert((sheet, fault.row, self.report.faults_total), fault);
        self.report.faults_total += 1;
        if self.faults.len() > FAULTS_NAMED_MAX {
            self.faults.pop_last();
        }
    }

    /// The report.
    pub(super) fn ended(self) -> ImportReport {
        ImportReport { faults: self.faults.into_values().collect(), ..self.report }
    }
}

impl DirectoryImported {
    pub(super) fn of(report: &ImportReport) -> Self {
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
