use kernel::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// So many changes and problems are named; of the others it is said how many there are.
const NAMED_MAX: usize = 500;

/// What a run did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SyncReport {
    /// Whether it was done; also of a run that failed when a part of it was.
    pub applied: bool,
    /// Entries read.
    pub read: u64,
    /// People who are new.
    pub created: u64,
    /// People who were here and are now known to be the same.
    pub linked: u64,
    /// People who were changed.
    pub changed: u64,
    /// People as they were.
    pub unchanged: u64,
    /// People who have left.
    pub left: u64,
    /// Holdings that began or ended.
    pub holdings: u64,
    /// References to other directories, which are not followed.
    pub referrals: u64,
    /// What is different, at most 500 of it.
    pub changes: Vec<SyncChange>,
    /// What could not be taken, at most 500 of it.
    pub problems: Vec<SyncProblem>,
    /// How much could not be taken.
    pub problems_total: u64,
    /// Why the run ended early, if it did.
    pub failure: Option<Text>,
}

/// One thing that is different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncChange {
    /// `created`, `linked`, `changed`, `left`, `holding-began`, `holding-ended`.
    pub what: String,
    /// The employee number.
    pub number: String,
    /// The name.
    pub name: String,
    /// Which fields differ, or the post.
    pub fields: Vec<String>,
    /// What these held and hold; reports of before have nothing of it.
    #[serde(default)]
    pub values: Vec<FieldValues>,
}

/// What a field of a person held, and what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValues {
    /// The field.
    pub field: String,
    /// What it held; null for nothing.
    pub before: Value,
    /// What it holds.
    pub after: Value,
}

/// One entry that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncProblem {
    /// The entry's name (DN).
    pub dn: String,
    /// Why.
    pub text: Text,
}

impl SyncReport {
    pub(super) fn note(&mut self, what: &str, who: (&str, &str), fields: Vec<String>) {
        self.keep(what, who, fields, Vec::new());
    }

    /// Notes that a person was changed.
    pub(super) fn note_change(&mut self, who: (&str, &str), values: Vec<FieldValues>) {
        let fields = values.iter().map(|values| values.field.clone()).collect();
        self.keep("changed", who, fields, values);
    }

    fn keep(
        &mut self,
        what: &str,
        (number, name): (&str, &str),
        fields: Vec<String>,
        values: Vec<FieldValues>,
    ) {
        let counter = match what {
            "created" => &mut self.created,
            "linked" => &mut self.linked,
            "changed" => &mut self.changed,
            "left" => &mut self.left,
            _ => &mut self.holdings,
        };
        *counter += 1;
        if self.changes.len() < NAMED_MAX {
            self.changes.push(SyncChange {
                what: what.to_owned(),
                number: number.to_owned(),
                name: name.to_owned(),
                fields,
                values,
            });
        }
    }

    pub(super) fn problem(&mut self, dn: &str, text: Text) {
        self.problems_total += 1;
        if self.problems.len() < NAMED_MAX {
            self.problems.push(SyncProblem { dn: dn.to_owned(), text });
        }
    }
}
