use std::collections::BTreeSet;

use kernel::{FieldFault, Id, Text, Time};
use serde::{Deserialize, Serialize};
use url::{Host, Url};
use vault::SealId;

use super::{
    group::{Group, GroupId},
    user::fold,
};
use crate::AccessError;

/// The id of a provider.
pub type ProviderId = Id<Provider>;

/// There are no more providers than this: each is a button on the page for signing in.
pub(crate) const PROVIDERS_MAX: u32 = 20;
/// So long a sign-in may be on its way through a provider.
pub(crate) const TRIP: std::time::Duration = std::time::Duration::from_secs(600);

const LIST_MAX: usize = 100;

/// Somebody who vouches for users: an OpenID Connect provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its id.
    pub id: ProviderId,
    /// What its button says.
    pub label: String,
    /// How it is asked, and what follows from what it says.
    pub settings: ProviderSettings,
    /// Where the vault keeps the client's secret, if there is one.
    pub(crate) seal_id: Option<SealId>,
    /// Grows with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// How a provider is asked, and what follows from what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProviderSettings {
    /// Its issuer, under which its configuration is found (OpenID Connect Discovery 4).
    pub issuer: String,
    /// What it knows us as.
    pub client_id: String,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// Which claim is the user's name.
    pub name_claim: String,
    /// Which claim names the user's groups.
    pub groups_claim: String,
    /// Whether people whom nobody knows here get an account.
    pub creates_users: bool,
    /// Whether whoever has a user's name there is that user here.
    pub links_by_name: bool,
    /// Only people with a verified mail address in one of these; everybody when empty.
    pub mail_domains: Vec<String>,
    /// Only members of one of these groups; everybody when empty.
    pub groups: Vec<String>,
    /// Which groups here follow from which groups there.
    pub memberships: Vec<Membership>,
    /// Certificates to trust besides the system's, as PEM.
    pub ca_pem: String,
    /// Whether signing out here leads to its own page for signing out.
    pub ends_session: bool,
    /// Whether it is on the page for signing in.
    pub enabled: bool,
}

/// Members of a provider's group are members of a group here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The provider's name of its group.
    pub group: String,
    /// The group here.
    pub group_id: GroupId,
}

/// A provider that is wanted, or the new content of one. No `Debug`: it holds a secret.
#[derive(Clone)]
pub struct NewProvider {
    /// What its button will say.
    pub label: String,
    /// How it is asked.
    pub settings: ProviderSettings,
    /// The client's secret.
    pub client_secret: ClientSecretChange,
}

/// What becomes of the secret by which a provider knows us. No `Debug`: it may hold it.
#[derive(Clone)]
pub enum ClientSecretChange {
    /// It stays what it is; none when the provider is new.
    Keep,
    /// There is none: the provider knows us by what only we can have (RFC 7636).
    Remove,
    /// It is this one.
    Set(vault::SecretText),
}

impl Default for ProviderSettings {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            client_id: String::new(),
            scopes: vec!["profile".to_owned(), "email".to_owned()],
            name_claim: "preferred_username".to_owned(),
            groups_claim: "groups".to_owned(),
            creates_users: false,
            links_by_name: false,
            mail_domains: Vec::new(),
            groups: Vec::new(),
            memberships: Vec::new(),
            ca_pem: String::new(),
            ends_session: false,
            enabled: true,
        }
    }
}

impl Provider {
    /// Whether the client has a secret.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        self.seal_id.is_some()
    }

    /// The groups here that follow from somebody's groups there, and those that would from others.
    pub(crate) fn memberships_of(
        &self,
        groups: &[String],
    ) -> (BTreeSet<GroupId>, BTreeSet<GroupId>) {
        let all = &self.settings.memberships;
        let held = |one: &&Membership| groups.contains(&one.group);
        let into: BTreeSet<Id<Group>> = all.iter().filter(held).map(|one| one.group_id).collect();
        let all: BTreeSet<Id<Group>> = all.iter().map(|one| one.group_id).collect();
        let out_of = all.difference(&into).copied().collect();
        (into, out_of)
    }
}

