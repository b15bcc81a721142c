//! To whom somebody may pass on what they hold: by name, without reading users.

use std::collections::{HashMap, HashSet};

use db::Tx;
use directory::DIRECTORY_READ;
use kernel::{Caller, FieldFault, Text};

use super::{
    Access,
    organisation::{Chart, PersonCalled},
};
use crate::{
    AccessError,
    model::{
        permission::GRANT_DELEGATE,
        user::{User, UserId},
    },
    store,
};

/// So many are answered; whoever looks for somebody else writes more of the name.
const DELEGATES_MAX: u32 = 20;
/// The most characters that are searched for.
const CHARS_MAX: usize = 64;
/// Of users by their own names so many are looked at together.
const LOOKED_AT_ONCE: u32 = 1000;

/// Somebody to whom what is held may be passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegate {
    /// The user.
    pub user_id: UserId,
    /// What they are called.
    pub name: String,
    /// Their employee number, if they are a person of the directory.
    pub number: Option<String>,
    /// What their unit of record is called.
    pub unit: Option<Text>,
}

impl Access {
    /// Users with `text` in the name that they sign in with or are shown by, or as people in name,
    /// pinyin, number or a contact, other than the caller: people of the directory whom they see
    /// there, and for who sees all of it also users who are nobody in it. None for who may pass on
    /// nothing.
    ///
    /// Errors: [`AccessError::Invalid`] naming `q`.
    pub async fn delegates(
        &self,
        caller: &Caller,
        text: &str,
    ) -> Result<Vec<Delegate>, AccessError> {
        let text = text.trim();
        if !(1..=CHARS_MAX).contains(&text.chars().count()) {
            let expected = Text::new("1 to 64 characters", "1 到 64 个字符");
            return Err(AccessError::Invalid(vec![FieldFault::new("q", text, expected)]));
        }
        if !caller.may(GRANT_DELEGATE) {
            return Ok(Vec::new());
        }
        let chart = self.chart().await?;
        let mut people: HashMap<String, PersonCalled> =
            chart.people_called(caller, text, self.now(), DELEGATES_MAX).await?;
        let mut users = self.users_being(people.keys().map(String::as_str).collect()).await?;
        users.retain(|user| can_be(caller, user));
        users.extend(self.users_called(caller, &chart, text, &mut people).await?);
        let mut known = HashSet::new();
        users.retain(|user| known.insert(user.id.to_string()));
        users.sort_by(|one, other| one.display_name.cmp(&other.display_name));
        users.truncate(usize::try_from(DELEGATES_MAX).unwrap_or(usize::MAX));
        let delegate = |user: User| {
            let person = user.person_id.as_ref().and_then(|id| people.get(id));
            Delegate {
                user_id: user.id,
                name: user.display_name,
                number: person.map(|person| person.number.clone()),
                unit: person.and_then(|person| person.unit.clone()),
            }
        };
        Ok(users.into_iter().map(delegate).collect())
    }

    /// The same by the users' own names; who they are is added to `people`.
    async fn users_called(
        &self,
        caller: &Caller,
        chart: &Chart,
        text: &str,
        people: &mut HashMap<String, PersonCalled>,
    ) -> Result<Vec<User>, AccessError> {
        let sees_nobodies = caller.may_everywhere(DIRECTORY_READ);
        let (mut found, mut after) = (Vec::new(), String::new());
        let enough = usize::try_from(DELEGATES_MAX).unwrap_or(usize::MAX);
        while found.len() < enough {
            let reader = self.inner.db.reader();
            let named = store::users::search(reader, text, &after, LOOKED_AT_ONCE).await?;
            let Some(last) = named.last() else { break };
            after = last.name.folded();
            let persons: Vec<&str> =
                named.iter().filter_map(|user| user.person_id.as_deref()).collect();
            people.extend(chart.people_among(caller, &persons, self.now()).await?);
            found.extend(named.into_iter().filter(|user| {
                let is_seen = match &user.person_id {
                    Some(person) => people.contains_key(person),
                    None => sees_nobodies,
                };
                is_seen && can_be(caller, user)
            }));
        }
        Ok(found)
    }

    /// Whether the caller would find the user there by name.
    pub(super) async fn may_delegate_to(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        chart: &Chart,
        user: UserId,
    ) -> Result<bool, AccessError> {
        let user = store::users::by_id(tx.connection(), user).await?;
        let user = user.filter(|user| !user.disabled);
        self.sees_user(caller, chart, user.as_ref()).await
    }

    /// Whether the caller sees the user as a person of the directory; whoever sees all of it also
    /// sees users who are nobody in it.
    pub(super) async fn sees_user(
        &self,
        caller: &Caller,
        chart: &Chart,
        user: Option<&User>,
    ) -> Result<bool, AccessError> {
        match user.map(|user| &user.person_id) {
            Some(Some(person)) => chart.sees_person(caller, person, self.now()).await,
            Some(None) => Ok(caller.may_everywhere(DIRECTORY_READ)),
            None => Ok(false),
        }
    }

    async fn users_being(&self, people: Vec<&str>) -> Result<Vec<User>, AccessError> {
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let db = &self.inner.db;
        let mut reader = db.reader().acquire().await?;
        Ok(store::users::among(&mut reader, db.dialect(), "person_id", &people).await?)
    }
}

/// Whether the user may get what the caller passes on: they can sign in, and are somebody else.
fn can_be(caller: &Caller, user: &User) -> bool {
    !user.disabled && caller.user_id.as_deref() != Some(user.id.to_string().as_str())
}
