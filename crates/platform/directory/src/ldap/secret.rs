use std::{future::Future, path::PathBuf, pin::Pin};

use kernel::{Caller, Fault, FaultKind, Text};

use super::{settings::SourceSettings, sources::Sources};
use crate::DirectoryError;

/// What a source of secrets hands back.
pub type SecretFuture<'a> = Pin<Box<dyn Future<Output = Result<String, Fault>> + Send + 'a>>;

/// Whether somebody may have a secret used.
pub type PermitFuture<'a> = Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'a>>;

/// Where passwords come from that are only named in the settings.
pub trait Secrets: Send + Sync + std::fmt::Debug {
    /// The secret of that name, to be used for `purpose`, which everybody who reads the journal
    /// may see.
    ///
    /// Errors: there is none, or it cannot be read; the secret itself is never in the error.
    fn secret<'a>(&'a self, reference: &'a str, purpose: &'a str) -> SecretFuture<'a>;

    /// Whether the caller may have the secret of that name sent where a source is.
    ///
    /// Errors: there is none that the caller sees, or it is not theirs to use.
    fn permit<'a>(&'a self, caller: &'a Caller, reference: &'a str) -> PermitFuture<'a>;
}

/// Variables of the environment are secrets only with this beginning: no other leaves the server.
const VARIABLE_PREFIX: &str = "MAINSTAY_SECRET_";
/// The largest file that is a secret.
const SECRET_BYTES_MAX: usize = 4096;

impl Sources {
    /// Errors: the secret that the settings name is not there, or not the caller's to use.
    pub(super) async fn permit_secret(
        &self,
        caller: &Caller,
        settings: &SourceSettings,
    ) -> Result<(), DirectoryError> {
        if settings.secret.is_empty() {
            return Ok(());
        }
        let permitted = self.secrets.permit(caller, &settings.secret).await;
        permitted.map_err(DirectoryError::Secret)
    }
}

/// What the vault's secrets are named with: its id follows.
const VAULT_PREFIX: &str = "vault:";

/// The id of the vault's secret that a reference names, as text; none when it names another sort.
#[must_use]
pub fn vault_secret(reference: &str) -> Option<&str> {
    reference.strip_prefix(VAULT_PREFIX)
}

/// Secrets in the environment (`env:MAINSTAY_SECRET_…`) and in the files of one folder
/// (`file:NAME`).
#[derive(Debug, Clone)]
pub struct PlainSecrets {
    /// The folder.
    pub folder: PathBuf,
}

/// What a reference names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named<'r> {
    Variable(&'r str),
    File(&'r str),
    Vault(&'r str),
}

/// What a reference names; none when it is not allowed to name it.
pub(crate) fn named(reference: &str) -> Option<Named<'_>> {
    let plain = |name: &str| {
        let sign = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        (1..=200).contains(&name.len()) && name.chars().all(sign) && !name.starts_with('.')
    };
    match reference.split_once(':')? {
        ("env", name) if plain(name) && name.starts_with(VARIABLE_PREFIX) => {
            Some(Named::Variable(name))
        }
        ("file", name) if plain(name) => Some(Named::File(name)),
        ("vault", id) if id.len() == 36 && plain(id) => Some(Named::Vault(id)),
        _ => None,
    }
}

impl Secrets for PlainSecrets {
    fn secret<'a>(&'a self, reference: &'a str, _: &'a str) -> SecretFuture<'a> {
        Box::pin(async move {
            let found = match named(reference) {
                Some(Named::Variable(name)) => std::env::var(name).ok(),
                Some(Named::File(name)) => {
                    let read = tokio::fs::read(self.folder.join(name)).await.ok();
                    read.filter(|bytes| bytes.len() <= SECRET_BYTES_MAX)
                        .and_then(|bytes| String::from_utf8(bytes).ok())
                        .map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
                }
                // The vault is not ours to open.
                Some(Named::Vault(_)) | None => None,
            };
            found.filter(|secret| !secret.is_empty()).ok_or_else(|| {
                let text = Text::new(
                    format!("there is no secret `{reference}`, or it cannot be read"),
                    format!("没有密钥“{reference}”，或无法读取"),
                );
                Fault::new(FaultKind::Conflict, "secret-missing", text)
            })
        })
    }

    /// Whoever may change the whole directory may name them: they have no owner.
    fn permit<'a>(&'a self, _: &'a Caller, reference: &'a str) -> PermitFuture<'a> {
        Box::pin(async move {
            match vault_secret(reference) {
                None => Ok(()),
                Some(_) => {
                    let expected = Text::new("a secret of this server", "本服务器上的密钥");
                    Err(Fault::invalid("settings.secret", reference, expected))
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_secrets_can_be_named() {
        for (reference, named_as) in [
            ("env:MAINSTAY_SECRET_LDAP", Some(Named::Variable("MAINSTAY_SECRET_LDAP"))),
            ("file:ldap.txt", Some(Named::File("ldap.txt"))),
            (
                "vault:01890a5d-ac96-774b-bcce-b302099a8057",
                Some(Named::Vault("01890a5d-ac96-774b-bcce-b302099a8057")),
            ),
            ("vault:mail relay", None),
            ("env:PATH", None),
            ("file:../x", None),
            ("file:/etc/shadow", None),
            ("file:.hidden", None),
            ("file:", None),
            ("ldap", None),
        ] {
            assert_eq!(named(reference), named_as, "{reference}");
        }
    }
}
