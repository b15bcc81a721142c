//! The four answers that a plugin can give.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The answer of a check.
///
/// The order is that of urgency, so `max` of several states is the worst of them:
/// ok < warning < unknown < critical (the severities of Icinga 2).
/// Source: Nagios Plugin API, "Plugin Return Code".
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// What was checked is as it should be. Exit code 0.
    #[default]
    Ok,
    /// It works, but a limit is near or a lesser condition is not met. Exit code 1.
    Warning,
    /// The check could not find out. Exit code 3.
    Unknown,
    /// It does not work or a hard limit is passed. Exit code 2.
    Critical,
}

impl State {
    /// All states, from the best to the worst.
    pub const ALL: [Self; 4] = [Self::Ok, Self::Warning, Self::Unknown, Self::Critical];

    /// Returns the exit code of a plugin in this state: 0 to 3.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Warning => 1,
            Self::Critical => 2,
            Self::Unknown => 3,
        }
    }

    /// Reads a plugin's exit code; whatever the API does not name is unknown.
    #[must_use]
    pub fn from_exit_code(code: i32) -> Self {
        match code {
            0 => Self::Ok,
            1 => Self::Warning,
            2 => Self::Critical,
            _ => Self::Unknown,
        }
    }

    /// Returns the word that opens a line of plugin output: `OK`, `WARNING`, `CRITICAL`, `UNKNOWN`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warning => "WARNING",
            Self::Critical => "CRITICAL",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// Returns the name used in documents and in storage: `ok`, `warning`, `critical`, `unknown`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Critical => "critical",
            Self::Unknown => "unknown",
        }
    }

    /// Reads what [`State::name`] wrote.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Returns the worse of two states.
    #[must_use]
    pub fn worst(self, other: Self) -> Self {
        self.max(other)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn exit_codes_are_those_of_the_plugin_api() {
        let codes = State::ALL.map(State::exit_code);
        assert_eq!(codes, [0, 1, 3, 2]);
        for state in State::ALL {
            assert_eq!(State::from_exit_code(i32::from(state.exit_code())), state);
        }
    }

    #[test]
    fn codes_outside_the_api_are_unknown() {
        for code in [-1, 4, 126, 127, 137, 255, i32::MAX, i32::MIN] {
            assert_eq!(State::from_exit_code(code), State::Unknown);
        }
    }

    #[test]
    fn the_worst_of_several_is_the_most_urgent() {
        assert_eq!(State::Warning.worst(State::Ok), State::Warning);
        assert_eq!(State::Unknown.worst(State::Warning), State::Unknown);
        assert_eq!(State::Critical.worst(State::Unknown), State::Critical);
        assert_eq!(State::ALL.into_iter().max(), Some(State::Critical));
    }

    #[test]
    fn documents_carry_the_lower_case_name() {
        for state in State::ALL {
            let json = serde_json::to_string(&state).unwrap();
            assert_eq!(json, format!("\"{}\"", state.name()));
            assert_eq!(serde_json::from_str::<State>(&json).unwrap(), state);
            assert_eq!(State::from_name(state.name()), Some(state));
        }
    }
}
