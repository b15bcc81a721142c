//! Routes of secrets, keys and attachments. No answer ever holds a value of a secret.

mod attachments;
mod keys;
mod secrets;
mod views;

use http_kit::Routes;

use crate::Vault;

/// The vault's routes.
#[must_use]
pub fn routes(vault: Vault) -> Routes {
    secrets::routes().merge(keys::routes()).merge(attachments::routes()).with_state(vault)
}
