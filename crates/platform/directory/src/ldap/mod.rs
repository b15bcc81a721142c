mod connect;
mod entry;
mod groups;
mod report;
mod secret;
mod settings;
mod sources;
mod sync;
mod taking;

pub use report::{SyncChange, SyncProblem, SyncReport};
pub use secret::{PlainSecrets, SecretFuture, Secrets};
pub use settings::{AttributeNames, GroupPost, Source, SourceId, SourceSettings};
pub use sources::Sources;
pub use sync::SyncMode;
