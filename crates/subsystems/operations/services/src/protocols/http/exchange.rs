//! One request and its answer, over one connection to one allowed address.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use kernel::Text;
use probe::outcome::CheckContext;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use url::Url;

use super::{HttpCheck, HttpFault};
use crate::protocols::reach;
use crate::protocols::spec::Host;
use crate::protocols::tcp::seconds;
use crate::protocols::tls::{CertificateView, TlsPlan, handshake_text};
use crate::protocols::verdict::Verdict;

/// The most bytes that status line and headers may have together.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// How far a run has come; what is known if it is stopped.
#[derive(Debug, Default)]
pub(super) struct Trace {
    stage: Stage,
    hops: Vec<String>,
    address: Option<SocketAddr>,
    phases: Vec<(&'static str, Duration)>,
    received: usize,
    tls_version: Option<String>,
    certificate: Option<CertificateView>,
    pub(super) certificate_refused: bool,
}

#[derive(Debug, Default, Clone, Copy)]
enum Stage {
    #[default]
    Resolve,
    Connect,
    Tls,
    FirstByte,
    Body,
}

/// What is asked for.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) url: Url,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<String>,
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) version: &'static str,
    pub(super) location: Option<String>,
    content_type: Option<String>,
    pub(super) body: Vec<u8>,
    pub(super) truncated: bool,
}

impl Answer {
    /// The page as text, by the charset its header names; UTF-8 otherwise.
    pub(super) fn text(&self) -> Cow<'_, str> {
        let charset = self.content_type.as_deref().and_then(|value| {
            let (_, rest) = value.split_once("charset=")?;
            rest.split(';').next().map(|label| label.trim_matches([' ', '"', '\'']))
        });
        let encoding = charset.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
        encoding.unwrap_or(encoding_rs::UTF_8).decode(&self.body).0
    }
}

/// Asks once.
pub(super) async fn exchange(
    check: &HttpCheck,
    cx: &CheckContext,
    ask: &Ask,
    trace: &mut Trace,
) -> Result<Answer, HttpFault> {
    trace.start(&ask.url);
    let clock = &*cx.clock;
    let port = ask.url.port_or_known_default().unwrap_or(80);
    let host = Host(ask.url.host().expect("acceptable() wants a host").to_owned());
    let began = clock.monotonic();
    let resolved = reach::resolve(&host, Some(port), check.spec.family, &cx.guard).await;
    let addresses =
        resolved.map_err(|fault| HttpFault { state: fault.state(), text: fault.text() })?;
    trace.pass("resolve", clock.monotonic().saturating_sub(began), Stage::Connect);

    let connected = reach::connect(&addresses, port, cx.timeout, clock).await;
    let connection =
        connected.map_err(|fault| HttpFault { state: fault.state(), text: fault.text() })?;
    trace.address = Some(connection.address);
    if ask.url.scheme() == "http" {
        trace.pass("connect", connection.took, Stage::FirstByte);
        return converse(check, cx, ask, connection.stream, trace).await;
    }
    trace.pass("connect", connection.took, Stage::Tls);
    let handshake = check.tls.handshake(connection.stream, &host, &cx.clock).await;
    let handshake = handshake.map_err(|error| HttpFault::critical(handshake_text(&error)))?;
    trace.pass("tls", handshake.took, Stage::FirstByte);
    let accepted = check.tls.accepts(&handshake.certificate);
    trace.tls_version = Some(handshake.version);
    trace.certificate = Some(handshake.certificate);
    if !accepted {
        trace.certificate_refused = true;
        let text = Text::new("the certificate is refused", "证书未通过校验");
        return Err(HttpFault::critical(text));
    }
    converse(check, cx, ask, handshake.stream, trace).await
}

/// Sends the request and reads a bounded answer.
async fn converse<S>(
    check: &HttpCheck,
    cx: &CheckContext,
    ask: &Ask,
    stream: S,
    trace: &mut Trace,
) -> Result<Answer, HttpFault>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let began = cx.clock.monotonic();
    let handshake = http1::Builder::new()
        .max_buf_size(HEAD_BYTES_MAX)
        .handshake::<_, Full<Bytes>>(TokioIo::new(stream))
        .await;
    let (mut sender, connection) = handshake.map_err(|error| refuse(&error))?;
    // The set ends the connection when this function does, at whatever await.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let response = sender.send_request(request(ask)?).await.map_err(|error| refuse(&error))?;
    let answered = cx.clock.monotonic();
    trace.pass("first_byte", answered.saturating_sub(began), Stage::Body);
    let answer = read_answer(response, check.spec.body_bytes_max, trace).await?;
    trace.pass("transfer", cx.clock.monotonic().saturating_sub(answered), Stage::Body);
    Ok(answer)
}

