use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

/// A report that a mail of ours did not arrive (RFC 3464), or arrived late.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bounce {
    /// The Message-ID of the mail it is about, where it is repeated.
    pub message_id: Option<String>,
    /// Whom it did not reach.
    pub addresses: Vec<BouncedAddress>,
    /// Whether it was given up; else it is tried again.
    pub is_final: bool,
}

/// Whom a mail did not reach, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BouncedAddress {
    /// The address.
    pub address: String,
    /// The class of the reason: `5.1.1`.
    pub status: String,
    /// The words of the far side.
    pub said: String,
}

/// Addresses that are named in one report.
const ADDRESSES_MAX: usize = 20;

/// Whether a mail is a report of that type (RFC 6522).
pub(crate) fn is_report(message: &Message<'_>, of: &str) -> bool {
    message.content_type().is_some_and(|kind| {
        kind.ctype().eq_ignore_ascii_case("multipart")
            && kind.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case("report"))
            && kind.attribute("report-type").is_some_and(|kind| kind.eq_ignore_ascii_case(of))
    })
}

/// The report, if the mail is one of something that did not arrive.
pub(crate) fn bounce(message: &Message<'_>) -> Option<Bounce> {
    let daemon = from_daemon(message);
    if !is_report(message, "delivery-status") && !daemon {
        return None;
    }
    let mut bounce = Bounce { is_final: true, ..Bounce::default() };
    for part in &message.parts {
        let of = part.content_type();
        let subtype = of.and_then(|of| of.subtype()).unwrap_or_default().to_ascii_lowercase();
        match (&part.body, subtype.as_str()) {
            (_, "delivery-status") => {
                read_status(&String::from_utf8_lossy(part.contents()), &mut bounce);
            }
            (PartType::Message(inner), _) => {
                bounce.message_id = inner.message_id().map(str::to_owned);
            }
            (_, "rfc822-headers") => {
                let head = MessageParser::default().parse_headers(part.contents());
                let id = head.as_ref().and_then(|head| head.message_id());
                bounce.message_id = id.map(str::to_owned);
            }
            _ => {}
        }
    }
    if bounce.message_id.is_none() {
        bounce.message_id = repeated_id(message);
    }
    // A report that was asked for may say that all is well.
    let well = is_report(message, "delivery-status") && bounce.addresses.is_empty();
    (!well).then_some(bounce)
}

/// Whether the mail system sent it.
fn from_daemon(message: &Message<'_>) -> bool {
    let from = message.from().and_then(|from| from.first()?.address.as_deref());
    let local = from.and_then(|from| from.split('@').next()).unwrap_or_default();
    ["mailer-daemon", "postmaster"].iter().any(|name| local.eq_ignore_ascii_case(name))
}

/// The fields of a report: one group for the mail, one for each recipient.
fn read_status(text: &str, bounce: &mut Bounce) {
    let unfolded = text.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    for group in unfolded.split("\n\n") {
        let field = |name: &str| {
            group.lines().find_map(|line| {
                let (found, value) = line.split_once(':')?;
                found.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
            })
        };
        let Some(to) = field("Final-Recipient").or_else(|| field("Original-Recipient")) else {
            continue;
        };
        let action = field("Action").unwrap_or_default().to_ascii_lowercase();
        if !matches!(action.as_str(), "failed" | "delayed") {
            continue;
        }
        bounce.is_final &= action == "failed";
        if bounce.addresses.len() < ADDRESSES_MAX {
            let bare = |value: String| {
                let value = value.split_once(';').map_or(value.as_str(), |(_, value)| value);
                crate::fault::one_line(value)
            };
            bounce.addresses.push(BouncedAddress {
                address: bare(to),
                status: field("Status").unwrap_or_default(),
                said: field("Diagnostic-Code").map(bare).unwrap_or_default(),
            });
        }
    }
}

/// The Message-ID in the text of a report that is not in the form of one.
fn repeated_id(message: &Message<'_>) -> Option<String> {
    let text = message.body_text(0)?;
    text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let named = name.trim().trim_start_matches('>').trim().eq_ignore_ascii_case("message-id");
        let id = value.trim().strip_prefix('<')?.strip_suffix('>')?;
        (named && !id.is_empty()).then(|| id.to_owned())
    })
}
