//! Sign-in, sessions, API tokens; roles, groups and grants: who asks, and what they may do where.
//!
//! [`Access`] holds the verbs; [`routes`] puts them on the API; as [`http_kit::Gate`] it tells the
//! kit of every request whose it is. `README.md` has the words, the limits and the reasons.

mod actions;
mod api;
mod error;
mod jobs;
mod model;
mod oidc;
mod store;

pub use self::jobs::jobs;
pub use actions::{
    Access, AccessSettings, AdministratorsGroups, Arrival, Delegate, Departure, FirstStep, Holding,
    MembersChange, NamedMember, NewDelegation, ProviderTest, ProvisionedChange, Return, Rights,
    SecondStep, SignedIn, Standing,
};
pub use api::routes;
pub use error::{AccessError, VouchingError};
pub use model::{
    emergency::{Activation, ActivationId, Confirmed, Emergency, EmergencyId, NewEmergency},
    failure::SignInFailure,
    grant::{Ended, GrantId, GrantScope, Holder, HolderKind, NewGrant, Origin, RoleGrant},
    group::{Group, GroupId, NewGroup},
    identity::{Identity, Unwelcome},
    keeper::{DutyHolder, Shortfall},
    lockout::{ACCOUNT, Admission, Attempts, Limit, SOURCE, decide},
    passkey::{
        NewPasskey, Passkey, PasskeyAnswer, PasskeyChallenge, PasskeyFault, PasskeyId,
        PasskeyOffer, Verification, passkey_algorithms,
    },
    password::Password,
    permission::{
        EMERGENCY_CHANGE, EMERGENCY_READ, GRANT_CHANGE, GRANT_DELEGATE, GRANT_READ, GROUP_CHANGE,
        GROUP_READ, PROFILE_CHANGE, PROFILE_READ, PROVIDER_CHANGE, PROVIDER_READ, REVIEW_CHANGE,
        REVIEW_READ, ROLE_CHANGE, ROLE_READ, SEPARATION_CHANGE, SEPARATION_READ, SIGN_IN_CHANGE,
        SIGN_IN_READ, TOKEN_CHANGE, TOKEN_READ, USER_CHANGE, USER_READ,
    },
    policy::{Lacking, NewPolicy, RequiredOf, SecondFactorPolicy},
    provider::{
        ClientSecretChange, Membership, NewProvider, Provider, ProviderId, ProviderSettings,
    },
    resolution::{Line, LineStanding, Step},
    review::{
        Decided, NewReview, Review, ReviewAbout, ReviewId, ReviewItem, ReviewItemId, Verdict,
    },
    role::{Duty, NewRole, Role},
    second_factor::{NewTotp, Proof, SecondFactor},
    secret::Secret,
    separation::DutyConflict,
    session::{Session, SessionId, SessionLimits},
    token::{NewToken, Token, TokenId, TokenLimits},
    user::{NewUser, ProfileChange, Theme, User, UserChange, UserId, UserName},
};
pub use store::{generation::Separation, grants::GrantFilter, groups::Member};

/// The tables of users, sessions, tokens and attempts; of roles, groups, grants and reviews.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        component: "access",
        number: 1,
        name: "sign_in",
        sql: include_str!("../migrations/0001_sign_in.sql"),
    },
    db::Migration {
        component: "access",
        number: 2,
        name: "rights",
        sql: include_str!("../migrations/0002_rights.sql"),
    },
    db::Migration {
        component: "access",
        number: 3,
        name: "second_factor",
        sql: include_str!("../migrations/0003_second_factor.sql"),
    },
    db::Migration {
        component: "access",
        number: 4,
        name: "provider",
        sql: include_str!("../migrations/0004_provider.sql"),
    },
    db::Migration {
        component: "access",
        number: 5,
        name: "passkey",
        sql: include_str!("../migrations/0005_passkey.sql"),
    },
    db::Migration {
        component: "access",
        number: 6,
        name: "vouched",
        sql: include_str!("../migrations/0006_vouched.sql"),
    },
    db::Migration {
        component: "access",
        number: 7,
        name: "provider_label",
        sql: include_str!("../migrations/0007_provider_label.sql"),
    },
    db::Migration {
        component: "access",
        number: 8,
        name: "own",
        sql: include_str!("../migrations/0008_own.sql"),
    },
    db::Migration {
        component: "access",
        number: 9,
        name: "way_out",
        sql: include_str!("../migrations/0009_way_out.sql"),
    },
    db::Migration {
        component: "access",
        number: 10,
        name: "retain",
        sql: include_str!("../migrations/0010_retain.sql"),
    },
    db::Migration {
        component: "access",
        number: 11,
        name: "journal_change",
        sql: include_str!("../migrations/0011_journal_change.sql"),
    },
    db::Migration {
        component: "access",
        number: 12,
        name: "past_of",
        sql: include_str!("../migrations/0012_past_of.sql"),
    },
    db::Migration {
        component: "access",
        number: 13,
        name: "tickets",
        sql: include_str!("../migrations/0013_tickets.sql"),
    },
    db::Migration {
        component: "access",
        number: 14,
        name: "inspection",
        sql: include_str!("../migrations/0014_inspection.sql"),
    },
    db::Migration {
        component: "access",
        number: 15,
        name: "barred",
        sql: include_str!("../migrations/0015_barred.sql"),
    },
    db::Migration {
        component: "access",
        number: 16,
        name: "campaign",
        sql: include_str!("../migrations/0016_campaign.sql"),
    },
    db::Migration {
        component: "access",
        number: 17,
        name: "administrators_apart",
        sql: include_str!("../migrations/0017_administrators_apart.sql"),
    },
    db::Migration {
        component: "access",
        number: 18,
        name: "knowledge",
        sql: include_str!("../migrations/0018_knowledge.sql"),
    },
];
