//! Robots of group chats: 企业微信, 钉钉, 飞书.
//!
//! Sources: the vendors' pages on group robots (企业微信 群机器人配置说明; 钉钉 自定义机器人接入;
//! 飞书 自定义机器人使用指南): payloads, lengths, rates and codes.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use kernel::{Language, Time};
use serde_json::{Value, json};
use url::Url;

use super::{Blame, Ground, HttpClient, Receipt, Secrets, SendFault, absolute, http::Ask};
use crate::{
    ChannelKind,
    model::{Claimed, RobotSettings, cut, dingtalk_sign, feishu_sign, robot_markdown},
};

/// 企业微信 markdown.content: at most 4096 bytes.
const WECOM_BYTES_MAX: usize = 4_096;
/// 钉钉: a request of at most 20,000 bytes.
const DINGTALK_BYTES_MAX: usize = 16_000;
/// 飞书: a request of at most 20 KiB.
const FEISHU_BYTES_MAX: usize = 16_000;

/// A robot, ready to speak.
pub(crate) struct RobotSender {
    kind: ChannelKind,
    url: Option<String>,
    secrets: Secrets,
    client: HttpClient,
    ground: Arc<Ground>,
}

impl RobotSender {
    pub(super) fn new(
        kind: ChannelKind,
        settings: RobotSettings,
        secrets: Secrets,
        ground: Arc<Ground>,
    ) -> Result<Self, SendFault> {
        let proxy = settings.proxy.as_deref();
        let client = HttpClient::new(Arc::clone(&ground), settings.ca_pem.as_deref(), proxy)?;
        Ok(Self { kind, url: settings.url, secrets, client, ground })
    }

