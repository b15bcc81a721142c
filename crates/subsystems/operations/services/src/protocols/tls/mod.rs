//! TLS for checks: every handshake is finished, whatever the certificate, so that the certificate
//! can be looked at; whether anything is sent after that is decided by [`TlsPlan::judge`].

mod certificate;
mod inspect;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use kernel::{Clock, Text};
use probe::outcome::{Figure, SpecFault, State, Threshold};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub(super) use self::certificate::CertificateView;
use self::inspect::Inspector;
use super::spec::{self, Host, Limits, property};
use super::verdict::Verdict;

/// The certificate authorities that this machine trusts, read when first needed.
#[derive(Debug, Default)]
pub(super) struct Trust {
    roots: OnceLock<Arc<RootCertStore>>,
}

impl Trust {
    /// The machine's own roots; empty where there are none.
    fn roots(&self) -> Arc<RootCertStore> {
        let read = || {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            Arc::new(roots)
        };
        Arc::clone(self.roots.get_or_init(read))
    }
}

/// What is expected of a certificate.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CertificateSpec {
    verify: bool,
    warning_days: Option<u16>,
    critical_days: Option<u16>,
    ca_pem: Option<String>,
}

impl Default for CertificateSpec {
    fn default() -> Self {
        Self { verify: true, warning_days: None, critical_days: None, ca_pem: None }
    }
}

/// Days before the end of a verified certificate at which it is a warning, and critical.
const DAYS_DEFAULT: (u16, u16) = (21, 7);
/// The longest `ca_pem`.
const CA_BYTES_MAX: usize = 256 * 1024;

impl CertificateSpec {
    /// The schema of the `certificate` key.
    pub(super) fn schema() -> Value {
        let days = json!({ "type": "integer", "minimum": 0, "maximum": 65535 });
        let verify = json!({ "type": "boolean", "default": true });
        property(
            "Certificate",
            "证书",
            json!({
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "verify": property("Verify chain and host", "校验证书链与主机名", verify),
                    "warning_days": property("Warning days before expiry", "到期前警告天数", days.clone()),
                    "critical_days": property("Critical days before expiry", "到期前严重天数", days),
                    "ca_pem": property(
                        "Additional trusted authorities (PEM)",
                        "额外信任的证书颁发机构（PEM）",
                        json!({ "type": "string", "maxLength": CA_BYTES_MAX }),
                    ),
                },
            }),
        )
    }

    /// Days before expiry: by default only a verified certificate is watched.
    fn limits(&self) -> Limits {
        let default = |days| self.verify.then_some(days);
        let range = |days: Option<u16>| days.map(|days| Threshold::below(f64::from(days)));
        Limits {
            warning: range(self.warning_days.or(default(DAYS_DEFAULT.0))),
            critical: range(self.critical_days.or(default(DAYS_DEFAULT.1))),
        }
    }
}

/// Everything a check needs for its handshakes, made once.
#[derive(Debug)]
pub(super) struct TlsPlan {
    spec: CertificateSpec,
    provider: Arc<CryptoProvider>,
    trust: Arc<Trust>,
    additional: Vec<CertificateDer<'static>>,
    verifier: OnceLock<Option<Arc<WebPkiServerVerifier>>>,
}

/// A finished handshake.
#[derive(Debug)]
pub(super) struct Handshake {
    pub(super) stream: TlsStream<TcpStream>,
    pub(super) certificate: CertificateView,
    pub(super) took: Duration,
    pub(super) version: String,
}

