//! Rows for other systems: JSON lines, CEF and syslog (RFC 5424). Whatever came from outside into
//! a row cannot begin a line or steer a terminal.

mod cef;
mod jsonl;
mod syslog;

pub(crate) use cef::cef;
pub(crate) use jsonl::jsonl;
pub(crate) use syslog::{SyslogStyle, syslog};

use crate::RawRow;

/// The forms in which rows leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// A JSON object a line.
    Jsonl,
    /// ArcSight's Common Event Format, revision 16.
    Cef,
    /// Syslog (RFC 5424), the row as JSON in the message.
    Syslog,
}

impl ExportFormat {
    /// The form of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "jsonl" => Some(Self::Jsonl),
            "cef" => Some(Self::Cef),
            "syslog" => Some(Self::Syslog),
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Cef => "cef",
            Self::Syslog => "syslog",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media(self) -> &'static str {
        match self {
            Self::Jsonl => "application/x-ndjson",
            Self::Cef | Self::Syslog => "text/plain; charset=utf-8",
        }
    }

    /// The row as one line, without its end. `host`: this machine's name.
    #[must_use]
    pub fn line(self, row: &RawRow, host: &str) -> String {
        match self {
            Self::Jsonl => jsonl(row),
            Self::Cef => cef(row),
            Self::Syslog => syslog(row, &SyslogStyle { host }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::seal::canon::tests::row;

    proptest! {
        /// Security requirement S18: what is in a row never ends its line or steers a terminal.
        #[test]
        fn no_text_of_a_row_leaves_as_a_control_character(
            text in "\\PC*|[\\x00-\\x1f\\x7f-\\u{9f}|=\\\\\\]\\u{2028}a]*"
        ) {
            let mut hostile = row(7);
            hostile.actor_name = text.clone();
            hostile.verb = text.clone();
            hostile.source = text.clone();
            hostile.resource_id = Some(text.clone());
            hostile.detail = serde_json::Value::from(text.clone()).to_string();
            hostile.before = Some(text);
            for format in [ExportFormat::Jsonl, ExportFormat::Cef, ExportFormat::Syslog] {
                let line = format.line(&hostile, "host");
                let bad = |c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}';
                prop_assert!(!line.contains(bad), "{line:?}");
            }
        }
    }
}
