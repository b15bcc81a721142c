use kernel::{FieldFault, Id, Place, Text, Time};

use super::{Sealed, SecretText};

/// The id of a secret.
pub type SecretId = Id<Secret>;

/// What a secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// A password.
    Password,
    /// A token, an API key, the secret part of a webhook's address.
    Token,
    /// A private key, in PEM.
    PrivateKey,
    /// An SNMP community.
    SnmpCommunity,
    /// A key that signs messages.
    SigningKey,
    /// A connection string that holds a password.
    ConnectionString,
    /// Something else.
    Other,
}

/// A secret, without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its id.
    pub id: SecretId,
    /// Its name, unique in any case.
    pub name: String,
    /// What it is.
    pub kind: SecretKind,
    /// What it is for.
    pub description: String,
    /// Who answers for it, in words; may be empty.
    pub owner: String,
    /// The unit it belongs to: scopes of permissions go by it.
    pub unit_id: Option<String>,
    /// When it stops being good.
    pub expires_at: Option<Time>,
    /// When the value was set.
    pub value_set_at: Time,
    /// Grows with each value.
    pub value_version: i64,
    /// The master key it is under.
    pub master_id: String,
    /// Grows with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was changed.
    pub updated_at: Time,
    pub(crate) sealed: Sealed,
}

/// A secret to be made.
#[derive(Debug, Clone)]
pub struct NewSecret {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SecretKind,
    /// What it is for.
    pub description: String,
    /// Who answers for it.
    pub owner: String,
    /// The unit it belongs to.
    pub unit_id: Option<String>,
    /// When it stops being good.
    pub expires_at: Option<Time>,
    /// Its value.
    pub value: SecretText,
}

/// What changes of a secret besides its value; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct SecretChange {
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The unit it belongs to; `Some(None)` takes it out of its unit.
    pub unit_id: Option<Option<String>>,
    /// When it stops being good; `Some(None)`: never.
    pub expires_at: Option<Option<Time>>,
}

/// Which secrets are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default)]
pub struct SecretFilter {
    /// Of this kind.
    pub kind: Option<SecretKind>,
    /// With this text in their names, ignoring case.
    pub text: Option<String>,
    /// That expire before this.
    pub expires_before: Option<Time>,
}

impl SecretKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Password,
        Self::Token,
        Self::PrivateKey,
        Self::SnmpCommunity,
        Self::SigningKey,
        Self::ConnectionString,
        Self::Other,
    ];

    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Token => "token",
            Self::PrivateKey => "private_key",
            Self::SnmpCommunity => "snmp_community",
            Self::SigningKey => "signing_key",
            Self::ConnectionString => "connection_string",
            Self::Other => "other",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Secret {
    /// Where it belongs, for permissions.
    #[must_use]
    pub fn place(&self) -> Place<'_> {
        Place { unit_id: self.unit_id.as_deref(), ..Place::default() }
    }

    /// The secret after `change`; the same when nothing differs.
    ///
    /// Errors: the wrong fields.
    pub(crate) fn changed(&self, change: SecretChange, now: Time) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let mut next = self.clone();
        if let Some(name) = change.name {
            check_name(&name, &mut faults);
            next.name = name;
        }
        if let Some(description) = change.description {
            check_text("description", &description, 2_000, &mut faults);
            next.description = description;
        }
        if let Some(owner) = change.owner {
            check_text("owner", &owner, 200, &mut faults);
            next.owner = owner;
        }
        if let Some(unit_id) = change.unit_id {
            check_unit(unit_id.as_deref(), &mut faults);
            next.unit_id = unit_id;
        }
        if let Some(expires_at) = change.expires_at {
            check_expiry(expires_at, now, &mut faults);
            next.expires_at = expires_at;
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        if next != *self {
            next.version += 1;
            next.updated_at = now;
        }
        Ok(next)
    }
}

impl NewSecret {
    /// What is wrong with it.
    pub(crate) fn faults(&self, now: Time) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        check_name(&self.name, &mut faults);
        check_text("description", &self.description, 2_000, &mut faults);
        check_text("owner", &self.owner, 200, &mut faults);
        check_unit(self.unit_id.as_deref(), &mut faults);
        check_expiry(self.expires_at, now, &mut faults);
        faults.extend(value_fault(&self.value));
        faults
    }
}

/// What is wrong with a value; it is told by its length only.
pub(crate) fn value_fault(value: &SecretText) -> Option<FieldFault> {
    let length = value.as_bytes().len();
    let fits = (1..=SecretText::BYTES_MAX).contains(&length);
    let expected = Text::new("1 to 65,536 bytes", "1 到 65536 字节");
    (!fits).then(|| FieldFault::new("value", format!("{length} bytes"), expected))
}

fn check_name(name: &str, faults: &mut Vec<FieldFault>) {
    let length = name.chars().count();
    let fits =
        (1..=100).contains(&length) && name.trim() == name && !name.chars().any(char::is_control);
    if !fits {
        let expected = Text::new(
            "1 to 100 characters on one line, without blanks at its ends",
            "1 到 100 个字符，单行，首尾无空格",
        );
        faults.push(FieldFault::new("name", name, expected));
    }
}

fn check_text(field: &str, text: &str, max: usize, faults: &mut Vec<FieldFault>) {
    if text.chars().count() > max || text.contains('\0') {
        let expected =
            Text::new(format!("at most {max} characters"), format!("不超过 {max} 个字符"));
        faults.push(FieldFault::new(field, text, expected));
    }
}

fn check_unit(unit_id: Option<&str>, faults: &mut Vec<FieldFault>) {
    if let Some(unit_id) = unit_id
        && unit_id.parse::<Id<()>>().is_err()
    {
        let expected = Text::new("the id of a unit (a UUID)", "单位的编号（UUID）");
        faults.push(FieldFault::new("unit_id", unit_id, expected));
    }
}

fn check_expiry(expires_at: Option<Time>, now: Time, faults: &mut Vec<FieldFault>) {
    if let Some(expires_at) = expires_at
        && expires_at <= now
    {
        let expected = Text::new("a time in the future", "将来的时间");
        faults.push(FieldFault::new("expires_at", expires_at, expected));
    }
}
