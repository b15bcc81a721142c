//! What a certificate is worth: pure, from the bytes seen and the time.

use std::time::Duration;

use kernel::{Text, Time};
use rustls::pki_types::UnixTime;
use rustls::{CertificateError, Error};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

/// What one handshake showed.
#[derive(Debug)]
pub(super) struct Seen {
    /// The server's own certificate, DER.
    pub(super) leaf: Vec<u8>,
    /// How many certificates came with it.
    pub(super) intermediates: usize,
    /// Why no trusted chain was found.
    pub(super) chain_fault: Option<Error>,
    /// Whether the certificate is for the host that was asked.
    pub(super) name_matches: bool,
}

/// A certificate, judged for a host at a time.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct CertificateView {
    /// Everything that speaks against trusting it; empty if nothing does.
    pub(in super::super) faults: Vec<Text>,
    /// Days until it expires, negative afterwards.
    pub(in super::super) days_left: Option<f64>,
    /// Whether it has expired.
    pub(in super::super) expired: bool,
    /// A line that describes it.
    pub(in super::super) line: Option<Text>,
}

impl CertificateView {
    /// The view where no certificate could be read.
    pub(super) fn unread() -> Self {
        let fault = Text::new("the server's certificate is unreadable", "无法读取服务器证书");
        Self { faults: vec![fault], days_left: None, expired: false, line: None }
    }
}

const SECONDS_PER_DAY: f64 = 86_400.0;

impl Seen {
    /// Judges the certificate for `host` at `now`.
    pub(super) fn view(&self, host: &str, now: Time) -> CertificateView {
        let Ok((_, leaf)) = X509Certificate::from_der(&self.leaf) else {
            return CertificateView::unread();
        };
        let not_after = Time::from_seconds(leaf.validity().not_after.timestamp());
        let not_before = Time::from_seconds(leaf.validity().not_before.timestamp());
        let days_left = (not_after.seconds_f64() - now.seconds_f64()) / SECONDS_PER_DAY;
        let expired = now > not_after;
        let mut faults = Vec::new();
        if expired {
            faults.push(expired_text(not_after, -days_left));
        } else if now < not_before {
            faults.push(Text::new(
                format!("the certificate is not valid before {not_before}"),
                format!("证书在 {not_before} 之前无效"),
            ));
        }
        if let Some(fault) = self.chain_text(&leaf) {
            faults.push(fault);
        }
        if !self.name_matches {
            let names = names(&leaf);
            faults.push(Text::new(
                format!("the certificate is for {names}, not for {host}"),
                format!("证书颁发给 {names}，而不是 {host}"),
            ));
        }
        let (subject, issuer) = (leaf.subject().to_string(), leaf.issuer().to_string());
        let sent = self.intermediates + 1;
        let line = Text::new(
            format!("certificate {subject}, issued by {issuer}, expires {not_after}, {sent} sent"),
            format!("证书 {subject}，颁发者 {issuer}，{not_after} 到期，共发送 {sent} 张"),
        );
        CertificateView { faults, days_left: Some(days_left), expired, line: Some(line) }
    }

    /// What is wrong with the chain, the leaf's own validity aside.
    fn chain_text(&self, leaf: &X509Certificate<'_>) -> Option<Text> {
        let fault = self.chain_fault.as_ref()?;
        if is_name_fault(fault) {
            return None;
        }
        if leaf.subject() == leaf.issuer() && self.intermediates == 0 {
            // The verifier words it as an unknown issuer, or as an authority used as a server,
            // depending on how the certificate was made.
            let text = ("the certificate is self-signed and not trusted", "证书为自签名，不受信任");
            return Some(Text::new(text.0, text.1));
        }
        match fault {
            fault if is_time_fault(fault) => Some(Text::new(
                "a certificate of the chain is outside its validity",
                "证书链中有证书不在有效期内",
            )),
            Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
                let issuer = leaf.issuer();
                Some(Text::new(
                    format!("the certificate's issuer \"{issuer}\" is not trusted"),
                    format!("证书颁发者“{issuer}”不受信任"),
                ))
            }
            Error::InvalidCertificate(CertificateError::Revoked) => {
                Some(Text::new("the certificate is revoked", "证书已被吊销"))
            }
            other => Some(Text::new(
                format!("the certificate is not trusted: {other}"),
                format!("证书不受信任：{other}"),
            )),
        }
    }
}

/// Whether the verifier complains about the time.
pub(super) fn is_time_fault(fault: &Error) -> bool {
    use CertificateError as C;
    matches!(
        fault,
        Error::InvalidCertificate(
            C::Expired | C::ExpiredContext { .. } | C::NotValidYet | C::NotValidYetContext { .. }
        )
    )
}

fn is_name_fault(fault: &Error) -> bool {
    use CertificateError as C;
    matches!(
        fault,
        Error::InvalidCertificate(C::NotValidForName | C::NotValidForNameContext { .. })
    )
}

/// A moment at which the certificate itself was valid, if it is not valid `now`.
pub(super) fn day_of_validity(leaf: &[u8], now: UnixTime) -> Option<UnixTime> {
    let (_, leaf) = X509Certificate::from_der(leaf).ok()?;
    let first = u64::try_from(leaf.validity().not_before.timestamp()).ok()?;
    let last = u64::try_from(leaf.validity().not_after.timestamp()).ok()?;
    let valid = first <= now.as_secs() && now.as_secs() <= last;
    let nearest = UnixTime::since_unix_epoch(Duration::from_secs(
        now.as_secs().clamp(first, last.max(first)),
    ));
    (!valid && first <= last).then_some(nearest)
}

fn expired_text(not_after: Time, days: f64) -> Text {
    Text::new(
        format!("the certificate expired on {not_after}, {days:.0} days ago"),
        format!("证书已于 {not_after} 过期（{days:.0} 天前）"),
    )
}

/// The names a certificate is for, at most five.
fn names(leaf: &X509Certificate<'_>) -> String {
    let alternative = leaf.subject_alternative_name().ok().flatten();
    let mut names: Vec<String> = alternative
        .iter()
        .flat_map(|extension| &extension.value.general_names)
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some((*name).to_owned()),
            GeneralName::IPAddress(bytes) => address(bytes),
            _ => None,
        })
        .take(6)
        .collect();
    if names.len() > 5 {
        names[5] = "…".to_owned();
    }
    if names.is_empty() { "no host at all".to_owned() } else { names.join(", ") }
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(v4).to_string());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|v6| std::net::Ipv6Addr::from(v6).to_string())
}
