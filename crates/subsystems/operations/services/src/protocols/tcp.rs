//! TCP: does the port take a connection, in time, and say what it should?

use std::sync::Arc;
use std::time::Duration;

use kernel::Text;
use probe::outcome::{Check, CheckContext, Figure, Outcome, Protocol, Running, SpecFault, State};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::reach;
use super::spec::{self, Family, Host, Limits, Port, limits_schema, property};
use super::tls::{CertificateSpec, TlsPlan, Trust, handshake_text};
use super::verdict::{Verdict, excerpt, readable};

/// The longest text that is sent, and that may be expected.
const TEXT_BYTES_MAX: usize = 4096;
/// The most bytes that are read while looking for the expected text.
const READ_BYTES_MAX: usize = 64 * 1024;

/// Makes checks of TCP ports, with TLS if wanted.
#[derive(Debug)]
pub struct TcpProtocol {
    trust: Arc<Trust>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TcpSpec {
    host: Host,
    port: Port,
    #[serde(default)]
    family: Family,
    #[serde(default)]
    tls: bool,
    #[serde(default)]
    certificate: Option<CertificateSpec>,
    send: Option<String>,
    expect: Option<String>,
    #[serde(default)]
    latency: Limits,
}

#[derive(Debug)]
struct TcpCheck {
    spec: TcpSpec,
    tls: Option<TlsPlan>,
}

impl TcpProtocol {
    pub(super) fn new(trust: Arc<Trust>) -> Self {
        Self { trust }
    }
}

impl Protocol for TcpProtocol {
    fn name(&self) -> &'static str {
        "tcp"
    }

    fn title(&self) -> Text {
        Text::new("TCP port", "TCP 端口")
    }

    fn parse(&self, spec: Value) -> Result<Box<dyn Check>, SpecFault> {
        let mut spec: TcpSpec = spec::read(spec)?;
        for (field, text) in [("send", &spec.send), ("expect", &spec.expect)] {
            let length = text.as_ref().map_or(1, String::len);
            if length == 0 || length > TEXT_BYTES_MAX {
                let expected = Text::new("1 to 4096 bytes of text", "1 到 4096 字节的文本");
                return Err(spec::fault(field, format!("{length} bytes"), expected));
            }
        }
        let certificate = spec.certificate.take();
        if certificate.is_some() && !spec.tls {
            let expected = Text::new("only together with \"tls\": true", "仅在 tls 为 true 时可用");
            return Err(spec::fault("certificate", "tls is false", expected));
        }
        let plan = |certificate| TlsPlan::new(certificate, Arc::clone(&self.trust), "certificate");
        let tls = spec.tls.then(|| plan(certificate.unwrap_or_default())).transpose()?;
        Ok(Box::new(TcpCheck { spec, tls }))
    }

    fn schema(&self) -> Value {
        let text = json!({ "type": "string", "minLength": 1, "maxLength": TEXT_BYTES_MAX });
        let port = json!({ "type": "integer", "minimum": 1, "maximum": 65535 });
        spec::schema(
            &["host", "port"],
            &json!({
                "host": property("Host", "主机", json!({ "type": "string", "maxLength": 253 })),
                "port": property("Port", "端口", port),
                "family": property("IP version", "IP 版本", json!({ "enum": ["any", "v4", "v6"] })),
                "tls": property("TLS", "使用 TLS", json!({ "type": "boolean", "default": false })),
                "certificate": CertificateSpec::schema(),
                "send": property("Send", "发送内容", text.clone()),
                "expect": property("Expect in the answer", "应答应包含", text),
                "latency": limits_schema("Time to connect (s)", "连接耗时（秒）", "s"),
            }),
        )
    }
}

impl Check for TcpCheck {
    fn run<'a>(&'a self, cx: &'a CheckContext) -> Running<'a> {
        Box::pin(async move {
            timeout(cx.timeout, self.ask(cx)).await.unwrap_or_else(|_| {
                let (limit, target) = (readable(cx.timeout), self.target());
                Outcome::critical(Text::new(
                    format!("{target} did not answer within {limit}"),
                    format!("{target} 在 {limit} 内没有应答"),
                ))
            })
        })
    }

    fn target(&self) -> String {
        self.spec.host.with_port(self.spec.port.0)
    }
}

impl TcpCheck {
    async fn ask(&self, cx: &CheckContext) -> Outcome {
        let (spec, port) = (&self.spec, self.spec.port.0);
        let addresses = match reach::resolve(&spec.host, Some(port), spec.family, &cx.guard).await {
            Ok(addresses) => addresses,
            Err(fault) => return fault.outcome(),
        };
        let connection = match reach::connect(&addresses, port, cx.timeout, &*cx.clock).await {
            Ok(connection) => connection,
            Err(fault) => return fault.outcome(),
        };
        let mut verdict = Verdict::default();
        let what = Text::new("time to connect", "连接耗时");
        verdict.judge(seconds("connect", connection.took), &spec.latency, &what);
        let address = connection.address;
        match &self.tls {
            None => self.talk(connection.stream, cx.timeout, &mut verdict).await,
            Some(plan) => match plan.handshake(connection.stream, &spec.host, &cx.clock).await {
                Err(error) => verdict.find(State::Critical, handshake_text(&error)),
                Ok(handshake) => {
                    verdict.figure(seconds("tls", handshake.took));
                    plan.judge(&handshake.certificate, &mut verdict);
                    if plan.accepts(&handshake.certificate) {
                        self.talk(handshake.stream, cx.timeout, &mut verdict).await;
                    }
                }
            },
        }
        let took = readable(connection.took);
        verdict.finish(Text::new(
            format!("{address} accepted the connection in {took}"),
            format!("{address} 已接受连接，耗时 {took}"),
        ))
    }

    /// Sends and waits for the expected text; bounded by `within`, which the caller's own limit
    /// always precedes by what connecting took.
    async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut stream: S,
        within: Duration,
        verdict: &mut Verdict,
    ) {
        if let Some(send) = &self.spec.send {
            let sent = timeout(within, stream.write_all(send.as_bytes())).await;
            let flushed = stream.flush().await;
            if !matches!(sent, Ok(Ok(()))) || flushed.is_err() {
                let text = Text::new("the text could not be sent", "内容发送失败");
                return verdict.find(State::Critical, text);
            }
        }
        let Some(expect) = &self.spec.expect else { return };
        let mut seen = Vec::new();
        let mut buffer = [0_u8; 4096];
        while seen.len() < READ_BYTES_MAX {
            match stream.read(&mut buffer).await {
                Ok(count) if count > 0 => seen.extend_from_slice(&buffer[..count]),
                _ => break,
            }
            if seen.windows(expect.len()).any(|window| window == expect.as_bytes()) {
                let answer = excerpt(&seen);
                verdict.detail(Text::new(format!("answer: {answer}"), format!("应答：{answer}")));
                return;
            }
        }
        let (answer, count) = (excerpt(&seen), seen.len());
        verdict.find(
            State::Critical,
            Text::new(
                format!(
                    "\"{}\" is not in the {count} bytes answered: {answer}",
                    excerpt(expect.as_bytes())
                ),
                format!("应答的 {count} 字节中没有“{}”：{answer}", excerpt(expect.as_bytes())),
            ),
        );
    }
}

/// A figure in seconds.
pub(super) fn seconds(label: &str, span: Duration) -> Figure {
    Figure::new(label, span.as_secs_f64(), "s").with_bounds(Some(0.0), None)
}
