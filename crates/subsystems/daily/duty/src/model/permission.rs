use kernel::Permission;

/// Seeing rosters, who is on duty, and what is wrong ahead.
pub const DUTY_READ: Permission = Permission("duty.read");
/// Making and changing rosters, overrides, leave, qualifications and chains; approving.
pub const DUTY_CHANGE: Permission = Permission("duty.change");
/// Seeing one's own duty: everybody who is signed in holds it.
pub(crate) const PROFILE_READ: Permission = Permission("profile.read");
/// Asking for leave, swapping and signing for oneself: everybody who is signed in holds it.
pub(crate) const PROFILE_CHANGE: Permission = Permission("profile.change");
