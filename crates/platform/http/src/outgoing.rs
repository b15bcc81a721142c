//! Asking another server over HTTP: the name is resolved once, the guard asked, and the connection
//! goes to exactly the address that it allowed. No redirects, no connection kept, and a limit to
//! what is read.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    body::Bytes,
    http::{HeaderValue, Request, Response, Uri, header},
};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use kernel::Text;
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    task::JoinSet,
};
use tokio_rustls::TlsConnector;
use url::{Position, Url};

use crate::{
    certificate::{self, CertificateFault, Refused},
    guard::{OutboundGuard, Refusal},
};

/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 4;
/// The most that status line and headers may have together.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutgoingError {
    /// All addresses of the host are refused: it will not be better next time.
    Refused {
        /// The host as it was given.
        host: String,
        /// One of its addresses.
        address: IpAddr,
        /// Why that one.
        refusal: Refusal,
    },
    /// What was to be asked cannot be asked.
    Unaskable {
        /// What is wrong with it.
        said: String,
    },
    /// Nobody answers, or not as it should.
    Away {
        /// What went wrong.
        said: String,
    },
    /// Whoever answers has a certificate that is not accepted.
    Certificate(CertificateFault),
}

/// What happens to an answer that is longer than its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// The beginning is enough.
    Cut,
    /// Then it is no answer.
    Refuse,
}

/// How much of an answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerLimit {
    /// The most bytes of the body.
    pub bytes_max: usize,
    /// What happens to more.
    pub excess: Excess,
}

/// Asks other servers for somebody. Cheap to clone.
#[derive(Clone)]
pub struct Outgoing {
    guard: Arc<OutboundGuard>,
    roots: Arc<RootCertStore>,
    timeout: Duration,
    limit: AnswerLimit,
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Outgoing").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl std::fmt::Display for OutgoingError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.text().en)
    }
}

impl std::error::Error for OutgoingError {}

impl OutgoingError {
    /// What is said about it.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Refused { host, address, refusal } => {
                let why = refusal.text();
                Text::new(
                    format!("{host} is {address}: {}, which must not be reached", why.en),
                    format!("{host} 的地址 {address} 是{}，不允许访问", why.zh),
                )
            }
            Self::Unaskable { said } | Self::Away { said } => Text::same(said.clone()),
            Self::Certificate(fault) => fault.text(),
        }
    }

    fn unaskable(said: impl Into<String>) -> Self {
        Self::Unaskable { said: said.into() }
    }

    fn away(said: impl Into<String>) -> Self {
        Self::Away { said: said.into() }
    }
}

impl Outgoing {
    /// What asks: trusts the system's certificates, waits `timeout` for everything together, and
    /// refuses answers of more than `bytes_max`.
    #[must_use]
    pub fn new(guard: Arc<OutboundGuard>, timeout: Duration, bytes_max: usize) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let limit = AnswerLimit { bytes_max, excess: Excess::Refuse };
        Self { guard, roots: Arc::new(roots), timeout, limit }
    }

    /// Asks once. `ca_pem`: certificates to trust besides the system's.
    ///
    /// Errors: [`OutgoingError`] when there was no answer; a status is an answer.
    pub async fn ask(
        &self,
        request: Request<Vec<u8>>,
        ca_pem: &str,
    ) -> Result<Response<Vec<u8>>, OutgoingError> {
        match tokio::time::timeout(self.timeout, self.ask_patiently(request, ca_pem)).await {
            Ok(answered) => answered,
            Err(_) => {
                let said = format!("no answer within {} s", self.timeout.as_secs());
                Err(OutgoingError::away(said))
            }
        }
    }

    async fn ask_patiently(
        &self,
        request: Request<Vec<u8>>,
        ca_pem: &str,
    ) -> Result<Response<Vec<u8>>, OutgoingError> {
        let url = Url::parse(&request.uri().to_string())
            .map_err(|error| OutgoingError::unaskable(error.to_string()))?;
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(OutgoingError::unaskable("the address has no host"));
        };
        let stream = connect(&resolve(&self.guard, host, port).await?).await?;
        let request = of_origin(request, &url)?;
        if url.scheme() != "https" {
            return exchange(stream, request, self.limit).await;
        }
        let tls = connector(trusted(&self.roots, ca_pem)?)?;
        exchange(secure(&tls, host, stream).await?, request, self.limit).await
    }
}

/// The addresses of `host` that the guard allows.
///
/// Errors: [`OutgoingError`]: all are refused, or the name does not resolve.
pub async fn resolve(
    guard: &OutboundGuard,
    host: &str,
    port: u16,
) -> Result<Vec<SocketAddr>, OutgoingError> {
    let found: Vec<SocketAddr> = lookup_host((bare(host), port))
        .await
        .map_err(|error| OutgoingError::away(format!("{host} does not resolve: {error}")))?
        .take(ADDRESSES_MAX)
        .collect();
    let mut refused = None;
    let mut allowed = Vec::new();
    for address in found {
        match guard.permit(address.ip(), Some(port)) {
            Ok(()) => allowed.push(address),
            Err(refusal) => refused = Some((address.ip(), refusal)),
        }
    }
    match (allowed.is_empty(), refused) {
        (false, _) => Ok(allowed),
        (true, Some((address, refusal))) => {
            Err(OutgoingError::Refused { host: host.to_owned(), address, refusal })
        }
        (true, None) => Err(OutgoingError::away(format!("{host} has no address"))),
    }
}

