use mail_parser::Message;

use crate::{Bounce, bounce};

/// What sort of mail it is: who answers it decides by this whether it is answered at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nature {
    /// Somebody wrote it.
    Written,
    /// A program answered a mail: an absence, a receipt.
    AutoReply {
        /// The header that says so.
        sign: String,
    },
    /// A program wrote it by itself.
    Automatic {
        /// The header that says so.
        sign: String,
    },
    /// It was sent to many: a list, a newsletter.
    Bulk {
        /// The header that says so.
        sign: String,
    },
    /// A mail of ours did not arrive.
    Bounce(Bounce),
}

/// Headers that programs write into answers, whatever their value.
const ANSWERED: [&str; 6] = [
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponse",
    "X-Auto-Reply-From",
    "X-MS-Exchange-Inbox-Rules-Loop",
    "X-Mail-Autoreply",
];
/// Headers of lists and newsletters (RFC 2369, 2919).
const LISTED: [&str; 4] = ["List-Id", "List-Unsubscribe", "List-Post", "Feedback-ID"];

/// What sort of mail it is, by its head (RFC 3834, RFC 5436 and what programs do).
pub(crate) fn nature(message: &Message<'_>) -> Nature {
    if let Some(bounce) = bounce::bounce(message) {
        return Nature::Bounce(bounce);
    }
    let sign = |name: &str, value: &str| format!("{name}: {}", crate::fault::one_line(value));
    let value = |name: &'static str| message.header_raw(name).map(str::trim);
    if let Some(found) = value("Auto-Submitted") {
        let kind = found.split([';', ' ']).next().unwrap_or_default().to_ascii_lowercase();
        match kind.as_str() {
            "no" | "" => {}
            "auto-replied" => return Nature::AutoReply { sign: sign("Auto-Submitted", found) },
            _ => return Nature::Automatic { sign: sign("Auto-Submitted", found) },
        }
    }
    if let Some((name, found)) = ANSWERED.iter().find_map(|name| Some((name, value(name)?))) {
        return Nature::AutoReply { sign: sign(name, found) };
    }
    if let Some(found) = value("Precedence") {
        match found.to_ascii_lowercase().as_str() {
            "auto_reply" | "auto-reply" => {
                return Nature::AutoReply { sign: sign("Precedence", found) };
            }
            "bulk" | "junk" | "list" => return Nature::Bulk { sign: sign("Precedence", found) },
            _ => {}
        }
    }
    if bounce::is_report(message, "disposition-notification") {
        return Nature::AutoReply { sign: "report-type: disposition-notification".to_owned() };
    }
    if value("Return-Path") == Some("<>") || bounce::is_report(message, "delivery-status") {
        return Nature::Automatic { sign: "Return-Path: <>".to_owned() };
    }
    if let Some((name, found)) = LISTED.iter().find_map(|name| Some((name, value(name)?))) {
        return Nature::Bulk { sign: sign(name, found) };
    }
    Nature::Written
}

/// Whether its writer wants no automatic answer: a program of its own would answer that.
pub(crate) fn wants_no_answer(message: &Message<'_>) -> bool {
    let asked = message.header_raw("X-Auto-Response-Suppress").unwrap_or_default();
    let asked = asked.to_ascii_lowercase();
    asked.split(',').any(|one| matches!(one.trim(), "all" | "autoreply" | "oof"))
}
