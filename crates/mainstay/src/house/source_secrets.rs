use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use directory::{
    Directory, PermitFuture, PlainSecrets, SecretFuture, Secrets, Sources, vault_secret,
};
use kernel::{Caller, Fault, FaultKind, Text};
use probe::guard::OutboundGuard;
use vault::{Revealed, SecretId, Vault, VaultError};

use super::ground::Ground;

/// Passwords that are kept after they were revealed; more sources than that there are not.
const HELD_MAX: usize = 100;

/// A value's number, and the value.
type Held = (i64, Revealed);

/// Other directories that people are taken from. Their passwords are in the vault, in the
/// environment, or in the data directory's folder `secrets`.
pub(super) fn open_sources(
    ground: &Ground,
    directory: &Directory,
    vault: Vault,
    guard: &OutboundGuard,
) -> Sources {
    let plain = PlainSecrets { folder: ground.data.path().join("secrets") };
    let secrets = SourceSecrets::new(vault, plain);
    Sources::new(directory.clone(), Arc::new(secrets), guard.clone())
}

/// The passwords of directory sources: in the vault, in the environment, or in the files of a
/// folder.
#[derive(Debug)]
pub(super) struct SourceSecrets {
    vault: Vault,
    plain: PlainSecrets,
    /// What was revealed, for what, and at which of its values: a sign-in is no new use.
    held: Arc<Mutex<HashMap<(SecretId, String), Held>>>,
}

impl SourceSecrets {
    pub(super) fn new(vault: Vault, plain: PlainSecrets) -> Self {
        Self { vault, plain, held: Arc::default() }
    }

    async fn reveal(&self, reference: &str, purpose: &str) -> Result<String, Fault> {
        let id = id_of(reference)?;
        let of = (id, purpose.to_owned());
        let version = self.vault.value_version(id).await?;
        let version = version.ok_or_else(gone)?;
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).get(&of).cloned();
        if let Some((at, value)) = held
            && at == version
        {
            return Ok(value.expose().to_owned());
        }
        let value = self.vault.reveal(&Caller::system("directory"), id, purpose).await?;
        let text = value.expose().to_owned();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= HELD_MAX {
            held.clear();
        }
        held.insert(of, (version, value));
        Ok(text)
    }
}

/// The vault's secret that a reference names.
fn id_of(reference: &str) -> Result<SecretId, Fault> {
    let id = vault_secret(reference).and_then(|id| id.parse().ok());
    id.ok_or_else(|| missing(reference))
}

fn missing(reference: &str) -> Fault {
    let expected = Text::new(
        "`vault:` and the id of a secret that you may have used",
        "vault: 加上您有权使用的密钥凭据编号",
    );
    Fault::invalid("settings.secret", reference, expected)
}

/// What a run says when the secret was there once.
fn gone() -> Fault {
    let text = Text::new(
        "the secret with this source's password is no longer in the vault: choose another one",
        "存放该来源口令的密钥凭据已被删除，请为该来源重新选择密钥凭据",
    );
    Fault::new(FaultKind::Conflict, "secret-missing", text)
}

impl Secrets for SourceSecrets {
    fn secret<'a>(&'a self, reference: &'a str, purpose: &'a str) -> SecretFuture<'a> {
        match vault_secret(reference) {
            None => self.plain.secret(reference, purpose),
            Some(_) => Box::pin(self.reveal(reference, purpose)),
        }
    }

    fn permit<'a>(&'a self, caller: &'a Caller, reference: &'a str) -> PermitFuture<'a> {
        if vault_secret(reference).is_none() {
            return self.plain.permit(caller, reference);
        }
        Box::pin(async move {
            match self.vault.permit_use(caller, id_of(reference)?).await {
                Ok(_) => Ok(()),
                Err(VaultError::SecretNotFound { .. }) => Err(missing(reference)),
                Err(error) => Err(error.into()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::{Page, Time};
    use testkit::{ManualClock, SeededIds};
    use vault::{AttachmentSettings, KeySource, NewSecret, SecretKind, SecretText, VaultParts};

    use super::*;

    const PURPOSE: &str = "the directory ldap://ds.example";

    #[tokio::test]
    async fn password_in_the_vault_is_one_use_for_each_of_its_values() {
        let records = testkit::temporary_db(&[journal::MIGRATIONS, vault::MIGRATIONS]).await;
        let vault = Vault::new(VaultParts {
            db: records.db.clone(),
            clock: Arc::new(ManualClock::at(Time::from_seconds(1_800_000_000))),
            ids: Arc::new(SeededIds::new(5)),
            keys: KeySource::File(records.dir.path().join("keys/vault.keys")),
            files: records.dir.path().join("attachments"),
            settings: AttachmentSettings::default(),
            subjects: Vec::new(),
        });
        vault.unlock().await.unwrap();
        let console = Caller::console();
        let new = NewSecret {
            name: "ldap".to_owned(),
            kind: SecretKind::Password,
            description: String::new(),
            owner: "directory".to_owned(),
            unit_id: None,
            expires_at: None,
            value: SecretText::new("first".to_owned()),
        };
        let made = vault.create_secret(&console, new).await.unwrap();
        let plain = PlainSecrets { folder: records.dir.path().to_owned() };
        std::fs::write(records.dir.path().join("old"), "kept in a file\n").unwrap();
        let secrets = SourceSecrets::new(vault.clone(), plain);
        let named = format!("vault:{}", made.id);
        for _ in 0..3 {
            assert_eq!(secrets.secret(&named, PURPOSE).await.unwrap(), "first");
        }
        let next = SecretText::new("second".to_owned());
        vault.set_value(&console, made.id, made.version, &next).await.unwrap();
        assert_eq!(secrets.secret(&named, PURPOSE).await.unwrap(), "second");
        assert_eq!(secrets.secret("file:old", PURPOSE).await.unwrap(), "kept in a file");
        let verb = Some("secret.used".to_owned());
        let filter = journal::Filter { verb, ..journal::Filter::default() };
        let page = Page { after: None, limit: 10 };
        assert_eq!(journal::list(&records.db, &filter, page).await.unwrap().items.len(), 2);
        // Whose it is not to use, and what is not there.
        let grant = kernel::Grant::everywhere(&["directory.change", "secret.read"]).unwrap();
        let limited = Caller { grant, ..Caller::console() };
        let refused = secrets.permit(&limited, &named).await.unwrap_err();
        assert_eq!(refused.lacking(), Some("secret.use"));
        assert!(secrets.permit(&limited, "file:old").await.is_ok());
        assert!(secrets.permit(&console, &named).await.is_ok());
        let absent = "vault:01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(secrets.permit(&console, absent).await.unwrap_err().fields.len(), 1);
        // A run says so in words, not by the field of a form.
        let gone = secrets.secret(absent, PURPOSE).await.unwrap_err();
        assert_eq!((gone.code, gone.fields.len()), ("secret-missing", 0));
    }
}
