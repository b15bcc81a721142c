//! HTTP and HTTPS: status, content, redirects, certificate, and where the time went.

mod exchange;
mod follow;
mod settings;

use std::sync::Arc;

use kernel::Text;
use probe::outcome::{Check, CheckContext, Outcome, Protocol, Running, SpecFault, State};
use serde_json::{Value, json};
use tokio::time::timeout;

use self::exchange::{Answer, Trace};
use self::settings::{BODY_BYTES_MAX, HttpSpec};
use super::spec::{self, limits_schema, property};
use super::tcp::seconds;
use super::tls::{CertificateSpec, TlsPlan, Trust};
use super::verdict::{Verdict, excerpt, readable};

/// Makes checks of web servers.
#[derive(Debug)]
pub struct HttpProtocol {
    trust: Arc<Trust>,
}

#[derive(Debug)]
struct HttpCheck {
    spec: HttpSpec,
    tls: TlsPlan,
}

impl HttpProtocol {
    pub(super) fn new(trust: Arc<Trust>) -> Self {
        Self { trust }
    }
}

impl Protocol for HttpProtocol {
    fn name(&self) -> &'static str {
        "http"
    }

    fn title(&self) -> Text {
        Text::new("HTTP(S)", "HTTP(S) 网页")
    }

    fn parse(&self, spec: Value) -> Result<Box<dyn Check>, SpecFault> {
        let mut spec: HttpSpec = spec::read(spec)?;
        spec.validate()?;
        let certificate = std::mem::take(&mut spec.certificate);
        let tls = TlsPlan::new(certificate, Arc::clone(&self.trust), "certificate")?;
        Ok(Box::new(HttpCheck { spec, tls }))
    }

    fn schema(&self) -> Value {
        let text = json!({ "type": "string", "maxLength": 4096 });
        let url = json!({ "type": "string", "format": "uri", "maxLength": 2048 });
        let status = json!({
            "type": "array",
            "items": { "type": ["integer", "string"] },
            "default": ["200-399"],
        });
        let headers = json!({ "type": "object", "additionalProperties": { "type": "string" } });
        let redirects = json!({ "type": "integer", "minimum": 0, "maximum": 20, "default": 5 });
        let limit = json!({ "type": "integer", "minimum": 0, "maximum": BODY_BYTES_MAX });
        let method = json!({ "enum": ["GET", "HEAD", "POST"], "default": "GET" });
        spec::schema(
            &["url"],
            &json!({
                "url": property("Address", "网址", url),
                "method": property("Method", "请求方法", method),
                "headers": property("Headers", "请求头", headers),
                "body": property("Body of a POST", "POST 请求体", text.clone()),
                "family": property("IP version", "IP 版本", json!({ "enum": ["any", "v4", "v6"] })),
                "status": property("Expected status", "期望状态码", status),
                "contains": property("Page contains", "页面应包含", text.clone()),
                "not_contains": property("Page does not contain", "页面不应包含", text.clone()),
                "regex": property("Page matches", "页面应匹配正则", text),
                "redirects_max": property("Redirects followed", "最多跟随重定向次数", redirects),
                "body_bytes_max": property("Bytes read of the page", "页面读取上限（字节）", limit),
                "latency": limits_schema("Total time (s)", "总耗时（秒）", "s"),
                "certificate": CertificateSpec::schema(),
            }),
        )
    }
}

impl Check for HttpCheck {
    fn run<'a>(&'a self, cx: &'a CheckContext) -> Running<'a> {
        Box::pin(async move {
            let mut trace = Trace::default();
            let began = cx.clock.monotonic();
            let ended = timeout(cx.timeout, follow::follow(self, cx, &mut trace)).await;
            let took = cx.clock.monotonic().saturating_sub(began);
            let mut verdict = Verdict::default();
            let fine = match ended {
                Ok(Ok(answer)) => {
                    self.judge(&answer, &mut verdict);
                    let what = Text::new("total time", "总耗时");
                    verdict.judge(seconds("time", took), &self.spec.latency, &what);
                    summary(&answer, took)
                }
                Ok(Err(fault)) => return fault.outcome(&trace, &self.tls),
                Err(_) => {
                    let limit = readable(cx.timeout);
                    let stage = trace.stage_text();
                    verdict.find(
                        State::Critical,
                        Text::new(
                            format!("no complete answer within {limit}: {}", stage.en),
                            format!("{limit} 内没有得到完整应答：{}", stage.zh),
                        ),
                    );
                    Text::same(self.target())
                }
            };
            trace.report(&self.tls, &mut verdict);
            verdict.finish(fine)
        })
    }

    fn target(&self) -> String {
        self.spec.url.0.to_string()
    }
}

fn summary(answer: &Answer, took: std::time::Duration) -> Text {
    let (status, size, took) = (answer.status, answer.body.len(), readable(took));
    let reason = status.canonical_reason().unwrap_or("");
    let code = status.as_u16();
    Text::new(
        format!("{} {code} {reason}, {size} bytes in {took}", answer.version),
        format!("{} {code} {reason}，{size} 字节，耗时 {took}", answer.version),
    )
}

impl HttpCheck {
    /// Compares the final answer with what is expected.
    fn judge(&self, answer: &Answer, verdict: &mut Verdict) {
        let status = answer.status.as_u16();
        if !self.spec.status.contains(status) {
            let expected = &self.spec.status;
            verdict.find(
                State::Critical,
                Text::new(
                    format!("status {status}, expected {expected}"),
                    format!("状态码 {status}，期望 {expected}"),
                ),
            );
        }
        let page = answer.text();
        let first = excerpt(page.as_bytes());
        if let Some(text) = self.spec.contains.as_ref().filter(|text| !page.contains(*text)) {
            verdict.find(
                State::Critical,
                Text::new(
                    format!("the page does not contain \"{text}\"; it begins: {first}"),
                    format!("页面不包含“{text}”，开头为：{first}"),
                ),
            );
        }
        if let Some(text) = self.spec.not_contains.as_ref().filter(|text| page.contains(*text)) {
            verdict.find(
                State::Critical,
                Text::new(format!("the page contains \"{text}\""), format!("页面包含“{text}”")),
            );
        }
        if let Some(regex) = self.spec.regex.as_ref().filter(|regex| !regex.0.is_match(&page)) {
            verdict.find(
                State::Critical,
                Text::new(
                    format!("the page does not match /{}/; it begins: {first}", regex.0),
                    format!("页面不匹配 /{}/，开头为：{first}", regex.0),
                ),
            );
        }
        if answer.truncated {
            let limit = self.spec.body_bytes_max;
            verdict.detail(Text::new(
                format!("only the first {limit} bytes of the page were read"),
                format!("仅读取了页面的前 {limit} 字节"),
            ));
        }
    }
}

/// A run that ended before an answer.
#[derive(Debug)]
pub(super) struct HttpFault {
    state: State,
    text: Text,
}

impl HttpFault {
    fn critical(text: Text) -> Self {
        Self { state: State::Critical, text }
    }

    fn outcome(self, trace: &Trace, tls: &TlsPlan) -> Outcome {
        let mut verdict = Verdict::default();
        // A certificate that is refused speaks for itself below.
        if !trace.certificate_refused {
            verdict.find(self.state, self.text);
        }
        trace.report(tls, &mut verdict);
        verdict.finish(trace.hop_text())
    }
}
