use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use kernel::Time;
use serde_json::{Value, json};
use url::Url;
use vault::Revealed;

use super::{Ground, HttpClient, Receipt, Secrets, SendFault, absolute, http::Ask};
use crate::model::{Claimed, WebhookSettings, webhook_signature};

/// Signed HTTP POST.
pub(crate) struct WebhookSender {
    url: Url,
    headers: HeaderMap,
    signing: Option<Revealed>,
    client: HttpClient,
    ground: Arc<Ground>,
}

impl WebhookSender {
    pub(super) fn new(
        settings: &WebhookSettings,
        secrets: &Secrets,
        ground: Arc<Ground>,
    ) -> Result<Self, SendFault> {
        let proxy = settings.proxy.as_deref();
        let client = HttpClient::new(Arc::clone(&ground), settings.ca_pem.as_deref(), proxy)?;
        let mut headers = HeaderMap::new();
        for (name, value) in &settings.headers {
            insert(&mut headers, name, value)?;
        }
        if let Some(token) = secrets.get("token_secret") {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
                .map_err(|_| SendFault::channel("the token cannot stand in a header"))?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let url = Url::parse(&settings.url)
            .map_err(|error| SendFault::channel(&format!("url: {error}")))?;
        let signing = secrets.get("signing_secret").cloned();
        Ok(Self { url, headers, signing, client, ground })
    }

    pub(super) async fn send(&self, claimed: &Claimed, now: Time) -> Result<Receipt, SendFault> {
        let body = self.body(claimed, now).to_string();
        let timestamp_s = now.millis() / 1_000;
        let mut headers = self.headers.clone();
        insert(&mut headers, "idempotency-key", &claimed.delivery.id.to_string())?;
        insert(&mut headers, "x-mainstay-timestamp", &timestamp_s.to_string())?;
        if let Some(key) = &self.signing {
            let signature = webhook_signature(key.expose(), timestamp_s, body.as_bytes());
            insert(&mut headers, "x-mainstay-signature", &signature)?;
        }
        let ask =
            Ask { method: Method::POST, url: self.url.clone(), headers, body: Bytes::from(body) };
        let answer = self.client.ask(ask).await?;
        answer.accepted(now)?;
        Ok(Receipt::new(answer.status.to_string(), &answer.body))
    }

    fn body(&self, claimed: &Claimed, now: Time) -> Value {
        let delivery = &claimed.delivery;
        let parameters: Value = serde_json::from_str(&claimed.parameters).unwrap_or_default();
        json!({
            "id": delivery.id.to_string(),
            "message_id": delivery.message_id.to_string(),
            "template": claimed.template,
            "urgent": delivery.urgent,
            "language": delivery.language,
            "subject": delivery.subject,
            "text": delivery.text,
            "parameters": parameters,
            "link": absolute(&self.ground, claimed.link.as_deref()),
            "recipient": {
                "kind": claimed.recipient_kind,
                "id": claimed.recipient,
                "name": claimed.recipient_name,
            },
            "created_at": delivery.created_at,
            "sent_at": now,
        })
    }
}

/// Adds a header. Errors: the channel's fault when it cannot be one.
pub(super) fn insert(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), SendFault> {
    let name: HeaderName =
        name.parse().map_err(|_| SendFault::channel(&format!("`{name}` is not a header")))?;
    let value = HeaderValue::from_str(value)
        .map_err(|_| SendFault::channel(&format!("the header {name} has more than one line")))?;
    headers.insert(name, value);
    Ok(())
}
