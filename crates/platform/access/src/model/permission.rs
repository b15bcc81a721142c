use kernel::{Permission, Role};

/// Reading users, and what the journal says about signing in.
pub const USER_READ: Permission = Permission("user.read");
/// Making and changing users.
pub const USER_CHANGE: Permission = Permission("user.change");
/// Reading which API tokens there are.
pub const TOKEN_READ: Permission = Permission("token.read");
/// Making and revoking API tokens.
pub const TOKEN_CHANGE: Permission = Permission("token.change");
/// Reading one's own profile and sessions.
pub const PROFILE_READ: Permission = Permission("profile.read");
/// Changing one's own profile, password and sessions.
pub const PROFILE_CHANGE: Permission = Permission("profile.change");

/// The permissions this crate's own routes need.
pub(crate) const OWN: [Permission; 6] =
    [USER_READ, USER_CHANGE, TOKEN_READ, TOKEN_CHANGE, PROFILE_READ, PROFILE_CHANGE];

/// Whether `role` gives nothing that `limit` does not give.
pub(crate) fn is_within(role: Role, limit: Role) -> bool {
    role == limit || limit == Role::Administrator
}

/// The role that gives only what both give.
pub(crate) fn lesser(one: Role, other: Role) -> Role {
    if is_within(one, other) { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lesser_role_never_gives_more_than_either() {
        use Role::{Administrator, Viewer};
        assert_eq!(lesser(Administrator, Viewer), Viewer);
        assert_eq!(lesser(Viewer, Administrator), Viewer);
        assert_eq!(lesser(Administrator, Administrator), Administrator);
        assert!(!is_within(Administrator, Viewer));
    }
}
