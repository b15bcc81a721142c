use kernel::Caller;
use serde_json::{Map, Value, json};

use super::{AT_ONCE, Found, Gathering, LOOKED_THROUGH_MAX, meta};
use crate::{
    Scim, ScimError,
    actions::{id_of, no_user},
    model::{ENTERPRISE, Filter, ListRequest, Projection, ResourceType, USER, matches},
    store::{
        clients::Client,
        groups,
        users::{self, UserRow},
    },
};

impl Scim {
    /// One user of the provider.
    ///
    /// Errors: [`ScimError::NotFound`].
    pub(crate) async fn user(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<(Client, UserRow), ScimError> {
        let client = self.client(caller, "GET /Users").await?;
        let key = id_of(id, no_user)?;
        let row = users::by_id(self.parts.db.reader(), client.source, key).await?;
        Ok((client, row.ok_or_else(|| no_user(id))?))
    }

    /// The users of the provider that match.
    ///
    /// Errors: [`ScimError::TooMany`].
    pub(crate) async fn users(
        &self,
        caller: &Caller,
        base: &str,
        asked: &ListRequest,
    ) -> Result<Found, ScimError> {
        let client = self.client(caller, "GET /Users").await?;
        let Some(filter) = &asked.filter else { return self.all(&client, base, asked).await };
        if let Some(candidates) = self.candidates(&client, filter).await? {
            let mut found = Gathering::default();
            for row in candidates {
                self.sift(&client, base, asked, (&row, filter), &mut found).await?;
            }
            return Ok(Found { total: found.total, resources: found.page });
        }
        let (mut found, mut seen, mut after) = (Gathering::default(), 0, String::new());
        loop {
            let pool = self.parts.db.reader();
            let rows = users::after(pool, client.source, &after, AT_ONCE).await?;
            let Some(last) = rows.last() else { break };
            after = last.id.to_string();
            seen += rows.len();
            if seen > LOOKED_THROUGH_MAX {
                return Err(ScimError::TooMany { limit: LOOKED_THROUGH_MAX });
            }
            for row in &rows {
                self.sift(&client, base, asked, (row, filter), &mut found).await?;
            }
        }
        Ok(Found { total: found.total, resources: found.page })
    }

    async fn all(
        &self,
        client: &Client,
        base: &str,
        asked: &ListRequest,
    ) -> Result<Found, ScimError> {
        let pool = self.parts.db.reader();
        let total = users::count(pool, client.source).await?;
        let total = usize::try_from(total).unwrap_or(0);
        let mut resources = Vec::new();
        let after = match asked.start {
            1 => Some(String::new()),
            start => users::id_at(pool, client.source, start.min(total + 1) - 1).await?,
        };
        if let Some(after) = after.filter(|_| asked.count > 0 && asked.start <= total) {
            for row in users::after(pool, client.source, &after, asked.count).await? {
                resources.push(self.shown_user(client, base, &row, &asked.projection).await?);
            }
        }
        Ok(Found { total, resources })
    }

    /// Those who alone can match, where the filter says what must be equal.
    async fn candidates(
        &self,
        client: &Client,
        filter: &Filter,
    ) -> Result<Option<Vec<UserRow>>, ScimError> {
        let pool = self.parts.db.reader();
        for (name, value) in filter.needs_equal() {
            let found = match name.as_str() {
                "id" => match value.parse() {
                    Ok(id) => users::by_id(pool, client.source, id).await?,
                    Err(_) => None,
                },
                "username" => users::by_name(pool, client.source, value).await?,
                "externalid" => users::by_external(pool, client.source, value).await?,
                _ => continue,
            };
            return Ok(Some(found.into_iter().collect()));
        }
        Ok(None)
    }

    /// Adds one that matches.
    async fn sift(
        &self,
        client: &Client,
        base: &str,
        asked: &ListRequest,
        (row, filter): (&UserRow, &Filter),
        found: &mut Gathering,
    ) -> Result<(), ScimError> {
        let mut whole = plain(row, base);
        if filter.mentions("active") {
            self.show_kept_out(row, &mut whole).await?;
        }
        if filter.mentions("groups") {
            whole.extend(self.groups_shown(client, base, row).await?);
        }
        if !matches(filter, &Value::Object(whole), ResourceType::User) {
            return Ok(());
        }
        let on_page = found.total + 1 >= asked.start && found.page.len() < asked.count;
        let shown = if on_page {
            self.shown_user(client, base, row, &asked.projection).await?
        } else {
            Value::Null
        };
        found.add(shown, asked.start, asked.count);
        Ok(())
    }

    /// A user as they are shown.
    pub(crate) async fn shown_user(
        &self,
        client: &Client,
        base: &str,
        row: &UserRow,
        projection: &Projection,
    ) -> Result<Value, ScimError> {
        let mut resource = plain(row, base);
        if projection.shows("active") {
            self.show_kept_out(row, &mut resource).await?;
        }
        if projection.shows("groups") {
            resource.extend(self.groups_shown(client, base, row).await?);
        }
        Ok(Value::Object(projection.applied(resource)))
    }

    /// Whoever was told to be here and is kept out here is not active.
    async fn show_kept_out(
        &self,
        row: &UserRow,
        shown: &mut Map<String, Value>,
    ) -> Result<(), ScimError> {
        if let Some(account) = row.account.filter(|_| row.active)
            && !self.parts.access.may_sign_in(account).await?
        {
            shown.insert("active".to_owned(), false.into());
        }
        Ok(())
    }

    /// The provider's groups that a user is in, as their attribute.
    async fn groups_shown(
        &self,
        client: &Client,
        base: &str,
        row: &UserRow,
    ) -> Result<Option<(String, Value)>, ScimError> {
        let Some(account) = row.account else { return Ok(None) };
        let ids = self.parts.access.groups_of(&account.to_string()).await?;
        if ids.is_empty() {
            return Ok(None);
        }
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut connection = self.parts.db.reader().acquire().await?;
        let asked = ("group_id", ids.as_slice());
        let dialect = self.parts.db.dialect();
        let rows = groups::among(&mut connection, dialect, client.source, asked).await?;
        let group = |row: &groups::GroupRow| {
            json!({
                "value": row.id.to_string(),
                "$ref": format!("{base}/Groups/{}", row.id),
                "display": row.told.get("displayName").cloned().unwrap_or_default(),
                "type": "direct",
            })
        };
        let shown: Vec<Value> = rows.iter().map(group).collect();
        Ok(Some(shown).filter(|shown| !shown.is_empty()).map(|s| ("groups".to_owned(), s.into())))
    }
}

/// A user as they are shown, without their groups.
fn plain(row: &UserRow, base: &str) -> Map<String, Value> {
    let mut resource = Map::new();
    let mut schemas = vec![Value::from(USER)];
    if row.told.contains_key(ENTERPRISE) {
        schemas.push(ENTERPRISE.into());
    }
    let id = row.id.to_string();
    resource.insert("schemas".to_owned(), schemas.into());
    resource.insert("id".to_owned(), id.clone().into());
    resource.extend(row.told.clone());
    resource.insert("active".to_owned(), row.active.into());
    let times = (row.created_at, row.updated_at);
    let meta = meta(ResourceType::User, (base, &id), times, row.version);
    resource.insert("meta".to_owned(), meta);
    resource
}