/// Connects to the first that answers.
///
/// Errors: [`OutgoingError::Away`].
pub async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, OutgoingError> {
    let mut said = String::new();
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // Small requests go at once.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!("failed to set TCP_NODELAY: {error}");
                }
                return Ok(stream);
            }
            Err(error) => said = format!("{address}: {error}"),
        }
    }
    Err(OutgoingError::away(said))
}

/// The system's certificates and those given.
///
/// Errors: [`OutgoingError::Away`]: what was given is no certificate.
pub fn trusted(system: &RootCertStore, ca_pem: &str) -> Result<RootCertStore, OutgoingError> {
    let mut roots = system.clone();
    for certificate in CertificateDer::pem_slice_iter(ca_pem.as_bytes()) {
        let added = certificate
            .map_err(|error| error.to_string())
            .and_then(|certificate| roots.add(certificate).map_err(|error| error.to_string()));
        added.map_err(|said| OutgoingError::away(format!("ca_pem: {said}")))?;
    }
    Ok(roots)
}

/// TLS that trusts `roots`.
///
/// Errors: [`OutgoingError::Away`].
pub fn connector(roots: RootCertStore) -> Result<TlsConnector, OutgoingError> {
    let config = certificate::client_config(Arc::new(roots), &Refused::default());
    let config = config.map_err(|error| OutgoingError::away(error.to_string()))?;
    Ok(TlsConnector::from(Arc::new(config)))
}

/// TLS over a connection to `host`, whose certificate must be that host's.
///
/// Errors: [`OutgoingError`]; [`OutgoingError::Certificate`] when it is not accepted.
pub async fn secure(
    tls: &TlsConnector,
    host: &str,
    stream: TcpStream,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, OutgoingError> {
    let name = ServerName::try_from(bare(host).to_owned()).map_err(|_| {
        OutgoingError::unaskable("the host has no name that a certificate could have")
    })?;
    let secured = tls.connect(name, stream).await;
    secured.map_err(|error| match certificate::fault_of(&error, bare(host)) {
        Some(fault) => OutgoingError::Certificate(fault),
        None => OutgoingError::away(format!("TLS: {error}")),
    })
}

/// Asks over a connection and reads the answer, after which the connection is over.
///
/// Errors: [`OutgoingError::Away`].
pub async fn exchange<S>(
    stream: S,
    mut request: Request<Full<Bytes>>,
    limit: AnswerLimit,
) -> Result<Response<Vec<u8>>, OutgoingError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let headers = request.headers_mut();
    let agent = concat!("Mainstay/", env!("CARGO_PKG_VERSION"));
    headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    let handshake = http1::Builder::new()
        .max_buf_size(HEAD_BYTES_MAX)
        .handshake::<_, Full<Bytes>>(TokioIo::new(stream))
        .await;
    let (mut sender, connection) = handshake.map_err(|error| broken(&error))?;
    // The set ends the connection when this function does, at whatever await.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let response = sender.send_request(request).await.map_err(|error| broken(&error))?;
    let (head, mut incoming) = response.into_parts();
    let mut body = Vec::new();
    while let Some(frame) = incoming.frame().await {
        let Ok(data) = frame.map_err(|error| broken(&error))?.into_data() else { continue };
        let room = limit.bytes_max - body.len();
        if data.len() > room && limit.excess == Excess::Refuse {
            let said = format!("the answer is longer than {} bytes", limit.bytes_max);
            return Err(OutgoingError::away(said));
        }
        body.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() >= room && limit.excess == Excess::Cut {
            break;
        }
    }
    Ok(Response::from_parts(head, body))
}

/// The request as it goes to the server itself: its path, and the host beside it.
fn of_origin(request: Request<Vec<u8>>, url: &Url) -> Result<Request<Full<Bytes>>, OutgoingError> {
    let wrong = |error: &dyn std::fmt::Display| {
        OutgoingError::unaskable(format!("the address cannot be asked for: {error}"))
    };
    let uri = &url[Position::BeforePath..Position::AfterQuery];
    let uri: Uri = uri.parse().map_err(|error| wrong(&error))?;
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let host = HeaderValue::from_str(host).map_err(|error| wrong(&error))?;
    let (mut head, body) = request.into_parts();
    head.uri = uri;
    head.headers.insert(header::HOST, host);
    Ok(Request::from_parts(head, Full::new(body.into())))
}

/// A host without the brackets that an IPv6 address has in a URL.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

fn broken(error: &hyper::Error) -> OutgoingError {
    OutgoingError::away(if error.is_parse() {
        "the answer is not HTTP".to_owned()
    } else if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        "the connection was closed before the answer was complete".to_owned()
    } else {
        format!("the exchange failed: {error}")
    })
}
