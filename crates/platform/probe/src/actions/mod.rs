//! Verbs: load, permit, decide, save, journal.

mod change;
mod create;
mod follow;
mod read;
mod remove;
mod run;

pub(crate) use follow::Occasion;
pub use read::{CheckFilter, ResourceState, WatchedCheck};
pub use run::Trial;

use kernel::{Caller, Fault, Permission, Text};
use resources::Sight;

use crate::{
    Probe, Protocols,
    guard::Reach,
    model::{CheckId, CheckSettings, ResourceId, host_of},
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

impl Probe {
    /// The resources whose checks and series the caller sees.
    pub(crate) async fn sight(
        &self,
        caller: &Caller,
        permission: Permission,
    ) -> Result<Sight, Fault> {
        Ok(self.inner.resources.sight(&caller.scope(permission)).await?)
    }

    /// Whether the caller may do what `permission` allows to the check `id` of that resource.
    ///
    /// Errors: not found for those who do not see it; forbidden for those who only see it.
    async fn permit_over(
        &self,
        caller: &Caller,
        permission: Permission,
        id: CheckId,
        resource_id: ResourceId,
    ) -> Result<(), Fault> {
        permit(caller, permission)?;
        if caller.may_everywhere(permission) {
            return Ok(());
        }
        let place = self.inner.resources.place_of(resource_id).await?;
        if caller.may_at(permission, &place.as_place()) {
            Ok(())
        } else if caller.may_at(CHECK_READ, &place.as_place()) {
            Err(Fault::forbidden(permission))
        } else {
            Err(no_such_check(id))
        }
    }
}

/// Reads the specification; gives what it asks, as people call it.
///
/// Errors: every field of the settings that is wrong, those of the specification included.
fn check_settings(settings: &CheckSettings, protocols: &Protocols) -> Result<String, Fault> {
    let mut faults = settings.faults();
    match protocols.parse(&settings.protocol, &settings.spec) {
        Ok(check) if faults.is_empty() => Ok(check.target()),
        parsed => {
            faults.extend(parsed.err());
            Err(Fault::invalid_fields(faults))
        }
    }
}

/// What looks into the machine that the server runs on shows more than a part of the register.
///
/// Errors: `protocol`.
fn permit_protocol(
    caller: &Caller,
    permission: Permission,
    protocol: &str,
    protocols: &Protocols,
) -> Result<(), Fault> {
    if caller.may_everywhere(permission) || !protocols.looks_here(protocol) {
        return Ok(());
    }
    let Permission(name) = permission;
    let expected = Text::new(
        format!(
            "one that asks over the network: this one looks into the server's own machine, \
             which needs {name} everywhere"
        ),
        format!("经网络访问的协议：该协议查看服务器本机，需要全局的 {name} 权限"),
    );
    Err(Fault::invalid("protocol", protocol, expected))
}

/// Whether what the caller says to ask may reach the machine that the server runs on.
fn own_machine(caller: &Caller, permission: Permission) -> Reach {
    if caller.may_everywhere(permission) { Reach::Allowed } else { Reach::Refused }
}

/// What plainly asks the server's own machine is refused at once; where a name or a redirect leads
/// there, that shows when it is asked.
///
/// Errors: `spec`.
fn permit_target(reach: Reach, permission: Permission, target: &str) -> Result<(), Fault> {
    let host = host_of(target);
    let plainly = match host.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback() || address.is_unspecified(),
        Err(_) => {
            let name = host.trim_end_matches('.').to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
    };
    if reach == Reach::Allowed || !plainly {
        return Ok(());
    }
    let Permission(name) = permission;
    let expected = Text::new(
        format!("another host than the server's own machine, which needs {name} everywhere"),
        format!("服务器本机以外的主机：访问本机需要全局的 {name} 权限"),
    );
    Err(Fault::invalid("spec", host, expected))
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
