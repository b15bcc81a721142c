use kernel::{Fact, FieldFault, Id, Subject, Text, Time};
use serde::{Deserialize, Serialize};

/// The id of a saved query.
pub type QueryId = Id<SavedQuery>;

/// A filter with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SavedQuery {
    /// Its id.
    pub id: QueryId,
    /// What its owner calls it.
    pub name: String,
    /// The filter's text.
    pub filter: String,
    /// The columns to show: fields of filters.
    pub columns: Vec<String>,
    /// The order to show them in.
    pub sort: Sort,
    /// Who else sees it.
    pub shared_with: Audience,
    /// Whose it is.
    pub owner_id: String,
    /// What they were called.
    pub owner_name: String,
    /// Grows by one with every change.
    pub version: i64,
    /// When it was saved.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// What a saved query is to say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueryDraft {
    /// What its owner calls it.
    pub name: String,
    /// The filter's text.
    pub filter: String,
    /// The columns to show.
    pub columns: Vec<String>,
    /// The order to show them in.
    pub sort: Sort,
    /// Who else sees it.
    pub shared_with: Audience,
}

/// Who sees a saved query beside its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Audience {
    /// Nobody.
    #[default]
    Me,
    /// Everybody who sees resources.
    Everybody,
    /// Those whose role lets them change resources.
    Editors,
    /// Those whose role lets them consent to plans.
    Approvers,
}

/// The order of a list. Equal ones follow in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Sort {
    /// The oldest first.
    #[default]
    #[serde(rename = "id")]
    Id,
    /// By name.
    #[serde(rename = "name")]
    Name,
    /// The other way round.
    #[serde(rename = "-name")]
    NameDescending,
    /// The change that is longest ago first.
    #[serde(rename = "updated_at")]
    Updated,
    /// The latest change first.
    #[serde(rename = "-updated_at")]
    UpdatedDescending,
}

/// At most so many columns are shown.
const COLUMNS_MAX: usize = 50;

impl Sort {
    /// All orders.
    pub const ALL: [Self; 5] =
        [Self::Id, Self::Name, Self::NameDescending, Self::Updated, Self::UpdatedDescending];

    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::NameDescending => "-name",
            Self::Updated => "updated_at",
            Self::UpdatedDescending => "-updated_at",
        }
    }

    /// The order of that name.
    ///
    /// Errors: a fault naming `sort`.
    pub fn from_name(name: &str) -> Result<Self, FieldFault> {
        Self::ALL.into_iter().find(|sort| sort.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            FieldFault::new("sort", name, Text::same(names))
        })
    }
}

impl Audience {
    /// All audiences.
    pub const ALL: [Self; 4] = [Self::Me, Self::Everybody, Self::Editors, Self::Approvers];

    /// Its name on the wire and in the database; roles are named by what they permit.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::Everybody => "everybody",
            Self::Editors => "resource.change",
            Self::Approvers => "resource.approve",
        }
    }

    /// The audience of that name.
    ///
    /// Errors: a fault naming `shared_with`.
    pub fn from_name(name: &str) -> Result<Self, FieldFault> {
        Self::ALL.into_iter().find(|audience| audience.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            FieldFault::new("shared_with", name, Text::same(names))
        })
    }
}

/// Checks the parts of a saved query that are not its filter.
///
/// Errors: a fault for each thing that is wrong.
pub(crate) fn checked_query(draft: &QueryDraft, known: impl Fn(&str) -> bool) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let name = draft.name.trim();
    if !(1..=100).contains(&name.chars().count()) || name.contains(char::is_control) {
        let expected = Text::new("1 to 100 characters", "1 到 100 个字符");
        faults.push(FieldFault::new("name", name, expected));
    }
    if draft.columns.len() > COLUMNS_MAX {
        let expected = Text::new("at most 50 columns", "不超过 50 列");
        faults.push(FieldFault::new("columns", draft.columns.len(), expected));
    }
    let unknown = draft.columns.iter().enumerate().filter(|(_, column)| !known(column));
    for (at, column) in unknown.take(20) {
        let expected = Text::new("a field that a kind has", "某个类型具有的字段");
        faults.push(FieldFault::new(format!("columns.{at}"), column, expected));
    }
    faults
}

/// A filter was saved under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuerySaved {
    /// The saved query.
    pub query: QueryId,
    /// Its name.
    pub name: String,
}

/// A saved query was forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QueryRemoved {
    /// The saved query.
    pub query: QueryId,
    /// Its name.
    pub name: String,
}

impl Fact for QuerySaved {
    const VERB: &'static str = "query.saved";

    fn subject(&self) -> Subject {
        Subject::new("query", self.query, self.name.clone())
    }
}

impl Fact for QueryRemoved {
    const VERB: &'static str = "query.removed";

    fn subject(&self) -> Subject {
        Subject::new("query", self.query, self.name.clone())
    }
}
