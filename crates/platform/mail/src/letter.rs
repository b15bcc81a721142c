use mail_parser::{
    Address, Encoding, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType,
    decoders::{
        base64::base64_decode, html::html_to_text, quoted_printable::quoted_printable_decode,
    },
};

use crate::{
    Nature,
    charset::{text_of, with_readable_head},
    fault::one_line,
    nature,
};

/// Addresses of one head that are kept; how many more there are is said.
const PARTIES_MAX: usize = 50;
/// Message-IDs that one mail refers to.
const REFERENCES_MAX: usize = 100;
/// Files of one mail.
const FILES_MAX: usize = 200;
/// Characters of a text.
const TEXT_CHARS_MAX: usize = 200_000;

/// Somebody with an address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    /// What they call themselves; may be empty.
    pub name: String,
    /// Their address, in lower case.
    pub address: String,
}

/// A mail as it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its Message-ID without brackets.
    pub message_id: Option<String>,
    /// The Message-IDs it refers to, the nearest first.
    pub references: Vec<String>,
    /// Who wrote it.
    pub from: Party,
    /// To whom, and in copy: at most 50 of each.
    pub to: Vec<Party>,
    /// In copy.
    pub cc: Vec<Party>,
    /// How many addresses there are besides.
    pub parties_left_out: usize,
    /// Its subject on one line; may be empty.
    pub subject: String,
    /// Its date, seconds since 1970, as its writer has it.
    pub dated_s: Option<i64>,
    /// What it says, as plain text.
    pub text: String,
    /// What comes with it.
    pub files: Vec<LetterFile>,
    /// How many files there are besides.
    pub files_left_out: usize,
    /// What sort of mail it is.
    pub nature: Nature,
    /// Whether its writer wants no automatic answer.
    pub wants_no_answer: bool,
    /// Whether it is signed or encrypted.
    pub protection: Option<Protection>,
}

/// A file that comes with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterFile {
    /// Its name as it was given; may be empty.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Whether it is shown within the text.
    pub inline: bool,
}

/// How a mail is signed or encrypted. Neither is checked or opened here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// S/MIME, signed.
    SmimeSigned,
    /// S/MIME, encrypted.
    SmimeEncrypted,
    /// PGP, signed.
    PgpSigned,
    /// PGP, encrypted.
    PgpEncrypted,
}

impl Protection {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SmimeSigned => "smime_signed",
            Self::SmimeEncrypted => "smime_encrypted",
            Self::PgpSigned => "pgp_signed",
            Self::PgpEncrypted => "pgp_encrypted",
        }
    }

    /// Whether its text cannot be read without a key.
    #[must_use]
    pub const fn hides(self) -> bool {
        matches!(self, Self::SmimeEncrypted | Self::PgpEncrypted)
    }
}

/// Why a mail cannot be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It has no head.
    #[error("it is no mail: it has no head")]
    NoHead,
    /// Nobody sent it.
    #[error("it has no sender: no address in From, Sender or Reply-To")]
    NoSender,
}

/// Reads a mail. What is broken in it is read as far as it goes.
///
/// Errors: [`Unreadable`].
pub fn read(raw: &[u8]) -> Result<Letter, Unreadable> {
    let readable = with_readable_head(raw);
    let raw = readable.as_deref().unwrap_or(raw);
    let message = MessageParser::default().parse(raw).ok_or(Unreadable::NoHead)?;
    if message.headers().is_empty() {
        return Err(Unreadable::NoHead);
    }
    let from = sender(&message).ok_or(Unreadable::NoSender)?;
    let (to, more_to) = parties(message.to());
    let (cc, more_cc) = parties(message.cc());
    let text = text(&message);
    let (files, files_left_out) = files(&message);
    Ok(Letter {
        message_id: message.message_id().map(one_line).filter(|id| !id.is_empty()),
        references: references(&message),
        from,
        to,
        cc,
        parties_left_out: more_to + more_cc,
        subject: one_line(message.subject().unwrap_or_default()),
        dated_s: message.date().map(mail_parser::DateTime::to_timestamp),
        protection: protection(&message, &text),
        text,
        files,
        files_left_out,
        nature: nature::nature(&message),
        wants_no_answer: nature::wants_no_answer(&message),
    })
}

fn sender(message: &Message<'_>) -> Option<Party> {
    let fields = [message.from(), message.sender(), message.reply_to()];
    let mut found = fields.into_iter().flatten().flat_map(|field| parties(Some(field)).0);
    found.next()
}

fn parties(field: Option<&Address<'_>>) -> (Vec<Party>, usize) {
    let mut parties: Vec<Party> = Vec::new();
    let mut more = 0;
    for one in field.into_iter().flat_map(Address::iter) {
        let address = one.address().unwrap_or_default().trim().to_lowercase();
        if !is_address(&address) || parties.iter().any(|known| known.address == address) {
            continue;
        }
        if parties.len() < PARTIES_MAX {
            let name = one_line(one.name().unwrap_or_default());
            parties.push(Party { name: name.chars().take(100).collect(), address });
        } else {
            more += 1;
        }
    }
    (parties, more)
}

