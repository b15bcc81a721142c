use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{Held, Scope};

/// What a verb needs, as `noun.verb`: `resource.read`, `alert.acknowledge`.
///
/// The part after the dot is `read` exactly for permissions that change nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Permission(pub &'static str);

impl Permission {
    /// Whether holding it lets one change something.
    #[must_use]
    pub fn changes(self) -> bool {
        !self.0.ends_with(".read")
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

/// A named set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything.
    Administrator,
    /// Reads everything but who signs in and with what; changes only its own sessions and profile.
    Viewer,
}

impl Role {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Viewer => "viewer",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Administrator, Self::Viewer].into_iter().find(|role| role.name() == name)
    }

    /// Whether the role holds `permission`. The one place where roles are read.
    #[must_use]
    pub fn holds(self, permission: Permission) -> bool {
        match self {
            Self::Administrator => true,
            Self::Viewer => match permission.0 {
                "user.read" | "token.read" | "setting.read" => false,
                "profile.read" | "profile.change" => true,
                _ => !permission.changes(),
            },
        }
    }
}

/// What a caller was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// Not signed in.
    Nothing,
    /// Signed in with a role.
    Role(Role),
    /// Signed in with permissions, each within a scope.
    Held(Arc<Held>),
    /// The server itself, for its own jobs.
    Everything,
}

impl Grant {
    /// Where it holds `permission`; nowhere when it does not.
    #[must_use]
    pub fn scope(&self, permission: Permission) -> Scope {
        match self {
            Self::Everything => Scope::Everywhere,
            Self::Role(role) if role.holds(permission) => Scope::Everywhere,
            Self::Held(held) => held.scope(permission),
            Self::Nothing | Self::Role(_) => Scope::nowhere(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn viewer_reads_but_never_changes_others() {
        for (permission, held) in [
            ("resource.read", true),
            ("alert.read", true),
            ("resource.change", false),
            ("alert.acknowledge", false),
            ("user.read", false),
            ("token.change", false),
            ("profile.change", true),
        ] {
            assert_eq!(Role::Viewer.holds(Permission(permission)), held, "{permission}");
        }
    }
}
