use kernel::{FieldFault, Id, Text};
use serde::{Deserialize, Serialize};

use super::{Noun, UnitId, input::Faults};

/// The id of a post.
pub type PostId = Id<Post>;

/// A role in a unit that a person holds from–to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Its code, unique among posts.
    pub code: String,
    /// Its title.
    pub title: Text,
    /// What its holder does; may be empty.
    pub description: String,
    /// The unit it is in.
    pub unit: UnitId,
    /// Whether its holder heads the unit.
    pub head: bool,
}

/// A post that somebody wants, or a change of one: what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostChange {
    /// The code.
    pub code: Option<String>,
    /// The title.
    pub title: Option<Text>,
    /// The description.
    pub description: Option<String>,
    /// The unit it moves to.
    pub unit: Option<UnitId>,
    /// Whether its holder heads the unit.
    pub head: Option<bool>,
}

impl Noun for Post {
    const NOUN: &'static str = "post";
    const CREATED: &'static str = "post.created";
    const CHANGED: &'static str = "post.changed";
    const CLOSED: &'static str = "post.closed";
    const CANCELLED: &'static str = "post.change_cancelled";
    const PLACE: &'static [&'static str] = &["unit"];

    fn noun() -> Text {
        Text::new("post", "岗位")
    }

    fn code(&self) -> &str {
        &self.code
    }

    fn label(&self) -> String {
        self.title.zh.clone()
    }
}

impl Post {
    /// The post in `unit` that `new` describes.
    ///
    /// Errors: one fault for every field that is wrong.
    pub(crate) fn made(new: &PostChange, unit: UnitId) -> Result<Self, Vec<FieldFault>> {
        let blank = Self {
            code: String::new(),
            title: Text::default(),
            description: String::new(),
            unit,
            head: false,
        };
        let whole = PostChange {
            code: Some(new.code.clone().unwrap_or_default()),
            title: Some(new.title.clone().unwrap_or_default()),
            ..new.clone()
        };
        blank.changed(&whole)
    }

    /// The post after the change.
    ///
    /// Errors: one fault for every field that is wrong.
    pub(crate) fn changed(&self, change: &PostChange) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let mut next = self.clone();
        if let Some(code) = &change.code {
            next.code = faults.code("code", code);
        }
        if let Some(title) = &change.title {
            next.title = faults.both("title", title);
        }
        if let Some(description) = &change.description {
            next.description = faults.description("description", description);
        }
        next.unit = change.unit.unwrap_or(next.unit);
        next.head = change.head.unwrap_or(next.head);
        faults.or(next)
    }
}
