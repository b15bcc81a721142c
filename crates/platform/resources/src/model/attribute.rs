use kernel::Text;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The attributes of a resource by their names.
pub type Attributes = Map<String, Value>;

/// What an attribute of a kind is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AttributeDefinition {
    /// Its name, `snake_case`.
    pub name: String,
    /// What people call it.
    pub title: Text,
    /// What people should know before they fill it in.
    #[serde(skip_serializing_if = "is_blank")]
    pub help: Text,
    /// What its values are.
    pub r#type: AttributeType,
    /// Whether its value is a list of such values.
    #[serde(skip_serializing_if = "is_false")]
    pub list: bool,
    /// The unit of its numbers: `B`, `s`, `bit/s`, `%`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The values of an enumeration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<EnumerationValue>,
    /// The kind that a reference leads to; its special cases count, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refers_to: Option<String>,
    /// Whether people have to fill it in.
    #[serde(skip_serializing_if = "is_false")]
    pub required: bool,
    /// What a new resource has where nothing is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// A regular expression that the whole text matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The smallest number; the shortest text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The largest number; the longest text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Whether no two resources of the kind in use have the same value.
    #[serde(skip_serializing_if = "is_false")]
    pub unique: bool,
    /// The heading under which forms show it.
    #[serde(skip_serializing_if = "is_blank")]
    pub group: Text,
    /// Whether it is no longer filled in. Values that are there stay.
    #[serde(skip_serializing_if = "is_false")]
    pub retired: bool,
}

/// One value of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnumerationValue {
    /// What is kept.
    pub value: String,
    /// What people read.
    pub title: Text,
}

/// What the values of an attribute are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AttributeType {
    /// One line of at most 4096 characters.
    #[default]
    String,
    /// Text of several lines, at most 16384 characters.
    Text,
    /// A finite number.
    Number,
    /// A whole number that fits 64 bits.
    Integer,
    /// True or false. Kept as `bool`: the longer word is reserved in SQL texts.
    #[serde(rename = "bool")]
    Boolean,
    /// RFC 3339 text.
    Time,
    /// A day, `2026-01-31`.
    Date,
    /// An IPv4 or IPv6 address.
    Ip,
    /// A network, `10.0.0.0/8`.
    Cidr,
    /// A hardware address, `00:1a:2b:3c:4d:5e`.
    Mac,
    /// An absolute URL with a host (RFC 3986).
    Url,
    /// One of the definition's values.
    Enumeration,
    /// The id of a resource.
    Reference,
}

impl AttributeType {
    /// All types.
    pub const ALL: [Self; 13] = [
        Self::String,
        Self::Text,
        Self::Number,
        Self::Integer,
        Self::Boolean,
        Self::Time,
        Self::Date,
        Self::Ip,
        Self::Cidr,
        Self::Mac,
        Self::Url,
        Self::Enumeration,
        Self::Reference,
    ];

    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Text => "text",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Time => "time",
            Self::Date => "date",
            Self::Ip => "ip",
            Self::Cidr => "cidr",
            Self::Mac => "mac",
            Self::Url => "url",
            Self::Enumeration => "enumeration",
            Self::Reference => "reference",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// Whether its values are numbers.
    #[must_use]
    pub const fn is_numeric(self) -> bool {
        matches!(self, Self::Number | Self::Integer)
    }

    /// Whether its values are free text.
    #[must_use]
    pub const fn is_textual(self) -> bool {
        matches!(self, Self::String | Self::Text)
    }
}

fn is_blank(text: &Text) -> bool {
    text.en.is_empty() && text.zh.is_empty()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_false(value: &bool) -> bool {
    !value
}
