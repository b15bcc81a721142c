use kernel::Time;

/// An order that a ticket be supervised (督办).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    /// Its number within the ticket, from 1 on.
    pub number: u32,
    /// What is ordered.
    pub text: String,
    /// Who ordered it.
    pub ordered_by: String,
    /// When.
    pub ordered_at: Time,
    /// Until when it is to be reported back.
    pub due_at: Time,
    /// What was reported, by whom and when.
    pub report: Option<(String, String, Time)>,
}

/// More time that was asked for (延期).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Extension {
    /// Its number within the ticket, from 1 on.
    pub number: u32,
    /// How many minutes of working time.
    pub minutes: u32,
    /// Why.
    pub reason: String,
    /// What became of it.
    pub state: ExtensionState,
    /// Who asked.
    pub asked_by: String,
    /// The id of who asked: nobody decides on their own.
    pub asked_id: String,
    /// When.
    pub asked_at: Time,
    /// Who decided, and when.
    pub decided: Option<(String, Time)>,
}

/// What became of a request for more time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExtensionState {
    /// Nobody has decided.
    Asked,
    /// There is more time.
    Granted,
    /// There is not.
    Refused,
}

impl ExtensionState {
    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Granted => "granted",
            Self::Refused => "refused",
        }
    }

    /// The state of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Asked, Self::Granted, Self::Refused].into_iter().find(|state| state.name() == name)
    }
}
