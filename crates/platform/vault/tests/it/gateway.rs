use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use testkit::{Certificate, ObjectStore, Shown};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// Passed on at once.
const PIECE_BYTES: usize = 16 * 1024;
/// More than any test sends.
const FOR_EVER: i64 = i64::MAX / 2;

/// A way to a store, with or without TLS, which a test cuts. It ends with the test.
pub(crate) struct Gateway {
    address: SocketAddr,
    scheme: &'static str,
    /// So many bytes still pass towards the store; then every connection is dropped.
    left: Arc<AtomicI64>,
    work: JoinHandle<()>,
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.work.abort();
    }
}

impl Gateway {
    pub(crate) async fn plain(store: &ObjectStore) -> Self {
        Self::open(store, None).await
    }

    /// The same by TLS; and the authority that vouches for its certificate.
    pub(crate) async fn tls(store: &ObjectStore, shown: Shown) -> (Self, String) {
        let certificate = Certificate::new(shown);
        (Self::open(store, Some(certificate.acceptor())).await, certificate.authority_pem)
    }

    async fn open(store: &ObjectStore, tls: Option<TlsAcceptor>) -> Self {
        let endpoint = store.endpoint();
        let store: SocketAddr = endpoint.trim_start_matches("http://").parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let left = Arc::new(AtomicI64::new(FOR_EVER));
        let scheme = if tls.is_some() { "https" } else { "http" };
        let passing = Arc::clone(&left);
        let work = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (left, tls) = (Arc::clone(&passing), tls.clone());
                if left.load(Ordering::SeqCst) <= 0 {
                    continue;
                }
                tokio::spawn(async move {
                    let Ok(store) = TcpStream::connect(store).await else { return };
                    match tls {
                        None => pass(client, store, &left).await,
                        // Refused: that is what the test is about.
                        Some(tls) => {
                            if let Ok(client) = tls.accept(client).await {
                                pass(client, store, &left).await;
                            }
                        }
                    }
                });
            }
        });
        Self { address, scheme, left, work }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Lets so many bytes pass towards the store, and then nothing more.
    pub(crate) fn cut_after(&self, bytes: i64) {
        self.left.store(bytes, Ordering::SeqCst);
    }

    pub(crate) fn mend(&self) {
        self.left.store(FOR_EVER, Ordering::SeqCst);
    }
}

async fn pass(client: impl AsyncRead + AsyncWrite, mut store: TcpStream, left: &AtomicI64) {
    let (mut from_client, mut to_client) = tokio::io::split(client);
    let (mut from_store, mut to_store) = store.split();
    let there = async {
        let mut piece = vec![0; PIECE_BYTES];
        while let Ok(length @ 1..) = from_client.read(&mut piece).await {
            let length_left = i64::try_from(length).unwrap();
            if left.fetch_sub(length_left, Ordering::SeqCst) < length_left {
                return;
            }
            if to_store.write_all(&piece[..length]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = there => {}
        _ = copy(&mut from_store, &mut to_client) => {}
    }
}
