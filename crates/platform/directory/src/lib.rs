#![doc = include_str!("../README.md")]

mod actions;
mod api;
mod career;
mod coming;
mod contents;
mod directory;
mod elsewhere;
mod ends;
mod error;
mod handle;
mod import;
mod ldap;
mod leavers;
mod model;
mod naming;
mod narrowing;
mod past;
mod reads;
mod search;
mod sight;
mod store;

pub use actions::{Cancelling, SplitPart, SplitResult};
pub use api::{routes, source_routes};
pub use contents::{Content, ContentId, Contents, ContentsFuture, Holder, MadeUnit, Rehousing};
pub use directory::{DIRECTORY_CHANGE, DIRECTORY_READ, Directory};
pub use error::DirectoryError;
pub use handle::Held;
pub use import::{CellFault, ImportError, SheetKind};
pub use ldap::{
    AnyFuture, AttributeNames, Bound, Carried, CarriedFuture, FieldValues, Giving, GivingFuture,
    GroupPost, PROVIDER_CHANGE, Part, PermitFuture, PlainSecrets, PostGrants, Provided,
    SecretFuture, Secrets, Source, SourceId, SourcePosts, SourceSettings, SourceSignIn,
    SourceStanding, Sources, SyncChange, SyncMode, SyncProblem, SyncReport, Taken, Whereabouts,
    vault_secret,
};
pub use model::{
    AsOf, ChangeCancelled, Changed, Closed, ComingChange, ComingField, ComingFilter, Contact,
    Created, Dated, Holding, HoldingChange, HoldingId, HoldingKind, Noun, NounName, Past, Person,
    PersonChange, PersonId, Post, PostChange, PostId, Region, RegionChange, RegionId, RegionNode,
    Site, SiteChange, SiteId, Teller, Trees, Turn, Unit, UnitChange, UnitId, UnitMoved, UnitNode,
    UnitSplit, UnitsMerged, Way,
};
pub use reads::{HoldingFilter, PersonFilter, PostFilter, RegionFilter, SiteFilter, UnitFilter};

/// The directory's tables.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        component: "directory",
        number: 1,
        name: "directory",
        sql: include_str!("../migrations/0001_directory.sql"),
    },
    db::Migration {
        component: "directory",
        number: 2,
        name: "source",
        sql: include_str!("../migrations/0002_source.sql"),
    },
    db::Migration {
        component: "directory",
        number: 3,
        name: "next_holding",
        sql: include_str!("../migrations/0003_next_holding.sql"),
    },
    db::Migration {
        component: "directory",
        number: 4,
        name: "source_kind",
        sql: include_str!("../migrations/0004_source_kind.sql"),
    },
    db::Migration {
        component: "directory",
        number: 5,
        name: "granted_posts",
        sql: include_str!("../migrations/0005_granted_posts.sql"),
    },
    db::Migration {
        component: "directory",
        number: 6,
        name: "import",
        sql: include_str!("../migrations/0006_import.sql"),
    },
    db::Migration {
        component: "directory",
        number: 7,
        name: "told",
        sql: include_str!("../migrations/0007_told.sql"),
    },
    db::Migration {
        component: "directory",
        number: 8,
        name: "source_read",
        sql: include_str!("../migrations/0008_source_read.sql"),
    },
    db::Migration {
        component: "directory",
        number: 9,
        name: "told_fields",
        sql: include_str!("../migrations/0009_told_fields.sql"),
    },
];
