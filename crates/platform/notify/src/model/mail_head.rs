use serde::{Deserialize, Serialize};

/// What a mail says of itself where it continues a conversation. Channels other than mail know
/// nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailHead {
    /// Its Message-ID without brackets: the same for every attempt.
    pub message_id: String,
    /// The Message-ID of the mail that it answers.
    #[serde(default)]
    pub in_reply_to: Option<String>,
    /// The Message-IDs of the conversation, the oldest first.
    #[serde(default)]
    pub references: Vec<String>,
    /// Where answers go, instead of where the channel says.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// Who wrote it.
    pub author: Author,
}

/// Who wrote a mail: programs answer those of people only (RFC 3834).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// A person.
    Person,
    /// The server, by itself.
    Server,
    /// The server, as the answer to a mail.
    ServerInReply,
}

impl Author {
    /// The value of `Auto-Submitted`.
    pub(crate) const fn auto_submitted(self) -> &'static str {
        match self {
            Self::Person => "no",
            Self::Server => "auto-generated",
            Self::ServerInReply => "auto-replied",
        }
    }
}

/// The same on one line, as a Message-ID may be: nothing that could end it or begin a header.
pub(crate) fn clean_id(id: &str) -> String {
    id.chars().filter(|one| one.is_ascii_graphic() && !matches!(one, '<' | '>')).take(250).collect()
}
