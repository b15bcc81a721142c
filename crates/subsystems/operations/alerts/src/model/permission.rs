use kernel::Permission;

/// Seeing alerts.
pub const ALERT_READ: Permission = Permission("alert.read");
/// Saying that one cares for an alert, and taking it back.
pub const ALERT_ACKNOWLEDGE: Permission = Permission("alert.acknowledge");
/// Ending an alert by hand.
pub const ALERT_CLOSE: Permission = Permission("alert.close");
/// Seeing rules.
pub const ALERT_RULE_READ: Permission = Permission("alert-rule.read");
/// Making, changing and removing rules.
pub const ALERT_RULE_CHANGE: Permission = Permission("alert-rule.change");
/// Saying what belongs to an incident, what its cause is, and whether that is a rule.
pub const ALERT_CORRECT: Permission = Permission("alert.correct");
/// Keeping alerts quiet.
pub const ALERT_SILENCE: Permission = Permission("alert.silence");
/// Seeing who is told of which incidents.
pub const PAGE_POLICY_READ: Permission = Permission("page-policy.read");
/// Saying who is told of which incidents.
pub const PAGE_POLICY_CHANGE: Permission = Permission("page-policy.change");
/// Sending alerts of other systems: on whatever they name, so that it is held everywhere or not at
/// all.
pub const EVENT_WRITE: Permission = Permission("event.write");
/// Seeing who notices that this server is dead.
pub const WATCHDOG_READ: Permission = Permission("watchdog.read");
/// Saying who notices that this server is dead.
pub const WATCHDOG_CHANGE: Permission = Permission("watchdog.change");
