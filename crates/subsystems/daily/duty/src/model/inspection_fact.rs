use super::fact::Event;

/// A plan of inspections was made.
#[derive(Debug, Clone)]
pub(crate) struct InspectionCreated;

impl Event for InspectionCreated {
    const VERB: &'static str = "inspection.created";
}

/// A plan of inspections was changed.
#[derive(Debug, Clone)]
pub(crate) struct InspectionChanged;

impl Event for InspectionChanged {
    const VERB: &'static str = "inspection.changed";
}

/// A plan of inspections was given up.
#[derive(Debug, Clone)]
pub(crate) struct InspectionRetired;

impl Event for InspectionRetired {
    const VERB: &'static str = "inspection.retired";
}

/// Somebody set out on a round.
#[derive(Debug, Clone)]
pub(crate) struct RoundStarted;

impl Event for RoundStarted {
    const VERB: &'static str = "round.started";
}

/// An item of a round was answered.
#[derive(Debug, Clone)]
pub(crate) struct RoundAnswered;

impl Event for RoundAnswered {
    const VERB: &'static str = "round.answered";
}

/// A ticket was opened for what was abnormal.
#[derive(Debug, Clone)]
pub(crate) struct RoundTicketOpened;

impl Event for RoundTicketOpened {
    const VERB: &'static str = "round.ticket_opened";
}

/// A round is done; nothing in it changes any more.
#[derive(Debug, Clone)]
pub(crate) struct RoundFinished;

impl Event for RoundFinished {
    const VERB: &'static str = "round.finished";
}

/// A round was not done within its window.
#[derive(Debug, Clone)]
pub(crate) struct RoundMissed;

impl Event for RoundMissed {
    const VERB: &'static str = "round.missed";
}
