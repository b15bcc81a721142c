use kernel::{Fact, FieldFault, Subject, Text};
use serde::Serialize;

/// A free word on resources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tag {
    /// The word, 1 to 60 characters; words that differ in case only are one.
    pub word: String,
    /// `#rrggbb`; empty: none.
    pub colour: String,
    /// How many resources have it.
    #[serde(skip)]
    pub uses: i64,
}

/// A tag was added, or got its colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagChanged {
    /// The word.
    pub word: String,
    /// Its colour.
    pub colour: String,
}

/// A tag got another word, on all resources that had it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagRenamed {
    /// The word until then.
    pub from: String,
    /// The word from then on; it may have been a tag already.
    pub to: String,
    /// How many resources had it.
    pub resources: u64,
}

/// A tag is gone, from all resources that had it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagRemoved {
    /// The word.
    pub word: String,
    /// How many resources had it.
    pub resources: u64,
}

/// A colour as browsers write it, in small letters; empty: none.
pub(crate) fn checked_colour(colour: &str) -> Result<String, FieldFault> {
    let digits = colour.strip_prefix('#').unwrap_or_default();
    let fits = digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit());
    if fits || colour.is_empty() {
        return Ok(colour.to_ascii_lowercase());
    }
    let expected = Text::new("a colour such as #2563eb", "颜色，如 #2563eb");
    Err(FieldFault::new("colour", colour, expected))
}

impl Fact for TagChanged {
    const VERB: &'static str = "tag.changed";

    fn subject(&self) -> Subject {
        Subject::new("tag", &self.word, self.word.clone())
    }
}

impl Fact for TagRenamed {
    const VERB: &'static str = "tag.renamed";

    fn subject(&self) -> Subject {
        Subject::new("tag", &self.to, self.to.clone())
    }
}

impl Fact for TagRemoved {
    const VERB: &'static str = "tag.removed";

    fn subject(&self) -> Subject {
        Subject::new("tag", &self.word, self.word.clone())
    }
}
