use super::fact::Event;

/// Something was planned.
#[derive(Debug, Clone)]
pub(crate) struct WorkItemCreated;

impl Event for WorkItemCreated {
    const VERB: &'static str = "work_item.created";
}

/// What is planned was changed, or how far it is.
#[derive(Debug, Clone)]
pub(crate) struct WorkItemChanged;

impl Event for WorkItemChanged {
    const VERB: &'static str = "work_item.changed";
}

/// What was not done goes on in a later period.
#[derive(Debug, Clone)]
pub(crate) struct WorkItemCarried;

impl Event for WorkItemCarried {
    const VERB: &'static str = "work_item.carried";
}
