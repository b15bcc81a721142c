use kernel::Permission;

/// Seeing rosters, who is on duty, and what is wrong ahead.
pub const DUTY_READ: Permission = Permission("duty.read");
/// Making and changing rosters, overrides, leave, qualifications and chains; approving.
pub const DUTY_CHANGE: Permission = Permission("duty.change");
/// Seeing plans of inspections, their rounds and what was found.
pub const INSPECTION_READ: Permission = Permission("inspection.read");
/// Doing rounds that one is on duty for.
pub const INSPECTION_WORK: Permission = Permission("inspection.work");
/// Making and changing plans of inspections.
pub const INSPECTION_CHANGE: Permission = Permission("inspection.change");
/// Seeing work plans.
pub const WORK_PLAN_READ: Permission = Permission("work-plan.read");
/// Making and changing work plans, and carrying over what was not done.
pub const WORK_PLAN_CHANGE: Permission = Permission("work-plan.change");
/// Seeing one's own duty: everybody who is signed in holds it.
pub(crate) const PROFILE_READ: Permission = Permission("profile.read");
/// Asking for leave, swapping and signing for oneself: everybody who is signed in holds it.
pub(crate) const PROFILE_CHANGE: Permission = Permission("profile.change");
