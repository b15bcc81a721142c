use db::DbError;
use http_kit::Problem;
use kernel::{Fault, FieldFault, Permission, Text};

use crate::{RelationId, ResourceId};

/// Why the register could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ResourcesError {
    /// The caller may not.
    #[error("the permission {0} is lacking")]
    NotAllowed(Permission),
    /// The input is wrong: every wrong field is named.
    #[error("{} fields of the input are wrong", .0.len())]
    WrongInput(Vec<FieldFault>),
    /// There is no such resource.
    #[error("there is no resource {id}")]
    ResourceNotFound {
        /// What was asked for.
        id: ResourceId,
    },
    /// There is no such relation.
    #[error("there is no relation {id}")]
    RelationNotFound {
        /// What was asked for.
        id: RelationId,
    },
    /// It was changed in between.
    #[error("the resource is at version {found}, the change is for version {expected}")]
    VersionDiffers {
        /// The version the change is for.
        expected: i64,
        /// The version there is.
        found: i64,
    },
    /// It is out of use.
    #[error("{name} is retired")]
    ResourceRetired {
        /// Its name.
        name: String,
    },
    /// A resource cannot hang together with itself.
    #[error("{name} cannot be related to itself")]
    RelatedToItself {
        /// Its name.
        name: String,
    },
    /// The relation exists.
    #[error("{from} {wording} {to} already")]
    AlreadyRelated {
        /// The source's name.
        from: String,
        /// How the relation reads.
        wording: Text,
        /// The target's name.
        to: String,
    },
    /// The relation allows one target, and there is one.
    #[error("{from} {wording} something else already")]
    SecondTarget {
        /// The source's name.
        from: String,
        /// How the relation reads.
        wording: Text,
    },
    /// The relation would lead back to where it began.
    #[error("{from} {wording} {to} would make a circle")]
    RelationCycle {
        /// The source's name.
        from: String,
        /// How the relation reads.
        wording: Text,
        /// The target's name.
        to: String,
    },
    /// A row of the register cannot be read.
    #[error("the register holds {what} that cannot be read: {found}")]
    Unreadable {
        /// What it is: `attributes of host`.
        what: String,
        /// What is there, or what the reader said.
        found: String,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<ResourcesError> for Fault {
    fn from(error: ResourcesError) -> Self {
        let resource = Text::new("resource", "资源");
        let (code, text) = match error {
            ResourcesError::NotAllowed(permission) => return Self::forbidden(permission),
            ResourcesError::WrongInput(fields) => return Self::invalid_fields(fields),
            ResourcesError::ResourceNotFound { id } => return Self::not_found(&resource, id),
            ResourcesError::RelationNotFound { id } => {
                return Self::not_found(&Text::new("relation", "关系"), id);
            }
            ResourcesError::VersionDiffers { .. } => return Self::stale(),
            ResourcesError::Unreadable { .. } => return Self::internal(&error),
            ResourcesError::Db(error) => return error.into(),
            ResourcesError::ResourceRetired { name } => (
                "resource-retired",
                Text::new(
                    format!("`{name}` is retired; take it back into use first"),
                    format!("“{name}”已退役,请先恢复使用"),
                ),
            ),
            ResourcesError::RelatedToItself { name } => (
                "related-to-itself",
                Text::new(
                    format!("`{name}` cannot be related to itself"),
                    format!("“{name}”不能与自身建立关系"),
                ),
            ),
            ResourcesError::AlreadyRelated { from, wording, to } => (
                "already-related",
                Text::new(
                    format!("`{from}` {} `{to}` already", wording.en),
                    format!("“{from}”已经{}“{to}”", wording.zh),
                ),
            ),
            ResourcesError::SecondTarget { from, wording } => (
                "second-target",
                Text::new(
                    format!("`{from}` {} something else already; end that first", wording.en),
                    format!("“{from}”已经{}其他资源,请先解除原有关系", wording.zh),
                ),
            ),
            ResourcesError::RelationCycle { from, wording, to } => (
                "relation-cycle",
                Text::new(
                    format!("`{from}` {} `{to}` would make a circle", wording.en),
                    format!("“{from}”{}“{to}”会形成循环", wording.zh),
                ),
            ),
        };
        Self::conflict(code, text)
    }
}

impl From<ResourcesError> for Problem {
    fn from(error: ResourcesError) -> Self {
        Self(error.into())
    }
}

impl From<Vec<FieldFault>> for ResourcesError {
    fn from(fields: Vec<FieldFault>) -> Self {
        Self::WrongInput(fields)
    }
}

impl From<FieldFault> for ResourcesError {
    fn from(field: FieldFault) -> Self {
        Self::WrongInput(vec![field])
    }
}
