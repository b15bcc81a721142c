use kernel::Permission;

/// Seeing tickets, their kinds, service levels and figures.
pub const TICKET_READ: Permission = Permission("ticket.read");
/// Opening tickets.
pub const TICKET_CREATE: Permission = Permission("ticket.create");
/// Working on tickets: moving them on, replying, changing what they say.
pub const TICKET_WORK: Permission = Permission("ticket.work");
/// Giving tickets to people and units, supervising, deciding on more time.
pub const TICKET_ASSIGN: Permission = Permission("ticket.assign");
/// Changing the kinds of tickets and the service levels.
pub const DESK_CONFIGURE: Permission = Permission("desk.configure");
/// What is one's own: everybody who is signed in holds it.
pub(crate) const PROFILE_READ: Permission = Permission("profile.read");
/// Changing what is one's own: everybody who is signed in holds it.
pub(crate) const PROFILE_CHANGE: Permission = Permission("profile.change");
