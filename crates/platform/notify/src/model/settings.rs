//! The settings of each kind of channel: a JSON document with known keys, checked when it is given.

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue, Method};
use kernel::{FieldFault, Text};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use url::Url;
use vault::SecretId;

use super::ChannelKind;

/// What a channel is set to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ChannelSettings {
    InApp,
    Mail(MailSettings),
    Sms(SmsSettings),
    Webhook(WebhookSettings),
    Robot(RobotSettings),
}

/// Mail by SMTP.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailSettings {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: MailTls,
    /// `Name <address>` or an address.
    pub(crate) from: String,
    pub(crate) reply_to: Option<String>,
    /// The name given in EHLO; the domain of `from` otherwise.
    pub(crate) hello: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) password_secret: Option<SecretId>,
    /// Certificates trusted besides the system's, in PEM.
    pub(crate) ca_pem: Option<String>,
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MailTls {
    /// STARTTLS, and nothing without it.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// In the clear: said explicitly.
    None,
}

/// Signed HTTP POST.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookSettings {
    pub(crate) url: String,
    pub(crate) signing_secret: Option<SecretId>,
    /// A bearer token for the far side.
    pub(crate) token_secret: Option<SecretId>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) ca_pem: Option<String>,
    pub(crate) proxy: Option<String>,
}

/// A robot of a group chat.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RobotSettings {
    /// The address without its secret part; the vendor's own otherwise.
    pub(crate) url: Option<String>,
    /// The secret part of the address: key, access token or hook id.
    pub(crate) token_secret: SecretId,
    /// The key that signs (钉钉 加签, 飞书 签名校验).
    pub(crate) signing_secret: Option<SecretId>,
    pub(crate) ca_pem: Option<String>,
    pub(crate) proxy: Option<String>,
}

/// A gateway for short messages.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SmsSettings {
    /// A template.
    pub(crate) url: String,
    #[serde(default = "post")]
    pub(crate) method: String,
    /// Templates by header name.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// A template.
    #[serde(default)]
    pub(crate) body: String,
    /// Secrets by the name the templates know them by.
    #[serde(default)]
    pub(crate) secrets: BTreeMap<String, SecretId>,
    #[serde(default)]
    pub(crate) success: Success,
    pub(crate) ca_pem: Option<String>,
    pub(crate) proxy: Option<String>,
}

/// When a gateway's answer means that it took the message; besides its status of 2xx.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Success {
    /// Where in the JSON answer (RFC 6901): `/code`.
    pub(crate) pointer: Option<String>,
    /// What stands there: `0` or `"OK"`.
    pub(crate) equals: Option<Value>,
    /// What the answer contains.
    pub(crate) contains: Option<String>,
}

fn post() -> String {
    "POST".to_owned()
}

impl ChannelSettings {
    /// Reads and checks the settings of a channel of `kind`.
    ///
    /// Errors: every wrong field, as `settings.…`.
    pub(crate) fn parse(
        kind: ChannelKind,
        settings: &Map<String, Value>,
    ) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let parsed = match kind {
            ChannelKind::InApp => {
                if let Some(key) = settings.keys().next() {
                    let expected = Text::new("no settings", "无需设置");
                    faults.push(FieldFault::new("settings", key, expected));
                }
                Self::InApp
            }
            ChannelKind::Mail => {
                let mail: MailSettings = read(settings)?;
                mail.check(&mut faults);
                Self::Mail(mail)
            }
            ChannelKind::Sms => {
                let sms: SmsSettings = read(settings)?;
                sms.check(&mut faults);
                Self::Sms(sms)
            }
            ChannelKind::Webhook => {
                let webhook: WebhookSettings = read(settings)?;
                check_url("url", &webhook.url, &mut faults);
                check_headers(&webhook.headers, &mut faults);
                check_common(webhook.ca_pem.as_deref(), webhook.proxy.as_deref(), &mut faults);
                Self::Webhook(webhook)
            }
            ChannelKind::Wecom | ChannelKind::Dingtalk | ChannelKind::Feishu => {
                let robot: RobotSettings = read(settings)?;
                if let Some(url) = &robot.url {
                    check_url("url", url, &mut faults);
                }
                check_common(robot.ca_pem.as_deref(), robot.proxy.as_deref(), &mut faults);
                Self::Robot(robot)
            }
        };
        if faults.is_empty() { Ok(parsed) } else { Err(faults) }
    }

    /// Every secret they name, with the name of its field.
    pub(crate) fn secrets(&self) -> Vec<(String, SecretId)> {
        let named = |list: &[(&str, Option<SecretId>)]| {
            let given = list.iter().filter_map(|(name, id)| Some(((*name).to_owned(), (*id)?)));
            given.collect()
        };
        match self {
            Self::InApp => Vec::new(),
            Self::Mail(mail) => named(&[("password_secret", mail.password_secret)]),
            Self::Webhook(webhook) => named(&[
                ("signing_secret", webhook.signing_secret),
                ("token_secret", webhook.token_secret),
            ]),
            Self::Robot(robot) => named(&[
                ("token_secret", Some(robot.token_secret)),
                ("signing_secret", robot.signing_secret),
            ]),
            Self::Sms(sms) => sms.secrets.iter().map(|(name, id)| (name.clone(), *id)).collect(),
        }
    }
}

