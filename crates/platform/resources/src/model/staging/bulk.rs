use std::fmt::Write as _;

use kernel::{FieldFault, Text};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ResourceEdit;
use crate::{Resource, ResourceFilter, ResourceId};

/// So many resources are changed at once at most.
pub(crate) const BULK_MAX: usize = 5000;

/// Which resources are changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkTarget {
    /// Those that a list of the same words holds.
    Listed {
        /// The filter's text; in use or not as it says, unless the fields do.
        filter: String,
        /// What narrows the list further.
        fields: ResourceFilter,
    },
    /// These.
    Ids(Vec<ResourceId>),
}

/// One change for many resources.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct BulkChange {
    /// What changes of each.
    pub edit: ResourceEdit,
    /// Whether each goes out of use, after the change.
    pub retire: bool,
}

/// What a preview was made of: the change is made only while that is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature(pub String);

impl Signature {
    /// The signature of `change` for `resources` at their versions.
    pub(crate) fn of(change: &BulkChange, resources: &[Resource]) -> Self {
        let mut hash = Sha256::new();
        hash.update(serde_json::to_vec(change).unwrap_or_default());
        for resource in resources {
            hash.update(resource.id.uuid().as_bytes());
            hash.update(resource.version.to_be_bytes());
        }
        Self(hexadecimal(&hash.finalize()))
    }
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Checks that something is asked for, of a number of resources that can be done at once.
///
/// Errors: a fault for each thing that is wrong.
pub(crate) fn checked_bulk(
    target: &BulkTarget,
    change: &BulkChange,
) -> Result<(), Vec<FieldFault>> {
    let mut faults = Vec::new();
    if *change == BulkChange::default() {
        let expected = Text::new("at least one change", "至少一项修改");
        faults.push(FieldFault::new("edit", "{}", expected));
    }
    if change.edit.name.is_some() {
        let expected =
            Text::new("nothing: many cannot have one name", "留空：不能批量改为同一名称");
        let found = change.edit.name.clone().unwrap_or_default();
        faults.push(FieldFault::new("edit.name", found, expected));
    }
    if let BulkTarget::Ids(ids) = target
        && (ids.is_empty() || ids.len() > BULK_MAX)
    {
        faults.push(FieldFault::new("ids", ids.len(), Text::same("1–5000")));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}
