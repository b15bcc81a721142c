//! Signing in by a directory of others: whoever can bind there is who their entry says.

use std::time::Duration;

use journal::Entry;
use kernel::{Caller, Fault, FaultKind, FieldFault, Permission, Text};
use ldap3::{Ldap, Scope, SearchEntry, SearchOptions, ldap_escape};
use serde::{Deserialize, Serialize};

use super::{
    connect::{away, connect},
    entry::{dn_key, external_id, first_text},
    groups::Groups,
    settings::{AttributeNames, Source, SourceId, SourceSettings},
    sources::{SourceChanged, Sources, not_found},
};
use crate::{
    DirectoryError, Person, PersonId,
    model::{Timeline, input::Faults},
    store,
};

/// Saying who vouches for users. Where people are taken from is another one's business than by
/// what they sign in.
pub const PROVIDER_CHANGE: Permission = Permission("provider.change");

/// How long one directory may take to say who somebody is.
const PATIENCE: Duration = Duration::from_secs(8);
/// What people type to sign in is no longer than this.
const LOGIN_CHARS_MAX: usize = 200;
/// Who is asked about where nobody is: an entry that no directory has, and its password.
const NOBODY: &str = "mainstay-nobody-1e7b0f52";
/// Of Active Directory: the account is disabled (MS-ADTS 2.2.16, `ADS_UF_ACCOUNTDISABLE`).
const ACCOUNT_DISABLED: i64 = 2;
const ACCOUNT_CONTROL: &str = "userAccountControl";
/// `invalidCredentials` (RFC 4511 appendix A).
const INVALID_CREDENTIALS: u32 = 49;
/// `sizeLimitExceeded`: there are more than were asked for.
const SIZE_LIMIT: u32 = 4;

/// Whether, and how, people sign in by a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceSignIn {
    /// Whether they do.
    pub enabled: bool,
    /// The attribute that they type: `uid`, `sAMAccountName`, `userPrincipalName`, `mail`.
    pub attribute: String,
    /// Whether people whom nobody knows here get an account at their first sign-in.
    pub creates_users: bool,
    /// Whether whoever has a user's name there is that user here.
    pub links_by_name: bool,
}

/// Somebody who could bind at a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The source.
    pub source: SourceId,
    /// What people call it.
    pub source_name: String,
    /// How they sign in there.
    pub sign_in: SourceSignIn,
    /// Who they are there, for good.
    pub external_id: String,
    /// What they sign in with, as the directory writes it.
    pub login: String,
    /// Their name, if the entry has one.
    pub name: Option<String>,
    /// The person whom they were taken over as.
    pub person: Option<PersonId>,
}

impl Default for SourceSignIn {
    fn default() -> Self {
        Self {
            enabled: false,
            attribute: "uid".to_owned(),
            creates_users: false,
            links_by_name: false,
        }
    }
}

impl SourceSignIn {
    /// These, if they make sense for a source with `settings`.
    ///
    /// Errors: one fault for every field that is wrong.
    fn checked(self, settings: &SourceSettings) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let letters = |c: char| c.is_ascii_alphanumeric() || "-.;".contains(c);
        let sound = (1..=100).contains(&self.attribute.len())
            && self.attribute.starts_with(|c: char| c.is_ascii_alphanumeric())
            && self.attribute.chars().all(letters);
        if !sound {
            let expected = Text::new(
                "the name of an attribute, such as uid or sAMAccountName",
                "属性名，例如 uid 或 sAMAccountName",
            );
            faults.note(FieldFault::new("attribute", &self.attribute, expected));
        }
        if self.enabled && !settings.is_encrypted() {
            let expected = Text::new(
                "ldaps:// or StartTLS at the source first: passwords go there",
                "来源须先改用 ldaps:// 或 StartTLS，否则密码将以明文传输",
            );
            faults.note(FieldFault::new("enabled", "true", expected));
        }
        faults.or(self)
    }
}

