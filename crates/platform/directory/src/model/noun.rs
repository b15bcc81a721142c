use std::fmt::Debug;

use kernel::Text;
use serde::{Serialize, de::DeserializeOwned};

/// What the directory keeps over time.
pub trait Noun:
    Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + Unpin + 'static
{
    /// Its noun in the journal: `unit`.
    const NOUN: &'static str;
    /// The fact that one came to be: `unit.created`.
    const CREATED: &'static str;
    /// The fact that one was changed: `unit.changed`.
    const CHANGED: &'static str;
    /// The fact that one ended: `unit.closed`.
    const CLOSED: &'static str;
    /// The fact that what was to become of one was cancelled: `unit.change_cancelled`.
    const CANCELLED: &'static str;

    /// The fields of a state that say where it belongs: together they are one place.
    const PLACE: &'static [&'static str] = &[];

    /// What people call such a thing.
    fn noun() -> Text;

    /// What tells it from others of its kind, for people: a code, a number.
    fn code(&self) -> &str;

    /// What people call it.
    fn label(&self) -> String;
}