impl NewProvider {
    /// Checks every field. `before`: what it replaces.
    ///
    /// Errors: [`AccessError::Invalid`] with a fault for each that is wrong.
    pub(crate) fn checked(&self, before: Option<&Provider>) -> Result<(), AccessError> {
        let mut wrong = self.settings.faults();
        if !is_line(&self.label, 1, 100) {
            let expected = Text::new("1 to 100 characters", "1 到 100 个字符");
            wrong.push(FieldFault::new("label", &self.label, expected));
        }
        let elsewhere = before.is_some_and(|before| before.settings.issuer != self.settings.issuer);
        let has_secret = before.is_some_and(Provider::has_secret);
        if elsewhere && has_secret && matches!(self.client_secret, ClientSecretChange::Keep) {
            let expected = Text::new(
                "the secret again, since it would go to another issuer",
                "更换 issuer 时须重新填写密钥，以免把原密钥发送给他人",
            );
            wrong.push(FieldFault::new("client_secret", "", expected));
        }
        if wrong.is_empty() { Ok(()) } else { Err(AccessError::Invalid(wrong)) }
    }

    /// Refuses a label that another provider than `own` has, in any case: nobody could tell their
    /// buttons apart.
    ///
    /// Errors: [`AccessError::Invalid`] naming `label`.
    pub(crate) fn differs_from(
        &self,
        others: &[Provider],
        own: Option<ProviderId>,
    ) -> Result<(), AccessError> {
        let label = fold(self.label.trim());
        let same = |one: &&Provider| Some(one.id) != own && fold(&one.label) == label;
        let Some(other) = others.iter().find(same) else { return Ok(()) };
        let expected = Text::new(
            format!("a label that no other provider has (there is `{}`)", other.label),
            format!("与其他身份提供方不同的名称（已有“{}”）", other.label),
        );
        Err(AccessError::Invalid(vec![FieldFault::new("label", &self.label, expected)]))
    }
}

impl ProviderSettings {
    /// Whether who answers may be another than with `other`.
    pub(crate) fn leads_elsewhere(&self, other: &Self) -> bool {
        let way = |of: &Self| (of.issuer.clone(), of.client_id.clone(), of.ca_pem.clone());
        way(self) != way(other)
    }

    /// Whether somebody may become a user here by this who could not by `other`. Groups that follow
    /// are asked for by themselves.
    pub(crate) fn vouches_for_more(&self, other: &Self) -> bool {
        let as_before = Self {
            enabled: self.enabled || other.enabled,
            creates_users: self.creates_users || other.creates_users,
            links_by_name: self.links_by_name || other.links_by_name,
            memberships: other.memberships.clone(),
            ends_session: other.ends_session,
            ..self.clone()
        };
        as_before != *other
    }

    fn faults(&self) -> Vec<FieldFault> {
        let mut wrong = Vec::new();
        let mut check = |sound: bool, field: &str, found: &str, expected: Text| {
            if !sound {
                wrong.push(FieldFault::new(field, found, expected));
            }
        };
        let expected = Text::new(
            "https://HOST/… without query (http:// only to this machine)",
            "https://主机/…，不带查询参数（仅本机可用 http://）",
        );
        check(is_issuer(&self.issuer), "issuer", &self.issuer, expected);
        let expected = || Text::new("1 to 200 characters, no spaces", "1 到 200 个字符，不含空格");
        for (field, text) in [
            ("client_id", &self.client_id),
            ("name_claim", &self.name_claim),
            ("groups_claim", &self.groups_claim),
        ] {
            check(is_word(text), field, text, expected());
        }
        for (field, words) in [("scopes", &self.scopes), ("mail_domains", &self.mail_domains)] {
            let odd = words.iter().find(|word| !is_word(word));
            check(odd.is_none(), field, odd.map_or("", String::as_str), expected());
        }
        let odd = self.mail_domains.iter().find(|domain| domain.contains('@'));
        let expected = Text::new("a domain such as example.org", "域名，例如 example.org");
        check(odd.is_none(), "mail_domains", odd.map_or("", String::as_str), expected);
        let mut names = self.groups.iter().chain(self.memberships.iter().map(|one| &one.group));
        let odd = names.find(|name| !is_line(name, 1, 500));
        let expected = Text::new("1 to 500 characters", "1 到 500 个字符");
        check(odd.is_none(), "groups", odd.map_or("", String::as_str), expected);
        let lists = [
            ("scopes", self.scopes.len()),
            ("mail_domains", self.mail_domains.len()),
            ("groups", self.groups.len()),
            ("memberships", self.memberships.len()),
        ];
        for (field, count) in lists {
            let expected = Text::new("at most 100", "不超过 100 项");
            check(count <= LIST_MAX, field, &count.to_string(), expected);
        }
        let expected = Text::new("certificates as PEM", "PEM 格式的证书");
        check(is_pem(&self.ca_pem), "ca_pem", "…", expected);
        wrong
    }
}

