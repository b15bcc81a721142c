use std::{fmt, sync::Arc};

use serde::Serialize;

use crate::{Held, Owed, PermissionSet, PermissionSetError, Scope};

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

/// What a caller was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// Not signed in.
    Nothing,
    /// Signed in with permissions, each within a scope.
    Held(Arc<Held>),
    /// The server itself, for its own jobs.
    Everything,
}

impl Grant {
    /// The permissions of these entries of a [`PermissionSet`], everywhere.
    ///
    /// Errors: [`PermissionSetError`].
    pub fn everywhere(entries: &[&str]) -> Result<Self, PermissionSetError> {
        let set = PermissionSet::parse(entries)?;
        Ok(Self::Held(Arc::new(Held::of(set, Scope::Everywhere))))
    }

    /// Where it holds `permission`; nowhere when it does not.
    #[must_use]
    pub fn scope(&self, permission: Permission) -> Scope {
        match self {
            Self::Everything => Scope::Everywhere,
            Self::Held(held) => held.scope(permission),
            Self::Nothing => Scope::nowhere(),
        }
    }

    /// What must be done before all the rest is held.
    #[must_use]
    pub fn owed(&self) -> Option<Owed> {
        match self {
            Self::Held(held) => held.owed(),
            Self::Everything | Self::Nothing => None,
        }
    }
}
