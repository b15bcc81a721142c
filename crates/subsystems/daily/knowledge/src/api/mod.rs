//! Routes and wire structs.

pub(crate) mod articles;
pub(crate) mod courses;
pub(crate) mod reading;
mod search;
pub(crate) mod tickets;

use std::str::FromStr;

use kernel::{Fault, Text};
use resources::ResourceId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{model::article::Revision, store::votes::Votes};

/// What is looked for by is no longer than this: the browser sends the beginning of a text.
const SOUGHT_CHARS_MAX: usize = 400;

/// A resource that an article concerns.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleResource)]
pub(crate) struct ResourceView {
    id: String,
    name: String,
}

/// What readers think of an article.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleVotes)]
pub(crate) struct VotesView {
    /// To so many it was of use.
    useful: u32,
    /// To so many it was not.
    useless: u32,
}

/// What was published of an article.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReadArticle)]
pub(crate) struct ReadView {
    id: String,
    /// By what people call it.
    number: String,
    title: String,
    /// What one sees when it happens, in Markdown.
    symptom: String,
    /// What is to be done, in Markdown.
    answer: String,
    keywords: Vec<String>,
    category: String,
    revision: u32,
    published_at: String,
}

impl From<Revision> for ReadView {
    fn from(one: Revision) -> Self {
        Self {
            id: one.article_id.to_string(),
            number: one.number,
            title: one.draft.title,
            symptom: one.draft.symptom,
            answer: one.draft.answer,
            keywords: one.draft.keywords,
            category: one.draft.category,
            revision: one.revision,
            published_at: one.published_at.to_string(),
        }
    }
}

impl From<Votes> for VotesView {
    fn from(votes: Votes) -> Self {
        Self { useful: votes.useful, useless: votes.useless }
    }
}

fn resources(seen: Vec<(ResourceId, String)>) -> Vec<ResourceView> {
    seen.into_iter().map(|(id, name)| ResourceView { id: id.to_string(), name }).collect()
}

/// A parameter that says something.
fn named(found: Option<String>) -> Option<String> {
    found.filter(|text| !text.is_empty())
}

/// The text that is looked for.
fn sought(found: Option<String>) -> Result<Option<String>, Fault> {
    let found = named(found);
    if let Some(text) = found.as_ref().filter(|text| text.chars().count() > SOUGHT_CHARS_MAX) {
        let expected = Text::new("at most 400 characters", "最多 400 个字符");
        let shown: String = text.chars().take(60).collect();
        return Err(Fault::invalid("q", shown, expected));
    }
    Ok(found)
}

/// One of several names.
fn one_of<T>(
    field: &str,
    found: Option<String>,
    (from_name, names): (fn(&str) -> Option<T>, &str),
) -> Result<Option<T>, Fault> {
    let wrong = |name: &str| Fault::invalid(field, name, Text::same(names));
    let read = |name: String| from_name(&name).ok_or_else(|| wrong(&name));
    named(found).map(read).transpose()
}

/// An id that was given.
fn id_or_none<T: FromStr>(field: &str, found: Option<String>) -> Result<Option<T>, Fault> {
    named(found).map(|text| id_of(field, &text)).transpose()
}

/// An id that must be given.
fn id_of<T: FromStr>(field: &str, found: &str) -> Result<T, Fault> {
    let expected = Text::new("a UUID", "UUID 格式的编号");
    found.parse().map_err(|_| Fault::invalid(field, found, expected))
}
