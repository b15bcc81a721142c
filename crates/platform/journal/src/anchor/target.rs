use std::{fmt, path::PathBuf};

use crate::JournalError;

/// How a syslog server is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// One datagram a message (RFC 5426): nobody says whether it arrived.
    Udp,
    /// A stream with the length before each message (RFC 6587).
    Tcp,
    /// The same inside TLS (RFC 5425).
    Tls,
}

/// The address of a syslog server, as `udp://host:514`, `tcp://host:514` or `tls://host:6514`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyslogAddress {
    /// How it is reached.
    pub transport: Transport,
    /// Its name or IP address.
    pub host: String,
    /// Its port.
    pub port: u16,
}

impl SyslogAddress {
    /// The address that `text` names, for the setting of that name.
    ///
    /// Errors: [`JournalError::AnchorWrong`].
    pub fn parse(setting: &'static str, text: &str) -> Result<Self, JournalError> {
        let wrong = || JournalError::AnchorWrong {
            setting,
            found: text.chars().take(200).collect(),
            expected: "udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT",
        };
        let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
        let (transport, port) = match scheme {
            "udp" => (Transport::Udp, 514),
            "tcp" => (Transport::Tcp, 514),
            "tls" => (Transport::Tls, 6514),
            _ => return Err(wrong()),
        };
        // An IPv6 address stands in brackets: its colons begin no port.
        let (host, port) = match rest.rsplit_once(':').filter(|_| !rest.ends_with(']')) {
            None => (rest, port),
            Some((host, text)) => (host, text.parse().map_err(|_| wrong())?),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._:".contains(c);
        if host.is_empty() || port == 0 || !host.chars().all(plain) {
            return Err(wrong());
        }
        Ok(Self { transport, host: host.to_owned(), port })
    }
}

impl fmt::Display for SyslogAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.transport {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
            Transport::Tls => "tls",
        };
        write!(out, "{scheme}://{}:{}", self.host, self.port)
    }
}

/// Where checkpoints and facts go, as the settings say.
#[derive(Debug, Clone, Default)]
pub struct AnchorSettings {
    /// A file to which checkpoints are appended.
    pub file: Option<PathBuf>,
    /// A syslog server that gets checkpoints.
    pub syslog: Option<SyslogAddress>,
    /// The URL of a server that gets checkpoints by POST.
    pub http: Option<String>,
    /// A file with the bearer token for that server.
    pub http_token: Option<PathBuf>,
    /// A PEM file of a certificate authority that is trusted beside the machine's own.
    pub authority: Option<PathBuf>,
    /// A syslog server that gets every fact.
    pub forward: Option<SyslogAddress>,
    /// This machine's name, for syslog.
    pub host: String,
}

impl AnchorSettings {
    /// Whether checkpoints go anywhere.
    #[must_use]
    pub fn anchored(&self) -> bool {
        self.file.is_some() || self.syslog.is_some() || self.http.is_some()
    }
}

/// The URL in the setting of that name. Errors: [`JournalError::AnchorWrong`].
pub fn parse_url(setting: &'static str, text: &str) -> Result<String, JournalError> {
    let secure = text.starts_with("https://");
    // Without TLS only on this machine: a receipt that anybody can write proves nothing.
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .iter()
        .any(|start| text.strip_prefix(start).is_some_and(|rest| rest.starts_with([':', '/'])));
    if (secure || local) && !text.chars().any(|c| c.is_control() || c == ' ') {
        return Ok(text.to_owned());
    }
    let expected = "an https:// URL (http:// only to this machine)";
    Err(JournalError::AnchorWrong { setting, found: text.chars().take(200).collect(), expected })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_back_and_nonsense_is_refused() {
        for (text, read) in [
            ("udp://log.example", "udp://log.example:514"),
            ("tcp://10.0.0.1:1514", "tcp://10.0.0.1:1514"),
            ("tls://log.example", "tls://log.example:6514"),
            ("tcp://[::1]:99", "tcp://::1:99"),
            ("tcp://[::1]", "tcp://::1:514"),
        ] {
            assert_eq!(SyslogAddress::parse("s", text).unwrap().to_string(), read);
        }
        for text in
            ["", "log.example", "http://x", "tcp://", "tcp://x:0", "udp://x:99999", "tcp://a b"]
        {
            let said = SyslogAddress::parse("journal.anchor.syslog", text).unwrap_err().to_string();
            assert!(said.contains("journal.anchor.syslog"), "{said}");
        }
    }

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        for text in ["https://a.example/x", "http://127.0.0.1:80/x", "http://[::1]/"] {
            assert!(parse_url("s", text).is_ok(), "{text}");
        }
        for text in ["http://a.example", "http://127.0.0.1.example/", "ftp://x", "https://a\nb"] {
            assert!(parse_url("s", text).is_err(), "{text}");
        }
    }
}
