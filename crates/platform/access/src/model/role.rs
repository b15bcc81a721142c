use std::collections::BTreeSet;

use kernel::{FieldFault, PermissionSet, PermissionSetError, Text, Time};

use super::grant::GrantScope;
use crate::AccessError;

/// There are no more roles than this.
pub(crate) const ROLES_MAX: u32 = 500;

/// A named set of permissions, as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its key: `operator`. Never renamed.
    pub name: String,
    /// What people call it.
    pub title: Text,
    /// What it is for.
    pub description: Text,
    /// Its permissions as they were written: names, patterns, exclusions.
    pub permissions: Vec<String>,
    /// The same, read.
    pub set: PermissionSet,
    /// The one of the three duties that it is for, where that is said.
    pub duty: Option<Duty>,
    /// Whether those who hold it may pass it on.
    pub delegable: bool,
    /// Whether it came with the product: then it never changes.
    pub shipped: bool,
    /// Grows with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
}

/// The duties that one person never holds two of (GB/T 22239 8.1.5: 三员分立).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Duty {
    /// Runs the system.
    System,
    /// Decides who may do what.
    Security,
    /// Looks whether all that was right.
    Audit,
}

/// Who decides what others may do has one of these.
const OF_SECURITY: [&str; 7] = [
    "user.change",
    "role.change",
    "group.change",
    "grant.change",
    "emergency.change",
    "separation.change",
    "provider.change",
];
/// Who looks whether all was right has one of these.
const OF_AUDIT: [&str; 4] = ["review.change", "journal.export", "journal.retain", "journal.change"];
/// Who decides how the system runs has one of these.
const OF_SYSTEM: [&str; 2] = ["setting.change", "job.change"];
/// Whoever lets people in has the duty of security; but it is an identity provider's, and none of
/// the administrators brings people as one.
const OF_PROVIDERS: &str = "user.provision";
/// Who may do one of these in the whole house runs the system too; whoever may in a part of it does
/// not. What the shipped operator has is nobody's duty.
const OF_SYSTEM_IN_THE_HOUSE: [&str; 8] = [
    "directory.change",
    "secret.change",
    "secret.use",
    "channel.change",
    "kind.change",
    "destination.change",
    "recording.change",
    "series.delete",
];

/// How far a role is held, as far as duties follow from that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Over a part of the house, or while the administrators are not separated.
    Part,
    /// Over everything, while they are separated.
    House,
}

impl Duty {
    /// All three.
    pub const ALL: [Self; 3] = [Self::System, Self::Security, Self::Audit];

    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Security => "security",
            Self::Audit => "audit",
        }
    }

    /// The duty of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.name() == name)
    }

    /// The permissions any of which makes a role one of this duty; who keeps the duty has them all.
    #[must_use]
    pub const fn made_by(self) -> &'static [&'static str] {
        match self {
            Self::System => &OF_SYSTEM,
            Self::Security => &OF_SECURITY,
            Self::Audit => &OF_AUDIT,
        }
    }

    /// What people call it.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::System => Text::new("system administration", "系统管理"),
            Self::Security => Text::new("security administration", "安全管理"),
            Self::Audit => Text::new("audit administration", "审计管理"),
        }
    }
}

impl Extent {
    /// How far a grant within `scope` goes.
    pub(crate) fn of(scope: &GrantScope, separated: bool) -> Self {
        if separated && *scope == GrantScope::Everything { Self::House } else { Self::Part }
    }
}

impl Role {
    /// The duties it carries wherever it is held: the one it is for, and those that follow from
    /// what it holds.
    #[must_use]
    pub fn duties(&self) -> BTreeSet<Duty> {
        self.duties_over(Extent::Part)
    }

    /// The duties it carries where it is held so far.
    pub(crate) fn duties_over(&self, extent: Extent) -> BTreeSet<Duty> {
        let holds = |names: &[&str]| names.iter().any(|name| self.set.holds(name));
        let follows = |duty: &Duty| {
            holds(duty.made_by())
                || match duty {
                    Duty::System => extent == Extent::House && holds(&OF_SYSTEM_IN_THE_HOUSE),
                    Duty::Security => self.set.holds(OF_PROVIDERS),
                    Duty::Audit => false,
                }
        };
        Duty::ALL.into_iter().filter(follows).chain(self.duty).collect()
    }

    /// The duty it carries where it is held so far, when that is a single one.
    pub(crate) fn single_duty_over(&self, extent: Extent) -> Option<Duty> {
        let duties = self.duties_over(extent);
        if duties.len() == 1 { duties.into_iter().next() } else { None }
    }

    /// Whether it unites duties that the separation of the administrators keeps apart.
    pub(crate) fn is_all_powerful_over(&self, extent: Extent) -> bool {
        self.duties_over(extent).len() > 1
    }

