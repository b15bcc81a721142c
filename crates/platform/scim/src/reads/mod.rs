//! What providers see: their own users and groups, nobody else's.

mod groups;
mod users;

use kernel::{Caller, Time};
use serde_json::{Value, json};

use crate::{
    Scim, ScimError,
    actions::Told,
    model::ResourceType,
    store::{clients, groups as group_rows, users as user_rows},
};

pub(crate) use self::groups::Member;

/// So many resources are looked through for a filter that no index serves.
const LOOKED_THROUGH_MAX: usize = 100_000;
/// So many at once.
const AT_ONCE: usize = 500;

/// One page of resources.
#[derive(Debug)]
pub(crate) struct Found {
    /// How many match.
    pub(crate) total: usize,
    pub(crate) resources: Vec<Value>,
}

impl Scim {
    /// All providers, for those who see all users.
    ///
    /// Errors: [`ScimError::Db`].
    pub(crate) async fn clients(&self) -> Result<Vec<Told>, ScimError> {
        let pool = self.parts.db.reader();
        let mut all = Vec::new();
        for client in clients::all(pool).await? {
            all.push(Told {
                users: user_rows::count(pool, client.source).await?,
                users_active: user_rows::count_active(pool, client.source).await?,
                groups: group_rows::all(pool, client.source).await?.len(),
                standing: self.parts.directory.source_standing(client.source).await?,
                client,
            });
        }
        Ok(all)
    }

    /// Answers that only a provider may have, and notes that it called.
    ///
    /// Errors: as [`Scim::client`].
    pub(crate) async fn greet(&self, caller: &Caller, call: &str) -> Result<(), ScimError> {
        self.client(caller, call).await.map(|_| ())
    }
}

/// What stands about a resource itself (RFC 7643 3.1).
fn meta(
    of: ResourceType,
    (base, id): (&str, &str),
    (created, changed): (Time, Time),
    version: i64,
) -> Value {
    json!({
        "resourceType": of.name(),
        "created": created.to_string(),
        "lastModified": changed.to_string(),
        "location": format!("{base}/{}/{id}", of.endpoint()),
        "version": tag(version),
    })
}

/// The version as an entity tag.
pub(crate) fn tag(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// What a filter found, with the page of it that was asked for.
#[derive(Debug, Default)]
struct Gathering {
    total: usize,
    page: Vec<Value>,
}

impl Gathering {
    /// Counts one that matches, and keeps it if it is on the page.
    fn add(&mut self, resource: Value, start: usize, count: usize) {
        self.total += 1;
        if self.total >= start && self.page.len() < count {
            self.page.push(resource);
        }
    }
}
