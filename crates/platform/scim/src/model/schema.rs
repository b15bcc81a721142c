//! The schemas of RFC 7643 as far as they are kept here: one table from which requests are read,
//! filters are checked and `/Schemas` is answered.

use serde_json::{Value, json};

use super::filter::AttributePath;

/// The schema of users (RFC 7643 4.1).
pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of groups (RFC 7643 4.2).
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// What an organisation adds to users (RFC 7643 4.3).
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// What sort of value an attribute has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Text,
    Switch,
    Moment,
    Reference,
    Complex(&'static [Attribute]),
}

/// Who may write an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutability {
    ReadWrite,
    ReadOnly,
    Immutable,
}

/// One attribute of a schema.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Attribute {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) multi: bool,
    pub(crate) required: bool,
    pub(crate) exact: bool,
    pub(crate) mutability: Mutability,
    pub(crate) unique: bool,
    pub(crate) description: &'static str,
}

/// Users or groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResourceType {
    User,
    Group,
}

/// An attribute that a path names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found {
    /// The extension it is in; none for those of the core.
    pub(crate) extension: Option<&'static str>,
    pub(crate) attribute: &'static Attribute,
    pub(crate) sub: Option<&'static Attribute>,
}

const fn text(name: &'static str, description: &'static str) -> Attribute {
    Attribute {
        name,
        kind: Kind::Text,
        multi: false,
        required: false,
        exact: false,
        mutability: Mutability::ReadWrite,
        unique: false,
        description,
    }
}

const fn switch(name: &'static str, description: &'static str) -> Attribute {
    Attribute { kind: Kind::Switch, ..text(name, description) }
}

const fn several(
    name: &'static str,
    subs: &'static [Attribute],
    description: &'static str,
) -> Attribute {
    Attribute { kind: Kind::Complex(subs), multi: true, ..text(name, description) }
}

impl Attribute {
    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    const fn unique(self) -> Self {
        Self { unique: true, ..self }
    }

    const fn exact(self) -> Self {
        Self { exact: true, ..self }
    }

    const fn read_only(self) -> Self {
        Self { mutability: Mutability::ReadOnly, ..self }
    }

    const fn immutable(self) -> Self {
        Self { mutability: Mutability::Immutable, ..self }
    }

    const fn of(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// The attributes inside of it.
    pub(crate) fn subs(&self) -> &'static [Self] {
        match self.kind {
            Kind::Complex(subs) => subs,
            _ => &[],
        }
    }

    /// The attribute inside of it with that name, in any case.
    pub(crate) fn sub(&self, name: &str) -> Option<&'static Self> {
        named(self.subs(), name)
    }

    /// As RFC 7643 7 describes it.
    fn described(&self) -> Value {
        let (kind, mutability) = match (self.kind, self.mutability) {
            (kind, Mutability::ReadWrite) => (kind, "readWrite"),
            (kind, Mutability::ReadOnly) => (kind, "readOnly"),
            (kind, Mutability::Immutable) => (kind, "immutable"),
        };
        let kind = match kind {
            Kind::Text => "string",
            Kind::Switch => "boolean",
            Kind::Moment => "dateTime",
            Kind::Reference => "reference",
            Kind::Complex(_) => "complex",
        };
        let mut described = json!({
            "name": self.name,
            "type": kind,
            "multiValued": self.multi,
            "description": self.description,
            "required": self.required,
            "caseExact": self.exact,
            "mutability": mutability,
            "returned": if self.name == "id" { "always" } else { "default" },
            "uniqueness": if self.unique { "server" } else { "none" },
        });
        if let (Some(map), Kind::Complex(subs)) = (described.as_object_mut(), self.kind) {
            let subs = subs.iter().map(Self::described).collect();
            map.insert("subAttributes".to_owned(), Value::Array(subs));
        }
        described
    }
}

const COMMON: &[Attribute] = &[
    text("id", "Our identifier").exact().read_only().unique(),
    text("externalId", "The provider's own identifier").exact(),
    text("schemas", "Which schemas it follows").exact(),
    Attribute {
        kind: Kind::Complex(&[
            text("resourceType", "User or Group").exact().read_only(),
            text("created", "When it was made").of(Kind::Moment).read_only(),
            text("lastModified", "When it was last changed").of(Kind::Moment).read_only(),
            text("location", "Its address").of(Kind::Reference).exact().read_only(),
            text("version", "Its version").exact().read_only(),
        ]),
        ..text("meta", "About the resource itself").read_only()
    },
];

const PLURAL: &[Attribute] = &[
    text("value", "The value"),
    text("type", "What it is for"),
    text("display", "How it is shown"),
    switch("primary", "Whether it is the preferred one"),
];

