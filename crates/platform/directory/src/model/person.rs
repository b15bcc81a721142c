use kernel::{FieldFault, Id, Language, Text};
use serde::{Deserialize, Serialize};

use super::{Noun, UnitId, input::Faults, spelled};

/// The id of a person.
pub type PersonId = Id<Person>;

/// A person has at most so many contact ways.
const CONTACTS_MAX: usize = 20;
/// A contact way's value is at most so long.
const CONTACT_CHARS_MAX: usize = 200;

/// A human in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The employee number, unique among people.
    pub number: String,
    /// The name as it is written.
    pub name: String,
    /// The language to write to them in.
    pub language: Language,
    /// The unit of record (编制所在单位).
    pub unit: Option<UnitId>,
    /// How to reach them, the first of a way first.
    pub contacts: Vec<Contact>,
}

/// One way to reach a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The way.
    pub way: Way,
    /// The address, number or account.
    pub value: String,
}

/// The ways by which people are reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// Electronic mail.
    Mail,
    /// A mobile telephone: calls and short messages.
    Mobile,
    /// A desk telephone.
    Phone,
    /// 企业微信 user id.
    Wecom,
    /// 钉钉 user id.
    Dingtalk,
    /// 飞书 user id.
    Feishu,
    /// Any other messenger.
    Im,
}

/// A person that somebody wants, or a change of one: what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonChange {
    /// The employee number.
    pub number: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The language.
    pub language: Option<Language>,
    /// The unit of record; `Some(None)` takes it away.
    pub unit: Option<Option<UnitId>>,
    /// All contact ways.
    pub contacts: Option<Vec<Contact>>,
}

impl Way {
    /// All ways, in the order of the spreadsheet's columns.
    pub const ALL: [Self; 7] = [
        Self::Mail,
        Self::Mobile,
        Self::Phone,
        Self::Wecom,
        Self::Dingtalk,
        Self::Feishu,
        Self::Im,
    ];

    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Mobile => "mobile",
            Self::Phone => "phone",
            Self::Wecom => "wecom",
            Self::Dingtalk => "dingtalk",
            Self::Feishu => "feishu",
            Self::Im => "im",
        }
    }

    /// The way of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }
}

impl Noun for Person {
    const NOUN: &'static str = "person";
    const CREATED: &'static str = "person.created";
    const CHANGED: &'static str = "person.changed";
    const CLOSED: &'static str = "person.left";
    const CANCELLED: &'static str = "person.change_cancelled";
    const PLACE: &'static [&'static str] = &["unit"];

    fn noun() -> Text {
        Text::new("person", "人员")
    }

    fn code(&self) -> &str {
        &self.number
    }

    fn label(&self) -> String {
        self.name.clone()
    }
}

impl Person {
    /// The person that `new` describes.
    ///
    /// Errors: one fault for every field that is wrong.
    pub(crate) fn made(new: &PersonChange) -> Result<Self, Vec<FieldFault>> {
        let blank = Self {
            number: String::new(),
            name: String::new(),
            language: Language::Chinese,
            unit: None,
            contacts: Vec::new(),
        };
        let whole = PersonChange {
            number: Some(new.number.clone().unwrap_or_default()),
            name: Some(new.name.clone().unwrap_or_default()),
            ..new.clone()
        };
        blank.changed(&whole)
    }

    /// The person after the change.
    ///
    /// Errors: one fault for every field that is wrong.
    pub(crate) fn changed(&self, change: &PersonChange) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let mut next = self.clone();
        if let Some(number) = &change.number {
            next.number = faults.code("number", number);
        }
        if let Some(name) = &change.name {
            next.name = faults.name("name", name);
        }
        if let Some(contacts) = &change.contacts {
            next.contacts = checked_contacts(contacts, &mut faults);
        }
        next.language = change.language.unwrap_or(next.language);
        next.unit = change.unit.unwrap_or(next.unit);
        faults.or(next)
    }

    /// What a search looks in: number, name, its pinyin and the initials of that, the contacts.
    pub(crate) fn folded(&self) -> String {
        let mut folded = format!("{} {} {}", self.number, self.name, spelled(&self.name));
        for contact in &self.contacts {
            folded.push(' ');
            folded.push_str(&contact.value);
        }
        folded.trim_end().to_lowercase()
    }
}

fn checked_contacts(contacts: &[Contact], faults: &mut Faults) -> Vec<Contact> {
    if contacts.len() > CONTACTS_MAX {
        let expected = Text::new("at most 20 contact ways", "最多 20 个联系方式");
        faults.note(FieldFault::new("contacts", contacts.len(), expected));
        return Vec::new();
    }
    let mut checked: Vec<Contact> = Vec::new();
    for (at, contact) in contacts.iter().enumerate() {
        let value = contact.value.trim().to_owned();
        let sound = match contact.way {
            Way::Mail => is_mail(&value),
            Way::Mobile | Way::Phone => is_number(&value),
            _ => !value.is_empty() && !value.contains(char::is_control),
        };
        if !sound || value.chars().count() > CONTACT_CHARS_MAX {
            let expected = match contact.way {
                Way::Mail => Text::new("a mail address", "邮箱地址"),
                Way::Mobile | Way::Phone => Text::new("a telephone number", "电话号码"),
                _ => Text::new("1 to 200 characters", "1 到 200 个字符"),
            };
            let field = format!("contacts[{at}].value");
            faults.note(FieldFault::new(field, &contact.value, expected));
        }
        let next = Contact { way: contact.way, value };
        if !checked.contains(&next) {
            checked.push(next);
        }
    }
    checked
}

/// What mail servers take in practice (WHATWG HTML 4.10.5.1.5), with characters beyond ASCII.
fn is_mail(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let unwanted = |c: char| c.is_whitespace() || c.is_control() || "()<>[],;:\\\"@".contains(c);
    let label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    !local.is_empty()
        && !text.replace('@', "").contains(unwanted)
        && !local.contains('@')
        && domain.split('.').all(label)
}

/// Digits with the signs that people put between them (ITU-T E.123), and an extension.
fn is_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let known = |c: char| c.is_ascii_digit() || "+-() /.,#*xX转".contains(c);
    (3..=25).contains(&digits) && text.chars().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_names_are_found_by_their_pinyin_and_its_initials() {
        let change = PersonChange {
            number: Some("0017".to_owned()),
            name: Some("王小明".to_owned()),
            ..PersonChange::default()
        };
        let folded = Person::made(&change).unwrap().folded();
        assert_eq!(folded, "0017 王小明 wangxiaoming wxm");
    }

    #[test]
    fn contacts_that_cannot_be_right_are_named() {
        for (way, value, sound) in [
            (Way::Mail, "li.na@example.gov.cn", true),
            (Way::Mail, "李娜@例子.中国", true),
            (Way::Mail, "li.na", false),
            (Way::Mail, "a@b@c", false),
            (Way::Mail, "a b@c.d", false),
            (Way::Mail, "a@-b.c", false),
            (Way::Mobile, "+86 138 0000 0000", true),
            (Way::Phone, "0571-8888 6666转8012", true),
            (Way::Phone, "call me", false),
            (Way::Wecom, "lina", true),
            (Way::Im, "", false),
        ] {
            let mut faults = Faults::default();
            let contact = Contact { way, value: value.to_owned() };
            checked_contacts(&[contact], &mut faults);
            assert_eq!(faults.or(()).is_ok(), sound, "{value}");
        }
    }
}
