use kernel::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::article::{Article, Author};

/// How far the text of an article is that is worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ArticleState)]
pub(crate) enum State {
    /// It is being written; a revision that was published before is still read.
    Draft,
    /// It was handed in, and waits for somebody else's approval.
    InReview,
    /// It is what readers see.
    Published,
    /// Nobody reads it any more.
    Retired,
}

/// What is done with an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is handed in.
    Submit,
    /// It is sent or taken back to be written on.
    Return,
    /// It is published.
    Publish,
    /// It is taken out of use.
    Retire,
    /// It is taken up again.
    Revive,
}

/// Why a step is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The state does not lead there.
    WrongState,
    /// Who wrote it does not publish it.
    OwnText,
}

impl State {
    const ALL: [Self; 4] = [Self::Draft, Self::InReview, Self::Published, Self::Retired];

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::Published => "published",
            Self::Retired => "retired",
        }
    }

    /// The state of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// In both languages.
    #[must_use]
    pub(crate) fn text(self) -> Text {
        match self {
            Self::Draft => Text::new("a draft", "草稿"),
            Self::InReview => Text::new("in review", "待审核"),
            Self::Published => Text::new("published", "已发布"),
            Self::Retired => Text::new("retired", "已停用"),
        }
    }

    fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Draft, Step::Submit) => Some(Self::InReview),
            (Self::InReview, Step::Return) | (Self::Retired, Step::Revive) => Some(Self::Draft),
            (Self::InReview, Step::Publish) => Some(Self::Published),
            (Self::Draft | Self::InReview | Self::Published, Step::Retire) => Some(Self::Retired),
            _ => None,
        }
    }
}

/// The state that an article comes into when `by` takes a step with it.
///
/// Errors: [`Refusal`].
pub(crate) fn decide(article: &Article, step: Step, by: &Author) -> Result<State, Refusal> {
    let next = article.state.after(step).ok_or(Refusal::WrongState)?;
    let wrote = article.authors.iter().any(|author| author.id == by.id);
    if step == Step::Publish && wrote {
        return Err(Refusal::OwnText);
    }
    Ok(next)
}

#[cfg(test)]
mod tests {
    use kernel::Time;

    use super::*;
    use crate::model::article::{ArticleDraft, Audience};

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    fn author(id: &str) -> Author {
        Author { id: id.to_owned(), name: id.to_owned() }
    }

    fn article(state: State, authors: &[&str]) -> Article {
        Article {
            id: ID.parse().unwrap(),
            number: "KB-1".to_owned(),
            draft: ArticleDraft {
                title: "x".to_owned(),
                symptom: String::new(),
                answer: String::new(),
                keywords: Vec::new(),
                category: String::new(),
                resource_ids: Vec::new(),
                audience: Audience::Agents,
                unit_id: ID.parse().unwrap(),
                owner_id: None,
                review_on: None,
            },
            state,
            authors: authors.iter().map(|id| author(id)).collect(),
            returned: String::new(),
            revision: 0,
            source: None,
            version: 1,
            created_at: Time::from_micros(1),
            changed_at: Time::from_micros(1),
        }
    }

    #[test]
    fn each_state_leads_on_by_its_own_steps() {
        let steps = [Step::Submit, Step::Return, Step::Publish, Step::Retire, Step::Revive];
        let table = [
            (State::Draft, [Some(State::InReview), None, None, Some(State::Retired), None]),
            (
                State::InReview,
                [None, Some(State::Draft), Some(State::Published), Some(State::Retired), None],
            ),
            (State::Published, [None, None, None, Some(State::Retired), None]),
            (State::Retired, [None, None, None, None, Some(State::Draft)]),
        ];
        for (state, expected) in table {
            let next = steps.map(|step| decide(&article(state, &[]), step, &author("a")).ok());
            assert_eq!(next, expected, "{}", state.name());
        }
    }

    #[test]
    fn nobody_publishes_what_they_have_written_on() {
        let one = article(State::InReview, &["a", "b"]);
        for (by, expected) in [
            ("a", Err(Refusal::OwnText)),
            ("b", Err(Refusal::OwnText)),
            ("c", Ok(State::Published)),
        ] {
            assert_eq!(decide(&one, Step::Publish, &author(by)), expected, "{by}");
        }
        assert_eq!(decide(&one, Step::Retire, &author("a")), Ok(State::Retired));
    }

    #[test]
    fn authors_begin_anew_with_the_text_after_a_published_one() {
        let names = |one: &Article, by: &str| -> Vec<String> {
            one.authors_with(author(by)).into_iter().map(|known| known.id).collect()
        };
        assert_eq!(names(&article(State::Published, &["a"]), "b"), ["b"]);
        assert_eq!(names(&article(State::InReview, &["a"]), "b"), ["a", "b"]);
        assert_eq!(names(&article(State::Draft, &["a"]), "a"), ["a"]);
    }
}
