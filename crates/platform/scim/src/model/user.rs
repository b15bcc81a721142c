use access::UserName;
use directory::{Contact, Way};
use kernel::Language;
use serde_json::{Map, Value};

use super::{
    resource::{text_at, wrong},
    schema::ENTERPRISE,
};
use crate::ScimError;

/// The longest employee number.
const NUMBER_CHARS_MAX: usize = 64;
/// The longest name of a person.
const NAME_CHARS_MAX: usize = 200;
/// The longest identifier of a provider.
const EXTERNAL_CHARS_MAX: usize = 200;

/// Who a provider tells of, as the directory and access understand it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToldUser {
    pub(crate) user_name: String,
    pub(crate) external_id: Option<String>,
    pub(crate) active: bool,
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) language: Option<Language>,
    /// One for each way: the preferred one.
    pub(crate) contacts: Vec<Contact>,
    /// The code or the name of the unit of record.
    pub(crate) unit: Option<String>,
    pub(crate) title: Option<String>,
}

impl ToldUser {
    /// Reads a resource in its canonical form.
    ///
    /// Errors: [`ScimError::InvalidValue`].
    pub(crate) fn read(resource: &Map<String, Value>) -> Result<Self, ScimError> {
        let text = |names: &[&str]| text_at(resource, names);
        let user_name = text(&["userName"]).unwrap_or_default();
        if let Err(fault) = UserName::parse(user_name) {
            return Err(wrong("userName", &user_name.into(), &fault.expected.en));
        }
        let number = text(&[ENTERPRISE, "employeeNumber"]).unwrap_or(user_name);
        if number.chars().count() > NUMBER_CHARS_MAX || number.contains(char::is_whitespace) {
            let expected = "1 to 64 characters without blanks";
            return Err(wrong("employeeNumber", &number.into(), expected));
        }
        let external_id = external_id(resource)?;
        let name = name_of(resource).unwrap_or_else(|| user_name.to_owned());
        if name.chars().count() > NAME_CHARS_MAX {
            return Err(wrong("displayName", &name.into(), "1 to 200 characters"));
        }
        let language = text(&["preferredLanguage"]).or_else(|| text(&["locale"]));
        Ok(Self {
            external_id,
            active: resource.get("active").and_then(Value::as_bool).unwrap_or(true),
            number: number.to_owned(),
            name,
            language: language.and_then(language_of),
            contacts: contacts_of(resource),
            unit: text(&[ENTERPRISE, "department"]).map(str::to_owned),
            title: text(&["title"]).map(str::to_owned),
            user_name: user_name.to_owned(),
        })
    }
}

/// The provider's own identifier. Errors: [`ScimError::InvalidValue`].
pub(super) fn external_id(resource: &Map<String, Value>) -> Result<Option<String>, ScimError> {
    let id = text_at(resource, &["externalId"]);
    match id.filter(|id| id.chars().count() > EXTERNAL_CHARS_MAX) {
        Some(id) => Err(wrong("externalId", &id.into(), "at most 200 characters")),
        None => Ok(id.map(str::to_owned)),
    }
}

/// What people call them: as it is displayed, as it is written, or put together from its parts.
fn name_of(resource: &Map<String, Value>) -> Option<String> {
    let text = |names: &[&str]| text_at(resource, names);
    if let Some(name) = text(&["displayName"]).or_else(|| text(&["name", "formatted"])) {
        return Some(name.to_owned());
    }
    match (text(&["name", "familyName"]), text(&["name", "givenName"])) {
        (Some(family), Some(given)) if is_chinese(family) => Some(format!("{family}{given}")),
        (Some(family), Some(given)) => Some(format!("{given} {family}")),
        (family, given) => family.or(given).map(str::to_owned),
    }
}

/// Whether it is written in Chinese characters: then the family name comes first, without a blank.
fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}'))
}

fn language_of(tag: &str) -> Option<Language> {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    match primary.to_ascii_lowercase().as_str() {
        "zh" => Some(Language::Chinese),
        "en" => Some(Language::English),
        _ => None,
    }
}

fn contacts_of(resource: &Map<String, Value>) -> Vec<Contact> {
    let of = |name: &str| {
        resource.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    };
    let has = |one: &Value, kind: &str| {
        one.get("type").and_then(Value::as_str).is_some_and(|t| t.eq_ignore_ascii_case(kind))
    };
    let is_mobile = |one: &Value| has(one, "mobile");
    let ims = ["wecom", "dingtalk", "feishu"];
    let found = [
        (Way::Mail, preferred(of("emails"), |_| true)),
        (Way::Mobile, preferred(of("phoneNumbers"), is_mobile)),
        (Way::Phone, preferred(of("phoneNumbers"), |one| !is_mobile(one) && !has(one, "fax"))),
        (Way::Wecom, preferred(of("ims"), |one| has(one, ims[0]))),
        (Way::Dingtalk, preferred(of("ims"), |one| has(one, ims[1]))),
        (Way::Feishu, preferred(of("ims"), |one| has(one, ims[2]))),
        (Way::Im, preferred(of("ims"), |one| !ims.iter().any(|kind| has(one, kind)))),
    ];
    let contact = |(way, value): (Way, Option<String>)| Some(Contact { way, value: value? });
    found.into_iter().filter_map(contact).collect()
}

/// The value of the primary one of those that fit; of the one for work; of the first.
fn preferred(several: &[Value], fits: impl Fn(&Value) -> bool) -> Option<String> {
    let with_value =
        || several.iter().filter(|one| fits(one) && one.get("value").is_some_and(Value::is_string));
    let primary = with_value().find(|one| one.get("primary") == Some(&Value::Bool(true)));
    let work = || with_value().find(|one| one.get("type").is_some_and(|t| t == "work"));
    let chosen = primary.or_else(work).or_else(|| with_value().next())?;
    chosen.get("value")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests;