const USERS: &[Attribute] = &[
    text("userName", "What they sign in with").required().unique(),
    Attribute {
        kind: Kind::Complex(&[
            text("formatted", "The whole name"),
            text("familyName", "The family name"),
            text("givenName", "The given name"),
            text("middleName", "The middle name"),
            text("honorificPrefix", "A title before the name"),
            text("honorificSuffix", "What follows the name"),
        ]),
        ..text("name", "The parts of the name")
    },
    text("displayName", "The name as others see it"),
    text("nickName", "What they are called"),
    text("profileUrl", "A page about them").of(Kind::Reference).exact(),
    text("title", "The title of their post"),
    text("userType", "How they belong to the organisation"),
    text("preferredLanguage", "The language to write to them in"),
    text("locale", "How dates and numbers are written"),
    text("timezone", "Their time zone"),
    switch("active", "Whether they are here and may sign in"),
    several("emails", PLURAL, "Mail addresses"),
    several("phoneNumbers", PLURAL, "Telephone numbers"),
    several("ims", PLURAL, "Accounts of messengers: wecom, dingtalk, feishu, others"),
    several("groups", REFERENCES, "The groups they belong to").read_only(),
];

const REFERENCES: &[Attribute] = &[
    text("value", "The identifier").exact().immutable(),
    text("$ref", "The address").of(Kind::Reference).exact().immutable(),
    text("display", "The name").read_only(),
    text("type", "User or Group").immutable(),
];

const GROUPS: &[Attribute] = &[
    text("displayName", "The name").required().unique(),
    several("members", REFERENCES, "Who belongs to it"),
];

const ENTERPRISE_USERS: &[Attribute] = &[
    text("employeeNumber", "The employee number; the user name stands in where there is none"),
    text("costCenter", "The cost centre"),
    text("organization", "The organisation"),
    text("division", "The division"),
    text("department", "The unit of record: its code, or its name"),
    Attribute {
        kind: Kind::Complex(&[
            text("value", "The identifier of the manager").exact(),
            text("$ref", "The address of the manager").of(Kind::Reference).exact(),
            text("displayName", "The name of the manager").read_only(),
        ]),
        ..text("manager", "Their manager")
    },
];

/// What the core knows of users and is not kept here: told or changed, it is passed over.
const PASSED_OVER: [&str; 6] =
    ["addresses", "entitlements", "password", "photos", "roles", "x509Certificates"];

fn named(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

impl ResourceType {
    /// Its name: `User`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    /// Its address below the base: `Users`.
    pub(crate) const fn endpoint(self) -> &'static str {
        match self {
            Self::User => "Users",
            Self::Group => "Groups",
        }
    }

    /// The schema of its core.
    pub(crate) const fn schema(self) -> &'static str {
        match self {
            Self::User => USER,
            Self::Group => GROUP,
        }
    }

    /// The attribute at the top of the resource with that name, in any case.
    pub(crate) fn attribute(self, name: &str) -> Option<&'static Attribute> {
        let own = match self {
            Self::User => USERS,
            Self::Group => GROUPS,
        };
        named(own, name).or_else(|| named(COMMON, name))
    }

    /// The attribute of an extension with that name, in any case.
    pub(crate) fn extended(self, name: &str) -> Option<&'static Attribute> {
        if self == Self::User { named(ENTERPRISE_USERS, name) } else { None }
    }

    /// Whether it is the name of its one extension, in any case.
    pub(crate) fn is_extension(self, urn: &str) -> bool {
        self == Self::User && urn.eq_ignore_ascii_case(ENTERPRISE)
    }

    /// Whether it is told of and passed over.
    pub(crate) fn passes_over(self, name: &str) -> bool {
        self == Self::User && PASSED_OVER.iter().any(|other| other.eq_ignore_ascii_case(name))
    }

    /// What a path names; none when there is no such attribute.
    pub(crate) fn find(self, path: &AttributePath) -> Option<Found> {
        let (extension, attribute) = match path.schema.as_deref() {
            None => (None, self.attribute(&path.name)?),
            Some(urn) if urn.eq_ignore_ascii_case(self.schema()) => {
                (None, self.attribute(&path.name)?)
            }
            Some(urn) if self.is_extension(urn) => (Some(ENTERPRISE), self.extended(&path.name)?),
            Some(_) => return None,
        };
        let sub = match &path.sub {
            Some(name) => Some(attribute.sub(name)?),
            None => None,
        };
        Some(Found { extension, attribute, sub })
    }

    /// Its own schema and that of its extension, as `/Schemas` shows them.
    pub(crate) fn schemas(self, base: &str) -> Vec<Value> {
        let own = match self {
            Self::User => (USER, "User", "Account and person", USERS),
            Self::Group => (GROUP, "Group", "Group of accounts", GROUPS),
        };
        let extension =
            (ENTERPRISE, "EnterpriseUser", "What the organisation adds", ENTERPRISE_USERS);
        let mut schemas = vec![schema(base, own)];
        if self == Self::User {
            schemas.push(schema(base, extension));
        }
        schemas
    }
}

fn schema(
    base: &str,
    (urn, name, description, attributes): (&str, &str, &str, &[Attribute]),
) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": urn,
        "name": name,
        "description": description,
        "attributes": attributes.iter().map(Attribute::described).collect::<Vec<_>>(),
        "meta": { "resourceType": "Schema", "location": format!("{base}/Schemas/{urn}") },
    })
}

impl Found {
    /// The innermost attribute that is named; for a plural one its `value`.
    pub(crate) fn leaf(&self) -> &'static Attribute {
        self.sub.or_else(|| self.attribute.sub("value")).unwrap_or(self.attribute)
    }
}
