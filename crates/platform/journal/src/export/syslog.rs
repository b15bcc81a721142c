use kernel::Time;

use super::jsonl;
use crate::RawRow;

/// Facility 13 (log audit), severity 5 (notice): RFC 5424 6.2.1.
const PRIORITY: u8 = 13 * 8 + 5;

/// What a message says of where it comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SyslogStyle<'a> {
    /// This machine's name; empty when it is not known.
    pub(crate) host: &'a str,
}

impl SyslogStyle<'_> {
    /// One message (RFC 5424) of the program `mainstay`. `text` must be one line.
    #[must_use]
    pub(crate) fn message(&self, at: Time, id: &str, text: &str) -> String {
        let (host, id) = (printable(self.host, 255), printable(id, 32));
        format!("<{PRIORITY}>1 {at} {host} mainstay - {id} - {text}")
    }
}

/// The row as a message: the verb as its id, the row as JSON in its text.
#[must_use]
pub(crate) fn syslog(row: &RawRow, style: &SyslogStyle<'_>) -> String {
    style.message(Time::from_micros(row.at), &row.verb, &jsonl(row))
}

/// A header field: printable ASCII without blanks, or the sign for "not known".
fn printable(text: &str, max: usize) -> String {
    let kept: String = text.chars().filter(char::is_ascii_graphic).take(max).collect();
    if kept.is_empty() { "-".to_owned() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::canon::tests::row;

    #[test]
    fn header_has_the_fields_of_the_standard() {
        let line = syslog(&row(7), &SyslogStyle { host: "web1" });
        let start = "<109>1 2027-01-15T08:00:00.000007Z web1 mainstay - lamp.lit - {\"seq\":7,";
        assert!(line.starts_with(start), "{line}");
        let mut hostile = row(7);
        hostile.verb = "two words\n<1>1".into();
        let line = syslog(&hostile, &SyslogStyle { host: "" });
        assert!(line.contains("Z - mainstay - twowords<1>1 - {"), "{line}");
    }
}
