//! One request and its answer: no redirects, a bounded answer, an address that the guard allowed.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Uri, header};
use http_body_util::Full;
use http_kit::outgoing::{self, AnswerLimit, Excess};
use jiff::fmt::rfc2822;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;
use url::Url;

use super::{Blame, Ground, SendFault, reach};
use crate::model::one_line;

/// What is read of an answer: enough to see what the far side says.
const ANSWER: AnswerLimit = AnswerLimit { bytes_max: 64 * 1024, excess: Excess::Cut };

/// Asks over HTTP, through a proxy where one is set.
pub(crate) struct HttpClient {
    ground: Arc<Ground>,
    tls: TlsConnector,
    proxy: Option<Url>,
}

/// What is asked.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    retry_after: Option<String>,
    location: Option<String>,
    pub(crate) body: String,
}

impl HttpClient {
    /// A client that trusts the system's certificates and those of `ca_pem`.
    ///
    /// Errors: the channel's fault.
    pub(crate) fn new(
        ground: Arc<Ground>,
        ca_pem: Option<&str>,
        proxy: Option<&str>,
    ) -> Result<Self, SendFault> {
        let roots = outgoing::trusted(&ground.roots, ca_pem.unwrap_or_default())?;
        let proxy = proxy.map(Url::parse).transpose();
        let proxy = proxy.map_err(|error| SendFault::channel(&error.to_string()))?;
        Ok(Self { ground, tls: outgoing::connector(roots)?, proxy })
    }

    /// Asks once.
    ///
    /// Errors: [`SendFault`] when there was no answer; a status is an answer.
    pub(crate) async fn ask(&self, ask: Ask) -> Result<Answer, SendFault> {
        let (Some(host), Some(port)) = (ask.url.host_str(), ask.url.port_or_known_default()) else {
            return Err(SendFault::message("the address has no host"));
        };
        let https = ask.url.scheme() == "https";
        let stream = match &self.proxy {
            None => {
                let addresses = reach::resolve(&self.ground.guard, host, port).await?;
                reach::connect(&addresses).await?
            }
            Some(proxy) => self.through(proxy, host, port, https).await?,
        };
        if !https {
            return converse(stream, &ask, self.proxy.is_some()).await;
        }
        converse(outgoing::secure(&self.tls, host, stream).await?, &ask, false).await
    }

    /// A connection to the proxy, and for https through it (RFC 9110 9.3.6).
    async fn through(
        &self,
        proxy: &Url,
        host: &str,
        port: u16,
        https: bool,
    ) -> Result<TcpStream, SendFault> {
        // The proxy resolves the name; an address that is written out is judged here.
        if let Ok(address) = host.trim_start_matches('[').trim_end_matches(']').parse()
            && let Err(refusal) = self.ground.guard.permit(address, Some(port))
        {
            let said = format!("{host}: {}, which must not be reached", refusal.text().en);
            return Err(SendFault::new(Blame::Message, "refused", &said));
        }
        let (Some(at), Some(by)) = (proxy.host_str(), proxy.port_or_known_default()) else {
            return Err(SendFault::channel("the proxy has no host"));
        };
        let mut stream = reach::connect(&reach::resolve(&self.ground.guard, at, by).await?).await?;
        if https {
            tunnel(&mut stream, host, port)
                .await
                .map_err(|said| SendFault::channel(&format!("proxy: {said}")))?;
        }
        Ok(stream)
    }
}

async fn tunnel(stream: &mut TcpStream, host: &str, port: u16) -> Result<(), String> {
    let ask = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n");
    stream.write_all(ask.as_bytes()).await.map_err(|error| error.to_string())?;
    let mut head = Vec::new();
    // Byte by byte: what follows the head belongs to TLS.
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > 8 * 1024 {
            return Err("its answer has no end".to_owned());
        }
        head.push(stream.read_u8().await.map_err(|error| error.to_string())?);
    }
    let line = String::from_utf8_lossy(&head);
    let line = line.lines().next().unwrap_or_default();
    match line.split(' ').nth(1) {
        Some("200") => Ok(()),
        _ => Err(one_line(line)),
    }
}