    pub(super) async fn send(&self, claimed: &Claimed, now: Time) -> Result<Receipt, SendFault> {
        let mut headers = HeaderMap::new();
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, json);
        let ask = Ask {
            method: Method::POST,
            url: self.url(now)?,
            headers,
            body: Bytes::from(self.body(claimed, now).to_string()),
        };
        let answer = self.client.ask(ask).await?;
        answer.accepted(now)?;
        self.judge(&answer.body)
    }

    /// The address with its secret part, and what 钉钉 signs with.
    fn url(&self, now: Time) -> Result<Url, SendFault> {
        let token = self.secret("token_secret").unwrap_or_default();
        let base = self.url.as_deref().unwrap_or(match self.kind {
            ChannelKind::Wecom => "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
            ChannelKind::Dingtalk => "https://oapi.dingtalk.com/robot/send",
            _ => "https://open.feishu.cn/open-apis/bot/v2/hook/",
        });
        let wrong = || SendFault::channel("the robot's address cannot be read");
        let mut url = Url::parse(base).map_err(|_| wrong())?;
        match self.kind {
            ChannelKind::Wecom => {
                url.query_pairs_mut().append_pair("key", token);
            }
            ChannelKind::Dingtalk => {
                url.query_pairs_mut().append_pair("access_token", token);
                if let Some(secret) = self.secret("signing_secret") {
                    let sign = dingtalk_sign(secret, now.millis());
                    url.query_pairs_mut()
                        .append_pair("timestamp", &now.millis().to_string())
                        .append_pair("sign", &sign);
                }
            }
            _ => {
                let mut path = url.path_segments_mut().map_err(|()| wrong())?;
                path.pop_if_empty().push(token);
            }
        }
        Ok(url)
    }

    fn body(&self, claimed: &Claimed, now: Time) -> Value {
        let delivery = &claimed.delivery;
        let link = absolute(&self.ground, claimed.link.as_deref());
        let open = match delivery.language {
            Language::English => "Open",
            Language::Chinese => "查看详情",
        };
        let markdown = |bytes_max| {
            robot_markdown(&delivery.subject, &delivery.text, link.as_deref(), open, bytes_max)
        };
        match self.kind {
            ChannelKind::Wecom => json!({
                "msgtype": "markdown",
                "markdown": { "content": markdown(WECOM_BYTES_MAX) },
            }),
            ChannelKind::Dingtalk => {
                let mobiles: Vec<&str> =
                    Some(delivery.address.as_str()).filter(|a| !a.is_empty()).into_iter().collect();
                let mut text = markdown(DINGTALK_BYTES_MAX);
                // A mention shows only where the text has it as well.
                for mobile in &mobiles {
                    text.push_str(&format!("\n\n@{mobile}"));
                }
                json!({
                    "msgtype": "markdown",
                    "markdown": { "title": cut(&delivery.subject, 200), "text": text },
                    "at": { "atMobiles": mobiles, "isAtAll": false },
                })
            }
            _ => self.feishu(claimed, link, now),
        }
    }

    fn feishu(&self, claimed: &Claimed, link: Option<String>, now: Time) -> Value {
        let delivery = &claimed.delivery;
        let link = link.map(|link| format!("\n{link}")).unwrap_or_default();
        let room = FEISHU_BYTES_MAX.saturating_sub(delivery.subject.len() + link.len());
        let text = delivery.text.trim_end();
        let text = format!("{}\n{}{link}", delivery.subject, cut(text, room));
        // Mentions are tags there: a text must not bring its own.
        let text = text.replace('<', "＜").replace('>', "＞");
        let mut body = json!({ "msg_type": "text", "content": { "text": text } });
        if let (Some(secret), Value::Object(fields)) = (self.secret("signing_secret"), &mut body) {
            let timestamp_s = now.millis() / 1_000;
            fields.insert("timestamp".to_owned(), json!(timestamp_s.to_string()));
            fields.insert("sign".to_owned(), json!(feishu_sign(secret, timestamp_s)));
        }
        body
    }

    /// A robot answers 200 also when it refuses: the code in the body decides.
    fn judge(&self, body: &str) -> Result<Receipt, SendFault> {
        let Ok(answer) = serde_json::from_str::<Value>(body) else {
            return Err(SendFault::channel(&format!("the answer is not JSON: {body}")));
        };
        let (code, said) = match self.kind {
            ChannelKind::Feishu => (
                answer.get("code").or_else(|| answer.get("StatusCode")),
                answer.get("msg").or_else(|| answer.get("StatusMessage")),
            ),
            _ => (answer.get("errcode"), answer.get("errmsg")),
        };
        let said = said.and_then(Value::as_str).unwrap_or_default();
        let Some(code) = code.and_then(Value::as_i64) else {
            return Err(SendFault::channel(&format!("the answer has no code: {body}")));
        };
        if code == 0 {
            return Ok(Receipt::new("0", said));
        }
        Err(SendFault::new(blame(self.kind, code), code.to_string(), said))
    }

    fn secret(&self, name: &str) -> Option<&str> {
        self.secrets.get(name).map(vault::Revealed::expose)
    }
}

/// What a robot's code means for us.
fn blame(kind: ChannelKind, code: i64) -> Blame {
    let minutes = |minutes: u64| Blame::Busy(Some(Duration::from_secs(60 * minutes)));
    match (kind, code) {
        // -1: the vendor is busy. 45009: over the rate.
        (ChannelKind::Wecom, -1 | 45_009) => minutes(1),
        // 93000: no such robot.
        (ChannelKind::Wecom, 93_000) => Blame::Channel,
        // Over 20 a minute: ten minutes of nothing.
        (ChannelKind::Dingtalk, 130_101 | 660_026) => minutes(10),
        (ChannelKind::Dingtalk, -1) => minutes(1),
        // 310000: keyword, signature or address do not fit; 300001: no such robot.
        (ChannelKind::Dingtalk, 310_000 | 300_001 | 400_101) => Blame::Channel,
        // Over the rate.
        (ChannelKind::Feishu, 9_499 | 11_232) => minutes(1),
        // Signature, address, keyword do not fit; no such robot.
        (ChannelKind::Feishu, 19_001 | 19_021 | 19_022 | 19_024) => Blame::Channel,
        _ => Blame::Message,
    }
}
