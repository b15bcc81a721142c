//! What is wrong with the certificate of another server, in words that say what to do. It is
//! checked as `rustls` does, by the system's authorities and those given: only the words differ.

use std::{
    error::Error,
    fmt, io,
    sync::{Arc, Mutex, PoisonError},
};

use kernel::{Text, Time};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, OtherError,
    RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use x509_parser::parse_x509_certificate;

/// So many of the names that a certificate is for are told.
const NAMES_MAX: usize = 5;
/// The longest name of an issuer that is told.
const ISSUER_CHARS_MAX: usize = 200;
/// What the checker calls a certificate of an authority that a server shows as its own.
const AUTHORITYS: &str = "CaUsedAsEndEntity";

/// What is wrong with a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateWrong {
    /// The server has vouched for itself.
    SelfSigned,
    /// It is that of an authority, which no server may show as its own.
    Authority,
    /// Nobody who is trusted has issued it.
    UnknownIssuer {
        /// Who has.
        issuer: String,
    },
    /// Its time is over.
    Expired {
        /// Since when, where that is known.
        since: Option<Time>,
    },
    /// Its time has not come.
    NotYetValid {
        /// From when on it is good, where that is known.
        from: Option<Time>,
    },
    /// It is another host's.
    WrongName {
        /// The names that it is for.
        names: Vec<String>,
    },
    /// Something else.
    Other {
        /// In the checker's words.
        said: String,
    },
}

/// A certificate that is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFault {
    /// Whose it should be.
    pub host: String,
    /// What is wrong with it.
    pub wrong: CertificateWrong,
}

/// What was wrong with the certificate that was refused last: for who does not get to see the error
/// of TLS itself. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Refused(Arc<Mutex<Option<CertificateWrong>>>);

impl Refused {
    /// What was wrong, if one was refused.
    #[must_use]
    pub fn problem(&self) -> Option<CertificateWrong> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, wrong: &CertificateWrong) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(wrong.clone());
    }
}

/// TLS that trusts `roots` and says what is wrong with a certificate that it refuses: by its error
/// ([`fault_of`]), and in `refused`.
///
/// Errors: [`rustls::Error`].
pub fn client_config(
    roots: Arc<RootCertStore>,
    refused: &Refused,
) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    // Who trusts nobody at all (no authority in the system) has no checker, and refuses everybody.
    let inner = WebPkiServerVerifier::builder_with_provider(roots, provider).build();
    let Ok(inner) = inner else {
        return Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth());
    };
    let telling = Arc::new(Telling { inner, refused: refused.clone() });
    // What `rustls` calls dangerous is another check than its own; this one is its own.
    Ok(builder.dangerous().with_custom_certificate_verifier(telling).with_no_client_auth())
}

/// What is wrong with the certificate of `host`, if it is for this that a connection failed.
#[must_use]
pub fn fault_of(error: &(dyn Error + 'static), host: &str) -> Option<CertificateFault> {
    let rustls::Error::InvalidCertificate(why) = tls_error(error)? else { return None };
    let wrong = match why {
        CertificateError::Other(OtherError(inside)) => match inside.downcast_ref::<Told>() {
            Some(Told(wrong)) => wrong.clone(),
            None => CertificateWrong::Other { said: inside.to_string() },
        },
        other => CertificateWrong::of(other, &[]),
    };
    Some(CertificateFault { host: host.to_owned(), wrong })
}

impl CertificateFault {
    /// What is said about it, and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        self.wrong.text(&self.host)
    }
}

impl CertificateWrong {
    /// What is said about the certificate of `host`, and what to do.
    #[must_use]
    pub fn text(&self, host: &str) -> Text {
        let (what, remedy) = (self.what(), self.remedy());
        Text::new(
            format!("the certificate of {host} {}; {}", what.en, remedy.en),
            format!("{host} 的证书{}；{}", what.zh, remedy.zh),
        )
    }

    fn of(error: &CertificateError, certificate: &[u8]) -> Self {
        let time = |moment: &UnixTime| i64::try_from(moment.as_secs()).ok().map(Time::from_seconds);
        match error {
            CertificateError::UnknownIssuer => of_unknown_issuer(certificate),
            CertificateError::Expired => Self::Expired { since: None },
            CertificateError::ExpiredContext { not_after, .. } => {
                Self::Expired { since: time(not_after) }
            }
            CertificateError::NotValidYet => Self::NotYetValid { from: None },
            CertificateError::NotValidYetContext { not_before, .. } => {
                Self::NotYetValid { from: time(not_before) }
            }
            CertificateError::NotValidForName => Self::WrongName { names: Vec::new() },
            CertificateError::NotValidForNameContext { presented, .. } => Self::WrongName {
                names: presented.iter().take(NAMES_MAX).map(|name| plain(name)).collect(),
            },
            CertificateError::Other(other) if other.0.to_string() == AUTHORITYS => Self::Authority,
            other => Self::Other { said: other.to_string() },
        }
    }

