mod administrators;
mod clients;
mod groups;
mod users;

use kernel::{Id, Text};
use serde_json::{Map, Value};

use crate::{ScimError, model::Change};

pub(crate) use self::clients::Told;

/// What a change makes of a resource.
#[derive(Debug)]
pub(crate) enum Wanted {
    /// All of it, in its canonical form.
    Whole(Map<String, Value>),
    /// Parts of it.
    Changes(Vec<Change>),
}

/// For which versions a change or an answer is meant (RFC 9110 13.1.1, 13.1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Versions {
    Any,
    OneOf(Vec<i64>),
}

impl Versions {
    /// Errors: [`ScimError::Stale`] when the version is not among them.
    fn permit(&self, version: i64) -> Result<(), ScimError> {
        if self.holds(version) { Ok(()) } else { Err(ScimError::Stale) }
    }

    /// Whether the version is among them.
    pub(crate) fn holds(&self, version: i64) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(versions) => versions.contains(&version),
        }
    }
}

pub(crate) fn no_user(id: &str) -> ScimError {
    ScimError::NotFound { noun: Text::new("user", "用户"), id: id.chars().take(64).collect() }
}

pub(crate) fn no_group(id: &str) -> ScimError {
    ScimError::NotFound { noun: Text::new("group", "用户组"), id: id.chars().take(64).collect() }
}

/// The id in a path. Errors: what is no id names nothing.
pub(crate) fn id_of<K>(text: &str, none: fn(&str) -> ScimError) -> Result<Id<K>, ScimError> {
    text.parse().map_err(|_| none(text))
}
