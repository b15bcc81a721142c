//! What secrets, keys and attachments are, and their rules: pure.

mod attachment;
mod file_name;
mod keyring;
mod media_type;
mod seal;
mod secret;
mod secret_text;

pub use attachment::{Attachment, AttachmentId, Content, Verdict};
pub(crate) use file_name::served_name;
pub(crate) use keyring::{Keyring, KeyringFault, MasterKey};
pub(crate) use media_type::Sniffer;
pub(crate) use seal::Sealed;
pub use seal::{Seal, SealId};
pub(crate) use secret::value_fault;
pub use secret::{NewSecret, Secret, SecretChange, SecretFilter, SecretId, SecretKind};
pub use secret_text::{Revealed, SecretText};
