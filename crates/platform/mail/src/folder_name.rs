use base64::{Engine, alphabet::IMAP_MUTF7, engine::GeneralPurpose, engine::general_purpose};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How names of folders write what is not ASCII (RFC 3501 5.1.3).
const MUTF7: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, general_purpose::NO_PAD);

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// From the first byte; port 993.
    #[default]
    Tls,
    /// The connection begins in the clear and must go over to TLS before the password; port 143.
    StartTls,
    /// Not at all: only where the network is one's own.
    None,
}

/// Where a mailbox is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAccount {
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: MailTls,
    /// Certificates to trust besides the system's, as PEM; may be empty.
    pub ca_pem: String,
    /// Who signs in.
    pub user: String,
    /// The folder that is read: `INBOX`.
    pub folder: String,
}

/// The name of a folder as the protocol has it: `&` and what is not printable ASCII in modified
/// UTF-7.
pub(crate) fn encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut strange: Vec<u8> = Vec::new();
    let flush = |strange: &mut Vec<u8>, out: &mut String| {
        if !strange.is_empty() {
            out.push('&');
            out.push_str(&MUTF7.encode(&strange));
            out.push('-');
            strange.clear();
        }
    };
    for letter in name.chars() {
        match letter {
            ' '..='~' => {
                flush(&mut strange, &mut out);
                out.push(letter);
                if letter == '&' {
                    out.push('-');
                }
            }
            _ => {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    strange.extend_from_slice(&unit.to_be_bytes());
                }
            }
        }
    }
    flush(&mut strange, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn names_of_folders_are_written_as_the_protocol_has_them() {
        for (name, expected) in [
            ("INBOX", "INBOX"),
            ("R&D", "R&-D"),
            ("已处理", "&XfJZBHQG-"),
            ("台北/日本語", "&U,BTFw-/&ZeVnLIqe-"),
            ("😀", "&2D3eAA-"),
        ] {
            assert_eq!(encoded(name), expected);
        }
    }
}
