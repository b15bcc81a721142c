use std::{future::Future, pin::Pin};

use kernel::{Caller, Fault, Text};
use serde::Serialize;
use utoipa::ToSchema;

use crate::TextView;

/// The answer of a search source.
pub type SearchFuture<'a> = Pin<Box<dyn Future<Output = Result<Vec<Hit>, Fault>> + Send + 'a>>;

/// Something that was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Hit {
    /// The noun: `resource`, `check`, `alert`, `ticket`, `article`, `person`, `unit`, `post`,
    /// `site`, `user`, `job`.
    pub r#type: String,
    /// Its id.
    pub id: String,
    /// Its name.
    #[schema(value_type = TextView)]
    pub title: Text,
    /// A line that tells it from others of that name.
    #[schema(value_type = TextView)]
    pub subtitle: Text,
}

/// A crate whose things can be found with one key. It shows a caller only what they may read.
pub trait SearchSource: Send + Sync {
    /// At most `limit` things whose name contains `text`, ignoring case.
    fn search<'a>(&'a self, caller: &'a Caller, text: &'a str, limit: u32) -> SearchFuture<'a>;
}
