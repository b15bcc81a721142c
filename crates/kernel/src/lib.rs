//! Pure values everybody speaks. No async, no I/O, no framework: what is here can be reasoned
//! about with pen and paper, and every crate above may use it.

mod actor;
mod clock;
mod fact;
mod fault;
mod id;
mod nullable;
mod owed;
mod page;
mod permission;
mod permission_set;
mod pieces;
mod ports;
mod scope;
mod text;
mod time;

pub use actor::{Actor, ActorKind, Caller};
pub use clock::{Clock, Ids};
pub use fact::{Cause, Fact, FactSeq, Subject};
pub use fault::{Fault, FaultKind, FieldFault};
pub use id::{Id, IdError};
pub use nullable::nullable;
pub use owed::Owed;
pub use page::{Page, PageOf, PageRequest};
pub use permission::{Grant, Permission};
pub use permission_set::{PermissionSet, PermissionSetError};
pub use pieces::{Piece, pieces};
pub use ports::{
    DutyHolder, Escalation, EscalationChain, EscalationFuture, OnDuty, OnDutyFuture, OpenedTicket,
    SeenTicket, TicketFuture, TicketSight, TicketSightFuture, TicketWish, Tickets,
};
pub use scope::{Granted, Held, Lineage, Place, Scope, Within};
pub use text::{Language, Text};
pub use time::{Time, TimeError};
