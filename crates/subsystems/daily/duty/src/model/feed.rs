//! Calendars as text. Libraries that write iCalendar fold lines at 75 octets without counting the
//! blank that a continued line begins with; strict readers refuse that.

use std::fmt::Write as _;

use kernel::Time;

/// The longest line in octets, without its end (RFC 5545 3.1).
const LINE_OCTETS_MAX: usize = 75;

/// One entry of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FeedEvent {
    /// The same for a slot for ever.
    pub uid: String,
    /// From this moment …
    pub from: Time,
    /// … to this.
    pub to: Time,
    /// What it says.
    pub summary: String,
    /// More of it.
    pub description: String,
    /// The highest is the newest.
    pub sequence: i64,
    /// When it last may have changed.
    pub changed_at: Time,
    /// Whether it is off.
    pub cancelled: bool,
}

/// A calendar as text (RFC 5545): CRLF, lines of 75 octets at most, times in UTC, so that it means
/// the same in any zone.
#[must_use]
pub(crate) fn calendar_text(name: &str, events: &[FeedEvent]) -> String {
    let mut text = String::new();
    let mut say = |line: &str| fold(&mut text, line);
    say("BEGIN:VCALENDAR");
    say("VERSION:2.0");
    say("PRODID:-//Mainstay//duty//EN");
    say("CALSCALE:GREGORIAN");
    say("METHOD:PUBLISH");
    say(&format!("X-WR-CALNAME:{}", escaped(name)));
    say("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
    say("X-PUBLISHED-TTL:PT1H");
    for event in events {
        say("BEGIN:VEVENT");
        say(&format!("UID:{}", escaped(&event.uid)));
        say(&format!("DTSTAMP:{}", utc(event.changed_at)));
        say(&format!("LAST-MODIFIED:{}", utc(event.changed_at)));
        say(&format!("SEQUENCE:{}", event.sequence));
        say(&format!("DTSTART:{}", utc(event.from)));
        say(&format!("DTEND:{}", utc(event.to)));
        say(&format!("SUMMARY:{}", escaped(&event.summary)));
        if !event.description.is_empty() {
            say(&format!("DESCRIPTION:{}", escaped(&event.description)));
        }
        say(if event.cancelled { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
        say("END:VEVENT");
    }
    say("END:VCALENDAR");
    text
}

/// `20260217T080000Z`.
fn utc(at: Time) -> String {
    let moment = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or_default();
    moment.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A text value (RFC 5545 3.3.11).
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '\\' | ';' | ',' => {
                text.push('\\');
                text.push(character);
            }
            '\n' => text.push_str("\\n"),
            other if other.is_control() => {}
            other => text.push(other),
        }
    }
    text
}

/// Adds a line, continued where it is too long, never within a character.
fn fold(text: &mut String, line: &str) {
    let mut octets = 0;
    for character in line.chars() {
        if octets + character.len_utf8() > LINE_OCTETS_MAX {
            text.push_str("\r\n ");
            octets = 1;
        }
        // Writing to a string never fails.
        let _ = text.write_char(character);
        octets += character.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_longer_than_75_octets_and_none_is_cut_within_a_character() {
        for length in 60..90 {
            let line = format!("SUMMARY:{}{}", "a".repeat(length - 60), "值班领导".repeat(20));
            let mut text = String::new();
            fold(&mut text, &line);
            assert!(text.split("\r\n").all(|part| part.len() <= LINE_OCTETS_MAX), "{text}");
            assert_eq!(text.replace("\r\n ", "").trim_end(), line);
        }
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escaped("a,b;c\\d\ne\r\u{7}"), "a\\,b\\;c\\\\d\\ne");
    }
}
