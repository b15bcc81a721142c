use directory::PersonId;
use kernel::{FieldFault, Id, Text, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const CALL_ID_CHARS_MAX: usize = 200;
const NUMBER_CHARS_MAX: usize = 100;
/// The digits of a number within a country, without its zeros: 138…, 571….
const NATIONAL_DIGITS_MAX: usize = 11;
/// Of two long numbers that end alike one lacks the area: 571 8765 4321 and 8765 4321.
const LONG_DIGITS_MIN: usize = 7;

/// Our id of a call.
pub(crate) type CallId = Id<Call>;

/// A telephone call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// Our id.
    pub id: CallId,
    /// What the exchange calls it.
    pub call_id: String,
    /// Whether it comes in or goes out.
    pub direction: Direction,
    /// Who calls.
    pub from: String,
    /// Who is called.
    pub to: String,
    /// Who that is outside, if the directory knows.
    pub person_id: Option<PersonId>,
    /// When it was first told of.
    pub began_at: Time,
    /// When somebody answered.
    pub answered_at: Option<Time>,
    /// Who answered, as the exchange says.
    pub answered_by: String,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// Why it ended, as the exchange says.
    pub cause: String,
}

/// Which way a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CallDirection)]
pub(crate) enum Direction {
    /// It comes in.
    In,
    /// It goes out.
    Out,
}

/// What an exchange tells of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CallEvent)]
pub(crate) enum CallEvent {
    /// It begins.
    #[serde(rename = "newCall")]
    NewCall,
    /// Somebody answers.
    #[serde(rename = "answer")]
    Answer,
    /// It ends.
    #[serde(rename = "hangup")]
    Hangup,
}

impl Direction {
    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }

    /// The direction of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::In, Self::Out].into_iter().find(|one| one.name() == name)
    }
}

impl Call {
    /// The number of whoever is outside.
    #[must_use]
    pub(crate) fn outside(&self) -> &str {
        match self.direction {
            Direction::In => &self.from,
            Direction::Out => &self.to,
        }
    }

    /// How far it is: `ringing`, `talking`, `ended` or `missed`.
    #[must_use]
    pub(crate) fn state(&self) -> &'static str {
        match (self.answered_at, self.ended_at) {
            (None, None) => "ringing",
            (Some(_), None) => "talking",
            (Some(_), Some(_)) => "ended",
            (None, Some(_)) => "missed",
        }
    }

    /// Everything that is wrong with it.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let fields = [
            ("callId", &self.call_id, 1, CALL_ID_CHARS_MAX),
            ("from", &self.from, 0, NUMBER_CHARS_MAX),
            ("to", &self.to, 0, NUMBER_CHARS_MAX),
            ("user", &self.answered_by, 0, NUMBER_CHARS_MAX),
            ("cause", &self.cause, 0, NUMBER_CHARS_MAX),
        ];
        let wrong = fields.into_iter().filter(|(_, found, min, max)| {
            let count = found.chars().count();
            !(*min..=*max).contains(&count) || found.contains(char::is_control)
        });
        let fault = |(field, found, min, max): (&str, &String, usize, usize)| {
            let expected = Text::new(
                format!("{min} to {max} characters on one line"),
                format!("{min} 至 {max} 个字符，单行"),
            );
            FieldFault::new(field, found, expected)
        };
        wrong.map(fault).collect()
    }
}

/// The digits of a number within its country.
#[must_use]
pub(crate) fn digits(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let plain = digits.trim_start_matches('0');
    let abroad = plain.strip_prefix("86").filter(|rest| rest.len() >= LONG_DIGITS_MIN);
    let is_china = number.trim_start().starts_with(['+', '0']) || plain.len() > NATIONAL_DIGITS_MAX;
    let plain = abroad.filter(|_| is_china).unwrap_or(plain);
    plain.trim_start_matches('0').to_owned()
}

/// Whether two numbers are those of the same telephone, however they are written.
#[must_use]
pub(crate) fn same_number(one: &str, other: &str) -> bool {
    let (one, other) = (digits(one), digits(other));
    if one.is_empty() || other.is_empty() {
        return false;
    }
    let long = one.len().min(other.len()) >= LONG_DIGITS_MIN;
    one == other || long && (one.ends_with(&other) || other.ends_with(&one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_is_the_same_however_it_is_written() {
        for (one, other) in [
            ("+86 138-0000-1234", "13800001234"),
            ("0086 13800001234", "8613800001234"),
            ("0571-87654321", "+8657187654321"),
            ("0571-87654321", "87654321"),
            ("8301", "8301"),
        ] {
            assert!(same_number(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("87654321", "13887654322"),
            ("8301", "05718301"),
            ("", ""),
            ("anonymous", "anonymous"),
        ] {
            assert!(!same_number(one, other), "{one} {other}");
        }
    }
}