    fn what(&self) -> Text {
        match self {
            Self::SelfSigned => Text::new("is self-signed", "是自签名证书"),
            Self::Authority => Text::new(
                "is that of an authority (CA:TRUE), which no server may show as its own",
                "是 CA 证书（CA:TRUE），不能用作服务器证书",
            ),
            Self::UnknownIssuer { issuer } if issuer.is_empty() => Text::new(
                "was issued by nobody whom this server trusts",
                "的签发机构不受本服务器信任",
            ),
            Self::UnknownIssuer { issuer } => Text::new(
                format!("was issued by `{issuer}`, whom this server does not trust"),
                format!("由“{issuer}”签发，该机构不受本服务器信任"),
            ),
            Self::Expired { since: None } => Text::new("has expired", "已过期"),
            Self::Expired { since: Some(since) } => {
                let day = day(*since);
                Text::new(format!("has expired, on {day}"), format!("已于 {day} 过期"))
            }
            Self::NotYetValid { from: None } => Text::new("is not valid yet", "尚未生效"),
            Self::NotYetValid { from: Some(from) } => {
                let day = day(*from);
                Text::new(format!("is not valid before {day}"), format!("要到 {day} 才生效"))
            }
            Self::WrongName { names } if names.is_empty() => {
                Text::new("is for another name", "与该名称不符")
            }
            Self::WrongName { names } => Text::new(
                format!("is for {}, not for that name", names.join(", ")),
                format!("属于 {}，与该名称不符", names.join("、")),
            ),
            Self::Other { said } => {
                Text::new(format!("is not accepted: {said}"), format!("未通过验证：{said}"))
            }
        }
    }

    fn remedy(&self) -> Text {
        match self {
            Self::SelfSigned => Text::new(
                "if it is the right one, add it as PEM to the certificates to trust (ca_pem)",
                "确认无误后，请将其以 PEM 格式加入附加信任的证书（ca_pem）",
            ),
            Self::Authority => Text::new(
                "have one issued for the server, and add the authority's as PEM to the \
                 certificates to trust (ca_pem)",
                "请为服务器另行签发证书，并将该 CA 证书以 PEM 格式加入附加信任的证书（ca_pem）",
            ),
            Self::UnknownIssuer { .. } => Text::new(
                "add the authority's as PEM to the certificates to trust (ca_pem); those in \
                 between the server must send",
                "请将 CA 证书以 PEM 格式加入附加信任的证书（ca_pem），中间证书须由对方一并发送",
            ),
            Self::Expired { .. } => Text::new(
                "have it renewed there; if it was, set the clock of this server right",
                "请在对方更新证书；如已更新，请校准本服务器的时钟",
            ),
            Self::NotYetValid { .. } => {
                Text::new("set the clocks of both servers right", "请校准双方服务器的时钟")
            }
            Self::WrongName { .. } => Text::new(
                "use a name that it is for, or have one issued for that name",
                "请改用证书所列的名称访问，或为该名称签发证书",
            ),
            Self::Other { .. } => {
                Text::new("have another one issued for the server", "请为服务器另行签发证书")
            }
        }
    }
}

/// Carries what is wrong through the error of TLS.
#[derive(Debug)]
struct Told(CertificateWrong);

impl fmt::Display for Told {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the certificate {}", self.0.what().en)
    }
}

impl Error for Told {}

/// The check of `rustls`, which says more of what it refuses.
#[derive(Debug)]
struct Telling {
    inner: Arc<WebPkiServerVerifier>,
    refused: Refused,
}

impl ServerCertVerifier for Telling {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let inner = &self.inner;
        let checked =
            inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        checked.map_err(|error| match error {
            rustls::Error::InvalidCertificate(why) => {
                let wrong = CertificateWrong::of(&why, end_entity);
                self.refused.note(&wrong);
                CertificateError::Other(OtherError(Arc::new(Told(wrong)))).into()
            }
            other => other,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.inner.root_hint_subjects()
    }
}

/// A certificate whose issuer nobody knows: that of a server that has vouched for itself, or not.
fn of_unknown_issuer(certificate: &[u8]) -> CertificateWrong {
    let Ok((_, read)) = parse_x509_certificate(certificate) else {
        return CertificateWrong::UnknownIssuer { issuer: String::new() };
    };
    if read.issuer().as_raw() == read.subject().as_raw() {
        return CertificateWrong::SelfSigned;
    }
    let issuer = read.issuer().to_string().chars().take(ISSUER_CHARS_MAX).collect();
    CertificateWrong::UnknownIssuer { issuer }
}

/// The error of TLS that is at the bottom of another one.
fn tls_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        // The source of an I/O error is that of what it holds, and not what it holds.
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(held) => Some(held),
            None => error.source(),
        };
    }
    None
}

/// `2027-03-01`.
fn day(time: Time) -> String {
    time.to_string().chars().take(10).collect()
}

/// `localhost` of `DnsName("localhost")`.
fn plain(name: &str) -> String {
    let inside = name.split_once('(').map_or(name, |(_, inside)| inside);
    inside.trim_matches(['"', ')']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_days_are_told_plainly() {
        assert_eq!(plain("DnsName(\"sso.example.org\")"), "sso.example.org");
        assert_eq!(plain("IpAddress(127.0.0.1)"), "127.0.0.1");
        assert_eq!(plain("odd"), "odd");
        assert_eq!(day(Time::from_seconds(1_800_000_000)), "2027-01-15");
    }

    #[test]
    fn what_does_not_read_is_of_an_unknown_issuer() {
        let wrong = CertificateWrong::of(&CertificateError::UnknownIssuer, &[0x30, 0x84, 0xff]);
        assert_eq!(wrong, CertificateWrong::UnknownIssuer { issuer: String::new() });
    }
}
