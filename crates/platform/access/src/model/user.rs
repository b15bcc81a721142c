use kernel::{FieldFault, Id, Language, Text, Time};
use unicode_security::{RestrictionLevel, RestrictionLevelDetection as _};

use super::password::Password;
use crate::AccessError;

/// The id of a user.
pub type UserId = Id<User>;

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// What they sign in with.
    pub name: UserName,
    /// What others see.
    pub display_name: String,
    /// The person of the directory who it is.
    pub person_id: Option<String>,
    /// Whether they are kept out.
    pub disabled: bool,
    /// The language they chose; the browser's when none.
    pub language: Option<Language>,
    /// The colours they chose.
    pub theme: Theme,
    /// Grows with every change of the above and of the password.
    pub version: i64,
    /// When they were added.
    pub created_at: Time,
    /// When they last signed in.
    pub last_sign_in_at: Option<Time>,
}

/// The colours of the UI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// As the operating system has it.
    #[default]
    System,
}

impl Theme {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::System => "system",
        }
    }

    /// The theme of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark, Self::System].into_iter().find(|theme| theme.name() == name)
    }
}

/// Under which names the server itself acts and the journal tells of it.
const OF_THE_SERVER: [&str; 24] = [
    "access",
    "alerting",
    "alerts",
    "checks",
    "console",
    "directory",
    "discovery",
    "host",
    "jobs",
    "journal",
    "leavers",
    "mainstay",
    "notify",
    "probe",
    "prometheus",
    "recording",
    "remote",
    "resources",
    "rules",
    "scim",
    "series",
    "server",
    "system",
    "vault",
];

/// What somebody signs in with: 3 to 64 letters or digits of any script and `._-@`; of one script,
/// or of those that are written together (Unicode Technical Standard 39, highly restrictive).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UserName(String);

impl UserName {
    /// The name in `text`. Errors: the [`FieldFault`] of the field `name`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let chars = text.chars().count();
        let allowed = |c: char| c.is_alphanumeric() || "._-@".contains(c);
        let begins = text.chars().next().is_some_and(char::is_alphanumeric);
        if (3..=64).contains(&chars) && begins && text.chars().all(allowed) {
            return Self::of_nobody_else(text);
        }
        let expected = Text::new(
            "3 to 64 letters, digits or . _ - @, beginning with a letter or digit",
            "3 到 64 个字母、汉字、数字或 . _ - @，以字母、汉字或数字开头",
        );
        Err(FieldFault::new("name", text, expected))
    }

    /// The name, unless readers of the journal could take its bearer for another one.
    fn of_nobody_else(text: &str) -> Result<Self, FieldFault> {
        let folded = fold(text);
        // A part of the server acts under its own name or, like `access.leavers`, a part's of it.
        let first = folded.split('.').next().unwrap_or_default();
        let letters: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
        let expected = if OF_THE_SERVER.contains(&first) {
            Text::new(
                format!("another name: `{first}` is what a part of the server is called"),
                format!("其他名称：“{first}”是服务器自身组件的名称"),
            )
        } else if !letters.as_str().check_restriction_level(RestrictionLevel::HighlyRestrictive) {
            Text::new(
                "letters of one script, which look like no other ones",
                "仅使用同一种文字的字母，避免与其他文字的字母混淆",
            )
        } else {
            return Ok(Self(text.to_owned()));
        };
        Err(FieldFault::new("name", text, expected))
    }

    /// The name that is stored: it was parsed before.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In the form in which names are compared.
    pub(crate) fn folded(&self) -> String {
        fold(&self.0)
    }
}

/// The form in which names are compared and found: lower case.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// A user that is wanted.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What they will sign in with.
    pub name: String,
    /// What others will see; the name when none.
    pub display_name: Option<String>,
    /// The role they get over everything, if one.
    pub role: Option<String>,
    /// Why they get it; must be said where the role carries one of the three duties.
    pub reason: Option<String>,
    /// The person of the directory who it is.
    pub person_id: Option<String>,
    /// Their first password; with none they sign in another way, or get one at the console.
    pub password: Option<Password>,
}

/// Who set a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PasswordBy {
    /// Whose it is, or who sits at the console and holds the data anyway.
    Owner,
    /// Somebody else: it is to be changed before anything else.
    Another,
}

impl NewUser {
    /// Checks every field. Errors: a [`FieldFault`] for each that is wrong.
    pub(crate) fn checked(&self) -> Result<(UserName, String), AccessError> {
        let name = UserName::parse(&self.name);
        let display_name = match self.display_name.as_deref() {
            None | Some("") => Ok(self.name.clone()),
            Some(text) => parse_display_name(text),
        };
        let password = self.password.as_ref();
        let refusal = password.and_then(|one| one.refusal("password", &self.name));
        let refusal = refusal.or_else(|| self.person_id.as_deref().and_then(person_fault));
        match (name, display_name, refusal) {
            (Ok(name), Ok(display_name), None) => Ok((name, display_name)),
            (name, display_name, refusal) => {
                let wrong = [name.err(), display_name.err(), refusal];
                Err(AccessError::Invalid(wrong.into_iter().flatten().collect()))
            }
        }
    }
}

