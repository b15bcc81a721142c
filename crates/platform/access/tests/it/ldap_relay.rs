//! What is between the server and a directory: it lets everything through and counts what is asked.

use std::sync::{Arc, Mutex};

use testkit::{Certificate, Shown, TlsPort};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The tags of requests (RFC 4511 4.2, 4.5).
pub(crate) const BIND: u8 = 0x60;
pub(crate) const SEARCH: u8 = 0x63;

/// TLS in front of a directory.
pub(crate) struct Relay {
    pub(crate) url: String,
    pub(crate) ca_pem: String,
    asked: Arc<Mutex<Vec<u8>>>,
}

impl Relay {
    /// In front of the directory on that port, which listens in the clear.
    pub(crate) async fn before(port: u16) -> Self {
        let certificate = Certificate::new(Shown::Sound);
        let tls = TlsPort::showing(&certificate).await;
        let url = format!("ldaps://localhost:{}", tls.number());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        tokio::spawn(async move {
            loop {
                let stream = tls.accept().await.unwrap();
                let directory = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                let (mut from_client, mut to_client) = tokio::io::split(stream);
                let (mut from_directory, mut to_directory) = directory.into_split();
                tokio::spawn(
                    async move { tokio::io::copy(&mut from_directory, &mut to_client).await },
                );
                let seen = Arc::clone(&seen);
                tokio::spawn(async move {
                    while let Some(message) = message(&mut from_client).await {
                        let asked = operation(&message);
                        if matches!(asked, BIND | SEARCH) {
                            seen.lock().unwrap().push(asked);
                        }
                        to_directory.write_all(&message).await.unwrap();
                    }
                });
            }
        });
        Self { url, ca_pem: certificate.authority_pem, asked }
    }

    /// What was asked since this was called last.
    pub(crate) fn asked(&self) -> Vec<u8> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

/// One message as it is (X.690 8.1); none when the connection is over.
async fn message(from: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    let mut whole = vec![from.read_u8().await.ok()?, from.read_u8().await.ok()?];
    let mut length = usize::from(whole[1]);
    if length >= 0x80 {
        let bytes = length & 0x7f;
        length = 0;
        for _ in 0..bytes {
            let byte = from.read_u8().await.ok()?;
            whole.push(byte);
            length = (length << 8) | usize::from(byte);
        }
    }
    let begin = whole.len();
    whole.resize(begin + length, 0);
    from.read_exact(&mut whole[begin..]).await.ok()?;
    Some(whole)
}

/// The tag of what a message asks for, which comes after the message's number.
fn operation(message: &[u8]) -> u8 {
    let content = match message[1] {
        length if length >= 0x80 => 2 + usize::from(length & 0x7f),
        _ => 2,
    };
    message[content + 2 + usize::from(message[content + 1])]
}