impl TlsPlan {
    /// Prepares handshakes. `field` is where the specification stands, for faults.
    pub(super) fn new(
        spec: CertificateSpec,
        trust: Arc<Trust>,
        field: &str,
    ) -> Result<Self, SpecFault> {
        let pem = spec.ca_pem.as_deref().unwrap_or("");
        let ca_field = format!("{field}.ca_pem");
        if pem.len() > CA_BYTES_MAX {
            let expected = Text::new("at most 256 KiB", "不超过 256 KiB");
            return Err(spec::fault(&ca_field, format!("{} bytes", pem.len()), expected));
        }
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        let additional = read.ok().filter(|all| pem.is_empty() || !all.is_empty());
        let Some(additional) = additional else {
            let expected = Text::new("certificates in PEM form", "PEM 格式的证书");
            return Err(spec::fault(&ca_field, pem, expected));
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        Ok(Self { spec, provider, trust, additional, verifier: OnceLock::new() })
    }

    /// The verifier, unless nobody is trusted on this machine.
    fn verifier(&self) -> Option<Arc<WebPkiServerVerifier>> {
        let make = || {
            let mut roots = (*self.trust.roots()).clone();
            roots.add_parsable_certificates(self.additional.iter().cloned());
            let provider = Arc::clone(&self.provider);
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().ok()
        };
        self.verifier.get_or_init(make).clone()
    }

    /// Shakes hands; the certificate is examined but never a reason to stop here.
    pub(super) async fn handshake(
        &self,
        stream: TcpStream,
        host: &Host,
        clock: &Arc<dyn Clock>,
    ) -> Result<Handshake, std::io::Error> {
        let began = clock.monotonic();
        let name = match &host.0 {
            url::Host::Ipv4(v4) => ServerName::from(std::net::IpAddr::V4(*v4)),
            url::Host::Ipv6(v6) => ServerName::from(std::net::IpAddr::V6(*v6)),
            url::Host::Domain(domain) => {
                // A root dot is no part of the name in SNI (RFC 6066, 3).
                let domain = domain.trim_end_matches('.').to_owned();
                ServerName::try_from(domain).map_err(std::io::Error::other)?
            }
        };
        let inspector = Arc::new(Inspector::new(self.verifier(), &self.provider));
        let config = inspector.config(&self.provider, clock).map_err(std::io::Error::other)?;
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
        let took = clock.monotonic().saturating_sub(began);
        let version = match stream.get_ref().1.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3".to_owned(),
            Some(rustls::ProtocolVersion::TLSv1_2) => "TLS 1.2".to_owned(),
            other => format!("{other:?}"),
        };
        let certificate = inspector.view(&host.to_string(), clock.now());
        Ok(Handshake { stream, certificate, took, version })
    }

    /// Whether the conversation may go on after this certificate.
    pub(super) fn accepts(&self, certificate: &CertificateView) -> bool {
        !self.spec.verify || certificate.faults.is_empty()
    }

    /// Adds what the certificate is worth to a verdict.
    pub(super) fn judge(&self, certificate: &CertificateView, verdict: &mut Verdict) {
        for fault in &certificate.faults {
            if self.spec.verify {
                verdict.find(State::Critical, fault.clone());
            } else {
                verdict.detail(fault.clone());
            }
        }
        if !self.spec.verify {
            verdict.remark(Text::new("certificate not verified", "未校验证书"));
        }
        if let Some(days) = certificate.days_left {
            let figure = Figure::new("certificate_days", (days * 100.0).floor() / 100.0, "");
            let limits = self.spec.limits();
            if certificate.expired && self.spec.verify {
                // The fault says it already.
                verdict.figure(figure.with_thresholds(limits.warning, limits.critical));
            } else {
                let what = Text::new("days until the certificate expires", "证书剩余天数");
                verdict.judge(figure, &limits, &what);
            }
        }
        if let Some(line) = &certificate.line {
            verdict.detail(line.clone());
        }
    }
}

/// Says why a handshake failed.
pub(super) fn handshake_text(error: &std::io::Error) -> Text {
    use rustls::Error as Tls;
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Tls>());
    match inner {
        Some(Tls::InvalidMessage(_)) => Text::new(
            "TLS handshake failed: the answer is not TLS",
            "TLS 握手失败：对方的应答不是 TLS",
        ),
        Some(Tls::AlertReceived(alert)) => Text::new(
            format!("TLS handshake failed: the server refuses it ({alert:?})"),
            format!("TLS 握手失败：服务器拒绝（{alert:?}）"),
        ),
        Some(other) => {
            Text::new(format!("TLS handshake failed: {other}"), format!("TLS 握手失败：{other}"))
        }
        None => {
            let why = super::reach::io_text(error);
            Text::new(
                format!("TLS handshake failed: {}", why.en),
                format!("TLS 握手失败：{}", why.zh),
            )
        }
    }
}
