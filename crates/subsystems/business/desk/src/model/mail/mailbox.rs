use directory::UnitId;
use kernel::{FieldFault, Id, Text, Time};
use mail::{MailAccount, MailTls};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vault::SecretId;

/// The id of a mailbox.
pub(crate) type MailboxId = Id<Mailbox>;

const NAME_CHARS_MAX: usize = 100;
const CA_BYTES_MAX: usize = 64 * 1024;

/// A mailbox that is read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mailbox {
    /// Its id.
    pub id: MailboxId,
    /// What it says.
    pub draft: MailboxDraft,
    /// Grows by one with every change.
    pub version: i64,
    /// When it was last changed.
    pub changed_at: Time,
    /// How far it was read.
    pub progress: Progress,
}

/// How far a mailbox was read, and how that goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Numbers of mails hold as long as this stays the same; none: it was never read.
    pub uid_validity: Option<u32>,
    /// Mails up to this number are known.
    pub uid_known: u32,
    /// When it was last read without a fault.
    pub read_at: Option<Time>,
    /// Since when it cannot be read, and why.
    pub failing: Option<(Time, Text)>,
}

/// What a mailbox says. It is its form on the wire and in the records, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MailboxBody)]
pub(crate) struct MailboxDraft {
    /// What people call it.
    pub name: String,
    /// Whether it is read.
    pub enabled: bool,
    /// The address that people write to; answers are asked for at it.
    pub address: String,
    /// The IMAP server.
    pub host: String,
    /// Its port: 993 with TLS from the first byte, 143 otherwise.
    pub port: u16,
    /// How the connection is protected.
    #[serde(default)]
    #[schema(value_type = MailTls)]
    pub tls: MailTls,
    /// Certificates to trust besides the system's, as PEM.
    #[serde(default)]
    pub ca_pem: Option<String>,
    /// Who signs in.
    pub user: String,
    /// The id of the secret that holds the password.
    #[schema(value_type = String)]
    pub password_secret: SecretId,
    /// The folder that is read.
    #[serde(default = "inbox")]
    pub folder: String,
    /// The folder that mails are moved to when they were taken; none: they stay, marked as read.
    #[serde(default)]
    pub done_folder: Option<String>,
    /// The key of the type of the tickets that are opened.
    pub r#type: String,
    /// The unit that is in charge of them.
    #[schema(value_type = String)]
    pub unit_id: UnitId,
    /// Whether who opened a ticket is told its number.
    #[serde(default)]
    pub acknowledge: bool,
}

fn inbox() -> String {
    "INBOX".to_owned()
}

impl MailboxDraft {
    /// Where it is.
    #[must_use]
    pub(crate) fn account(&self) -> MailAccount {
        MailAccount {
            host: self.host.clone(),
            port: self.port,
            tls: self.tls,
            ca_pem: self.ca_pem.clone().unwrap_or_default(),
            user: self.user.clone(),
            folder: self.folder.clone(),
        }
    }

    /// The part of its address after the `@`.
    #[must_use]
    pub(crate) fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("mainstay.invalid", |(_, domain)| domain)
    }

    /// Everything that is wrong with it.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let done = self.done_folder.as_deref();
        let lines = [
            ("name", Some(self.name.as_str())),
            ("host", Some(self.host.as_str())),
            ("user", Some(self.user.as_str())),
            ("folder", Some(self.folder.as_str())),
            ("done_folder", done),
        ];
        for (field, found) in lines.into_iter().filter_map(|(field, text)| Some((field, text?))) {
            let count = found.trim().chars().count();
            if !(1..=NAME_CHARS_MAX).contains(&count) || found.contains(char::is_control) {
                let expected =
                    Text::new("1 to 100 characters on one line", "1 至 100 个字符，单行");
                faults.push(FieldFault::new(field, found, expected));
            }
        }
        if done == Some(self.folder.as_str()) {
            let expected = Text::new("another folder than is read", "与所读取的文件夹不同");
            faults.push(FieldFault::new("done_folder", &self.folder, expected));
        }
        if !is_mail_address(&self.address) {
            let expected = Text::new("a mail address", "邮箱地址");
            faults.push(FieldFault::new("address", &self.address, expected));
        }
        if self.port == 0 {
            let expected = Text::new("1 to 65535", "1 至 65535");
            faults.push(FieldFault::new("port", self.port, expected));
        }
        let pem = self.ca_pem.as_deref().unwrap_or_default();
        if pem.len() > CA_BYTES_MAX || (!pem.is_empty() && !pem.contains("BEGIN CERTIFICATE")) {
            let expected =
                Text::new("certificates as PEM, at most 64 KiB", "PEM 格式的证书，不超过 64 KiB");
            faults.push(FieldFault::new("ca_pem", format!("{} bytes", pem.len()), expected));
        }
        faults
    }
}

/// Whether something is an address that mail can be sent to.
#[must_use]
pub(crate) fn is_mail_address(text: &str) -> bool {
    notify::Recipient::from_parts("mail", text).is_ok()
}

#[cfg(test)]
mod tests {
    use kernel::Id;

    use super::*;

    #[test]
    fn what_is_wrong_is_named() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057".parse::<Id<Mailbox>>().unwrap();
        let draft = || MailboxDraft {
            name: "服务台".to_owned(),
            enabled: true,
            address: "desk@example.org".to_owned(),
            host: "mail.example.org".to_owned(),
            port: 993,
            tls: MailTls::Tls,
            ca_pem: None,
            user: "desk".to_owned(),
            password_secret: id.to_string().parse().unwrap(),
            folder: inbox(),
            done_folder: Some("已处理".to_owned()),
            r#type: "request".to_owned(),
            unit_id: id.to_string().parse().unwrap(),
            acknowledge: false,
        };
        assert_eq!(draft().faults(), []);
        let wrong = |change: fn(&mut MailboxDraft)| {
            let mut draft = draft();
            change(&mut draft);
            let faults = draft.faults();
            assert_eq!(faults.len(), 1, "{faults:?}");
            faults[0].field.clone()
        };
        assert_eq!(wrong(|draft| draft.name = " ".to_owned()), "name");
        assert_eq!(wrong(|draft| draft.address = "desk".to_owned()), "address");
        assert_eq!(wrong(|draft| draft.host = "a\r\nb".to_owned()), "host");
        assert_eq!(wrong(|draft| draft.port = 0), "port");
        assert_eq!(wrong(|draft| draft.ca_pem = Some("x".to_owned())), "ca_pem");
        assert_eq!(wrong(|draft| draft.done_folder = Some(inbox())), "done_folder");
    }
}