/// Whether something may be an address: what is answered must be one line with one `@`.
fn is_address(text: &str) -> bool {
    let strange =
        |letter: char| letter.is_control() || letter.is_whitespace() || "<>,;\"".contains(letter);
    text.len() <= 254
        && !text.contains(strange)
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@')
        })
}

/// In-Reply-To first, then References from the last to the first.
fn references(message: &Message<'_>) -> Vec<String> {
    let ids = |value: &HeaderValue<'_>| -> Vec<String> {
        match value {
            HeaderValue::Text(id) => vec![one_line(id)],
            HeaderValue::TextList(ids) => ids.iter().map(|id| one_line(id)).collect(),
            _ => Vec::new(),
        }
    };
    let mut all = ids(message.in_reply_to());
    all.extend(ids(message.references()).into_iter().rev());
    let mut known = Vec::new();
    for id in all {
        if !id.is_empty() && !known.contains(&id) && known.len() < REFERENCES_MAX {
            known.push(id);
        }
    }
    known
}

/// All that is to be read of it, as plain text.
fn text(message: &Message<'_>) -> String {
    let parts = message.text_body.iter().filter_map(|at| message.part(*at));
    let texts: Vec<String> = parts.filter_map(|part| plain(message, part)).collect();
    let mut text = texts.join("\n\n");
    if text.is_empty() {
        // Of a mail that was cut off, what is no file by its own words.
        let named = |part: &&MessagePart<'_>| part.attachment_name().is_some();
        let mut rest = message.attachments().filter(|part| !named(part));
        text = rest.find_map(|part| plain(message, part)).unwrap_or_default();
    }
    text.chars().filter(|letter| *letter != '\0').take(TEXT_CHARS_MAX).collect()
}

/// The text of a part that has one.
fn plain(message: &Message<'_>, part: &MessagePart<'_>) -> Option<String> {
    let text = match &part.body {
        PartType::Text(text) => believed(message, part, text),
        PartType::Html(html) => html_to_text(&believed(message, part, html)),
        _ => return None,
    };
    let text = text.trim().replace('\r', "");
    (!text.is_empty()).then_some(text)
}

/// The text of a part, read again where its charset cannot be what it says.
fn believed(message: &Message<'_>, part: &MessagePart<'_>, text: &str) -> String {
    let declared = part.content_type().and_then(|of| of.attribute("charset"));
    let sound = !text.contains('\u{fffd}');
    let trusted = declared.is_some_and(|label| {
        label.eq_ignore_ascii_case("utf-8") || !crate::charset::is_known(label)
    });
    if sound && (trusted || text.is_ascii()) {
        return text.to_owned();
    }
    let (from, to) = (part.raw_body_offset() as usize, part.raw_end_offset() as usize);
    let raw = message.raw_message.get(from..to).unwrap_or_default();
    let bytes = match part.encoding {
        Encoding::Base64 => base64_decode(raw),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
        Encoding::None => Some(raw.to_vec()),
    };
    bytes.map_or_else(|| text.to_owned(), |bytes| text_of(&bytes, declared))
}

fn files(message: &Message<'_>) -> (Vec<LetterFile>, usize) {
    let mut files = Vec::new();
    let mut more = 0;
    for part in message.attachments() {
        if part.is_multipart() || part.contents().is_empty() {
            continue;
        }
        if files.len() >= FILES_MAX {
            more += 1;
            continue;
        }
        files.push(LetterFile {
            name: one_line(part.attachment_name().unwrap_or_default()),
            bytes: part.contents().to_vec(),
            inline: matches!(part.body, PartType::InlineBinary(_)),
        });
    }
    (files, more)
}

fn protection(message: &Message<'_>, text: &str) -> Option<Protection> {
    let of = message.content_type()?;
    let kind = format!("{}/{}", of.ctype(), of.subtype().unwrap_or_default()).to_lowercase();
    let says = |name: &str| of.attribute(name).unwrap_or_default().to_lowercase();
    match kind.as_str() {
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
            let signed = says("smime-type") == "signed-data";
            Some(if signed { Protection::SmimeSigned } else { Protection::SmimeEncrypted })
        }
        "multipart/encrypted" => Some(Protection::PgpEncrypted),
        "multipart/signed" if says("protocol").contains("pgp") => Some(Protection::PgpSigned),
        "multipart/signed" => Some(Protection::SmimeSigned),
        _ if text.starts_with("-----BEGIN PGP MESSAGE-----") => Some(Protection::PgpEncrypted),
        _ if text.starts_with("-----BEGIN PGP SIGNED MESSAGE-----") => Some(Protection::PgpSigned),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
