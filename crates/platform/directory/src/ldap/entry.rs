use ldap3::SearchEntry;

use super::settings::AttributeNames;
use crate::{Contact, Way};

/// A person as a source tells of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundPerson {
    /// What stays the same when everything else changes.
    pub(crate) external_id: String,
    pub(crate) dn: String,
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) unit_code: Option<String>,
}

/// What an entry lacks to be a person, and who it is all the same, if that can be told: whoever
/// lacks an attribute has not left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lacking {
    pub(crate) attribute: String,
    pub(crate) external_id: Option<String>,
}

/// Reads an entry.
///
/// Errors: the attribute that it lacks.
pub(crate) fn found_person(
    entry: &SearchEntry,
    names: &AttributeNames,
) -> Result<FoundPerson, Lacking> {
    let first = |name: &str| first_text(entry, name);
    let id = external_id(entry, &names.id);
    let lacking = |name: &str| Lacking { attribute: name.to_owned(), external_id: id.clone() };
    let needed = |name: &str| first(name).ok_or_else(|| lacking(name));
    let external_id = id.clone().ok_or_else(|| lacking(&names.id))?;
    let ways = [(&names.mail, Way::Mail), (&names.mobile, Way::Mobile), (&names.phone, Way::Phone)];
    let contacts = ways.into_iter().filter(|(name, _)| !name.is_empty());
    let contacts = contacts.filter_map(|(name, way)| Some(Contact { way, value: first(name)? }));
    Ok(FoundPerson {
        external_id,
        dn: entry.dn.clone(),
        number: needed(&names.number)?,
        name: needed(&names.name)?,
        contacts: contacts.collect(),
        unit_code: Some(&names.unit).filter(|name| !name.is_empty()).and_then(|name| first(name)),
    })
}

/// What stays the same of an entry when everything else changes.
pub(super) fn external_id(entry: &SearchEntry, name: &str) -> Option<String> {
    first_text(entry, name).map(|id| id.to_lowercase()).or_else(|| binary_id(entry, name))
}

/// The first text of an attribute. Case does not count in its name (RFC 4512 2.5).
pub(super) fn first_text(entry: &SearchEntry, name: &str) -> Option<String> {
    let (_, values) = entry.attrs.iter().find(|(other, _)| other.eq_ignore_ascii_case(name))?;
    let value = values.iter().find(|value| !value.trim().is_empty())?;
    Some(value.trim().to_owned())
}

/// The 16 bytes of an `objectGUID`, in hexadecimal.
fn binary_id(entry: &SearchEntry, name: &str) -> Option<String> {
    let (_, values) = entry.bin_attrs.iter().find(|(other, _)| other.eq_ignore_ascii_case(name))?;
    let bytes = values.first().filter(|bytes| (1..=64).contains(&bytes.len()))?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A name (DN) as it is compared: case and the blanks around its signs do not count.
pub(crate) fn dn_key(dn: &str) -> String {
    let parts = dn.split(',').map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        format!("{}={}", name.trim().to_lowercase(), value.trim().to_lowercase())
    });
    parts.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn entry(attributes: &[(&str, &str)]) -> SearchEntry {
        let attrs = attributes
            .iter()
            .map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]))
            .collect();
        let bin_attrs = HashMap::from([("objectGUID".to_owned(), vec![vec![0x01, 0xAB]])]);
        SearchEntry { dn: "uid=a,dc=x".to_owned(), attrs, bin_attrs }
    }

    #[test]
    fn entry_is_read_whatever_the_case_of_its_names() {
        let names = AttributeNames::default();
        let entry = entry(&[
            ("ENTRYUUID", "AB-1"),
            ("employeenumber", " 17 "),
            ("CN", "王小明"),
            ("mail", "a@b.c"),
            ("mobile", " "),
        ]);
        let found = found_person(&entry, &names).unwrap();
        assert_eq!((found.external_id.as_str(), found.number.as_str()), ("ab-1", "17"));
        assert_eq!(found.contacts, [Contact { way: Way::Mail, value: "a@b.c".to_owned() }]);
        assert_eq!(found.unit_code, None);
    }

    #[test]
    fn attribute_that_is_missing_is_named() {
        let names = AttributeNames { id: "objectGUID".to_owned(), ..AttributeNames::default() };
        let lacking = found_person(&entry(&[("cn", "Ada")]), &names);
        let lacking = lacking.unwrap_err();
        assert_eq!(
            (lacking.attribute.as_str(), lacking.external_id.as_deref()),
            ("employeeNumber", Some("01ab"))
        );
        let whole = found_person(&entry(&[("cn", "Ada"), ("employeeNumber", "1")]), &names);
        assert_eq!(whole.unwrap().external_id, "01ab");
    }

    #[test]
    fn names_are_compared_without_case_and_blanks() {
        assert_eq!(dn_key("UID=Ada , OU=People,dc=X"), dn_key("uid=ada,ou=people,DC=x"));
    }
}
