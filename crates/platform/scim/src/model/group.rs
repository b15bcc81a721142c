use serde_json::{Map, Value};

use super::{
    resource::{text_at, wrong},
    user::external_id,
};
use crate::ScimError;

/// The longest name of a group.
const NAME_CHARS_MAX: usize = 100;

/// A group as a provider tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToldGroup {
    pub(crate) display_name: String,
    pub(crate) external_id: Option<String>,
    /// The identifiers of users and groups, each once.
    pub(crate) members: Vec<String>,
}

/// A member as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MemberRef {
    pub(crate) id: String,
    pub(crate) display: String,
    pub(crate) is_group: bool,
}

impl ToldGroup {
    /// Reads a resource in its canonical form.
    ///
    /// Errors: [`ScimError::InvalidValue`].
    pub(crate) fn read(resource: &Map<String, Value>) -> Result<Self, ScimError> {
        let display_name = text_at(resource, &["displayName"]).unwrap_or_default();
        if !(1..=NAME_CHARS_MAX).contains(&display_name.chars().count()) {
            return Err(wrong("displayName", &display_name.into(), "1 to 100 characters"));
        }
        let listed = resource.get("members").and_then(Value::as_array);
        let mut members = Vec::new();
        for (at, member) in listed.into_iter().flatten().enumerate() {
            let Some(id) = member.get("value").and_then(Value::as_str) else {
                return Err(wrong(&format!("members[{at}].value"), member, "an identifier"));
            };
            members.push(id.to_owned());
        }
        members.sort_unstable();
        members.dedup();
        let external_id = external_id(resource)?;
        Ok(Self { display_name: display_name.to_owned(), external_id, members })
    }
}

impl MemberRef {
    /// As it stands in a group.
    pub(crate) fn shown(&self, base: &str) -> Value {
        let (kind, endpoint) = if self.is_group { ("Group", "Groups") } else { ("User", "Users") };
        serde_json::json!({
            "value": self.id,
            "$ref": format!("{base}/{endpoint}/{}", self.id),
            "display": self.display,
            "type": kind,
        })
    }
}
