use kernel::{FieldFault, Id, Text, Time};
use serde::{Deserialize, Serialize};

use super::{filling::SourcePosts, sign_in::SourceSignIn};
use crate::model::input::Faults;

/// The id of a source.
pub type SourceId = Id<Source>;

/// A directory of others that people are taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Its id.
    pub id: SourceId,
    /// What people call it.
    pub name: String,
    /// How it is reached and read.
    pub settings: SourceSettings,
    /// Which posts it may fill.
    pub posts: SourcePosts,
    /// Grows by one with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// How a source is reached and read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSettings {
    /// `ldap://host:389` or `ldaps://host:636`.
    pub url: String,
    /// Whether the connection is encrypted after it has begun (RFC 4511 4.14).
    pub start_tls: bool,
    /// Certificates to trust besides the system's, as PEM; may be empty.
    pub ca_pem: String,
    /// Whom to bind as; empty: anonymously.
    pub bind_dn: String,
    /// Which secret is the password: `vault:ID`, `env:NAME` or `file:NAME`.
    pub secret: String,
    /// Where the people are.
    pub base: String,
    /// Which entries are people (RFC 4515).
    pub filter: String,
    /// Entries asked for at once (RFC 2696).
    pub page_size: u32,
    /// Which attributes say what.
    pub attributes: AttributeNames,
    /// Only members of this group, also through groups in it; empty: all.
    pub member_of: String,
    /// Members of groups hold posts.
    pub posts: Vec<GroupPost>,
    /// A run in which more than so many percent would leave lets nobody leave.
    pub leavers_percent_max: u32,
    /// A run begins so many seconds after the one before.
    pub interval_s: u32,
    /// Whether it runs by itself.
    pub enabled: bool,
    /// Whether, and how, people sign in by it.
    #[serde(default)]
    pub sign_in: SourceSignIn,
}

/// Which attributes say what; an empty one is not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeNames {
    /// What stays the same when everything else changes: `entryUUID`, `objectGUID`.
    pub id: String,
    /// The employee number.
    pub number: String,
    /// The name.
    pub name: String,
    /// The mail address.
    pub mail: String,
    /// The mobile telephone.
    pub mobile: String,
    /// The desk telephone.
    pub phone: String,
    /// The code of the unit of record.
    pub unit: String,
}

/// Members of a group hold a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPost {
    /// The group's name (DN).
    pub group: String,
    /// The post's code.
    pub post: String,
}

impl Default for SourceSettings {
    fn default() -> Self {
        Self {
            url: String::new(),
            start_tls: false,
            ca_pem: String::new(),
            bind_dn: String::new(),
            secret: String::new(),
            base: String::new(),
            filter: "(objectClass=inetOrgPerson)".to_owned(),
            page_size: 500,
            attributes: AttributeNames::default(),
            member_of: String::new(),
            posts: Vec::new(),
            leavers_percent_max: 20,
            interval_s: 3600,
            enabled: true,
            sign_in: SourceSignIn::default(),
        }
    }
}

impl Default for AttributeNames {
    fn default() -> Self {
        let name = str::to_owned;
        Self {
            id: name("entryUUID"),
            number: name("employeeNumber"),
            name: name("cn"),
            mail: name("mail"),
            mobile: name("mobile"),
            phone: name("telephoneNumber"),
            unit: name("departmentNumber"),
        }
    }
}

