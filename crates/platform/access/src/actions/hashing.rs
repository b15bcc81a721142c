use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    AccessError,
    model::{
        password::Password,
        password_hash::{self, HashError},
    },
};

/// So many hashes are computed at once: a flood takes neither all cores nor all memory.
const RUNNING_MAX: usize = 2;
/// So many wait for their turn, about half a second's work; the next one is sent away.
const WAITING_MAX: usize = 50;

/// Computes password hashes beside the runtime, a few at a time.
pub(super) struct Hasher {
    running: Arc<Semaphore>,
    seats: Arc<Semaphore>,
}

/// A place in the queue, taken before anything is written.
pub(super) struct Seat {
    _permit: OwnedSemaphorePermit,
}

/// What the comparison of a password found.
pub(super) struct Verdict {
    /// Whether it is the right one.
    pub(super) is_match: bool,
    /// The hash at today's cost, when it is right and the stored one is at another cost.
    pub(super) renewed: Option<String>,
}

impl Hasher {
    pub(super) fn new() -> Self {
        Self {
            running: Arc::new(Semaphore::new(RUNNING_MAX)),
            seats: Arc::new(Semaphore::new(WAITING_MAX)),
        }
    }

    /// Takes a place in the queue. Errors: [`AccessError::Busy`] when there is none.
    pub(super) fn seat(&self) -> Result<Seat, AccessError> {
        match Arc::clone(&self.seats).try_acquire_owned() {
            Ok(permit) => Ok(Seat { _permit: permit }),
            Err(_) => Err(AccessError::Busy),
        }
    }

    /// Hashes a password with `salt`.
    pub(super) async fn hash(
        &self,
        _seat: &Seat,
        password: &Password,
        salt: [u8; 16],
    ) -> Result<String, AccessError> {
        let password = password.clone();
        self.run(move || password_hash::hash(&password, salt)).await
    }

    /// Compares a password with a stored hash; `salt` is for the new hash, if one is due.
    pub(super) async fn compare(
        &self,
        _seat: &Seat,
        password: &Password,
        stored: String,
        salt: [u8; 16],
    ) -> Result<Verdict, AccessError> {
        let password = password.clone();
        self.run(move || {
            let is_match = password_hash::is_match(&password, &stored)?;
            let renewed = if is_match && password_hash::is_outdated(&stored) {
                Some(password_hash::hash(&password, salt)?)
            } else {
                None
            };
            Ok(Verdict { is_match, renewed })
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, AccessError> {
        let inside = |error: &dyn ToString| AccessError::Hashing { inside: error.to_string() };
        let permit = Arc::clone(&self.running).acquire_owned().await;
        let permit = permit.map_err(|error| inside(&error))?;
        let done = tokio::task::spawn_blocking(move || {
            // Held by the work and not by the request: who hangs up does not make room for more.
            let _permit = permit;
            work()
        });
        let done = done.await.map_err(|error| inside(&error))?;
        done.map_err(|error| inside(&error))
    }
}