impl MailSettings {
    fn check(&self, faults: &mut Vec<FieldFault>) {
        let host = !self.host.is_empty()
            && self.host.len() <= 253
            && self.host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
        if !host {
            let expected = Text::new("a host name or an address", "主机名或地址");
            faults.push(FieldFault::new("settings.host", &self.host, expected));
        }
        if self.port == 0 {
            faults.push(FieldFault::new("settings.port", 0, Text::same("1–65535")));
        }
        for (field, text) in [("from", Some(&self.from)), ("reply_to", self.reply_to.as_ref())] {
            if let Some(text) = text
                && text.parse::<lettre::message::Mailbox>().is_err()
            {
                let expected = Text::new(
                    "an address, such as Mainstay <ops@example.org>",
                    "邮箱地址，例如 运维平台 <ops@example.org>",
                );
                faults.push(FieldFault::new(format!("settings.{field}"), text, expected));
            }
        }
        if let Some(hello) = &self.hello
            && (hello.is_empty()
                || !hello.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c)))
        {
            let expected = Text::new("a host name", "主机名");
            faults.push(FieldFault::new("settings.hello", hello, expected));
        }
        if self.user.is_some() != self.password_secret.is_some() {
            let expected = Text::new(
                "`user` and `password_secret` together",
                "user 与 password_secret 同时给出",
            );
            faults.push(FieldFault::new("settings.user", "one of the two", expected));
        }
        if self.tls == MailTls::None && self.user.is_some() {
            let expected = Text::new(
                "starttls or tls: a password is not sent in the clear",
                "starttls 或 tls：不允许明文发送密码",
            );
            faults.push(FieldFault::new("settings.tls", "none", expected));
        }
        check_common(self.ca_pem.as_deref(), None, faults);
    }
}

impl SmsSettings {
    fn check(&self, faults: &mut Vec<FieldFault>) {
        let scheme = self.url.starts_with("https://") || self.url.starts_with("http://");
        // The host is written out: what fills the template must not lead elsewhere.
        let host = self.url.split('/').nth(2).unwrap_or_default();
        let plain = !host.is_empty()
            && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
        if !scheme || !plain || self.url.len() > 2_000 {
            let expected = Text::new(
                "an address that begins with http:// or https:// and a host written out",
                "以 http:// 或 https:// 开头且主机名固定的网址",
            );
            faults.push(FieldFault::new("settings.url", &self.url, expected));
        }
        if !["GET", "POST", "PUT"].contains(&self.method.as_str()) {
            faults.push(FieldFault::new(
                "settings.method",
                &self.method,
                Text::new("GET, POST or PUT", "GET、POST 或 PUT"),
            ));
        }
        if self.body.len() > 20_000 {
            let expected = Text::new("at most 20,000 bytes", "不超过 20000 字节");
            faults.push(FieldFault::new("settings.body", self.body.len(), expected));
        }
        for name in self.headers.keys() {
            if name.parse::<HeaderName>().is_err() {
                let expected = Text::new("the name of a header", "请求头名称");
                faults.push(FieldFault::new("settings.headers", name, expected));
            }
        }
        for name in self.secrets.keys() {
            let word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if !word || name.is_empty() || name.len() > 40 {
                let expected =
                    Text::new("names of letters, digits and _", "由字母、数字和 _ 组成的名称");
                faults.push(FieldFault::new("settings.secrets", name, expected));
            }
        }
        if self.success.pointer.is_some() != self.success.equals.is_some() {
            let expected =
                Text::new("`pointer` and `equals` together", "pointer 与 equals 同时给出");
            faults.push(FieldFault::new("settings.success", "one of the two", expected));
        }
        check_common(self.ca_pem.as_deref(), self.proxy.as_deref(), faults);
    }

    pub(crate) fn method(&self) -> Method {
        self.method.parse().unwrap_or(Method::POST)
    }
}