/// Whether it is an address that a secret may be sent to.
fn is_issuer(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let plain = url.username().is_empty() && url.password().is_none();
    let bare = url.query().is_none() && url.fragment().is_none();
    is_safe(&url) && plain && bare && text.len() <= 500
}

/// Whether nobody in between can read what is asked for there.
pub(crate) fn is_safe(url: &Url) -> bool {
    let local = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => return false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && local)
}

fn is_word(text: &str) -> bool {
    is_line(text, 1, 200) && !text.contains(char::is_whitespace)
}

fn is_line(text: &str, min: usize, max: usize) -> bool {
    let chars = text.trim().chars().count();
    (min..=max).contains(&chars) && !text.contains(char::is_control)
}

/// Whether it is empty or has certificates in it, and nothing that is none.
fn is_pem(text: &str) -> bool {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    if text.trim().is_empty() {
        return true;
    }
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    text.len() <= 64 * 1024 && read.is_ok_and(|certificates| !certificates.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> ProviderSettings {
        ProviderSettings {
            issuer: "https://sso.example.org/realms/gov".to_owned(),
            client_id: "mainstay".to_owned(),
            ..ProviderSettings::default()
        }
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        assert_eq!(sound().faults(), []);
        let with = |change: fn(&mut ProviderSettings)| {
            let mut settings = sound();
            change(&mut settings);
            settings.faults().into_iter().map(|fault| fault.field).collect::<Vec<_>>()
        };
        assert_eq!(with(|it| it.issuer = "http://sso.example.org".to_owned()), ["issuer"]);
        assert_eq!(with(|it| it.issuer = "https://a:b@sso.example.org".to_owned()), ["issuer"]);
        assert_eq!(with(|it| it.issuer = "https://sso.example.org?x=1".to_owned()), ["issuer"]);
        assert_eq!(with(|it| it.issuer = "ftp://sso.example.org".to_owned()), ["issuer"]);
        assert!(with(|it| it.issuer = "http://127.0.0.1:9000".to_owned()).is_empty());
        assert_eq!(with(|it| it.client_id = String::new()), ["client_id"]);
        assert_eq!(with(|it| it.scopes = vec!["a b".to_owned()]), ["scopes"]);
        assert_eq!(with(|it| it.mail_domains = vec!["@example.org".to_owned()]), ["mail_domains"]);
        assert_eq!(with(|it| it.groups = vec!["x".to_owned(); 101]), ["groups"]);
        assert_eq!(with(|it| it.ca_pem = "nonsense".to_owned()), ["ca_pem"]);
    }

    #[test]
    fn secret_does_not_go_to_another_issuer() {
        let seal: SealId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let now = Time::from_seconds(0);
        let before = Provider {
            id: Id::from_uuid(seal.uuid()),
            label: "SSO".to_owned(),
            settings: sound(),
            seal_id: Some(seal),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let mut wanted = NewProvider {
            label: "SSO".to_owned(),
            settings: sound(),
            client_secret: ClientSecretChange::Keep,
        };
        assert!(wanted.checked(Some(&before)).is_ok());
        wanted.settings.issuer = "https://elsewhere.example.org".to_owned();
        assert!(wanted.checked(Some(&before)).is_err());
        assert!(wanted.checked(None).is_ok());
        wanted.client_secret = ClientSecretChange::Set(vault::SecretText::new("again".to_owned()));
        assert!(wanted.checked(Some(&before)).is_ok());
    }

    #[test]
    fn groups_there_lead_into_groups_here_and_out_of_the_others() {
        let id = |digit: u8| {
            let text = format!("01890a5d-ac96-774b-bcce-b302099a805{digit}");
            text.parse::<GroupId>().unwrap()
        };
        let member =
            |group: &str, digit| Membership { group: group.to_owned(), group_id: id(digit) };
        let now = Time::from_seconds(0);
        let memberships = vec![member("ops", 1), member("dba", 2), member("dba-lead", 2)];
        let provider = Provider {
            id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
            label: String::new(),
            settings: ProviderSettings { memberships, ..sound() },
            seal_id: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let of = |groups: &[&str]| {
            let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
            let (into, out_of) = provider.memberships_of(&groups);
            (into.into_iter().collect::<Vec<_>>(), out_of.into_iter().collect::<Vec<_>>())
        };
        assert_eq!(of(&["dba-lead", "other"]), (vec![id(2)], vec![id(1)]));
        assert_eq!(of(&[]), (vec![], vec![id(1), id(2)]));
    }
}
