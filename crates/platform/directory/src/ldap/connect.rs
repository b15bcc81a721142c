use std::{net::TcpStream, sync::Arc, time::Duration};

use http_kit::{
    certificate::{self, Refused},
    guard::OutboundGuard,
};
use kernel::{Fault, FaultKind, Text};
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError, StdStream};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::{secret::Secrets, settings::SourceSettings};

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long one answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// Connects to a source and binds.
///
/// Errors: it cannot be reached, may not be reached, is not who it says, or refuses the bind.
pub(super) async fn connect(
    settings: &SourceSettings,
    secrets: &dyn Secrets,
    guard: &OutboundGuard,
) -> Result<Ldap, Fault> {
    let stream = reach(settings, guard).await?;
    let refused = Refused::default();
    let config = tls(&settings.ca_pem, &refused)?;
    let connection = LdapConnSettings::new()
        .set_conn_timeout(CONNECT_TIMEOUT)
        .set_starttls(settings.start_tls)
        .set_config(Arc::new(config))
        .set_std_stream(StdStream::Tcp(stream));
    let connected = LdapConnAsync::with_settings(connection, &settings.url).await;
    let (driver, mut ldap) = connected.map_err(|error| not_let(&error, settings, &refused))?;
    tokio::spawn(async move {
        if let Err(error) = driver.drive().await {
            tracing::debug!("the connection to a directory ended: {error}");
        }
    });
    if !settings.bind_dn.is_empty() {
        let purpose: String = format!("the directory {}", settings.url).chars().take(200).collect();
        let password = secrets.secret(&settings.secret, &purpose).await?;
        let bound = ldap.with_timeout(ANSWER_TIMEOUT).simple_bind(&settings.bind_dn, &password);
        let bound = bound.await.map_err(|error| away(&error))?;
        if bound.rc != 0 {
            let text = Text::new(
                format!("the directory refused to bind `{}` ({})", settings.bind_dn, bound.rc),
                format!("目录服务拒绝“{}”绑定（{}）", settings.bind_dn, bound.rc),
            );
            return Err(Fault::new(FaultKind::Conflict, "bind-refused", text));
        }
    }
    ldap.with_timeout(ANSWER_TIMEOUT);
    Ok(ldap)
}

/// Resolves once, asks whether one may go there, and connects to exactly that address.
async fn reach(settings: &SourceSettings, guard: &OutboundGuard) -> Result<TcpStream, Fault> {
    let url = url::Url::parse(&settings.url).map_err(Fault::internal)?;
    let host = host_of(&url);
    let port = url.port().unwrap_or(if url.scheme() == "ldaps" { 636 } else { 389 });
    let found = tokio::net::lookup_host((host.as_str(), port)).await;
    let mut refused = None;
    for address in found.map_err(|error| unreachable(&error.to_string()))?.take(8) {
        if let Err(refusal) = guard.permit(address.ip(), Some(port)) {
            refused = Some(refusal);
            continue;
        }
        let connected =
            tokio::time::timeout(CONNECT_TIMEOUT, tokio::net::TcpStream::connect(address));
        if let Ok(Ok(stream)) = connected.await {
            return stream.into_std().map_err(Fault::internal);
        }
    }
    match refused {
        Some(refusal) => {
            let why = refusal.text();
            let expected = Text::new(
                format!("an address that may be reached, not {}", why.en),
                format!("允许访问的地址，而不是{}", why.zh),
            );
            Err(Fault::invalid("url", &settings.url, expected))
        }
        None => Err(unreachable(&format!("no answer from {host} port {port}"))),
    }
}

fn host_of(url: &url::Url) -> String {
    url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned()
}

/// TLS that trusts the system's certificates and these; `refused` will tell whose it did not.
fn tls(ca_pem: &str, refused: &Refused) -> Result<ClientConfig, Fault> {
    let mut store = RootCertStore::empty();
    let system = rustls_native_certs::load_native_certs();
    store.add_parsable_certificates(system.certs);
    for certificate in roots(ca_pem)? {
        store.add(certificate).map_err(Fault::internal)?;
    }
    certificate::client_config(Arc::new(store), refused).map_err(|error| {
        unreachable(&format!("no certificate is there to trust anybody by ({error})"))
    })
}

/// Why a connection was not made: what is wrong with the source's certificate, if that is it.
fn not_let(error: &LdapError, settings: &SourceSettings, refused: &Refused) -> Fault {
    let Some(problem) = refused.problem() else { return away(error) };
    let host = url::Url::parse(&settings.url).map(|url| host_of(&url)).unwrap_or_default();
    Fault::new(FaultKind::Unavailable, "certificate-refused", problem.text(&host))
}

/// The certificates in a PEM text. Errors: there is something else in it.
pub(super) fn roots(pem: &str) -> Result<Vec<CertificateDer<'static>>, Fault> {
    if pem.trim().is_empty() {
        return Ok(Vec::new());
    }
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let certificates = read.map_err(Fault::internal)?;
    if certificates.is_empty() { Err(Fault::internal("no certificate")) } else { Ok(certificates) }
}

/// The directory does not answer, or not as it should.
pub(super) fn away(error: &LdapError) -> Fault {
    unreachable(&error.to_string())
}

fn unreachable(said: &str) -> Fault {
    let text = Text::new(
        format!("the directory cannot be reached: {said}"),
        format!("无法访问目录服务：{said}"),
    );
    Fault::new(FaultKind::Unavailable, "source-away", text)
}
