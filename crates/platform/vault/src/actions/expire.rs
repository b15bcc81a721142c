use std::time::Duration;

use journal::Entry;
use kernel::Caller;

use super::Done;
use crate::{Vault, VaultError, facts::SecretExpiring, store};

/// How long before its end a secret is warned of.
const AHEAD: Duration = Duration::from_secs(14 * 86_400);
/// Secrets warned of at once.
const BATCH: u32 = 200;

impl Vault {
    /// Tells once of each secret that expires within 14 days, or has expired.
    pub async fn warn_expiring(&self) -> Result<Done, VaultError> {
        let (now, caller) = (self.now(), Caller::system("vault"));
        let mut tx = self.inner.db.begin().await?;
        let expiring = store::secrets::expiring(&mut tx, now.plus(AHEAD), BATCH).await?;
        for secret in &expiring {
            let Some(expires_at) = secret.expires_at else { continue };
            let fact = SecretExpiring {
                secret_id: secret.id,
                name: secret.name.clone(),
                expires_at,
                owner: secret.owner.clone(),
            };
            journal::append(&mut tx, Entry::new(&caller, now, &fact)).await?;
            store::secrets::warned(&mut tx, secret.id).await?;
        }
        if !expiring.is_empty() {
            tx.commit().await?;
        }
        Ok(Done { done: expiring.len() as u64, ..Done::default() })
    }
}