    /// Whether it makes nobody an administrator but for bringing people as an identity provider.
    pub(crate) fn is_no_administrators(&self) -> bool {
        let made = |duty: Duty| duty.made_by().iter().any(|name| self.set.holds(name));
        self.duty.is_none() && !Duty::ALL.into_iter().any(made)
    }

    /// Whether who holds it everywhere can give rights to others.
    pub(crate) fn keeps_the_house(&self) -> bool {
        self.set.holds("user.change") && self.set.holds("grant.change")
    }
}

/// A role that is wanted, or the new content of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRole {
    /// Its key: 2 to 64 lower-case letters, digits and hyphens.
    pub name: String,
    /// What people will call it.
    pub title: Text,
    /// What it is for.
    pub description: Text,
    /// Names, patterns and exclusions; see [`PermissionSet`].
    pub permissions: Vec<String>,
    /// The duty it is for.
    pub duty: Option<Duty>,
    /// Whether those who hold it may pass it on.
    pub delegable: bool,
}

impl NewRole {
    /// The role it makes, when every field is good; `known` are the permissions there are.
    ///
    /// Errors: [`AccessError::Invalid`] naming each wrong field; an unknown permission with the
    /// nearest known one.
    pub(crate) fn checked(
        self,
        known: &[&str],
        version: i64,
        created_at: Time,
    ) -> Result<Role, AccessError> {
        let mut wrong = Vec::new();
        if !is_name(&self.name) {
            let expected = Text::new(
                "2 to 64 lower-case letters, digits or hyphens, beginning with a letter",
                "2 到 64 个小写字母、数字或连字符，以字母开头",
            );
            wrong.push(FieldFault::new("name", &self.name, expected));
        }
        for (field, text, max) in [
            ("title.en", &self.title.en, 100),
            ("title.zh", &self.title.zh, 100),
            ("description.en", &self.description.en, 500),
            ("description.zh", &self.description.zh, 500),
        ] {
            let least = usize::from(field.starts_with("title"));
            let chars = text.trim().chars().count();
            if !(least..=max).contains(&chars) || text.chars().any(char::is_control) {
                let expected = Text::new(
                    format!("{least} to {max} characters, no control characters"),
                    format!("{least} 到 {max} 个字符，不含控制字符"),
                );
                wrong.push(FieldFault::new(field, text, expected));
            }
        }
        let set = match read(&self.permissions, known) {
            Ok(set) => set,
            Err(faults) => {
                wrong.extend(faults);
                PermissionSet::default()
            }
        };
        if !wrong.is_empty() {
            return Err(AccessError::Invalid(wrong));
        }
        Ok(Role {
            name: self.name,
            title: self.title,
            description: self.description,
            permissions: self.permissions,
            set,
            duty: self.duty,
            delegable: self.delegable,
            shipped: false,
            version,
            created_at,
        })
    }
}

fn is_name(text: &str) -> bool {
    (2..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Reads a list of permissions; each that nobody knows is named with the nearest one.
pub(crate) fn read(entries: &[String], known: &[&str]) -> Result<PermissionSet, Vec<FieldFault>> {
    let set = PermissionSet::parse(entries).map_err(|error| {
        let field = format!("permissions[{}]", error.index);
        vec![FieldFault::new(field, &error.found, PermissionSetError::expected())]
    })?;
    let unknown: Vec<FieldFault> = set
        .unknown(known)
        .map(|name| {
            let index = entries.iter().position(|entry| entry.trim_start_matches('-') == name);
            let noun = || entries.iter().position(|entry| entry.ends_with(&format!("{name}.*")));
            let index = index.or_else(noun).unwrap_or(0);
            let field = format!("permissions[{index}]");
            FieldFault::new(field, &entries[index], nearest(name, known))
        })
        .collect();
    if unknown.is_empty() { Ok(set) } else { Err(unknown) }
}

fn nearest(name: &str, known: &[&str]) -> Text {
    let of_noun = |known: &&str| known.split('.').next().unwrap_or_default().to_owned();
    let words: Vec<String> = if name.contains('.') {
        known.iter().map(|&known| known.to_owned()).collect()
    } else {
        known.iter().map(of_noun).collect()
    };
    let near = words.iter().map(|word| (strsim::jaro_winkler(word, name), word));
    match near.max_by(|one, other| one.0.total_cmp(&other.0)) {
        Some((likeness, word)) if likeness > 0.7 => Text::new(
            format!("a permission there is; did you mean `{word}`?"),
            format!("已有的权限，是否想写“{word}”？"),
        ),
        _ => Text::new(
            "a permission there is (GET /api/v1/permissions lists them)",
            "已有的权限（可用 GET /api/v1/permissions 查询）",
        ),
    }
}

#[cfg(test)]
#[path = "role/tests.rs"]
mod tests;
