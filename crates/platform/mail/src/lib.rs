#![doc = include_str!("../README.md")]

mod bounce;
mod charset;
mod fault;
mod folder;
mod folder_name;
mod letter;
mod nature;
mod quoted;

pub use bounce::{Bounce, BouncedAddress};
pub use fault::MailFault;
pub use folder::{Fetched, MailReader, OpenFolder};
pub use folder_name::{MailAccount, MailTls};
pub use letter::{Letter, LetterFile, Party, Protection, Unreadable, read};
pub use nature::Nature;
pub use quoted::without_quotes;
