#![doc = include_str!("../README.md")]

mod actions;
mod api;
mod contents;
mod elsewhere;
mod error;
mod exchange;
mod export;
mod find;
mod hindsight;
mod history;
mod impact;
mod jobs;
mod members;
mod model;
mod plans;
mod register;
mod search;
mod sight;
mod staging_error;
mod standing;
mod store;

pub use actions::{
    AuthorFuture, Authors, BrokenResource, BulkPreview, Decision, Finder, ImportMode, KindPreview,
    NameFuture, PlanDecision, Refusals, Upserted,
};
pub use api::routes;
pub use error::ResourcesError;
pub use exchange::{
    CellFault, ExchangeError, ImportReport, RowPlace, Sheet, SheetTable, Sheets, csv_file, workbook,
};
pub use find::ResourceSearch;
pub use history::ResourceDifference;
pub use impact::{CutOff, Foundation, Impact, ImpactBounds};
pub use jobs::jobs;
pub use members::SeenRedundancy;
pub use model::{
    Affected, Audience, BulkApplied, BulkChange, BulkTarget, Candidate, CandidateSort, Check, Edge,
    End, Enough, FailureRule, FailureRuleChanged, Field, FileImported, Filter, Graph,
    ImpactDirection, Neighbours, Order, Outcome, Pattern, PlaceSet, Places, Plan, PlanApplied,
    PlanApproved, PlanChanged, PlanCreated, PlanDraft, PlanId, PlanLine, PlanRejected, PlanState,
    PlanSubmitted, PlanWithdrawn, PlannedChange, PlannedResource, QueryDraft, QueryId,
    QueryRemoved, QuerySaved, Reason, Redundancy, RedundancyChanged, ResourceEdit, SavedQuery,
    Severity, Signatory, Signature, Sort, Step, spread,
};
pub use model::{
    AsOf, AttributeDefinition, AttributeType, Attributes, Authority, Cardinality, ComingChange,
    ComingFilter, Direction, EarlierPlace, EnumerationValue, FOREVER, FailureDirection,
    FieldDifference, FoundResource, HiddenSides, Identifier, KeptApart, Kind, KindChanged,
    KindCreated, Kinds, LifeCycle, LifeState, Match, Merge, MergeId, MergeRecord, MergeUndone,
    MigrationStep, MovedRelation, NewRelation, NewResource, Observed, OnRetirement, Origins,
    PlaceChange, Relation, RelationCreated, RelationEnds, RelationId, RelationKind,
    RelationKindChanged, RelationKindCreated, RelationLine, RelationRemoved, RelationVersion,
    Resource, ResourceChange, ResourceChangeCancelled, ResourceChangeLapsed, ResourceChanged,
    ResourceCreated, ResourceId, ResourceMerged, ResourceName, ResourcePlace, ResourceRetired,
    SeenRelation, Side, Source, Tag, TagChanged, TagRemoved, TagRenamed, Task, TaskId, TaskOpened,
    TaskState, Teller, Version,
};
pub use register::{KIND_CHANGE, RESOURCE_APPROVE, RESOURCE_CHANGE, RESOURCE_READ, Resources};
pub use sight::Sight;
pub use staging_error::{RefusedStep, StagingError};
pub use standing::Standing;
pub use store::{ResourceFilter, TextIn, push_visible};

/// The register's tables, with the kinds we ship.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        component: "resources",
        number: 1,
        name: "register",
        sql: include_str!("../migrations/0001_register.sql"),
    },
    db::Migration {
        component: "resources",
        number: 2,
        name: "place and history",
        sql: include_str!("../migrations/0002_place_and_history.sql"),
    },
    db::Migration {
        component: "resources",
        number: 3,
        name: "kinds by hand",
        sql: include_str!("../migrations/0003_kinds_by_hand.sql"),
    },
    db::Migration {
        component: "resources",
        number: 4,
        name: "queries, plans, impact",
        sql: include_str!("../migrations/0004_queries_plans_impact.sql"),
    },
    db::Migration {
        component: "resources",
        number: 5,
        name: "reconciliation",
        sql: include_str!("../migrations/0005_reconciliation.sql"),
    },
    db::Migration {
        component: "resources",
        number: 6,
        name: "told by",
        sql: include_str!("../migrations/0006_told_by.sql"),
    },
    db::Migration {
        component: "resources",
        number: 7,
        name: "earlier places",
        sql: include_str!("../migrations/0007_earlier_places.sql"),
    },
    db::Migration {
        component: "resources",
        number: 8,
        name: "told by name",
        sql: include_str!("../migrations/0008_told_by_name.sql"),
    },
    db::Migration {
        component: "resources",
        number: 9,
        name: "plan places",
        sql: include_str!("../migrations/0009_plan_places.sql"),
    },
    db::Migration {
        component: "resources",
        number: 10,
        name: "places told",
        sql: include_str!("../migrations/0010_places_told.sql"),
    },
    db::Migration {
        component: "resources",
        number: 11,
        name: "searched",
        sql: include_str!("../migrations/0011_searched.sql"),
    },
    db::Migration {
        component: "resources",
        number: 12,
        name: "shipped bounds",
        sql: include_str!("../migrations/0012_shipped_bounds.sql"),
    },
    db::Migration {
        component: "resources",
        number: 13,
        name: "told fields",
        sql: include_str!("../migrations/0013_told_fields.sql"),
    },
];
