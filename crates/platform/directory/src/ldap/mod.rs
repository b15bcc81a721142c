mod anew;
mod connect;
mod entry;
mod filling;
mod groups;
mod namesakes;
mod provided;
mod report;
mod secret;
mod settings;
mod sign_in;
mod sources;
mod standing;
mod sync;
mod taking;

pub use filling::{
    AnyFuture, Carried, CarriedFuture, Giving, GivingFuture, Part, PostGrants, SourcePosts,
    SourceStanding, Taken,
};
pub use provided::Provided;
pub use report::{FieldValues, SyncChange, SyncProblem, SyncReport};
pub use secret::{PermitFuture, PlainSecrets, SecretFuture, Secrets, vault_secret};
pub use settings::{AttributeNames, GroupPost, Source, SourceId, SourceSettings};
pub use sign_in::{Bound, PROVIDER_CHANGE, SourceSignIn};
pub use sources::Sources;
pub use standing::Whereabouts;
pub use sync::SyncMode;