fn request(ask: &Ask) -> Result<Request<Full<Bytes>>, HttpFault> {
    let path = &ask.url[url::Position::BeforePath..url::Position::AfterQuery];
    let host = &ask.url[url::Position::BeforeHost..url::Position::AfterPort];
    let body = ask.body.clone().unwrap_or_default();
    let built = Request::builder().method(ask.method.clone()).uri(path).body(Full::from(body));
    let mut request = built.map_err(|error| {
        HttpFault::critical(Text::new(
            format!("the address cannot be asked for: {error}"),
            format!("该网址无法请求：{error}"),
        ))
    })?;
    let headers = request.headers_mut();
    if let Ok(host) = HeaderValue::from_str(host) {
        headers.insert(header::HOST, host);
    }
    let agent = concat!("Mainstay/", env!("CARGO_PKG_VERSION"));
    headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
    headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    for (name, value) in &ask.headers {
        headers.insert(name, value.clone());
    }
    Ok(request)
}

async fn read_answer(
    response: Response<Incoming>,
    limit: usize,
    trace: &mut Trace,
) -> Result<Answer, HttpFault> {
    let (head, mut incoming) = response.into_parts();
    let text = |name| {
        let value = head.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let mut answer = Answer {
        status: head.status,
        version: if head.version == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" },
        location: text(header::LOCATION),
        content_type: text(header::CONTENT_TYPE),
        body: Vec::new(),
        truncated: false,
    };
    // The page behind a redirect interests nobody.
    let limit = if head.status.is_redirection() { 0 } else { limit };
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(|error| refuse(&error))?;
        let Ok(data) = frame.into_data() else { continue };
        trace.received += data.len();
        let room = limit - answer.body.len();
        answer.body.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            answer.truncated = !head.status.is_redirection();
            break;
        }
    }
    Ok(answer)
}

/// Says what is wrong with the answer.
fn refuse(error: &hyper::Error) -> HttpFault {
    let text = if error.is_parse() && error.to_string().contains("too large") {
        Text::new("the answer's headers are longer than 64 KiB", "应答头超过 64 KiB")
    } else if error.is_parse() {
        Text::new("the answer is not HTTP", "应答不是有效的 HTTP")
    } else if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        Text::new(
            "the server closed the connection before the answer was complete",
            "服务器在应答完成之前关闭了连接",
        )
    } else {
        Text::new(format!("the exchange failed: {error}"), format!("通信失败：{error}"))
    };
    HttpFault::critical(text)
}

impl Trace {
    fn start(&mut self, url: &Url) {
        let hops = std::mem::take(&mut self.hops);
        *self = Self { hops, ..Self::default() };
        self.hops.push(url.to_string());
    }

    fn pass(&mut self, phase: &'static str, took: Duration, next: Stage) {
        self.phases.push((phase, took));
        self.stage = next;
    }

    /// What was under way.
    pub(super) fn stage_text(&self) -> Text {
        let address = self.address.map(|address| format!(" {address}")).unwrap_or_default();
        match self.stage {
            Stage::Resolve => Text::new("resolving the name", "正在解析主机名"),
            Stage::Connect => Text::new("connecting", "正在建立连接"),
            Stage::Tls => Text::new(
                format!("in the TLS handshake with{address}"),
                format!("正在与{address} 进行 TLS 握手"),
            ),
            Stage::FirstByte => Text::new(
                format!("waiting for the answer of{address}"),
                format!("正在等待{address} 的应答"),
            ),
            Stage::Body => {
                let received = self.received;
                Text::new(
                    format!("reading the page from{address}, {received} bytes so far"),
                    format!("正在读取 {address} 的页面，已收到 {received} 字节"),
                )
            }
        }
    }

    /// The address asked last.
    pub(super) fn hop_text(&self) -> Text {
        Text::same(self.hops.last().cloned().unwrap_or_default())
    }

    /// Adds what was measured and seen on the way.
    pub(super) fn report(&self, tls: &TlsPlan, verdict: &mut Verdict) {
        for (phase, took) in &self.phases {
            verdict.figure(seconds(phase, *took));
        }
        if self.phases.iter().any(|(phase, _)| *phase == "first_byte") {
            #[expect(clippy::cast_precision_loss, reason = "a page is smaller than 2^53 bytes")]
            let size = self.received as f64;
            verdict.figure(probe::outcome::Figure::new("size", size, "B"));
        }
        if let Some(certificate) = &self.certificate {
            tls.judge(certificate, verdict);
        }
        if let Some(version) = &self.tls_version {
            verdict.detail(Text::same(version.clone()));
        }
        if self.hops.len() > 1 {
            let way = self.hops.join(" → ");
            verdict.detail(Text::new(format!("redirects: {way}"), format!("重定向：{way}")));
        }
    }
}