impl SourceSettings {
    /// Whether nobody in between can read what is said.
    fn is_encrypted(&self) -> bool {
        self.start_tls || self.url.starts_with("ldaps://")
    }

    /// Whether who answers, or who is found, may be another than with `other`.
    pub(super) fn leads_elsewhere(&self, other: &Self) -> bool {
        let way = |of: &Self| {
            let Self { url, start_tls, ca_pem, base, filter, member_of, .. } = of.clone();
            let AttributeNames { id, number, .. } = of.attributes.clone();
            (url, start_tls, ca_pem, base, filter, member_of, id, number)
        };
        way(self) != way(other)
    }
}

impl Sources {
    /// Says whether, and how, people sign in by the source that is at `version`.
    ///
    /// Errors: [`DirectoryError::NotAllowed`] unless the caller may say who vouches for users, and
    /// for good unless people no longer sign in by it; [`DirectoryError::NotFound`],
    /// `VersionDiffers`, `WrongInput`.
    pub async fn change_sign_in(
        &self,
        caller: &Caller,
        id: SourceId,
        version: i64,
        sign_in: SourceSignIn,
    ) -> Result<Source, DirectoryError> {
        let before = self.get(caller, id).await?.source;
        let off = SourceSignIn { enabled: false, ..before.settings.sign_in.clone() };
        self.directory.permit_vouching(caller, sign_in != off).await?;
        let sign_in = sign_in.checked(&before.settings)?;
        let mut tx = self.directory.begin().await?;
        let found = store::all_sources(tx.connection()).await?;
        let found = found.into_iter().find(|kept| kept.source.id == id);
        let found = found.ok_or_else(|| not_found(id))?.source.version;
        if found != version {
            return Err(DirectoryError::VersionDiffers { expected: version, found });
        }
        let now = self.directory.clock.now();
        let settings = SourceSettings { sign_in, ..before.settings.clone() };
        let source = Source { settings, version: version + 1, updated_at: now, ..before.clone() };
        store::update_source(tx.connection(), &source).await?;
        let fact = SourceChanged::of(&source, "sign_in");
        let entry = Entry::new(caller, now, &fact).before(&before).after(&source);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(source)
    }

    /// Whether people sign in by any source.
    ///
    /// Errors: [`DirectoryError::Db`].
    pub async fn sign_people_in(&self) -> Result<bool, DirectoryError> {
        let mut connection = self.directory.reader().await?;
        let all = store::all_sources(&mut connection).await?;
        Ok(all.iter().any(|kept| kept.source.settings.sign_in.enabled))
    }

    /// Who can bind as `login` with `password`, if somebody can. `only`: at that source.
    ///
    /// A source that is away does not hinder another one.
    ///
    /// Errors: [`Fault`]: nobody could, and a source is away.
    pub async fn bind(
        &self,
        login: &str,
        password: &str,
        only: Option<SourceId>,
    ) -> Result<Option<Bound>, Fault> {
        self.ask(login, password, only, Errand::Prove).await
    }

    /// Goes the way of [`Self::bind`] and asks about nobody: neither name nor password are sent.
    /// So nobody learns from the answer or its time who has a password elsewhere than there.
    ///
    /// Errors: as for [`Self::bind`].
    pub async fn feign(&self, login: &str, password: &str) -> Result<(), Fault> {
        self.ask(login, password, None, Errand::Feign).await.map(drop)
    }

