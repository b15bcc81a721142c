use access::{Holder, HolderKind};
use kernel::Caller;
use serde_json::{Map, Value};

use super::{Found, Gathering, meta};
use crate::{
    Scim, ScimError,
    actions::{id_of, no_group},
    model::{Filter, GROUP, ListRequest, MemberRef, Projection, ResourceType, matches},
    store::{
        clients::Client,
        groups::{self, GroupRow},
        users,
    },
};

/// A member of a group that the provider has brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) shown: MemberRef,
    /// Who that is in access.
    pub(crate) holder: Holder,
}

impl Scim {
    /// One group of the provider.
    ///
    /// Errors: [`ScimError::NotFound`].
    pub(crate) async fn group(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<(Client, GroupRow), ScimError> {
        let client = self.client(caller, "GET /Groups").await?;
        let key = id_of(id, no_group)?;
        let row = groups::by_id(self.parts.db.reader(), client.source, key).await?;
        let row = row.ok_or_else(|| no_group(id))?;
        if self.is_there(&row).await? { Ok((client, row)) } else { Err(no_group(id)) }
    }

    /// The groups of the provider that match.
    ///
    /// Errors: [`ScimError::Db`].
    pub(crate) async fn groups(
        &self,
        caller: &Caller,
        base: &str,
        asked: &ListRequest,
    ) -> Result<Found, ScimError> {
        let client = self.client(caller, "GET /Groups").await?;
        let mut found = Gathering::default();
        for row in self.group_candidates(&client, asked.filter.as_ref()).await? {
            if !self.is_there(&row).await? {
                continue;
            }
            let by_members = asked.filter.as_ref().is_some_and(|one| one.mentions("members"));
            let mut whole = plain(&row, base);
            if by_members {
                whole.extend(self.members_shown(&client, base, &row).await?);
            }
            let whole = Value::Object(whole);
            let fits = |filter: &Filter| matches(filter, &whole, ResourceType::Group);
            if !asked.filter.as_ref().is_none_or(fits) {
                continue;
            }
            let on_page = found.total + 1 >= asked.start && found.page.len() < asked.count;
            let shown = if on_page {
                self.shown_group(&client, base, &row, &asked.projection).await?
            } else {
                Value::Null
            };
            found.add(shown, asked.start, asked.count);
        }
        Ok(Found { total: found.total, resources: found.page })
    }

    /// Those that alone can match, where the filter says what must be equal; else all.
    async fn group_candidates(
        &self,
        client: &Client,
        filter: Option<&Filter>,
    ) -> Result<Vec<GroupRow>, ScimError> {
        let pool = self.parts.db.reader();
        for (name, value) in filter.map(Filter::needs_equal).unwrap_or_default() {
            let found = match name.as_str() {
                "id" => match value.parse() {
                    Ok(id) => groups::by_id(pool, client.source, id).await?,
                    Err(_) => None,
                },
                "displayname" => groups::by_name(pool, client.source, value).await?,
                "externalid" => groups::by_external(pool, client.source, value).await?,
                _ => continue,
            };
            return Ok(found.into_iter().collect());
        }
        groups::all(pool, client.source).await
    }

    /// A group as it is shown.
    pub(crate) async fn shown_group(
        &self,
        client: &Client,
        base: &str,
        row: &GroupRow,
        projection: &Projection,
    ) -> Result<Value, ScimError> {
        let mut resource = plain(row, base);
        if projection.shows("members") {
            resource.extend(self.members_shown(client, base, row).await?);
        }
        Ok(Value::Object(projection.applied(resource)))
    }

    async fn members_shown(
        &self,
        client: &Client,
        base: &str,
        row: &GroupRow,
    ) -> Result<Option<(String, Value)>, ScimError> {
        let members = self.members(client, row).await?;
        let shown: Vec<Value> = members.iter().map(|one| one.shown.shown(base)).collect();
        Ok(Some(shown).filter(|shown| !shown.is_empty()).map(|s| ("members".to_owned(), s.into())))
    }

    /// The members of a group that the provider has brought, by their identifiers.
    pub(crate) async fn members(
        &self,
        client: &Client,
        row: &GroupRow,
    ) -> Result<Vec<Member>, ScimError> {
        let holders = self.parts.access.members_of(row.group).await?;
        let of = |kind: HolderKind| -> Vec<&str> {
            let of_kind = holders.iter().filter(|holder| holder.kind == kind);
            of_kind.map(|holder| holder.id.as_str()).collect()
        };
        let (people, inner) = (of(HolderKind::User), of(HolderKind::Group));
        let (db, source) = (&self.parts.db, client.source);
        let mut connection = db.reader().acquire().await?;
        let mut members = Vec::new();
        if !people.is_empty() {
            let asked = ("account_id", people.as_slice());
            for brief in users::briefs(&mut connection, db.dialect(), source, asked).await? {
                let Some(account) = brief.account else { continue };
                members.push(Member {
                    shown: MemberRef { id: brief.id, display: brief.display, is_group: false },
                    holder: Holder { kind: HolderKind::User, id: account },
                });
            }
        }
        if !inner.is_empty() {
            let asked = ("group_id", inner.as_slice());
            for row in groups::among(&mut connection, db.dialect(), source, asked).await? {
                let display = row.told.get("displayName").and_then(Value::as_str);
                let display = display.unwrap_or_default().to_owned();
                members.push(Member {
                    shown: MemberRef { id: row.id.to_string(), display, is_group: true },
                    holder: Holder { kind: HolderKind::Group, id: row.group.to_string() },
                });
            }
        }
        members.sort_by(|one, other| one.shown.id.cmp(&other.shown.id));
        Ok(members)
    }

    /// Whether nobody has removed it here.
    async fn is_there(&self, row: &GroupRow) -> Result<bool, ScimError> {
        Ok(self.parts.access.group_exists(row.group).await?)
    }
}

/// A group as it is shown, without its members.
fn plain(row: &GroupRow, base: &str) -> Map<String, Value> {
    let mut resource = Map::new();
    let id = row.id.to_string();
    resource.insert("schemas".to_owned(), Value::from(vec![GROUP]));
    resource.insert("id".to_owned(), id.clone().into());
    resource.extend(row.told.clone());
    let times = (row.created_at, row.updated_at);
    let meta = meta(ResourceType::Group, (base, &id), times, row.version);
    resource.insert("meta".to_owned(), meta);
    resource
}
