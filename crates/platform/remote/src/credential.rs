//! What vouches for us at a destination.

use axum::http::HeaderValue;
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Caller, Text};

use crate::{Remote, line::Line, remote::no_vault};

impl Remote {
    /// The value of the header `Authorization`, if the destination wants one.
    ///
    /// Each of the secret's values is revealed once, which is a fact; sending is none. Errors: why
    /// the secret cannot be used, for people.
    pub(crate) async fn authorization(&self, line: &Line) -> Result<Option<HeaderValue>, Text> {
        let settings = &line.destination.settings;
        let Some(id) = settings.secret_id else { return Ok(None) };
        let vault = self.vault().ok_or_else(no_vault)?;
        let said = |error: vault::VaultError| kernel::Fault::from(error).text;
        let version = vault.value_version(id).await.map_err(said)?;
        let version =
            version.ok_or_else(|| Text::new("its secret is gone", "其密钥凭据已被删除"))?;
        let mut kept = line.credential.lock().await;
        if let Some((at, header)) = &*kept
            && *at == version
        {
            return Ok(Some(header.clone()));
        }
        let name = &line.destination.name;
        let purpose: String = format!("destination {name}").chars().take(200).collect();
        let value = vault.reveal(&Caller::system("remote"), id, &purpose).await.map_err(said)?;
        let text = match &settings.user {
            Some(user) => {
                format!("Basic {}", STANDARD.encode(format!("{user}:{}", value.expose())))
            }
            None => format!("Bearer {}", value.expose()),
        };
        let mut header = HeaderValue::from_str(&text).map_err(|_| {
            Text::new(
                "its secret has characters that no header may have",
                "其密钥凭据含有请求头不允许的字符",
            )
        })?;
        header.set_sensitive(true);
        *kept = Some((version, header.clone()));
        Ok(Some(header))
    }
}
