//! What could be written next.

use kernel::Text;

use super::{
    Field,
    check::operators,
    schema::{Known, Schema, Values},
    syntax::{Wanted, wanted_after},
};

/// At most so many candidates are offered.
const CANDIDATES_MAX: usize = 50;

/// Something that could be written at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What is written.
    pub text: String,
    /// What it is called or means.
    pub title: Text,
    /// What sort of thing it is.
    pub sort: CandidateSort,
}

/// What sort of thing a candidate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CandidateSort {
    /// A field of the resource or of one that a relation leads to.
    Field,
    /// A relation; a dot and a field follow.
    Relation,
    /// An operator.
    Operator,
    /// A value.
    Value,
    /// `and`, `or`, `not`, `has`.
    Keyword,
}

impl CandidateSort {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Relation => "relation",
            Self::Operator => "operator",
            Self::Value => "value",
            Self::Keyword => "keyword",
        }
    }
}

/// What could stand at `cursor`, a byte of `text`, and from which byte it replaces what is there.
pub(crate) fn complete(text: &str, cursor: usize, schema: &Schema) -> (usize, Vec<Candidate>) {
    let mut cursor = cursor.min(text.len());
    while !text.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let before = &text[..cursor];
    // A word that is being written is completed; what comes before it says what it can be.
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    let from = before.trim_end_matches(is_word).len();
    let written = &before[from..];
    let mut candidates = Vec::new();
    match wanted_after(&before[..from]) {
        Wanted::Field => fields(written, schema, &mut candidates),
        Wanted::Operator(name) => operators_of(&name, schema, &mut candidates),
        Wanted::Value(name) => values_of(&name, schema, &mut candidates),
        Wanted::Connective(bare) => {
            if let Some(name) = bare {
                operators_of(&name, schema, &mut candidates);
            }
            keyword("and", "both", "并且", &mut candidates);
            keyword("or", "either", "或者", &mut candidates);
        }
        Wanted::Nothing => {}
    }
    let lower = written.to_lowercase();
    // One letter of an alphabet is in nearly every title.
    let by_title = lower.len() > 1;
    candidates.retain(|candidate| {
        let titles = [&candidate.title.en, &candidate.title.zh];
        candidate.text.to_lowercase().starts_with(&lower)
            || (by_title && titles.iter().any(|title| title.to_lowercase().contains(&lower)))
    });
    candidates.truncate(CANDIDATES_MAX);
    (from, candidates)
}

fn keyword(text: &str, en: &str, zh: &str, candidates: &mut Vec<Candidate>) {
    let title = Text::new(en, zh);
    candidates.push(Candidate { text: text.to_owned(), title, sort: CandidateSort::Keyword });
}

/// Fields, after the relations that are written already: `runs_on.` …
fn fields(written: &str, schema: &Schema, candidates: &mut Vec<Candidate>) {
    let prefix = written.rfind('.').map_or("", |dot| &written[..=dot]);
    let named = |name: &str, title: &Text, sort| {
        let text = format!("{prefix}{name}");
        Candidate { text, title: title.clone(), sort }
    };
    candidates.extend(schema.names().map(|(name, title)| named(name, title, CandidateSort::Field)));
    candidates.extend(
        schema.relation_names().map(|(name, title)| named(name, title, CandidateSort::Relation)),
    );
    if prefix.is_empty() {
        keyword("not", "the opposite", "取反", candidates);
        keyword("has", "has a value", "有值", candidates);
    }
}

fn operators_of(name: &str, schema: &Schema, candidates: &mut Vec<Candidate>) {
    let known = known(name, schema);
    let mut seen = Vec::new();
    for operator in known.iter().flat_map(|known| operators(&known.values)) {
        if !seen.contains(operator) {
            seen.push(operator);
            let (text, title) = ((*operator).to_owned(), Text::default());
            candidates.push(Candidate { text, title, sort: CandidateSort::Operator });
        }
    }
}

fn values_of(name: &str, schema: &Schema, candidates: &mut Vec<Candidate>) {
    let value = |text: &str, title: &Text| Candidate {
        text: text.to_owned(),
        title: title.clone(),
        sort: CandidateSort::Value,
    };
    for known in known(name, schema) {
        match &known.values {
            Values::Words(words) => {
                candidates.extend(words.iter().map(|(word, title)| value(word, title)));
            }
            Values::Kind => {
                let kinds = schema.kinds().iter();
                candidates.extend(kinds.map(|(name, title)| value(name, title)));
            }
            Values::Flag => {
                candidates.push(value("true", &Text::new("yes", "是")));
                candidates.push(value("false", &Text::new("no", "否")));
            }
            Values::Time => candidates.push(value("now", &Text::new("this moment", "当前时刻"))),
            Values::Unit => {
                let units = schema.places.units.keys();
                candidates.extend(units.map(|name| value(name, &Text::default())));
            }
            Values::Region => {
                let regions = schema.places.regions.keys();
                candidates.extend(regions.map(|name| value(name, &Text::default())));
            }
            Values::Text if known.field == Field::Tag => {
                let tags = schema.tags.iter();
                candidates.extend(tags.map(|word| value(&quoted(word), &Text::same(word))));
            }
            Values::Text | Values::Number(_) | Values::Address => {}
        }
    }
}

/// The word as a filter has it: in quotes unless it is one word.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if word.chars().all(is_plain) { word.to_owned() } else { format!("\"{word}\"") }
}

fn known<'s>(name: &str, schema: &'s Schema) -> &'s [Known] {
    let last = name.rsplit('.').next().unwrap_or(name);
    schema.find(name).or_else(|| schema.find(last)).unwrap_or_default()
}