/// A change to a user by somebody who may; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// What others see.
    pub display_name: Option<String>,
    /// The person of the directory; `Some(None)` unties them.
    pub person_id: Option<Option<String>>,
    /// Whether they are kept out.
    pub disabled: Option<bool>,
    /// A new password.
    pub password: Option<Password>,
}

/// A change to one's own profile; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    /// What others see.
    pub display_name: Option<String>,
    /// The language; `Some(None)` is the browser's.
    pub language: Option<Option<Language>>,
    /// The colours.
    pub theme: Option<Theme>,
}

/// What follows from a change to a user.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    /// The user after it, one version on.
    pub(crate) user: User,
    /// Which fields differ, without the password.
    pub(crate) changed: Vec<&'static str>,
    /// Why their sessions end, if they do.
    pub(crate) sessions_end: Option<EndReason>,
    /// Whether their tokens are revoked: only then, for good.
    pub(crate) tokens_end: bool,
}

/// Why a session ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EndReason {
    /// Its owner ended it from another one.
    EndedByOwner,
    /// Its owner signed out everywhere.
    SignedOutEverywhere,
    /// Somebody who may signed the user out.
    SignedOutByAdministrator,
    /// The user was kept out.
    UserDisabled,
    /// The user's password changed.
    PasswordChanged,
    /// The user has a second factor now, which this session did not need.
    SecondFactorEnrolled,
    /// Somebody who may removed the user's second factor.
    SecondFactorReset,
    /// The user is not linked any more to who somebody else said that they are.
    Unlinked,
    /// The user came to one of the three duties, and somebody else may have begun the session.
    DutyGiven,
    /// The same browser signed in again.
    Replaced,
    /// The user had too many.
    TooMany,
}

/// Decides what an administrator's change does.
///
/// Errors: [`AccessError::Invalid`].
pub(crate) fn decide_change(user: &User, change: &UserChange) -> Result<Decision, AccessError> {
    let mut wrong = Vec::new();
    let mut after = user.clone();
    if let Some(text) = &change.display_name {
        match parse_display_name(text) {
            Ok(name) => after.display_name = name,
            Err(fault) => wrong.push(fault),
        }
    }
    if let Some(password) = &change.password {
        wrong.extend(password.refusal("password", user.name.as_str()));
    }
    if let Some(person) = &change.person_id {
        wrong.extend(person.as_deref().and_then(person_fault));
        after.person_id.clone_from(person);
    }
    if !wrong.is_empty() {
        return Err(AccessError::Invalid(wrong));
    }
    after.disabled = change.disabled.unwrap_or(user.disabled);
    let newly_disabled = after.disabled && !user.disabled;
    let sessions_end = if newly_disabled {
        Some(EndReason::UserDisabled)
    } else {
        change.password.as_ref().map(|_| EndReason::PasswordChanged)
    };
    let changed = differences(user, &after);
    if !changed.is_empty() || change.password.is_some() {
        after.version += 1;
    }
    Ok(Decision { user: after, changed, sessions_end, tokens_end: newly_disabled })
}

/// Decides what somebody's change to their own profile does.
///
/// Errors: [`AccessError::Invalid`].
pub(crate) fn decide_profile(user: &User, change: &ProfileChange) -> Result<Decision, AccessError> {
    let mut after = user.clone();
    if let Some(text) = &change.display_name {
        after.display_name =
            parse_display_name(text).map_err(|fault| AccessError::Invalid(vec![fault]))?;
    }
    after.language = change.language.unwrap_or(user.language);
    after.theme = change.theme.unwrap_or(user.theme);
    let changed = differences(user, &after);
    if !changed.is_empty() {
        after.version += 1;
    }
    Ok(Decision { user: after, changed, sessions_end: None, tokens_end: false })
}

/// What is wrong with the id of a person.
fn person_fault(id: &str) -> Option<FieldFault> {
    let expected = Text::new("the UUID of a person of the directory", "组织目录中人员的 UUID 编号");
    id.parse::<Id<()>>().err().map(|_| FieldFault::new("person_id", id, expected))
}

fn differences(before: &User, after: &User) -> Vec<&'static str> {
    let fields = [
        ("display_name", before.display_name != after.display_name),
        ("person_id", before.person_id != after.person_id),
        ("disabled", before.disabled != after.disabled),
        ("language", before.language != after.language),
        ("theme", before.theme != after.theme),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

fn parse_display_name(text: &str) -> Result<String, FieldFault> {
    let name = text.trim();
    if (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        return Ok(name.to_owned());
    }
    let expected =
        Text::new("1 to 100 characters, no control characters", "1 到 100 个字符，不含控制字符");
    Err(FieldFault::new("display_name", text, expected))
}

#[cfg(test)]
#[path = "user/tests.rs"]
mod tests;
