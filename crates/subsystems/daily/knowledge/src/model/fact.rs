use std::marker::PhantomData;

use kernel::{Fact, Subject};
use serde::Serialize;
use serde_json::{Map, Value};

use super::article::Article;

/// What happened to an article, of a kind of event. Of what people wrote the title alone is said.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Told<E: Event> {
    /// The article's id.
    id: String,
    /// By what people call it.
    number: String,
    /// What it is about.
    title: String,
    /// The unit that answers for it.
    unit_id: String,
    /// What else there is to say.
    #[serde(flatten)]
    more: Map<String, Value>,
    #[serde(skip)]
    event: PhantomData<E>,
}

/// A kind of event.
pub(crate) trait Event {
    /// Its verb.
    const VERB: &'static str;
}

impl<E: Event> Told<E> {
    /// It happened to that article.
    #[must_use]
    pub(crate) fn of(article: &Article) -> Self {
        Self {
            id: article.id.to_string(),
            number: article.number.clone(),
            title: article.draft.title.clone(),
            unit_id: article.draft.unit_id.to_string(),
            more: Map::new(),
            event: PhantomData,
        }
    }

    /// The same with one more thing to say.
    #[must_use]
    pub(crate) fn with(mut self, field: &str, value: impl Serialize) -> Self {
        // What is said are ids, names and numbers: they have a JSON form.
        self.more.insert(field.to_owned(), serde_json::to_value(value).unwrap_or_default());
        self
    }
}

impl<E: Event> Fact for Told<E> {
    const VERB: &'static str = E::VERB;

    fn subject(&self) -> Subject {
        Subject::new("article", &self.id, format!("{} {}", self.number, self.title))
    }
}

/// An article was begun.
#[derive(Debug, Clone)]
pub(crate) struct ArticleCreated;

impl Event for ArticleCreated {
    const VERB: &'static str = "article.created";
}

/// What an article says was changed.
#[derive(Debug, Clone)]
pub(crate) struct ArticleChanged;

impl Event for ArticleChanged {
    const VERB: &'static str = "article.changed";
}

/// It was handed in.
#[derive(Debug, Clone)]
pub(crate) struct ArticleSubmitted;

impl Event for ArticleSubmitted {
    const VERB: &'static str = "article.submitted";
}

/// It was sent back to be written on.
#[derive(Debug, Clone)]
pub(crate) struct ArticleReturned;

impl Event for ArticleReturned {
    const VERB: &'static str = "article.returned";
}

/// Readers see what it says.
#[derive(Debug, Clone)]
pub(crate) struct ArticlePublished;

impl Event for ArticlePublished {
    const VERB: &'static str = "article.published";
}

/// It was taken out of use.
#[derive(Debug, Clone)]
pub(crate) struct ArticleRetired;

impl Event for ArticleRetired {
    const VERB: &'static str = "article.retired";
}

/// It was taken up again.
#[derive(Debug, Clone)]
pub(crate) struct ArticleRevived;

impl Event for ArticleRevived {
    const VERB: &'static str = "article.revived";
}

/// Somebody looked at it again: it still holds.
#[derive(Debug, Clone)]
pub(crate) struct ArticleConfirmed;

impl Event for ArticleConfirmed {
    const VERB: &'static str = "article.confirmed";
}

/// A reader said whether it was of use.
#[derive(Debug, Clone)]
pub(crate) struct ArticleVoted;

impl Event for ArticleVoted {
    const VERB: &'static str = "article.voted";
}

/// It belongs to a ticket.
#[derive(Debug, Clone)]
pub(crate) struct ArticleLinked;

impl Event for ArticleLinked {
    const VERB: &'static str = "article.linked";
}

/// It belongs to a ticket no more.
#[derive(Debug, Clone)]
pub(crate) struct ArticleUnlinked;

impl Event for ArticleUnlinked {
    const VERB: &'static str = "article.unlinked";
}

/// It was taken back before anybody published it.
#[derive(Debug, Clone)]
pub(crate) struct ArticleWithdrawn;

impl Event for ArticleWithdrawn {
    const VERB: &'static str = "article.withdrawn";
}
