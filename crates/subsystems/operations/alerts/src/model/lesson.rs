use kernel::{Id, Time};
use resources::ResourceId;

use super::{cause::Lessons, incident::IncidentId};

/// The id of a lesson.
pub(crate) type LessonId = Id<Lesson>;

/// What a correction by hand says about two resources; it counts once somebody confirmed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lesson {
    /// Its id.
    pub(crate) id: LessonId,
    /// What it says.
    pub(crate) kind: LessonKind,
    /// The resource that is the cause, or is not.
    pub(crate) cause: (String, String),
    /// The resource that follows, or does not.
    pub(crate) other: (String, String),
    /// Where it was said.
    pub(crate) incident: IncidentId,
    /// By whom.
    pub(crate) said_by: String,
    /// When.
    pub(crate) said_at: Time,
    /// Whether it counts.
    pub(crate) state: LessonState,
    /// Who decided that.
    pub(crate) decided_by: Option<String>,
    /// Grows by one with every change.
    pub(crate) version: i64,
}

/// What a lesson says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LessonKind {
    /// The second follows when the first fails.
    Together,
    /// The first never is the cause of what is wrong with the second.
    Apart,
}

/// Whether a lesson counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LessonState {
    /// Nobody said yet.
    Proposed,
    /// It counts.
    Confirmed,
    /// It does not.
    Dismissed,
}

impl LessonKind {
    /// Its name on the wire and in the database.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Together => "together",
            Self::Apart => "apart",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Together, Self::Apart].into_iter().find(|kind| kind.name() == name)
    }
}

impl LessonState {
    /// Its name on the wire and in the database.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Confirmed => "confirmed",
            Self::Dismissed => "dismissed",
        }
    }

    /// The state of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Proposed, Self::Confirmed, Self::Dismissed]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// What counts of these lessons.
pub(crate) fn confirmed(lessons: &[Lesson]) -> Lessons {
    let mut found = Lessons::default();
    for lesson in lessons.iter().filter(|lesson| lesson.state == LessonState::Confirmed) {
        let id = |(id, _): &(String, String)| id.parse::<ResourceId>().ok();
        let Some(pair) = id(&lesson.cause).zip(id(&lesson.other)) else { continue };
        match lesson.kind {
            LessonKind::Together => found.together.insert(pair),
            LessonKind::Apart => found.apart.insert(pair),
        };
    }
    found
}
