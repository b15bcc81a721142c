//! What happened. Every change of state is one row, written in the transaction of the change;
//! audit, live pages, reactions and "what changed before this broke?" are reads of it.
//!
//! Rows are sealed into a keyed hash chain in the background ([`Sealer`]), anchored outside
//! ([`Anchors`]), archived when they are old ([`Archiver`]), and all of it can be verified
//! ([`verify_at`]).

mod anchor;
mod append;
mod archive;
mod batch;
mod error;
mod export;
mod places;
mod query;
mod reason;
mod row;
mod seal;
mod seen;
mod sight;
mod status;
mod subscriber;
mod verify;
mod witness;

pub use anchor::{
    AnchorSettings, AnchorStatus, Anchors, SyslogAddress, Told, Transport, parse_url,
};
pub use append::{Entry, append};
pub use archive::{ArchiveEntry, Archived, Archiver};
pub use error::JournalError;
pub use export::ExportFormat;
pub use places::{
    EarlierPlace, ElsewhereFuture, Nowhere, PlaceAt, PlaceOf, Places, PlacesFuture, ThenFuture,
    TokensFuture,
};
pub use query::{Filter, export_after, first_at, latest, list, list_seen, since};
pub use reason::{
    Alone, Candidate, CauseNode, Causes, Neighbour, Neighbours, NeighboursFuture, Rank, Suspect,
    Suspects, before, causes, rank,
};
pub use row::Row;
pub use seal::{
    canon::RawRow,
    checkpoint::Checkpoint,
    keys::{KEYS_FILE, KeyEntry, first_key_of, is_public_key, public_key_of},
    sealer::{JOURNAL_CHANGE, Sealed, Sealer, SealerParts},
};
pub use seen::{Seen, States, Withheld};
pub use sight::{JOURNAL_EXPORT, JOURNAL_READ, Sight, is_about_sign_in};
pub use status::{JournalStatus, archived_to, status};
pub use subscriber::{Dispatcher, Reaction, ReactionFuture, has_followed};
pub use verify::{Claim, Finding, Report, Span, VerifyOptions, Wrong, verify, verify_at};
pub use witness::{Contradiction, JOURNAL_WITNESS, Receipt, Witness, Witnessed, WitnessedJournal};

/// The journal's tables.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        component: "journal",
        number: 1,
        name: "row",
        sql: include_str!("../migrations/0001_row.sql"),
    },
    db::Migration {
        component: "journal",
        number: 2,
        name: "seal",
        sql: include_str!("../migrations/0002_seal.sql"),
    },
    db::Migration {
        component: "journal",
        number: 3,
        name: "witness",
        sql: include_str!("../migrations/0003_witness.sql"),
    },
];