fn read<T: DeserializeOwned>(settings: &Map<String, Value>) -> Result<T, Vec<FieldFault>> {
    serde_path_to_error::deserialize(Value::Object(settings.clone())).map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." { "settings".into() } else { format!("settings.{path}") };
        let said = error.inner().to_string();
        let expected = Text::new(said.clone(), format!("符合该类通知渠道的设置（{said}）"));
        vec![FieldFault::new(field, "", expected)]
    })
}

fn check_url(field: &str, text: &str, faults: &mut Vec<FieldFault>) {
    let fits = Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    });
    if !fits || text.len() > 2_000 {
        let expected = Text::new(
            "an http or https address without user and password",
            "不含用户名和密码的 http 或 https 网址",
        );
        faults.push(FieldFault::new(format!("settings.{field}"), text, expected));
    }
}

fn check_headers(headers: &BTreeMap<String, String>, faults: &mut Vec<FieldFault>) {
    const OURS: [&str; 5] =
        ["host", "content-length", "transfer-encoding", "connection", "content-type"];
    for (name, value) in headers {
        let known = name.parse::<HeaderName>();
        let ours = known.as_ref().is_ok_and(|name| OURS.contains(&name.as_str()));
        if known.is_err() || ours || HeaderValue::from_str(value).is_err() {
            let expected = Text::new(
                "a header that is not the protocol's own, on one line",
                "单行的、非协议自身的请求头",
            );
            faults.push(FieldFault::new(format!("settings.headers.{name}"), value, expected));
        }
    }
}

fn check_common(ca_pem: Option<&str>, proxy: Option<&str>, faults: &mut Vec<FieldFault>) {
    if let Some(pem) = ca_pem {
        use rustls::pki_types::{CertificateDer, pem::PemObject};
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        if pem.len() > 200_000 || !read.is_ok_and(|certificates| !certificates.is_empty()) {
            let expected = Text::new("certificates in PEM", "PEM 格式的证书");
            faults.push(FieldFault::new("settings.ca_pem", "", expected));
        }
    }
    if let Some(proxy) = proxy {
        let fits = Url::parse(proxy)
            .is_ok_and(|url| url.scheme() == "http" && url.has_host() && url.username().is_empty());
        if !fits {
            let expected = Text::new("http://host:port", "http://主机:端口");
            faults.push(FieldFault::new("settings.proxy", proxy, expected));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SECRET: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    fn fields(kind: ChannelKind, settings: &Value) -> Vec<String> {
        let settings = settings.as_object().unwrap();
        match ChannelSettings::parse(kind, settings) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.into_iter().map(|fault| fault.field).collect(),
        }
    }

    #[test]
    fn wrong_settings_are_named_by_field() {
        let mail = json!({"host": "mail", "port": 25, "tls": "none", "from": "a@example.org"});
        assert_eq!(fields(ChannelKind::Mail, &mail), Vec::<String>::new());
        for (kind, settings, expected) in [
            (ChannelKind::InApp, json!({"a": 1}), "settings"),
            (ChannelKind::Mail, json!({"host": "mail"}), "settings"),
            (
                ChannelKind::Mail,
                json!({"host": "m", "port": 25, "tls": "no", "from": "a@b.c"}),
                "settings.tls",
            ),
            (
                ChannelKind::Mail,
                json!({"host": "m", "port": 25, "tls": "none", "from": "a@b.c\r\nBcc: x@y.z"}),
                "settings.from",
            ),
            (
                ChannelKind::Mail,
                json!({"host": "m", "port": 25, "tls": "none", "from": "a@b.c", "user": "u",
                    "password_secret": SECRET}),
                "settings.tls",
            ),
            (ChannelKind::Webhook, json!({"url": "ftp://x/"}), "settings.url"),
            (ChannelKind::Webhook, json!({"url": "http://u:p@x/"}), "settings.url"),
            (
                ChannelKind::Webhook,
                json!({"url": "http://x/", "headers": {"a": "b\r\nc: d"}}),
                "settings.headers.a",
            ),
            (
                ChannelKind::Webhook,
                json!({"url": "http://x/", "headers": {"Host": "y"}}),
                "settings.headers.Host",
            ),
            (ChannelKind::Webhook, json!({"url": "http://x/", "ca_pem": "x"}), "settings.ca_pem"),
            (ChannelKind::Webhook, json!({"url": "http://x/", "proxy": "x"}), "settings.proxy"),
            (ChannelKind::Wecom, json!({"token_secret": "abc"}), "settings.token_secret"),
            (ChannelKind::Sms, json!({"url": "x", "method": "POST"}), "settings.url"),
            (ChannelKind::Sms, json!({"url": "http://x", "method": "TRACE"}), "settings.method"),
        ] {
            assert_eq!(fields(kind, &settings), [expected], "{settings}");
        }
    }
}
