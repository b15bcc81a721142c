use std::collections::{HashMap, HashSet};

use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, FieldFault, Text};

use crate::{
    CellFault, End, FileImported, ImportReport, PlannedChange, RESOURCE_READ, ResourceId,
    Resources, ResourcesError, RowPlace, Sheets, Step,
    exchange::{FAULTS_MAX, Intent, Reading, ResourceWish, Who, Wish, check_sheet, fault, intents},
    register::sees,
    store::{self, Manner},
};

/// Whether a file is brought in, or only tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportMode {
    /// Everything is done and then undone: what it would do is told.
    DryRun,
    /// It is done, if nothing in it is wrong.
    Apply,
}

/// So many matches are told.
const MATCHED_MAX: usize = 1000;

impl Resources {
    /// Brings resources and relations into the register: all of the file, or nothing. A row with
    /// an id, or with the name of one resource of its kind, is that resource; others are new.
    ///
    /// Errors: [`ResourcesError::NotAllowed`]. What is wrong with the file is in the report.
    pub async fn import(
        &self,
        caller: &Caller,
        sheets: Sheets,
        mode: ImportMode,
    ) -> Result<ImportReport, ResourcesError> {
        let places_known = self.place_codes(caller).await?;
        let mut tx = self.begin(caller).await?;
        let kinds = store::all_kinds(tx.connection()).await?.into_vec();
        let relations = store::all_relation_kinds(tx.connection()).await?;
        let Reading { intents, faults, left_alone } =
            intents(&sheets, &kinds, &relations, &places_known);
        let mut report =
            ImportReport { faults, left_alone, formulas: sheets.formulas, ..Default::default() };
        let known = self.meant_in(&mut tx, caller, &intents).await?;
        let mut matching = Matching { known, made: HashMap::new(), taken: HashMap::new() };
        let mut changes = Vec::new();
        let mut places = Vec::new();
        for intent in &intents {
            match matching.change(intent, changes.len()) {
                Ok(change) => {
                    changes.push(change);
                    places.push(intent);
                }
                Err(faults) => report.faults.extend(faults),
            }
        }
        self.leave_out_related(&mut tx, &mut changes, &mut places).await?;
        count(&changes, &places, &mut report);
        let fact = FileImported {
            created: report.created,
            changed: report.changed,
            related: report.related,
        };
        let cause = journal::append(&mut tx, Entry::new(caller, self.clock.now(), &fact)).await?;
        let steps = self.carry_out_in(&mut tx, caller, Cause(Some(cause)), &changes).await?;
        let told: HashSet<(String, String)> = report.faults.iter().map(cell_of).collect();
        let mut unchanged = 0;
        for (step, intent) in steps.iter().zip(&places) {
            // Of a cell that could not be read that is enough.
            let refused = refused(step, intent).into_iter();
            report.faults.extend(refused.filter(|fault| !told.contains(&cell_of(fault))));
            unchanged += usize::from(intent.whole && is_unchanged(step));
        }
        report.unchanged = unchanged;
        report.changed -= unchanged.min(report.changed);
        report.faults.truncate(FAULTS_MAX);
        if mode == ImportMode::Apply && report.faults.is_empty() && !changes.is_empty() {
            tx.commit().await?;
        }
        Ok(report)
    }

    /// Checks that a file without names of sheets can be about `sheet`.
    ///
    /// Errors: [`ResourcesError::WrongInput`] naming `sheet`.
    pub async fn check_sheet(&self, sheet: &str) -> Result<(), ResourcesError> {
        Ok(check_sheet(sheet, &self.kinds().await?)?)
    }

