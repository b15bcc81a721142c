//! To whom somebody may pass on what they hold: by name, without reading users.

use std::collections::HashMap;

use directory::DIRECTORY_READ;
use kernel::{Caller, FieldFault, Text};

use super::{Access, organisation::PersonCalled};
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
    /// Users whose name, number or pinyin contains `text`, other than the caller: people of the
    /// directory whom they see there, and for who sees all of it also users who are nobody in it.
    /// None for who may pass on nothing.
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
        let people: HashMap<String, PersonCalled> =
            chart.people_called(caller, text, self.now(), DELEGATES_MAX).await?;
        let mut users = self.users_being(people.keys().map(String::as_str).collect()).await?;
        if caller.may_everywhere(DIRECTORY_READ) {
            let found = store::users::search(self.inner.db.reader(), text, DELEGATES_MAX).await?;
            users.extend(found.into_iter().filter(|user| user.person_id.is_none()));
        }
        let own = caller.user_id.as_deref();
        users.retain(|user| !user.disabled && own != Some(user.id.to_string().as_str()));
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

    async fn users_being(&self, people: Vec<&str>) -> Result<Vec<User>, AccessError> {
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let db = &self.inner.db;
        let mut reader = db.reader().acquire().await?;
        Ok(store::users::among(&mut reader, db.dialect(), "person_id", &people).await?)
    }
}
