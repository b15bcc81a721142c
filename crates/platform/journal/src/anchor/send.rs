use std::{
    fs,
    io::{self, Write as _},
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    time::Duration,
};

use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket, lookup_host},
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{
    target::{SyslogAddress, Transport},
    tls,
};

/// How long a place outside may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a server is given to say by closing that it has read everything.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(3);
/// Bytes of a receipt that are kept.
const RECEIPT_BYTES_MAX: u64 = 4 * 1024;

/// Appends a line to a file and brings it to stable storage.
pub(crate) fn append_line(path: &Path, line: &str) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    // One write: lines of two servers on one file do not mix.
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_all()
}

/// Sends syslog messages over one connection; when it returns, a server by TCP has read them all
/// or has not closed in time.
pub(crate) async fn syslog(
    address: &SyslogAddress,
    authority: Option<&Path>,
    messages: &[String],
) -> Result<(), String> {
    let work = async {
        match address.transport {
            Transport::Udp => datagrams(address, messages).await,
            Transport::Tcp => stream(connect(address).await?, messages).await,
            Transport::Tls => {
                let config = tls::client(authority).map_err(io::Error::other)?;
                let name = ServerName::try_from(address.host.clone()).map_err(io::Error::other)?;
                let plain = connect(address).await?;
                stream(TlsConnector::from(config).connect(name, plain).await?, messages).await
            }
        }
    };
    match timeout(TIMEOUT, work).await {
        Ok(sent) => sent.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer in {} s", TIMEOUT.as_secs())),
    }
}

async fn datagrams(address: &SyslogAddress, messages: &[String]) -> io::Result<()> {
    let to = resolve(address).await?;
    let from = if to.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(from).await?;
    socket.connect(to).await?;
    for message in messages {
        socket.send(message.as_bytes()).await?;
    }
    Ok(())
}

async fn stream<S: AsyncRead + AsyncWrite + Unpin>(
    mut to: S,
    messages: &[String],
) -> io::Result<()> {
    let mut frames = Vec::new();
    for message in messages {
        frames.extend_from_slice(format!("{} ", message.len()).as_bytes());
        frames.extend_from_slice(message.as_bytes());
    }
    to.write_all(&frames).await?;
    to.flush().await?;
    // A server that has read to the end closes, too; syslog has no other acknowledgement.
    to.shutdown().await?;
    let mut rest = [0; 64];
    match timeout(CLOSE_TIMEOUT, to.read(&mut rest)).await {
        Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
        Ok(Err(error)) => Err(error),
        Ok(Ok(_)) | Err(_) => Ok(()),
    }
}

async fn connect(address: &SyslogAddress) -> io::Result<TcpStream> {
    TcpStream::connect(resolve(address).await?).await
}

async fn resolve(address: &SyslogAddress) -> io::Result<SocketAddr> {
    let mut found = lookup_host((address.host.as_str(), address.port)).await?;
    found.next().ok_or_else(|| io::Error::other("the name has no address"))
}

/// What a server is sent by POST.
pub(crate) struct Post<'a> {
    pub(crate) url: &'a str,
    pub(crate) token: Option<&'a Path>,
    pub(crate) authority: Option<&'a Path>,
    pub(crate) body: String,
    /// Key id and signature over the body.
    pub(crate) signed: (String, String),
}

/// Posts a checkpoint and returns what the server answered. Blocks.
pub(crate) fn post(post: &Post<'_>) -> Result<String, String> {
    let certificates: Vec<_> = tls::authorities(post.authority)?
        .iter()
        .map(|der| ureq::tls::Certificate::from_der(der).to_owned())
        .collect();
    let roots = ureq::tls::RootCerts::new_with_certs(&certificates);
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .max_redirects(0)
        .http_status_as_error(false)
        .tls_config(ureq::tls::TlsConfig::builder().root_certs(roots).build())
        .build()
        .new_agent();
    let (key_id, signature) = &post.signed;
    let mut request = agent
        .post(post.url)
        .header("content-type", "application/json")
        .header("x-mainstay-signature", format!("keyid={key_id}, ed25519={signature}"));
    if let Some(path) = post.token {
        let token = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        request = request.header("authorization", format!("Bearer {}", token.trim()));
    }
    let mut response = request.send(&post.body).map_err(|error| error.to_string())?;
    let status = response.status();
    let answer = response.body_mut().with_config().limit(RECEIPT_BYTES_MAX).read_to_string();
    if !status.is_success() {
        return Err(format!("answered {status}{}", reason(&answer.unwrap_or_default())));
    }
    // A receipt that is too long, or no text, is none; that it was taken is said by the status.
    let answer = answer.unwrap_or_default().replace('\0', "");
    Ok(format!("{} {answer}", status.as_u16()))
}

/// The sentence in problem details (RFC 9457), after a colon; nothing where there is none.
fn reason(answer: &str) -> String {
    let problem: serde_json::Value = serde_json::from_str(answer).unwrap_or_default();
    let said = ["detail", "title"].iter().find_map(|field| problem[field].as_str());
    let plain = |said: &str| said.chars().filter(|c| !c.is_control()).take(300).collect::<String>();
    said.map_or_else(String::new, |said| format!(": {}", plain(said)))
}