async fn converse<S>(stream: S, ask: &Ask, by_proxy: bool) -> Result<Answer, SendFault>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let answer = outgoing::exchange(stream, request(ask, by_proxy)?, ANSWER).await?;
    let text = |name| {
        let value = answer.headers().get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    Ok(Answer {
        status: answer.status().as_u16(),
        retry_after: text(header::RETRY_AFTER),
        location: text(header::LOCATION),
        body: String::from_utf8_lossy(answer.body()).into_owned(),
    })
}

fn request(ask: &Ask, by_proxy: bool) -> Result<Request<Full<Bytes>>, SendFault> {
    let from = if by_proxy { url::Position::BeforeScheme } else { url::Position::BeforePath };
    let wrong = |error: &dyn std::fmt::Display| {
        SendFault::message(&format!("the address cannot be asked for: {error}"))
    };
    let uri: Uri =
        ask.url[from..url::Position::AfterQuery].parse().map_err(|error| wrong(&error))?;
    let host = &ask.url[url::Position::BeforeHost..url::Position::AfterPort];
    let host = HeaderValue::from_str(host).map_err(|error| wrong(&error))?;
    let mut request = Request::new(Full::new(ask.body.clone()));
    *request.method_mut() = ask.method.clone();
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    headers.extend(ask.headers.clone());
    headers.insert(header::HOST, host);
    Ok(request)
}

impl Answer {
    /// Nothing when the status says that the far side took it; else the fault.
    pub(crate) fn accepted(&self, now: kernel::Time) -> Result<(), SendFault> {
        let code = self.status.to_string();
        let said = one_line(&self.body);
        let blame = match self.status {
            200..=299 => return Ok(()),
            300..=399 => {
                let to = self.location.as_deref().unwrap_or("nowhere");
                let said = format!("redirected to {to}: give the final address");
                return Err(SendFault::new(Blame::Message, code, &said));
            }
            408 | 425 | 429 => Blame::Busy(self.retry_after(now)),
            503 if self.retry_after.is_some() => Blame::Busy(self.retry_after(now)),
            401 | 403 | 407 | 500..=599 => Blame::Channel,
            _ => Blame::Message,
        };
        Err(SendFault::new(blame, code, &said))
    }

    /// How long the far side wants to be left alone: seconds, or a date (RFC 9110 10.2.3).
    fn retry_after(&self, now: kernel::Time) -> Option<Duration> {
        let text = self.retry_after.as_deref()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = rfc2822::parse(text).ok()?.timestamp();
        Some(kernel::Time::from_micros(date.as_microsecond()).since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, retry_after: Option<&str>) -> Answer {
        Answer {
            status,
            retry_after: retry_after.map(str::to_owned),
            location: Some("/elsewhere".to_owned()),
            body: "words".to_owned(),
        }
    }

    #[test]
    fn statuses_are_taken_for_what_they_mean() {
        let now = "2026-01-31T08:00:00Z".parse().unwrap();
        let minutes = Some(Duration::from_secs(120));
        for (status, retry_after, expected) in [
            (204, None, None),
            (302, None, Some(Blame::Message)),
            (400, None, Some(Blame::Message)),
            (401, None, Some(Blame::Channel)),
            (410, None, Some(Blame::Message)),
            (429, Some("120"), Some(Blame::Busy(minutes))),
            (429, Some("Sat, 31 Jan 2026 08:02:00 GMT"), Some(Blame::Busy(minutes))),
            (429, Some("soon"), Some(Blame::Busy(None))),
            (500, None, Some(Blame::Channel)),
            (503, Some("120"), Some(Blame::Busy(minutes))),
        ] {
            let blame = answer(status, retry_after).accepted(now).err().map(|fault| fault.blame);
            assert_eq!(blame, expected, "{status} {retry_after:?}");
        }
    }
}
