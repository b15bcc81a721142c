use std::fmt;

use kernel::Text;

/// Everything that is wrong with the settings, at once.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) struct ConfigFaults(pub(crate) Vec<ConfigFault>);

/// One thing that is wrong, with where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ConfigFault {
    /// The file cannot be read.
    Unreadable { path: String, said: String },
    /// The file is not TOML.
    NotToml { path: String, said: String },
    /// No such setting.
    UnknownKey { origin: String, key: String, nearest: Option<&'static str> },
    /// The value does not fit.
    WrongValue { origin: String, key: &'static str, found: String, expected: Text },
    /// Two settings contradict each other.
    Contradiction { said: &'static str },
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, said } => write!(out, "{path}: cannot be read: {said}"),
            Self::NotToml { path, said } => write!(out, "{path}: not valid TOML: {said}"),
            Self::UnknownKey { origin, key, nearest: Some(nearest) } => {
                write!(out, "{origin}: unknown key `{key}`; did you mean `{nearest}`?")
            }
            Self::UnknownKey { origin, key, nearest: None } => {
                write!(out, "{origin}: unknown key `{key}`; `mainstay config` lists all keys")
            }
            Self::WrongValue { origin, key, found, expected } => {
                write!(out, "{origin}: `{key}` is `{found}`; expected {}", expected.en)
            }
            Self::Contradiction { said } => out.write_str(said),
        }
    }
}

impl fmt::Display for ConfigFaults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, fault) in self.0.iter().enumerate() {
            if number > 0 {
                out.write_str("\n")?;
            }
            write!(out, "{fault}")?;
        }
        Ok(())
    }
}