impl SourceSettings {
    /// The settings, if they make sense.
    ///
    /// Errors: one fault for every field that is wrong.
    pub(crate) fn checked(self) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let mut check = |sound: bool, field: &str, found: &str, expected: Text| {
            if !sound {
                faults.note(FieldFault::new(field, found, expected));
            }
        };
        let reached = url::Url::parse(&self.url).ok();
        let scheme = reached.as_ref().map(url::Url::scheme);
        let host = reached.as_ref().and_then(url::Url::host_str).unwrap_or_default();
        let known = matches!(scheme, Some("ldap" | "ldaps")) && !host.is_empty();
        let plain = reached.as_ref().is_some_and(|url| url.username().is_empty());
        let expected = Text::same("ldap://host:389, ldaps://host:636");
        check(known && plain, "url", &self.url, expected);
        let expected = Text::new("false with ldaps://", "使用 ldaps:// 时须为 false");
        check(!(self.start_tls && scheme == Some("ldaps")), "start_tls", "true", expected);
        let secret = self.secret.is_empty() || super::secret::named(&self.secret).is_some();
        let expected = Text::new(
            "vault:ID, env:MAINSTAY_SECRET_… or file:NAME in the folder of secrets",
            "vault:编号、env:MAINSTAY_SECRET_… 或密钥目录中的 file:文件名",
        );
        check(secret, "secret", &self.secret, expected);
        let expected = Text::new("a password to bind by", "绑定所用的密码引用");
        check(self.bind_dn.is_empty() == self.secret.is_empty(), "secret", &self.secret, expected);
        let filter = self.filter.len() <= 4096 && ldap3::parse_filter(&self.filter).is_ok();
        let expected = Text::new("a filter (RFC 4515)", "LDAP 过滤器（RFC 4515）");
        check(filter, "filter", &self.filter, expected);
        let found = self.page_size.to_string();
        check((1..=1000).contains(&self.page_size), "page_size", &found, Text::same("1–1000"));
        let (percent, found) = (self.leavers_percent_max, self.leavers_percent_max.to_string());
        check(percent <= 100, "leavers_percent_max", &found, Text::same("0–100"));
        let found = self.interval_s.to_string();
        let sound = (60..=2_592_000).contains(&self.interval_s);
        check(sound, "interval_s", &found, Text::same("60–2592000"));
        for (field, text, needed) in self.names() {
            let sound = text.len() <= 1000
                && !text.contains(char::is_control)
                && !(needed && text.trim().is_empty());
            let expected = Text::new("up to 1000 characters", "不超过 1000 个字符");
            check(sound, &field, text, expected);
        }
        let sound = super::connect::roots(&self.ca_pem).is_ok();
        let expected = Text::new("certificates as PEM", "PEM 格式的证书");
        check(sound, "ca_pem", "…", expected);
        faults.or(self)
    }

    /// The texts that have no rule of their own, with whether they are needed.
    fn names(&self) -> Vec<(String, &str, bool)> {
        let of = &self.attributes;
        let mut names = vec![
            ("base".to_owned(), self.base.as_str(), true),
            ("bind_dn".to_owned(), self.bind_dn.as_str(), false),
            ("member_of".to_owned(), self.member_of.as_str(), false),
            ("attributes.id".to_owned(), of.id.as_str(), true),
            ("attributes.number".to_owned(), of.number.as_str(), true),
            ("attributes.name".to_owned(), of.name.as_str(), true),
            ("attributes.mail".to_owned(), of.mail.as_str(), false),
            ("attributes.mobile".to_owned(), of.mobile.as_str(), false),
            ("attributes.phone".to_owned(), of.phone.as_str(), false),
            ("attributes.unit".to_owned(), of.unit.as_str(), false),
        ];
        for (at, post) in self.posts.iter().enumerate() {
            names.push((format!("posts[{at}].group"), post.group.as_str(), true));
            names.push((format!("posts[{at}].post"), post.post.as_str(), true));
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_make_no_sense_are_named() {
        let sound = SourceSettings {
            url: "ldap://ds.example:389".to_owned(),
            base: "dc=example".to_owned(),
            ..SourceSettings::default()
        };
        assert!(sound.clone().checked().is_ok());
        for (wrong, field) in [
            (SourceSettings { url: "http://x".to_owned(), ..sound.clone() }, "url"),
            (SourceSettings { url: "ldap://a:b@x".to_owned(), ..sound.clone() }, "url"),
            (SourceSettings { filter: "(cn=".to_owned(), ..sound.clone() }, "filter"),
            (SourceSettings { base: " ".to_owned(), ..sound.clone() }, "base"),
            (SourceSettings { page_size: 0, ..sound.clone() }, "page_size"),
            (SourceSettings { interval_s: 5, ..sound.clone() }, "interval_s"),
            (SourceSettings { leavers_percent_max: 101, ..sound.clone() }, "leavers_percent_max"),
            (SourceSettings { bind_dn: "cn=a".to_owned(), ..sound.clone() }, "secret"),
            (SourceSettings { ca_pem: "nonsense".to_owned(), ..sound.clone() }, "ca_pem"),
            (
                SourceSettings {
                    bind_dn: "cn=a".to_owned(),
                    secret: "file:../etc/shadow".to_owned(),
                    ..sound.clone()
                },
                "secret",
            ),
        ] {
            let faults = wrong.checked().unwrap_err();
            assert_eq!(faults[0].field, field);
        }
    }
}
