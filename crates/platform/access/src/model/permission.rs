use kernel::Permission;

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
/// Seeing who one is oneself, and by what one signs in. Held whatever is owed.
pub const SIGN_IN_READ: Permission = Permission("sign-in.read");
/// Changing one's own password, second factor and passkeys, and signing out.
pub const SIGN_IN_CHANGE: Permission = Permission("sign-in.change");
/// Reading roles and which permissions there are.
pub const ROLE_READ: Permission = Permission("role.read");
/// Making, changing and removing roles.
pub const ROLE_CHANGE: Permission = Permission("role.change");
/// Reading groups and their members.
pub const GROUP_READ: Permission = Permission("group.read");
/// Making, changing and removing groups, and saying who belongs to them.
pub const GROUP_CHANGE: Permission = Permission("group.change");
/// Reading who was granted what.
pub const GRANT_READ: Permission = Permission("grant.read");
/// Granting roles and ending grants, within the scope in which this is held.
pub const GRANT_CHANGE: Permission = Permission("grant.change");
/// Passing on what one holds.
pub const GRANT_DELEGATE: Permission = Permission("grant.delegate");
/// Reading whether the three administrators are separated.
pub const SEPARATION_READ: Permission = Permission("separation.read");
/// Separating the three administrators.
pub const SEPARATION_CHANGE: Permission = Permission("separation.change");
/// Reading what is sealed for emergencies, and when a seal was broken.
pub const EMERGENCY_READ: Permission = Permission("emergency.read");
/// Sealing rights for emergencies.
pub const EMERGENCY_CHANGE: Permission = Permission("emergency.change");
/// Reading all reviews of access.
pub const REVIEW_READ: Permission = Permission("review.read");
/// Opening and closing reviews of access, and confirming emergencies.
pub const REVIEW_CHANGE: Permission = Permission("review.change");

/// Reading who vouches for users besides their own passwords.
pub const PROVIDER_READ: Permission = Permission("provider.read");
/// Saying who vouches for users besides their own passwords.
pub const PROVIDER_CHANGE: Permission = Permission("provider.change");
/// Bringing users and groups as an identity provider; its routes are another crate's.
pub(crate) const USER_PROVISION: Permission = Permission("user.provision");

/// The permissions of this crate: known before the routes of the whole server are.
pub(crate) const OWN: [Permission; 23] = [
    EMERGENCY_CHANGE,
    EMERGENCY_READ,
    GRANT_CHANGE,
    GRANT_DELEGATE,
    GRANT_READ,
    GROUP_CHANGE,
    GROUP_READ,
    PROFILE_CHANGE,
    PROFILE_READ,
    PROVIDER_CHANGE,
    PROVIDER_READ,
    REVIEW_CHANGE,
    REVIEW_READ,
    ROLE_CHANGE,
    ROLE_READ,
    SEPARATION_CHANGE,
    SEPARATION_READ,
    SIGN_IN_CHANGE,
    SIGN_IN_READ,
    TOKEN_CHANGE,
    TOKEN_READ,
    USER_CHANGE,
    USER_READ,
];
