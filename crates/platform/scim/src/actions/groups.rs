use std::collections::HashMap;

use access::{Holder, HolderKind, NamedMember, NewGroup};
use db::Tx;
use journal::Entry;
use kernel::{Caller, Text};
use serde_json::{Map, Value, json};

use super::{Versions, Wanted, id_of, no_group};
use crate::{
    Scim, ScimError,
    model::{GroupProvisioned, ResourceType, Step, ToldGroup, canonical, patched},
    reads::Member,
    store::{
        clients::Client,
        groups::{self, GroupRow},
        users,
    },
};

impl Scim {
    /// Brings a new group with its members.
    ///
    /// Errors: [`ScimError::InvalidValue`], `Taken`, those of access.
    pub(crate) async fn create_group(
        &self,
        caller: &Caller,
        body: &Value,
    ) -> Result<(Client, GroupRow), ScimError> {
        let client = self.client(caller, "POST /Groups").await?;
        let mut resource = canonical(body, ResourceType::Group)?;
        let told = ToldGroup::read(&resource)?;
        resource.remove("members");
        let now = self.parts.clock.now();
        let mut tx = self.parts.db.begin().await?;
        self.free(&mut tx, &client, &told, None).await?;
        let wanted = NewGroup {
            name: told.display_name.clone(),
            description: format!("SCIM: {}", client.name),
        };
        let group = self.parts.access.provision_group(&mut tx, caller, &wanted).await?;
        let row = GroupRow {
            id: self.new_id(),
            group: group.id,
            name: told.display_name.to_lowercase(),
            external_id: told.external_id.clone(),
            told: resource,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        groups::insert(tx.connection(), client.source, &row).await?;
        let members = self.members_told(&mut tx, &client, &told.members).await?;
        self.change_members(&mut tx, caller, group.id, (&members, &[])).await?;
        let came = (members.len(), 0);
        note(&mut tx, (caller, &client), &row, &told, Step::Created, came).await?;
        tx.commit().await?;
        Ok((client, row))
    }

    /// Changes the name and the members of a group. Members whom somebody else has put there are
    /// not the provider's, and stay.
    ///
    /// Errors: as [`Self::create_group`]; [`ScimError::NotFound`], `Stale`, those of paths.
    pub(crate) async fn change_group(
        &self,
        caller: &Caller,
        id: &str,
        versions: &Versions,
        wanted: Wanted,
    ) -> Result<(Client, GroupRow), ScimError> {
        let call = match &wanted {
            Wanted::Whole(_) => "PUT /Groups",
            Wanted::Changes(_) => "PATCH /Groups",
        };
        let client = self.client(caller, call).await?;
        let mut tx = self.parts.db.begin().await?;
        let before = self.load(&mut tx, &client, id).await?;
        versions.permit(before.version)?;
        // Nobody changes members meanwhile: changes run one after another.
        let current = self.members(&client, &before).await?;
        let mut resource = match wanted {
            Wanted::Whole(resource) => resource,
            Wanted::Changes(changes) => {
                patched(&with_members(&before, &current), &changes, ResourceType::Group)?
            }
        };
        let told = ToldGroup::read(&resource)?;
        resource.remove("members");
        self.free(&mut tx, &client, &told, Some(&before)).await?;
        let (come, go) = self.difference(&mut tx, &client, &current, &told.members).await?;
        if come.is_empty() && go.is_empty() && resource == before.told {
            return Ok((client, before));
        }
        let access = &self.parts.access;
        access.rename_provisioned_group(&mut tx, caller, before.group, &told.display_name).await?;
        self.change_members(&mut tx, caller, before.group, (&come, &go)).await?;
        let row = GroupRow {
            name: told.display_name.to_lowercase(),
            external_id: told.external_id.clone(),
            told: resource,
            version: before.version + 1,
            updated_at: self.parts.clock.now(),
            ..before
        };
        groups::update(tx.connection(), client.source, &row).await?;
        let count = (come.len(), go.len());
        note(&mut tx, (caller, &client), &row, &told, Step::Changed, count).await?;
        tx.commit().await?;
        Ok((client, row))
    }

    /// Removes a group; what is granted to it ends.
    ///
    /// Errors: [`ScimError::NotFound`], `Stale`, those of access.
    pub(crate) async fn remove_group(
        &self,
        caller: &Caller,
        id: &str,
        versions: &Versions,
    ) -> Result<(), ScimError> {
        let client = self.client(caller, "DELETE /Groups").await?;
        let mut tx = self.parts.db.begin().await?;
        let row = self.load(&mut tx, &client, id).await?;
        versions.permit(row.version)?;
        self.remove_members_all(&mut tx, caller, row.group).await?;
        groups::delete(tx.connection(), client.source, row.id).await?;
        let told = ToldGroup::read(&row.told)?;
        note(&mut tx, (caller, &client), &row, &told, Step::Removed, (0, 0)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The group with that id. One that somebody has removed here is none any more.
    async fn load(&self, tx: &mut Tx, client: &Client, id: &str) -> Result<GroupRow, ScimError> {
        let key = id_of(id, no_group)?;
        let row = groups::by_id(tx.connection(), client.source, key).await?;
        let row = row.ok_or_else(|| no_group(id))?;
        match self.parts.access.group_in(tx, row.group).await? {
            Some(_) => Ok(row),
            None => Err(no_group(id)),
        }
    }

    /// Names and identifiers are one group's at a time. What is left of a group that somebody has
    /// removed here does not stand in the way.
    ///
    /// Errors: [`ScimError::Taken`].
    async fn free(
        &self,
        tx: &mut Tx,
        client: &Client,
        told: &ToldGroup,
        own: Option<&GroupRow>,
    ) -> Result<(), ScimError> {
        let name = &told.display_name;
        let mut same = vec![(
            "displayName",
            name,
            groups::by_name(tx.connection(), client.source, name).await?,
        )];
        if let Some(id) = &told.external_id {
            let row = groups::by_external(tx.connection(), client.source, id).await?;
            same.push(("externalId", id, row));
        }
        for (attribute, value, row) in same {
            let Some(row) = row.filter(|row| own.is_none_or(|own| own.id != row.id)) else {
                continue;
            };
            if self.parts.access.group_in(tx, row.group).await?.is_some() {
                let by =
                    Text::new("by another group of this provider", "已被本身份源的其他用户组使用");
                return Err(ScimError::Taken { attribute, value: value.clone(), by });
            }
            groups::delete(tx.connection(), client.source, row.id).await?;
        }
        Ok(())
    }

    /// Who comes to the group and who goes.
    async fn difference(
        &self,
        tx: &mut Tx,
        client: &Client,
        current: &[Member],
        told: &[String],
    ) -> Result<(Vec<NamedMember>, Vec<NamedMember>), ScimError> {
        let known: HashMap<&str, &Member> =
            current.iter().map(|member| (member.shown.id.as_str(), member)).collect();
        let new: Vec<String> =
            told.iter().filter(|id| !known.contains_key(id.as_str())).cloned().collect();
        let go = current.iter().filter(|member| told.binary_search(&member.shown.id).is_err());
        let go = go.map(|member| (member.holder.clone(), member.shown.display.clone())).collect();
        Ok((self.members_told(tx, client, &new).await?, go))
    }

    /// The accounts and groups behind these identifiers.
    ///
    /// Errors: [`ScimError::InvalidValue`] naming the first that is none of this provider's, or
    /// has no account.
    async fn members_told(
        &self,
        tx: &mut Tx,
        client: &Client,
        ids: &[String],
    ) -> Result<Vec<NamedMember>, ScimError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let dialect = self.parts.db.dialect();
        let values: Vec<&str> = ids.iter().map(String::as_str).collect();
        let asked = ("id", values.as_slice());
        let found = users::briefs(tx.connection(), dialect, client.source, asked).await?;
        let mut named: HashMap<String, Option<NamedMember>> = HashMap::new();
        for brief in found {
            let holder = brief.account.map(|id| Holder { kind: HolderKind::User, id });
            named.insert(brief.id, holder.map(|holder| (holder, brief.display)));
        }
        if named.len() < ids.len() {
            for row in groups::among(tx.connection(), dialect, client.source, asked).await? {
                let holder = Holder { kind: HolderKind::Group, id: row.group.to_string() };
                named.insert(row.id.to_string(), Some((holder, row.name.clone())));
            }
        }
        let wrong = |id: &String, expected: &str| ScimError::InvalidValue {
            field: "members".to_owned(),
            found: id.clone(),
            expected: expected.to_owned(),
        };
        let member = |id: &String| match named.remove(id) {
            Some(Some(member)) => Ok(member),
            Some(None) => Err(wrong(id, "a user with an account")),
            None => Err(wrong(id, "a user or group of this provider")),
        };
        ids.iter().map(member).collect()
    }
}

/// The group as it is, in its canonical form.
fn with_members(row: &GroupRow, members: &[Member]) -> Map<String, Value> {
    let mut resource = row.told.clone();
    if !members.is_empty() {
        let members = members.iter().map(|member| json!({ "value": member.shown.id })).collect();
        resource.insert("members".to_owned(), Value::Array(members));
    }
    resource
}

async fn note(
    tx: &mut Tx,
    (caller, client): (&Caller, &Client),
    row: &GroupRow,
    told: &ToldGroup,
    what: Step,
    (added, removed): (usize, usize),
) -> Result<(), ScimError> {
    let (id, source) = (row.id.to_string(), client.source.to_string());
    let fact = GroupProvisioned {
        group: &id,
        name: &told.display_name,
        external_id: row.external_id.as_deref(),
        source: &source,
        source_name: &client.name,
        what,
        added,
        removed,
    };
    journal::append(tx, Entry::new(caller, row.updated_at, &fact)).await?;
    Ok(())
}