    async fn ask(
        &self,
        login: &str,
        password: &str,
        only: Option<SourceId>,
        errand: Errand,
    ) -> Result<Option<Bound>, Fault> {
        // A bind without a password succeeds and proves nothing (RFC 4513 5.1.2).
        let sound = |text: &str| !text.is_empty() && !text.contains('\0');
        if !sound(login) || !sound(password) || login.chars().count() > LOGIN_CHARS_MAX {
            return Ok(None);
        }
        let mut connection = self.directory.reader().await?;
        let all = store::all_sources(&mut connection).await?;
        drop(connection);
        let mut out_of_reach = None;
        for kept in all {
            let source = kept.source;
            let wanted = only.is_none_or(|only| only == source.id);
            if !wanted || !source.settings.sign_in.enabled {
                continue;
            }
            let asked = match errand {
                Errand::Prove => self.bind_at(&source, login, password).await,
                Errand::Feign => self.bind_at(&source, NOBODY, NOBODY).await.map(|_| None),
            };
            match asked {
                Ok(Some(bound)) => return Ok(Some(bound)),
                Ok(None) => {}
                Err(fault) => {
                    let name = &source.name;
                    tracing::warn!(source = %name, "failed to ask `{name}` who signs in: {fault}");
                    out_of_reach = Some(fault);
                }
            }
        }
        out_of_reach.map_or(Ok(None), Err)
    }

    /// In a task of its own: a source that sends nonsense ends that task only.
    async fn bind_at(
        &self,
        source: &Source,
        login: &str,
        password: &str,
    ) -> Result<Option<Bound>, Fault> {
        let (sources, of) = (self.clone(), source.clone());
        let (login, password) = (login.to_owned(), password.to_owned());
        let task = tokio::spawn(async move {
            let (secrets, guard) = (sources.secrets.as_ref(), &sources.guard);
            let mut ldap = connect(&of.settings, secrets, guard).await?;
            let bound = prove(&mut ldap, &of, &login, &password).await;
            if let Err(error) = ldap.unbind().await {
                tracing::debug!("failed to take leave of a directory: {error}");
            }
            bound
        });
        let ending = task.abort_handle();
        let ended = tokio::time::timeout(PATIENCE, task).await;
        let ended = ended.map_err(|_| {
            ending.abort();
            silent(&source.name)
        })?;
        let Some(found) = ended.map_err(|_| silent(&source.name))?? else { return Ok(None) };
        self.known(source, found).await
    }

    /// Adds who it is here. Whoever has left does not come in.
    async fn known(&self, source: &Source, found: Found) -> Result<Option<Bound>, Fault> {
        let mut connection = self.directory.reader().await?;
        let link = store::link(&mut connection, source.id, &found.external_id).await?;
        let mut person = None;
        if let Some((linked, gone)) = link {
            let timeline: Timeline<Person> = store::timeline(&mut connection, linked).await?;
            if gone || timeline.at(self.directory.clock.now()).is_none() {
                return Ok(None);
            }
            person = Some(linked);
        }
        let Found { external_id, login, name } = found;
        Ok(Some(Bound {
            source: source.id,
            source_name: source.name.clone(),
            sign_in: source.settings.sign_in.clone(),
            external_id,
            login,
            name,
            person,
        }))
    }
}

/// What directories are asked for.
#[derive(Debug, Clone, Copy)]
enum Errand {
    /// Who somebody is.
    Prove,
    /// Nothing.
    Feign,
}

/// An entry that could be bound as.
struct Found {
    external_id: String,
    login: String,
    name: Option<String>,
}

/// Looks for the one entry of that login among those who are taken, and binds as it. Where there
/// is none it asks as often: how long it takes does not tell who is there.
async fn prove(
    ldap: &mut Ldap,
    source: &Source,
    login: &str,
    password: &str,
) -> Result<Option<Found>, Fault> {
    let settings = &source.settings;
    let mut found = entry(ldap, source, login).await?.filter(is_open);
    let (names, attribute) = (&settings.attributes, &settings.sign_in.attribute);
    if !settings.member_of.is_empty() {
        let members = Groups::default().members(ldap, &settings.member_of).await?;
        found = found.filter(|entry| members.contains(&dn_key(&entry.dn)));
    }
    let Some(entry) = found else {
        let nobody = format!("cn={NOBODY},{}", settings.base);
        ldap.simple_bind(&nobody, NOBODY).await.map_err(|error| away(&error))?;
        return Ok(None);
    };
    let bound = ldap.simple_bind(&entry.dn, password).await.map_err(|error| away(&error))?;
    if bound.rc != 0 {
        if bound.rc != INVALID_CREDENTIALS {
            tracing::info!("`{}` refused to bind somebody ({})", source.name, bound.rc);
        }
        return Ok(None);
    }
    let Some(external_id) = external_id(&entry, &names.id) else {
        tracing::warn!("an entry of `{}` lacks `{}`: nobody signs in", source.name, names.id);
        return Ok(None);
    };
    let login = first_text(&entry, attribute).unwrap_or_else(|| login.to_owned());
    Ok(Some(Found { external_id, login, name: first_text(&entry, &names.name) }))
}

