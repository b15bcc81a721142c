use std::{future::Future, pin::Pin};

use directory::PersonId;
use kernel::{Caller, Fault};

/// The answer about an account.
pub type AccountFuture<'a, T> = Pin<Box<dyn Future<Output = Result<Option<T>, Fault>> + Send + 'a>>;

/// Which user is which person: who signs in is another crate's business, given by the roof.
pub trait Accounts: Send + Sync {
    /// The person that a user is.
    fn person_of<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, PersonId>;

    /// The user, able to sign in, that a person is.
    fn user_of(&self, person_id: PersonId) -> AccountFuture<'_, String>;

    /// What a user is called.
    fn name_of<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, String>;

    /// A user who may sign in as a caller who asks for nothing at the moment, with what they hold
    /// now: for what a link that they made still answers. By default nobody is known to hold
    /// anything.
    fn as_caller<'a>(&'a self, _user_id: &'a str) -> AccountFuture<'a, Caller> {
        Box::pin(std::future::ready(Ok(None)))
    }
}
