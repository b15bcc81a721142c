use std::{fmt, time::Duration};

use kernel::{FieldFault, Id, Text, Time};

use super::{grant::GrantScope, secret::Secret, user::UserId};

/// The id of an API token; not a secret.
pub type TokenId = Id<Token>;

/// A program's proof that it acts for a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// For whom it acts.
    pub user_id: UserId,
    /// What that user is called.
    pub user_name: String,
    /// What it is for.
    pub name: String,
    /// The most it gives; all that its user has when none, and never more than that.
    pub limits: Option<TokenLimits>,
    /// When it was made.
    pub created_at: Time,
    /// From when on it is refused.
    pub expires_at: Time,
    /// When it was last used, within a minute.
    pub last_used_at: Option<Time>,
    /// When it was revoked.
    pub revoked_at: Option<Time>,
}

/// What a token is limited to. What is `None` limits nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenLimits {
    /// Only what one of these roles gives, as the roles are when the token is used.
    pub roles: Option<Vec<String>>,
    /// Only these permissions: names, patterns, exclusions.
    pub permissions: Option<Vec<String>>,
    /// Only within this scope.
    pub scope: Option<GrantScope>,
}

impl fmt::Display for TokenLimits {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |name: &str, list: &Option<Vec<String>>| {
            list.as_ref().map(|list| format!("{name}: {}", list.join(", ")))
        };
        let scope = self.scope.as_ref().map(|scope| {
            let ids = scope.ids().join(", ");
            format!("scope: {} {ids}", scope.kind()).trim_end().to_owned()
        });
        let parts = [list("roles", &self.roles), list("permissions", &self.permissions), scope];
        out.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join("; "))
    }
}

/// A token that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// For whom it will act.
    pub user_id: UserId,
    /// What it is for: 1 to 64 characters.
    pub name: String,
    /// The most it may give; all that its user has when none.
    pub limits: Option<TokenLimits>,
    /// Its life in days, 1 to 366.
    pub expires_in_days: u32,
}

/// A user has no more tokens than this that are neither expired nor revoked.
pub(crate) const TOKENS_MAX: i64 = 100;
/// How a token begins, so that scanners for leaked secrets recognise it.
const PREFIX: &str = "mst_";
const NAME_CHARS_MAX: usize = 64;
const DAYS_MAX: u32 = 366;
const DAY: Duration = Duration::from_secs(24 * 3600);
/// `last_used_at` is written once in so long.
const USED_EVERY: Duration = Duration::from_secs(60);

impl Token {
    /// Whether it is time to write that the token was used.
    pub(crate) fn wants_touch(&self, now: Time) -> bool {
        self.last_used_at.is_none_or(|at| now.since(at) >= USED_EVERY)
    }
}

impl NewToken {
    /// Checks the name and the life; gives the time at which it will expire.
    ///
    /// Errors: one [`FieldFault`] for each field that is wrong.
    pub(crate) fn checked(&self, now: Time) -> Result<Time, Vec<FieldFault>> {
        let mut wrong = Vec::new();
        let chars = self.name.chars().count();
        let plain = !self.name.chars().any(char::is_control) && self.name.trim() == self.name;
        if !(1..=NAME_CHARS_MAX).contains(&chars) || !plain {
            let expected = Text::new(
                "1 to 64 characters, no spaces around, no control characters",
                "1 到 64 个字符，首尾无空格，不含控制字符",
            );
            wrong.push(FieldFault::new("name", &self.name, expected));
        }
        if !(1..=DAYS_MAX).contains(&self.expires_in_days) {
            let expected = Text::new("1 to 366 days", "1 到 366 天");
            wrong.push(FieldFault::new("expires_in_days", self.expires_in_days, expected));
        }
        if wrong.is_empty() { Ok(now.plus(DAY * self.expires_in_days)) } else { Err(wrong) }
    }
}

/// What the program is given: the secret with the prefix.
pub(crate) fn token_text(secret: &Secret) -> String {
    format!("{PREFIX}{}", secret.text())
}

/// The secret of what a program presented; `None` when it cannot be one of ours.
pub(crate) fn parse_token(text: &str) -> Option<Secret> {
    Secret::parse(text.strip_prefix(PREFIX)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_life_of_a_token_are_bounded() {
        for (name, days, fields) in [
            ("backup", 1, vec![]),
            ("备份 脚本", 366, vec![]),
            ("", 30, vec!["name"]),
            (" x", 30, vec!["name"]),
            ("x", 0, vec!["expires_in_days"]),
            ("a\nb", 367, vec!["name", "expires_in_days"]),
        ] {
            let wanted = NewToken {
                user_id: UserId::from_uuid("01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()),
                name: name.to_owned(),
                limits: None,
                expires_in_days: days,
            };
            let wrong = wanted.checked(Time::from_seconds(0)).err().unwrap_or_default();
            let named: Vec<&str> = wrong.iter().map(|fault| fault.field.as_str()).collect();
            assert_eq!(named, fields, "{name} {days}");
        }
    }
}
