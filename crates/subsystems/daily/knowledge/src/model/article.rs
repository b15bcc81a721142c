use directory::{PersonId, UnitId};
use jiff::civil::Date;
use kernel::{Caller, FieldFault, Id, Text, Time};
use resources::ResourceId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::course::State;

/// The id of an article.
pub(crate) type ArticleId = Id<Article>;

/// What its number begins with.
pub(crate) const PREFIX: &str = "KB";
/// An article concerns no more resources than this.
pub(crate) const RESOURCES_MAX: usize = 50;
pub(crate) const REASON_CHARS_MAX: usize = 500;
pub(crate) const TITLE_CHARS_MAX: usize = 200;
pub(crate) const SYMPTOM_CHARS_MAX: usize = 20_000;
pub(crate) const ANSWER_CHARS_MAX: usize = 50_000;

const KEYWORDS_MAX: usize = 20;
const KEYWORD_CHARS_MAX: usize = 40;
const CATEGORY_CHARS_MAX: usize = 60;

/// How something is solved, for those who meet it again (知识条目).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Article {
    /// Its id.
    pub id: ArticleId,
    /// By what people call it: `KB-42`.
    pub number: String,
    /// What it says, as it is worked on.
    pub draft: ArticleDraft,
    /// How far that text is.
    pub state: State,
    /// Who has written on it since it was last published: none of them publishes it.
    pub authors: Vec<Author>,
    /// Why it was sent back last; empty: it was not.
    pub returned: String,
    /// The number of the last published revision; 0: none yet.
    pub revision: u32,
    /// The ticket that it was made from.
    pub source: Option<TicketNamed>,
    /// Grows with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub changed_at: Time,
}

/// What an article says, as people write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ArticleBody)]
pub(crate) struct ArticleDraft {
    /// What it is about, on one line.
    pub title: String,
    /// What one sees when it happens, in Markdown.
    #[serde(default)]
    pub symptom: String,
    /// What is to be done, in Markdown; it may be missing until it is handed in.
    #[serde(default)]
    pub answer: String,
    /// Other words by which people look for it, at most 20.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// What it is sorted under; empty: nothing.
    #[serde(default)]
    pub category: String,
    /// The resources it concerns, such as a business system; at most 50.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub resource_ids: Vec<ResourceId>,
    /// Who reads it once it is published.
    pub audience: Audience,
    /// The unit that answers for it.
    #[schema(value_type = String)]
    pub unit_id: UnitId,
    /// Who answers for it; none: the unit.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub owner_id: Option<PersonId>,
    /// The day from which on it is to be looked at again; none: it holds for good.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2027-03-31")]
    pub review_on: Option<Date>,
}

/// Who reads an article once it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ArticleAudience)]
pub(crate) enum Audience {
    /// Those who may read articles of its unit.
    Agents,
    /// Everybody who is signed in.
    Staff,
    /// Everybody, without signing in.
    Public,
}

/// Who has written on an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Author {
    /// The user, however they signed in; of a program, its id.
    pub id: String,
    /// What they were called then.
    pub name: String,
}

/// A ticket by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TicketNamed {
    /// Its id.
    pub id: String,
    /// By what people call it.
    pub number: String,
}

/// What was published of an article at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Revision {
    /// The article.
    pub article_id: ArticleId,
    /// By what people call that.
    pub number: String,
    /// 1 for the first.
    pub revision: u32,
    /// What it says.
    pub draft: ArticleDraft,
    /// Who wrote it.
    pub authors: Vec<Author>,
    /// Who published it.
    pub published_by: Author,
    /// When.
    pub published_at: Time,
    /// Whether readers see it.
    pub live: bool,
}

impl Audience {
    const ALL: [Self; 3] = [Self::Agents, Self::Staff, Self::Public];

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Agents => "agents",
            Self::Staff => "staff",
            Self::Public => "public",
        }
    }

    /// The audience of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

impl Author {
    /// Whoever calls.
    #[must_use]
    pub(crate) fn of(caller: &Caller) -> Self {
        let id = caller.user_id.clone().unwrap_or_else(|| caller.actor.id.clone());
        Self { id, name: caller.actor.name.clone() }
    }
}

impl Article {
    /// Whether readers see a revision of it.
    #[must_use]
    pub(crate) fn is_live(&self) -> bool {
        self.revision > 0 && self.state != State::Retired
    }

    /// The authors with one more.
    #[must_use]
    pub(crate) fn authors_with(&self, author: Author) -> Vec<Author> {
        // What was published is approved: whoever writes next begins a new text.
        let mut authors = match self.state {
            State::Published => Vec::new(),
            State::Draft | State::InReview | State::Retired => self.authors.clone(),
        };
        if !authors.iter().any(|known| known.id == author.id) {
            authors.push(author);
        }
        authors
    }
}

impl ArticleDraft {
    /// Everything that is wrong with it by itself; whether what it names exists is asked elsewhere.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        line(&mut faults, "title", &self.title, (1, TITLE_CHARS_MAX));
        text(&mut faults, "symptom", &self.symptom, (0, SYMPTOM_CHARS_MAX));
        text(&mut faults, "answer", &self.answer, (0, ANSWER_CHARS_MAX));
        line(&mut faults, "category", &self.category, (0, CATEGORY_CHARS_MAX));
        if self.keywords.len() > KEYWORDS_MAX {
            let expected = Text::new("at most 20 keywords", "最多 20 个关键词");
            faults.push(FieldFault::new("keywords", self.keywords.len(), expected));
        }
        for (at, keyword) in self.keywords.iter().take(KEYWORDS_MAX).enumerate() {
            line(&mut faults, &format!("keywords[{at}]"), keyword, (1, KEYWORD_CHARS_MAX));
        }
        if self.resource_ids.len() > RESOURCES_MAX {
            let expected = Text::new("at most 50 resources", "最多 50 个资源");
            faults.push(FieldFault::new("resource_ids", self.resource_ids.len(), expected));
        }
        faults.extend(self.review_on.and_then(|day| day_fault("review_on", day)));
        faults
    }

    /// What it lacks to be handed in.
    #[must_use]
    pub(crate) fn lacks(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        text(&mut faults, "answer", &self.answer, (1, ANSWER_CHARS_MAX));
        faults
    }
}

/// A day that is none that anybody means.
pub(crate) fn day_fault(field: &str, day: Date) -> Option<FieldFault> {
    let expected = Text::new("a year from 1980 to 2200", "1980 至 2200 年");
    (!(1980..=2200).contains(&day.year())).then(|| FieldFault::new(field, day, expected))
}

/// Words on one line.
fn line(faults: &mut Vec<FieldFault>, field: &str, found: &str, (min, max): (usize, usize)) {
    let count = found.trim().chars().count();
    if (min..=max).contains(&count) && !found.contains(char::is_control) {
        return;
    }
    let expected = Text::new(
        format!("{min} to {max} characters on one line"),
        format!("{min} 至 {max} 个字符，单行"),
    );
    faults.push(FieldFault::new(field, shown(found), expected));
}

/// Words of a length between two, without characters of no use.
pub(crate) fn text(
    faults: &mut Vec<FieldFault>,
    field: &str,
    found: &str,
    (min, max): (usize, usize),
) {
    let count = found.trim().chars().count();
    if (min..=max).contains(&count) && !found.contains('\0') {
        return;
    }
    let expected =
        Text::new(format!("{min} to {max} characters"), format!("{min} 至 {max} 个字符"));
    faults.push(FieldFault::new(field, shown(found), expected));
}

fn shown(found: &str) -> String {
    found.chars().take(60).collect()
}
