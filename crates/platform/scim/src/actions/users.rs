use access::ProvisionedChange;
use db::Tx;
use directory::{Contact, Provided};
use journal::Entry;
use kernel::{Caller, Text, Time};
use serde_json::{Map, Value};

use super::{Versions, Wanted, id_of, no_user};
use crate::{
    Scim, ScimError,
    model::{ResourceType, Step, ToldUser, UserProvisioned, canonical, patched},
    store::{
        clients::Client,
        users::{self, UserRow},
    },
};

/// One change of a user, and by whom.
struct Turn<'t> {
    caller: &'t Caller,
    client: &'t Client,
    now: Time,
    /// What was told before; none for somebody new.
    earlier: Option<ToldUser>,
    told: ToldUser,
    what: Step,
}

impl Scim {
    /// Brings somebody new: a person of the directory, and their account.
    ///
    /// Errors: [`ScimError::InvalidValue`], `Taken`, `Administrator`, those of the directory and
    /// of access.
    pub(crate) async fn create_user(
        &self,
        caller: &Caller,
        body: &Value,
    ) -> Result<(Client, UserRow), ScimError> {
        let client = self.client(caller, "POST /Users").await?;
        let resource = canonical(body, ResourceType::User)?;
        let told = ToldUser::read(&resource)?;
        let now = self.parts.clock.now();
        let mut tx = self.parts.db.begin().await?;
        free(&mut tx, &client, &told, None).await?;
        let again = (told.external_id.as_deref(), told.user_name.as_str());
        let before = users::gone(tx.connection(), client.source, again).await?;
        let mut row = UserRow {
            id: self.new_id(),
            user_name: told.user_name.to_lowercase(),
            display: told.name.clone(),
            external_id: told.external_id.clone(),
            person: before.as_ref().and_then(|before| before.person),
            account: before.as_ref().and_then(|before| before.account),
            adopted: before.as_ref().is_some_and(|before| before.adopted),
            holding: None,
            active: told.active,
            told: resource,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let fields = row.told.keys().cloned().collect();
        let turn = Turn { caller, client: &client, now, earlier: None, told, what: Step::Created };
        self.settle(&mut tx, &turn, &mut row).await?;
        users::insert(tx.connection(), client.source, &row).await?;
        turn.note(&mut tx, &row, fields).await?;
        tx.commit().await?;
        Ok((client, row))
    }

    /// Changes somebody; whoever is no longer active leaves and may not sign in any more.
    ///
    /// Errors: as [`Self::create_user`]; [`ScimError::NotFound`], `Stale`, those of paths.
    pub(crate) async fn change_user(
        &self,
        caller: &Caller,
        id: &str,
        versions: &Versions,
        wanted: Wanted,
    ) -> Result<(Client, UserRow), ScimError> {
        let call = match &wanted {
            Wanted::Whole(_) => "PUT /Users",
            Wanted::Changes(_) => "PATCH /Users",
        };
        let client = self.client(caller, call).await?;
        let mut tx = self.parts.db.begin().await?;
        let before = load(&mut tx, &client, id).await?;
        versions.permit(before.version)?;
        let resource = after(&before, wanted)?;
        let told = ToldUser::read(&resource)?;
        let fields = differing(&before.told, &resource);
        if fields.is_empty() && !self.lacks(&before) {
            return Ok((client, before));
        }
        self.refuse_administrator(&mut tx, before.account, before.person).await?;
        free(&mut tx, &client, &told, Some(&before)).await?;
        let what = match (before.active, told.active) {
            (true, false) => Step::Deactivated,
            (false, true) => Step::Activated,
            _ => Step::Changed,
        };
        let now = self.parts.clock.now();
        let mut row = UserRow {
            user_name: told.user_name.to_lowercase(),
            display: told.name.clone(),
            external_id: told.external_id.clone(),
            active: told.active,
            told: resource,
            version: before.version + 1,
            updated_at: now,
            ..before.clone()
        };
        let earlier = Some(ToldUser::read(&before.told)?);
        let turn = Turn { caller, client: &client, now, earlier, told, what };
        self.settle(&mut tx, &turn, &mut row).await?;
        users::update(tx.connection(), client.source, &row).await?;
        turn.note(&mut tx, &row, fields).await?;
        tx.commit().await?;
        Ok((client, row))
    }

    /// Lets somebody go for good: they leave, their account is kept out. What was stays known.
    ///
    /// Errors: [`ScimError::NotFound`], `Stale`, `Administrator`.
    pub(crate) async fn remove_user(
        &self,
        caller: &Caller,
        id: &str,
        versions: &Versions,
    ) -> Result<(), ScimError> {
        let client = self.client(caller, "DELETE /Users").await?;
        let mut tx = self.parts.db.begin().await?;
        let mut row = load(&mut tx, &client, id).await?;
        versions.permit(row.version)?;
        self.refuse_administrator(&mut tx, row.account, row.person).await?;
        let told = ToldUser { active: false, ..ToldUser::read(&row.told)? };
        let now = self.parts.clock.now();
        let (earlier, what) = (Some(told.clone()), Step::Removed);
        let turn = Turn { caller, client: &client, now, earlier, told, what };
        if row.active {
            self.let_go(&mut tx, &turn, &mut row).await?;
        }
        users::remove(tx.connection(), client.source, row.id, now).await?;
        turn.note(&mut tx, &row, Vec::new()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whether somebody who is here has not got what they should have by now.
    fn lacks(&self, row: &UserRow) -> bool {
        let account = self.parts.settings.accounts && row.account.is_none();
        row.active && (account || row.person.is_none())
    }

    /// Makes person, post and account what is told.
    async fn settle(
        &self,
        tx: &mut Tx,
        turn: &Turn<'_>,
        row: &mut UserRow,
    ) -> Result<(), ScimError> {
        if !turn.told.active {
            return match turn.what {
                Step::Deactivated => self.let_go(tx, turn, row).await,
                _ => Ok(()),
            };
        }
        if let Some(account) = row.account.filter(|_| turn.changes_who()) {
            let access = &self.parts.access;
            access.permit_provisioned(tx, turn.caller, account, !row.adopted).await?;
        }
        let (directory, told) = (&self.parts.directory, &turn.told);
        let provided = Provided {
            external_id: link_of(row),
            label: told.user_name.clone(),
            number: told.number.clone(),
            name: told.name.clone(),
            language: told.language,
            contacts: told.contacts.clone(),
            withdrawn: turn.withdrawn(),
            unit: told.unit.clone(),
        };
        let (caller, source) = (turn.caller, turn.client.source);
        let person = directory.take_provided(tx, caller, source, row.person, &provided).await?;
        if row.person.is_none() {
            let access = &self.parts.access;
            access.permit_adopted(tx, caller, &person.to_string()).await?;
        }
        row.person = Some(person);
        if self.parts.settings.posts {
            let (title, before) = (told.title.as_deref(), row.holding);
            let whom = (source, person);
            row.holding = directory.hold_provided(tx, caller, whom, title, before).await?;
        }
        self.settle_account(tx, turn, row, &person.to_string()).await?;
        self.refuse_administrator(tx, row.account, row.person).await
    }

    async fn settle_account(
        &self,
        tx: &mut Tx,
        turn: &Turn<'_>,
        row: &mut UserRow,
        person: &str,
    ) -> Result<(), ScimError> {
        let (access, told, earlier) = (&self.parts.access, &turn.told, turn.earlier.as_ref());
        let Some(account) = row.account else {
            if !self.parts.settings.accounts {
                // They who have an account that somebody else keeps are found by it all the same.
                let user = access.user_being(tx, person).await?.filter(|_| turn.changes_who());
                return match user {
                    Some(user) => {
                        Ok(access.permit_provisioned(tx, turn.caller, user.id, false).await?)
                    }
                    None => Ok(()),
                };
            }
            // Whoever is that person already keeps their account as it is.
            let user = match access.user_being(tx, person).await? {
                Some(user) => {
                    access.permit_provisioned(tx, turn.caller, user.id, false).await?;
                    row.adopted = true;
                    user
                }
                None => {
                    let names = (told.user_name.as_str(), told.name.as_str());
                    access.provision_user(tx, turn.caller, names, person).await?
                }
            };
            row.account = Some(user.id);
            return Ok(());
        };
        let renamed = earlier.is_none_or(|earlier| earlier.user_name != told.user_name);
        let shown = earlier.is_none_or(|earlier| earlier.name != told.name);
        // Somebody whom an administrator keeps out stays out, whatever is told of them.
        let change = ProvisionedChange {
            name: renamed.then(|| told.user_name.clone()),
            display_name: shown.then(|| told.name.clone()),
            disabled: turn.is_here_again().then_some(false),
        };
        access.change_provisioned(tx, turn.caller, account, &change).await?;
        Ok(())
    }

    /// Lets the person leave and keeps the account out.
    async fn let_go(
        &self,
        tx: &mut Tx,
        turn: &Turn<'_>,
        row: &mut UserRow,
    ) -> Result<(), ScimError> {
        if let Some(account) = row.account {
            let change = ProvisionedChange { disabled: Some(true), ..ProvisionedChange::default() };
            self.parts.access.change_provisioned(tx, turn.caller, account, &change).await?;
        }
        if let Some(person) = row.person {
            let link = link_of(row);
            let at_source = (turn.client.source, link.as_str());
            let directory = &self.parts.directory;
            let left = directory.let_provided_leave(tx, turn.caller, at_source, person).await?;
            if !left && row.holding.is_some() {
                let whom = (turn.client.source, person);
                directory.hold_provided(tx, turn.caller, whom, None, row.holding).await?;
            }
        }
        row.holding = None;
        row.active = false;
        Ok(())
    }
}

impl Turn<'_> {
    async fn note(&self, tx: &mut Tx, row: &UserRow, fields: Vec<String>) -> Result<(), ScimError> {
        let (id, source) = (row.id.to_string(), self.client.source.to_string());
        let fact = UserProvisioned {
            user: &id,
            user_name: &self.told.user_name,
            external_id: row.external_id.as_deref(),
            source: &source,
            source_name: &self.client.name,
            person: row.person.map(|id| id.to_string()),
            account: row.account.map(|id| id.to_string()),
            what: self.what,
            fields,
        };
        journal::append(tx, Entry::new(self.caller, self.now, &fact)).await?;
        Ok(())
    }

    /// Whether they come, or come back.
    fn is_here_again(&self) -> bool {
        matches!(self.what, Step::Activated | Step::Created)
    }

    /// Whether another than before may come in by it: who is here again, or is found by another
    /// name or number.
    fn changes_who(&self) -> bool {
        let found_by = |told: &ToldUser| (told.user_name.clone(), told.number.clone());
        let earlier = self.earlier.as_ref().map(found_by);
        self.is_here_again() || earlier.is_some_and(|earlier| earlier != found_by(&self.told))
    }

    /// Contacts that were told before and are told no more.
    fn withdrawn(&self) -> Vec<Contact> {
        let earlier = self.earlier.iter().flat_map(|earlier| &earlier.contacts);
        earlier.filter(|contact| !self.told.contacts.contains(contact)).cloned().collect()
    }
}

/// By what the directory knows somebody of the source.
fn link_of(row: &UserRow) -> String {
    row.external_id.clone().unwrap_or_else(|| row.id.to_string())
}

async fn load(tx: &mut Tx, client: &Client, id: &str) -> Result<UserRow, ScimError> {
    let key = id_of(id, no_user)?;
    users::by_id(tx.connection(), client.source, key).await?.ok_or_else(|| no_user(id))
}

fn after(before: &UserRow, wanted: Wanted) -> Result<Map<String, Value>, ScimError> {
    match wanted {
        Wanted::Changes(changes) => patched(&before.told, &changes, ResourceType::User),
        Wanted::Whole(mut resource) => {
            // Whoever left is not brought back by a request that says nothing about it.
            let active = before.told.get("active").filter(|_| !resource.contains_key("active"));
            if let Some(active) = active {
                resource.insert("active".to_owned(), active.clone());
            }
            Ok(resource)
        }
    }
}

/// Names and identifiers are one user's at a time. Errors: [`ScimError::Taken`].
async fn free(
    tx: &mut Tx,
    client: &Client,
    told: &ToldUser,
    own: Option<&UserRow>,
) -> Result<(), ScimError> {
    let is_other = |row: &UserRow| own.is_none_or(|own| own.id != row.id);
    let by = || Text::new("by another user of this provider", "已被本身份源的其他用户使用");
    let same = users::by_name(tx.connection(), client.source, &told.user_name).await?;
    if same.is_some_and(|row| is_other(&row)) {
        let value = told.user_name.clone();
        return Err(ScimError::Taken { attribute: "userName", value, by: by() });
    }
    let Some(external_id) = &told.external_id else { return Ok(()) };
    let same = users::by_external(tx.connection(), client.source, external_id).await?;
    if same.is_some_and(|row| is_other(&row)) {
        let value = external_id.clone();
        return Err(ScimError::Taken { attribute: "externalId", value, by: by() });
    }
    Ok(())
}

/// The attributes that differ, by name.
fn differing(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<String> {
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    names.filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}
