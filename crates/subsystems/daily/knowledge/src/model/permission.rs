use kernel::Permission;

/// Seeing articles however far they are, and published ones for agents alone.
pub const KNOWLEDGE_READ: Permission = Permission("knowledge.read");
/// Writing articles, and handing them in.
pub const KNOWLEDGE_WRITE: Permission = Permission("knowledge.write");
/// Publishing what others wrote, and retiring it.
pub const KNOWLEDGE_APPROVE: Permission = Permission("knowledge.approve");
/// Working on tickets: the desk says over which.
pub(crate) const TICKET_WORK: Permission = Permission("ticket.work");
/// Seeing tickets: the desk says which.
pub(crate) const TICKET_READ: Permission = Permission("ticket.read");
/// What is one's own: everybody who is signed in holds it.
pub(crate) const PROFILE_READ: Permission = Permission("profile.read");
/// Changing what is one's own: everybody who is signed in holds it.
pub(crate) const PROFILE_CHANGE: Permission = Permission("profile.change");
