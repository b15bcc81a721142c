//! A certificate verifier that writes down its judgement instead of ending the handshake.

use std::sync::{Arc, Mutex, PoisonError};

use kernel::{Clock, Time};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};

use super::certificate::{CertificateView, Seen, day_of_validity, is_time_fault};

/// Watches one handshake.
///
/// The signatures of the handshake are verified as always: the peer does own the certificate that
/// it shows. Only the question whether that certificate is to be trusted is left to the caller.
#[derive(Debug)]
pub(super) struct Inspector {
    verifier: Option<Arc<WebPkiServerVerifier>>,
    algorithms: WebPkiSupportedAlgorithms,
    seen: Mutex<Option<Seen>>,
}

#[derive(Debug)]
struct ClockTime(Arc<dyn Clock>);

impl TimeProvider for ClockTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().micros().div_euclid(1_000_000)).ok()?;
        Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)))
    }
}

impl Inspector {
    /// `verifier` is `None` where this machine trusts nobody.
    pub(super) fn new(
        verifier: Option<Arc<WebPkiServerVerifier>>,
        provider: &CryptoProvider,
    ) -> Self {
        let algorithms = provider.signature_verification_algorithms;
        Self { verifier, algorithms, seen: Mutex::new(None) }
    }

    /// The client configuration of one connection that is inspected.
    pub(super) fn config(
        self: &Arc<Self>,
        provider: &Arc<CryptoProvider>,
        clock: &Arc<dyn Clock>,
    ) -> Result<ClientConfig, Error> {
        let time = Arc::new(ClockTime(Arc::clone(clock)));
        let builder = ClientConfig::builder_with_details(Arc::clone(provider), time)
            .with_safe_default_protocol_versions()?;
        let verifier: Arc<dyn ServerCertVerifier> = Arc::<Self>::clone(self);
        let mut config =
            builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
        config.resumption = rustls::client::Resumption::disabled();
        Ok(config)
    }

    /// What was seen, judged for `host` at `now`.
    pub(super) fn view(&self, host: &str, now: Time) -> CertificateView {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_ref().map_or_else(CertificateView::unread, |seen| seen.view(host, now))
    }
}

impl ServerCertVerifier for Inspector {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verify = |at: UnixTime| match &self.verifier {
            None => Err(Error::General("no trusted authorities on this machine".to_owned())),
            Some(verifier) => verifier
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, at)
                .map(|_| ()),
        };
        // The end of the server's own validity, which is reported by itself, must not hide whether
        // it was ever to be trusted: then the chain is judged as of a day on which it was valid.
        let chain = verify(now).or_else(|fault| match day_of_validity(end_entity, now) {
            Some(day) if is_time_fault(&fault) => verify(day),
            _ => Err(fault),
        });
        let name = ParsedCertificate::try_from(end_entity)
            .and_then(|certificate| verify_server_name(&certificate, server_name));
        let seen = Seen {
            leaf: end_entity.to_vec(),
            intermediates: intermediates.len(),
            chain_fault: chain.err(),
            name_matches: name.is_ok(),
        };
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
