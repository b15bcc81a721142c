//! Verbs: load, permit, decide, save, journal.

mod change;
mod create;
mod read;
mod remove;
mod run;

pub use read::{CheckFilter, ResourceState, WatchedCheck};
pub use run::Trial;

use kernel::{Caller, Fault, Permission, Text};

use crate::{
    Protocols,
    model::{CheckId, CheckSettings},
};

/// Reading checks, their states and the ways of asking.
pub const CHECK_READ: Permission = Permission("check.read");
/// Making, changing and removing checks.
pub const CHECK_CHANGE: Permission = Permission("check.change");
/// Running a check out of turn, and trying one that is not kept.
pub const CHECK_RUN: Permission = Permission("check.run");

fn permit(caller: &Caller, permission: Permission) -> Result<(), Fault> {
    if caller.may(permission) { Ok(()) } else { Err(Fault::forbidden(permission)) }
}

/// Errors: every field of the settings that is wrong, those of the specification included.
fn check_settings(settings: &CheckSettings, protocols: &Protocols) -> Result<(), Fault> {
    let mut faults = settings.faults();
    faults.extend(protocols.parse(&settings.protocol, &settings.spec).err());
    if faults.is_empty() { Ok(()) } else { Err(Fault::invalid_fields(faults)) }
}

fn no_such_check(id: CheckId) -> Fault {
    Fault::not_found(&Text::new("check", "检查"), id)
}

fn name_taken(name: &str) -> Fault {
    let text = Text::new(
        format!("the resource already has a check `{name}`"),
        format!("该资源已有名为“{name}”的检查"),
    );
    Fault::conflict("check-exists", text)
}
