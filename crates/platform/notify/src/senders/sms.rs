use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use minijinja::{Environment, context};
use serde_json::Value;
use url::Url;

use super::{
    Blame, Ground, HttpClient, Receipt, Secrets, SendFault,
    http::{Answer, Ask},
    webhook::insert,
};
use crate::{
    model::{Claimed, SmsSettings, Success, one_line},
    render,
};

/// A gateway for short messages that speaks HTTP.
pub(crate) struct SmsSender {
    settings: SmsSettings,
    secrets: Secrets,
    templates: Environment<'static>,
    client: HttpClient,
    ground: Arc<Ground>,
}

impl SmsSender {
    pub(super) fn new(
        settings: SmsSettings,
        secrets: Secrets,
        ground: Arc<Ground>,
    ) -> Result<Self, SendFault> {
        let proxy = settings.proxy.as_deref();
        let client = HttpClient::new(Arc::clone(&ground), settings.ca_pem.as_deref(), proxy)?;
        let mut templates = render::environment();
        let mut add = |name: String, source: &str| {
            templates.add_template_owned(name.clone(), source.to_owned()).map_err(|error| {
                // Never the source: it stands beside secrets.
                SendFault::channel(&format!("{name}: line {}", error.line().unwrap_or(1)))
            })
        };
        add("url".to_owned(), &settings.url)?;
        // Whatever a parameter holds, it stays inside of its JSON string.
        let body = if is_json(&settings) { "body.json" } else { "body" };
        add(body.to_owned(), &settings.body)?;
        for (name, value) in &settings.headers {
            add(format!("headers.{name}"), value)?;
        }
        Ok(Self { settings, secrets, templates, client, ground })
    }

    pub(super) async fn send(&self, claimed: &Claimed) -> Result<Receipt, SendFault> {
        let ask = self.ask(claimed)?;
        let answer = self.client.ask(ask).await?;
        answer.accepted(self.ground.clock.now())?;
        self.judge(&answer)
    }

    fn ask(&self, claimed: &Claimed) -> Result<Ask, SendFault> {
        let delivery = &claimed.delivery;
        let named = self.secrets.0.iter();
        let secrets = minijinja::Value::from_pairs(
            named.map(|(name, value)| (name.as_str(), value.expose())),
        );
        let given = context! {
            address => delivery.address.as_str(),
            text => delivery.text.trim_end(),
            subject => delivery.subject.as_str(),
            id => delivery.id.to_string(),
            secret => secrets,
        };
        let filled = |name: &str| {
            render::fill(&self.templates, name, &given)
                .map_err(|wrong| SendFault::channel(&format!("{name}: line {}", wrong.line)))
        };
        let url = filled("url")?;
        let url = Url::parse(&url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| SendFault::channel("url: it is no address once filled"))?;
        // What fills the template must not lead elsewhere.
        let written = self.settings.url.split('/').nth(2).unwrap_or_default();
        if !same_host(&url, written) {
            return Err(SendFault::channel("url: the host changed when it was filled"));
        }
        let mut headers = HeaderMap::new();
        let kind = if is_json(&self.settings) {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        insert(&mut headers, "content-type", kind)?;
        for name in self.settings.headers.keys() {
            insert(&mut headers, name, filled(&format!("headers.{name}"))?.trim())?;
        }
        let body = filled(if is_json(&self.settings) { "body.json" } else { "body" })?;
        Ok(Ask { method: self.settings.method(), url, headers, body: Bytes::from(body) })
    }

    fn judge(&self, answer: &Answer) -> Result<Receipt, SendFault> {
        let code = answer.status.to_string();
        // A gateway may repeat what it was sent, key included.
        let said = self.without_secrets(&answer.body);
        if holds(&self.settings.success, &answer.body) {
            return Ok(Receipt::new(code, &said));
        }
        Err(SendFault::new(Blame::Message, code, &format!("not the success expected: {said}")))
    }

    fn without_secrets(&self, said: &str) -> String {
        let mut said = one_line(said);
        for (_, secret) in &self.secrets.0 {
            if secret.expose().len() >= 4 {
                said = said.replace(secret.expose(), "…");
            }
        }
        said
    }
}

fn is_json(settings: &SmsSettings) -> bool {
    settings.body.trim_start().starts_with(['{', '['])
}

fn same_host(url: &Url, written: &str) -> bool {
    let filled = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let default = format!("{filled}:{}", url.port_or_known_default().unwrap_or_default());
    filled.eq_ignore_ascii_case(written) || default.eq_ignore_ascii_case(written)
}

/// Whether the answer says what success says.
fn holds(success: &Success, body: &str) -> bool {
    let contains = success.contains.as_ref().is_none_or(|text| body.contains(text.as_str()));
    let equals = match (&success.pointer, &success.equals) {
        (Some(pointer), Some(expected)) => serde_json::from_str::<Value>(body)
            .ok()
            .and_then(|answer| answer.pointer(pointer).cloned())
            .is_some_and(|found| found == *expected),
        _ => true,
    };
    contains && equals
}
