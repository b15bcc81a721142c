use kernel::{Fault, PageRequest, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{AsOf, Dated, Directory, DirectoryError};

/// When a state of a thing holds, and since when that is known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectorySpan)]
pub(super) struct SpanView {
    /// Grows with every change of the thing: its ETag.
    version: i64,
    /// From when it is so.
    valid_from: String,
    /// Until when it is so; null while there is no end.
    valid_to: Option<String>,
    /// Since when this is known.
    recorded_at: String,
    /// Since when it is known better; null while it is not.
    superseded_at: Option<String>,
}

/// A moment.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct MomentQuery {
    /// As it was on that day (`2026-03-01`) or at that time (RFC 3339); now when not given.
    as_of: Option<String>,
    /// As it was known then; as it is known now when not given.
    known_at: Option<String>,
}

/// When something ends.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DirectoryEnd)]
#[serde(deny_unknown_fields)]
pub(super) struct EndBody {
    /// A day (`2026-03-01`) or a time (RFC 3339); now when not given.
    at: Option<String>,
}

/// Since when something is there.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DirectoryBeginning)]
#[serde(deny_unknown_fields)]
pub(super) struct BeginBody {
    /// A day (`2026-03-01`) or a time (RFC 3339), earlier than what is known.
    at: String,
}

impl MomentQuery {
    /// The moment asked about; none when neither is given.
    pub(super) fn moment(&self, directory: &Directory) -> Result<Option<AsOf>, DirectoryError> {
        if self.as_of.is_none() && self.known_at.is_none() {
            return Ok(None);
        }
        Ok(Some(directory.as_of(self.as_of.as_deref(), self.known_at.as_deref())?))
    }
}

impl BeginBody {
    /// Since when it is there.
    pub(super) fn at(&self, directory: &Directory) -> Result<Time, DirectoryError> {
        Ok(directory.effective("at", Some(&self.at))?)
    }
}

impl EndBody {
    /// When it ends.
    pub(super) fn at(&self, directory: &Directory) -> Result<Time, DirectoryError> {
        Ok(directory.effective("at", self.at.as_deref())?)
    }
}

impl<S> From<&Dated<S>> for SpanView {
    fn from(dated: &Dated<S>) -> Self {
        Self {
            version: dated.version,
            valid_from: dated.valid_from.to_string(),
            valid_to: dated.valid_to.map(|time| time.to_string()),
            recorded_at: dated.recorded_at.to_string(),
            superseded_at: dated.superseded_at.map(|time| time.to_string()),
        }
    }
}

/// The page that is asked for.
pub(super) fn page(after: Option<String>, limit: Option<u32>) -> Result<kernel::Page, Fault> {
    PageRequest { after, limit }.checked()
}

/// A text that says something.
pub(super) fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