    /// The resources in use that rows can mean, by kind and name, and by id.
    async fn meant_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        intents: &[Intent],
    ) -> Result<Known, ResourcesError> {
        let mut names: HashMap<&str, HashSet<&str>> = HashMap::new();
        let mut ids = HashSet::new();
        for intent in intents {
            let whos = match &intent.wish {
                Wish::Resource(wish) => {
                    match wish.id {
                        Some(id) => drop(ids.insert(id)),
                        None => {
                            let names = names.entry(&wish.resource.kind).or_default();
                            names.insert(&wish.resource.name);
                        }
                    }
                    continue;
                }
                Wish::Relation { from, to, .. } => [from, to],
            };
            for who in whos {
                match who {
                    Who::Id(id) => drop(ids.insert(*id)),
                    Who::Named { kind, name } => {
                        names.entry(kind).or_default().insert(name);
                    }
                }
            }
        }
        let scope = caller.scope(RESOURCE_READ);
        let manner = Manner { dialect: self.dialect(), scope: &scope };
        let mut known = Known::default();
        for (kind, names) in names {
            let names: Vec<&str> = names.into_iter().collect();
            for (name, id) in store::ids_named(tx.connection(), manner, kind, &names).await? {
                known.named.entry((kind.to_owned(), name)).or_default().push(id);
            }
        }
        let ids: Vec<ResourceId> = ids.into_iter().collect();
        let found = store::load_resources(tx.connection(), &ids).await?;
        let seen = found.iter().filter(|one| sees(caller, one));
        known.kinds = seen.map(|one| (one.id, one.kind.clone())).collect();
        Ok(known)
    }

    /// Relations that are there already are no change.
    async fn leave_out_related(
        &self,
        tx: &mut Tx,
        changes: &mut Vec<PlannedChange>,
        places: &mut Vec<&Intent>,
    ) -> Result<(), ResourcesError> {
        let mut kept = Vec::with_capacity(changes.len());
        for change in changes.iter() {
            kept.push(match change {
                PlannedChange::Relate { relation, from: End::There(from), to: End::There(to) } => {
                    store::load_same(tx.connection(), relation, *from, *to).await?.is_none()
                }
                _ => true,
            });
        }
        let mut each = kept.iter();
        changes.retain(|_| *each.next().unwrap_or(&true));
        let mut each = kept.iter();
        places.retain(|_| *each.next().unwrap_or(&true));
        Ok(())
    }
}

/// What the register has of what rows can mean.
#[derive(Debug, Default)]
struct Known {
    named: HashMap<(String, String), Vec<ResourceId>>,
    kinds: HashMap<ResourceId, String>,
}

struct Matching {
    known: Known,
    /// The handles of those that rows before create.
    made: HashMap<(String, String), String>,
    /// The rows that mean a resource.
    taken: HashMap<ResourceId, u32>,
}

impl Matching {
    /// The change that a row asks for; `at` is the number of changes before it.
    ///
    /// Errors: all that is wrong with what it names.
    fn change(&mut self, intent: &Intent, at: usize) -> Result<PlannedChange, Vec<CellFault>> {
        match &intent.wish {
            Wish::Resource(wish) => self.resource(intent, wish, at).map_err(|fault| vec![*fault]),
            Wish::Relation { relation, from, to } => {
                match (self.end(intent, from, "from"), self.end(intent, to, "to")) {
                    (Ok(from), Ok(to)) => {
                        Ok(PlannedChange::Relate { relation: relation.clone(), from, to })
                    }
                    (from, to) => {
                        let faults = [from.err(), to.err()].into_iter().flatten();
                        Err(faults.map(|fault| *fault).collect())
                    }
                }
            }
        }
    }

    fn resource(
        &mut self,
        intent: &Intent,
        wish: &ResourceWish,
        at: usize,
    ) -> Result<PlannedChange, Box<CellFault>> {
        let (id, resource, edit) = (&wish.id, &wish.resource, &wish.edit);
        let key = (resource.kind.clone(), resource.name.clone());
        let Some(id) = self.meant(intent, *id, &key)? else {
            let handle = format!("new:{at}");
            if self.made.insert(key, handle.clone()).is_some() {
                let expected = Text::new("each name once, or an id", "名称不重复，或填写编号");
                return Err(wrong(intent, "name", &resource.name, expected));
            }
            return Ok(PlannedChange::Create { handle, resource: resource.clone() });
        };
        if let Some(row) = self.taken.insert(id, intent.place.row) {
            let expected = Text::new(
                format!("each resource once; row {row} means it, too"),
                format!("每个资源只出现一次；第 {row} 行已包含该资源"),
            );
            return Err(wrong(intent, "name", &resource.name, expected));
        }
        Ok(PlannedChange::Change { resource: id, version: None, edit: edit.clone() })
    }

