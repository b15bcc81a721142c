use kernel::{Fact, Subject};
use serde::Serialize;

/// What a provider did to a user or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    Created,
    Changed,
    /// They left and may not sign in any more.
    Deactivated,
    /// They are here again.
    Activated,
    Removed,
}

/// A provider told of a person. What became of it in the directory and in access are facts of
/// their own, in the same change.
#[derive(Debug, Serialize)]
pub(crate) struct UserProvisioned<'f> {
    pub(crate) user: &'f str,
    pub(crate) user_name: &'f str,
    pub(crate) external_id: Option<&'f str>,
    pub(crate) source: &'f str,
    pub(crate) source_name: &'f str,
    pub(crate) person: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) what: Step,
    /// Which attributes differ.
    pub(crate) fields: Vec<String>,
}

/// A provider told of a group.
#[derive(Debug, Serialize)]
pub(crate) struct GroupProvisioned<'f> {
    pub(crate) group: &'f str,
    pub(crate) name: &'f str,
    pub(crate) external_id: Option<&'f str>,
    pub(crate) source: &'f str,
    pub(crate) source_name: &'f str,
    pub(crate) what: Step,
    pub(crate) added: usize,
    pub(crate) removed: usize,
}

impl Fact for UserProvisioned<'_> {
    const VERB: &'static str = "scim_user.provisioned";

    fn subject(&self) -> Subject {
        Subject::new("scim_user", self.user, self.user_name)
    }
}

impl Fact for GroupProvisioned<'_> {
    const VERB: &'static str = "scim_group.provisioned";

    fn subject(&self) -> Subject {
        Subject::new("scim_group", self.group, self.name)
    }
}
