use std::{io, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

const MADE: &str = "what is written here makes a certificate";

/// What the certificate of a server is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// By an authority of the test's own, for `localhost` and 127.0.0.1.
    Sound,
    /// It vouches for itself.
    SelfSigned,
    /// It is the authority's own.
    Authority,
    /// It was over on 2021-03-01.
    Expired,
    /// It is valid from 2400-01-01 on.
    Early,
    /// It is for `ds.example`.
    Elsewhere,
}

/// A certificate of the test's own, with its key.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// What the server shows, as PEM.
    pub pem: String,
    /// The key to it, as PEM.
    pub key_pem: String,
    /// The authority, `CN=Test authority`, as PEM; one that vouches for itself it does not know.
    pub authority_pem: String,
    der: CertificateDer<'static>,
    key_der: Vec<u8>,
}

impl Certificate {
    /// Makes one.
    ///
    /// # Panics
    /// Never: all that it is made of is written here.
    #[must_use]
    pub fn new(shown: Shown) -> Self {
        let mut authority = params(&[]);
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.distinguished_name.push(DnType::CommonName, "Test authority");
        let authority_key = KeyPair::generate().expect(MADE);
        let own = authority.self_signed(&authority_key).expect(MADE);
        if shown == Shown::Authority {
            return Self::of(&own, &authority_key, own.pem());
        }
        let mut server = match shown {
            Shown::Elsewhere => params(&["ds.example"]),
            _ => params(&["127.0.0.1", "localhost"]),
        };
        match shown {
            Shown::Expired => server.not_after = date_time_ymd(2021, 3, 1),
            Shown::Early => server.not_before = date_time_ymd(2400, 1, 1),
            _ => {}
        }
        let key = KeyPair::generate().expect(MADE);
        let made = match shown {
            Shown::SelfSigned => server.self_signed(&key),
            _ => server.signed_by(&key, &Issuer::new(authority, authority_key)),
        };
        Self::of(&made.expect(MADE), &key, own.pem())
    }

    fn of(made: &rcgen::Certificate, key: &KeyPair, authority_pem: String) -> Self {
        Self {
            pem: made.pem(),
            key_pem: key.serialize_pem(),
            authority_pem,
            der: made.der().clone(),
            key_der: key.serialize_der(),
        }
    }

    /// What speaks TLS with it on a connection that was taken.
    ///
    /// # Panics
    /// Never: certificate and key belong together.
    #[must_use]
    pub fn acceptor(&self) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key_der.clone()));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring speaks TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_single_cert(vec![self.der.clone()], key)
            .expect("certificate and key belong together");
        TlsAcceptor::from(Arc::new(config))
    }
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    CertificateParams::new(names).expect(MADE)
}

/// A free port of loopback on which a certificate is shown.
pub struct TlsPort {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl TlsPort {
    /// Listens.
    ///
    /// # Panics
    /// When no port is free: the test cannot run.
    pub async fn showing(certificate: &Certificate) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.expect("loopback has a free port");
        Self { listener, acceptor: certificate.acceptor() }
    }

    /// Its number.
    ///
    /// # Panics
    /// Never: it listens.
    #[must_use]
    pub fn number(&self) -> u16 {
        self.listener.local_addr().expect("it listens").port()
    }

    /// The next who comes.
    ///
    /// Errors: they went away before TLS was agreed on, as who does not trust the certificate does.
    pub async fn accept(&self) -> io::Result<TlsStream<TcpStream>> {
        let (stream, _) = self.listener.accept().await?;
        self.acceptor.accept(stream).await
    }
}
