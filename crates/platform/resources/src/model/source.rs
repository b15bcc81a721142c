use serde::{Deserialize, Serialize};

/// Where a resource, a relation or a value comes from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A person, or a program in a person's place.
    #[default]
    Manual,
    /// Our program on the machine itself.
    Agent,
    /// Asked of the device.
    Snmp,
    /// Found by ourselves.
    Discovery,
    /// A file, or another register.
    Import,
}

impl Source {
    /// All sources, those that are believed most first, where a kind says nothing else.
    pub const ALL: [Self; 5] =
        [Self::Manual, Self::Agent, Self::Snmp, Self::Discovery, Self::Import];

    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Agent => "agent",
            Self::Snmp => "snmp",
            Self::Discovery => "discovery",
            Self::Import => "import",
        }
    }

    /// The source of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }

    /// How sure one is of what comes from there, in percent.
    #[must_use]
    pub const fn confidence(self) -> i64 {
        match self {
            Self::Manual => 100,
            Self::Agent => 95,
            Self::Snmp => 90,
            Self::Discovery => 80,
            Self::Import => 70,
        }
    }
}
