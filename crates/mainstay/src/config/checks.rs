//! What values of settings must be that no simple shape describes: `Ok`, or what is expected.

use std::net::SocketAddr;

/// A program and its arguments: no shell reads them.
pub(super) fn command(text: &str) -> Result<(), String> {
    match serde_json::from_str::<Vec<String>>(text) {
        Ok(words) if words.first().is_some_and(|program| program.starts_with('/')) => Ok(()),
        _ => {
            Err("a JSON list such as [\"/usr/bin/clamdscan\", \"--no-summary\", \"{file}\"]".into())
        }
    }
}

/// An address that only programs of this machine reach.
pub(super) fn loopback(text: &str) -> Result<(), String> {
    match text.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_loopback() => Ok(()),
        _ => Err("a loopback address and a port, such as 127.0.0.1:9090, as nobody signs in there"
            .to_owned()),
    }
}

/// A bucket's name in S3-compatible storage.
pub(super) fn bucket(text: &str) -> Result<(), String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
    match (3..=63).contains(&text.len()) && text.chars().all(fits) {
        true => Ok(()),
        false => Err("3 to 63 lower-case letters, digits, dots and hyphens".to_owned()),
    }
}

/// A short text without spaces.
pub(super) fn word(text: &str) -> Result<(), String> {
    match text.len() <= 128 && text.chars().all(|c| c.is_ascii_graphic()) {
        true => Ok(()),
        false => Err("at most 128 ASCII characters without spaces".to_owned()),
    }
}

/// Folders in a bucket.
pub(super) fn prefix(text: &str) -> Result<(), String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let folder = |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(fits);
    match text.len() <= 200 && text.split('/').all(folder) {
        true => Ok(()),
        false => Err("names of letters, digits, `.`, `_` and `-`, separated by `/`".to_owned()),
    }
}

/// The address of a server, as people open it.
pub(super) fn base_url(text: &str) -> Result<(), String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest)
            if !rest.is_empty()
                && !rest.contains(|c: char| c.is_whitespace() || "?#@\"<>".contains(c)) =>
        {
            Ok(())
        }
        _ => Err("an address such as https://ops.example.org".to_owned()),
    }
}

/// Where a syslog server listens.
pub(super) fn syslog(text: &str) -> Result<(), String> {
    journal::SyslogAddress::parse("", text)
        .map(|_| ())
        .map_err(|_| "udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT".to_owned())
}

/// Where something is sent by HTTP.
pub(super) fn url(text: &str) -> Result<(), String> {
    journal::parse_url("", text)
        .map(|_| ())
        .map_err(|_| "an https:// URL (http:// only to this machine)".to_owned())
}