    fn meant(
        &self,
        intent: &Intent,
        id: Option<ResourceId>,
        key: &(String, String),
    ) -> Result<Option<ResourceId>, Box<CellFault>> {
        if let Some(id) = id {
            if self.known.kinds.get(&id) == Some(&key.0) {
                return Ok(Some(id));
            }
            let expected = Text::new("the id of a resource of this kind", "该类型资源的编号");
            return Err(wrong(intent, "id", &id.to_string(), expected));
        }
        match self.known.named.get(key).map(Vec::as_slice) {
            None | Some([]) => Ok(None),
            Some([only]) => Ok(Some(*only)),
            Some(several) => {
                let count = several.len();
                let expected = Text::new(
                    format!("an id: {count} resources of this kind are called so"),
                    format!("请填写编号：该类型有 {count} 个同名资源"),
                );
                Err(wrong(intent, "name", &key.1, expected))
            }
        }
    }

    fn end(&self, intent: &Intent, who: &Who, field: &str) -> Result<End, Box<CellFault>> {
        match who {
            Who::Id(id) if self.known.kinds.contains_key(id) => Ok(End::There(*id)),
            Who::Id(id) => {
                let expected = Text::new("the id of a resource", "资源编号");
                Err(wrong(intent, &format!("{field}_id"), &id.to_string(), expected))
            }
            Who::Named { kind, name } => {
                let key = (kind.clone(), name.clone());
                if let Some(handle) = self.made.get(&key) {
                    return Ok(End::New(handle.clone()));
                }
                match self.known.named.get(&key).map(Vec::as_slice) {
                    Some([only]) => Ok(End::There(*only)),
                    found => {
                        let count = found.map_or(0, <[ResourceId]>::len);
                        let expected = Text::new(
                            format!("one resource of this kind; {count} are called so"),
                            format!("应恰好对应一个该类型的资源，现有 {count} 个同名"),
                        );
                        Err(wrong(intent, field, name, expected))
                    }
                }
            }
        }
    }
}

fn wrong(intent: &Intent, field: &str, found: &str, expected: Text) -> Box<CellFault> {
    Box::new(fault(&intent.place, &intent.columns, field, found, expected))
}

/// Counts the rows that can be read as a whole.
fn count(changes: &[PlannedChange], places: &[&Intent], report: &mut ImportReport) {
    for (change, intent) in changes.iter().zip(places).filter(|(_, intent)| intent.whole) {
        match change {
            PlannedChange::Create { .. } => report.created += 1,
            PlannedChange::Change { resource, .. } => {
                report.changed += 1;
                if report.matched.len() < MATCHED_MAX {
                    let RowPlace { sheet, row } = intent.place.clone();
                    report.matched.push((RowPlace { sheet, row }, *resource));
                }
            }
            _ => report.related += 1,
        }
    }
}

fn is_unchanged(step: &Step) -> bool {
    match (&step.before, &step.after) {
        (Some(before), Some(after)) => before.version == after.version,
        _ => false,
    }
}

/// Where a fault is: its sheet, and its cell or the number of its row.
fn cell_of(fault: &CellFault) -> (String, String) {
    let cell = if fault.cell.is_empty() { fault.row.to_string() } else { fault.cell.clone() };
    (fault.sheet.clone(), cell)
}

/// The faults of a row that the register refuses: those of fields at their cells.
fn refused(step: &Step, intent: &Intent) -> Vec<CellFault> {
    let Some(refused) = &step.refused else { return Vec::new() };
    if refused.fields.is_empty() {
        return vec![*wrong(intent, "", &step.about, refused.text.clone())];
    }
    // That a relation names what could not be created is told where that is.
    let fields = refused.fields.iter().filter(|field| field.field != "handle");
    let written = |field: &str| match &intent.wish {
        Wish::Resource(wish) => wish.places.get(field).filter(|cell| !cell.is_empty()),
        Wish::Relation { .. } => None,
    };
    let fault = |field: &FieldFault| {
        let found = written(&field.field).unwrap_or(&field.found);
        *wrong(intent, &field.field, found, field.expected.clone())
    };
    fields.map(fault).collect()
}