/// Whether one may bind as an entry: it is not disabled.
fn is_open(entry: &SearchEntry) -> bool {
    let control = first_text(entry, ACCOUNT_CONTROL).and_then(|text| text.parse::<i64>().ok());
    let disabled = control.is_some_and(|control| control & ACCOUNT_DISABLED != 0);
    !disabled && !entry.dn.is_empty()
}

/// The entry of that login; none when there is none, or more than one.
async fn entry(
    ldap: &mut Ldap,
    source: &Source,
    login: &str,
) -> Result<Option<SearchEntry>, Fault> {
    let settings = &source.settings;
    let (attribute, escaped) = (&settings.sign_in.attribute, ldap_escape(login));
    let people = match settings.filter.strip_prefix('(') {
        Some(_) => settings.filter.clone(),
        None => format!("({})", settings.filter),
    };
    let filter = format!("(&{people}({attribute}={escaped}))");
    let names = &settings.attributes;
    let asked = vec![&names.id, &names.name, attribute];
    let mut asked: Vec<String> = asked.into_iter().filter(|one| !one.is_empty()).cloned().collect();
    asked.push(ACCOUNT_CONTROL.to_owned());
    ldap.with_search_options(SearchOptions::new().sizelimit(2));
    let found = ldap.search(&settings.base, Scope::Subtree, &filter, asked).await;
    let ldap3::SearchResult(entries, result) = found.map_err(|error| away(&error))?;
    if result.rc != 0 && result.rc != SIZE_LIMIT {
        return Err(away(&ldap3::LdapError::from(result)));
    }
    // Referrals and messages in between are no entries.
    let entries = entries.into_iter().filter(|one| !one.is_ref() && !one.is_intermediate());
    let mut entries: Vec<SearchEntry> = entries.map(SearchEntry::construct).collect();
    let one = entries.pop();
    if !entries.is_empty() || result.rc == SIZE_LIMIT {
        tracing::warn!("`{}` has several entries of one `{attribute}`", source.name);
        return Ok(None);
    }
    Ok(one)
}

fn silent(name: &str) -> Fault {
    let text = Text::new(
        format!("the directory `{name}` does not answer, or not as it should"),
        format!("目录服务“{name}”无响应或响应异常"),
    );
    Fault::new(FaultKind::Unavailable, "source-away", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_sign_in_only_where_nobody_can_listen() {
        let on = SourceSignIn { enabled: true, ..SourceSignIn::default() };
        let plain = SourceSettings { url: "ldap://ds".to_owned(), ..SourceSettings::default() };
        let secure = SourceSettings { url: "ldaps://ds".to_owned(), ..plain.clone() };
        let started = SourceSettings { start_tls: true, ..plain.clone() };
        assert_eq!(on.clone().checked(&plain).unwrap_err()[0].field, "enabled");
        assert!(on.clone().checked(&secure).is_ok());
        assert!(on.checked(&started).is_ok());
        assert!(SourceSignIn::default().checked(&plain).is_ok());
        for attribute in ["", "uid)(x=*", "a b", "-x"] {
            let odd = SourceSignIn { attribute: attribute.to_owned(), ..SourceSignIn::default() };
            assert_eq!(odd.checked(&secure).unwrap_err()[0].field, "attribute", "{attribute}");
        }
    }
}
