use std::{
    fmt,
    pin::Pin,
    sync::{Arc, OnceLock, Weak},
};

use kernel::Caller;
use object_store::{CredentialProvider, aws::AwsCredential};
use tokio::{fs, sync::Mutex};
use zeroize::Zeroizing;

use super::settings::S3Secret;
use crate::{SecretId, Vault, vault::Inner};

/// A key's secret is at most so long.
const BYTES_MAX: u64 = 4 * 1024;
/// What the journal says the secret is used for.
const PURPOSE: &str = "the storage of attachments";

/// What the client of the store is given.
type Given = object_store::Result<Arc<AwsCredential>>;

/// The access key of a bucket: asked for by every request.
pub(crate) struct AccessKey {
    id: String,
    secret: S3Secret,
    /// The vault itself, once it is there.
    vault: OnceLock<Weak<Inner>>,
    /// What was revealed, of which secret and at which of its values.
    held: Mutex<Option<Held>>,
}

struct Held {
    secret_id: SecretId,
    value_version: i64,
    credential: Arc<AwsCredential>,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("AccessKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl AccessKey {
    pub(super) fn new(id: String, secret: S3Secret) -> Self {
        Self { id, secret, vault: OnceLock::new(), held: Mutex::default() }
    }

    /// Where a secret that the vault keeps is found.
    pub(crate) fn learn_vault(&self, vault: Weak<Inner>) {
        // Set once: a key belongs to one vault.
        self.vault.get_or_init(|| vault);
    }

    fn with(&self, secret_key: String) -> Arc<AwsCredential> {
        Arc::new(AwsCredential { key_id: self.id.clone(), secret_key, token: None })
    }

    async fn of_vault(&self, name: &str) -> Result<Arc<AwsCredential>, String> {
        let inner = self.vault.get().and_then(Weak::upgrade);
        let vault = Vault { inner: inner.ok_or("the vault is not open")? };
        let mut held = self.held.lock().await;
        let found = vault.named(name).await.map_err(|error| error.to_string())?;
        let (secret_id, value_version) =
            found.ok_or_else(|| format!("the vault has no secret named `{name}`"))?;
        if let Some(held) = held.as_ref()
            && (held.secret_id, held.value_version) == (secret_id, value_version)
        {
            return Ok(Arc::clone(&held.credential));
        }
        let caller = Caller::system("vault");
        let revealed = vault.reveal(&caller, secret_id, PURPOSE).await;
        let revealed = revealed.map_err(|error| error.to_string())?;
        let credential = self.with(revealed.expose().to_owned());
        *held = Some(Held { secret_id, value_version, credential: Arc::clone(&credential) });
        Ok(credential)
    }

    async fn of_file(&self, path: &std::path::Path) -> Result<Arc<AwsCredential>, String> {
        let shown = path.display();
        let unreadable = |error: std::io::Error| format!("the access key in {shown}: {error}");
        let about = fs::metadata(path).await.map_err(unreadable)?;
        if about.len() > BYTES_MAX {
            return Err(format!("the access key in {shown} is over {BYTES_MAX} bytes"));
        }
        let text = Zeroizing::new(fs::read_to_string(path).await.map_err(unreadable)?);
        match text.lines().next().map(str::trim).filter(|line| !line.is_empty()) {
            Some(line) => Ok(self.with(line.to_owned())),
            None => Err(format!("the access key in {shown} is empty")),
        }
    }

    async fn credential(&self) -> Given {
        let found = match &self.secret {
            S3Secret::File(path) => self.of_file(path).await,
            S3Secret::Vault(name) => self.of_vault(name).await,
        };
        found.map_err(|said| object_store::Error::Generic { store: "S3", source: said.into() })
    }
}

/// What the trait's macro would write: one method is no reason for another dependency.
impl CredentialProvider for AccessKey {
    type Credential = AwsCredential;

    fn get_credential<'life0, 'async_trait>(
        &'life0 self,
    ) -> Pin<Box<dyn Future<Output = Given> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(self.credential())
    }
}
