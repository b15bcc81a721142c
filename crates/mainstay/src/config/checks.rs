//! What values of settings must be that no simple shape describes: `Ok`, or what is expected.

use std::net::SocketAddr;

use kernel::Text;

/// A program and its arguments: no shell reads them.
pub(super) fn command(text: &str) -> Result<(), Text> {
    match serde_json::from_str::<Vec<String>>(text) {
        Ok(words) if words.first().is_some_and(|program| program.starts_with('/')) => Ok(()),
        _ => Err(Text::new(
            "a JSON list such as [\"/usr/bin/clamdscan\", \"--no-summary\", \"{file}\"]",
            "JSON 列表，如 [\"/usr/bin/clamdscan\", \"--no-summary\", \"{file}\"]",
        )),
    }
}

/// An address that only programs of this machine reach.
pub(super) fn loopback(text: &str) -> Result<(), Text> {
    match text.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_loopback() => Ok(()),
        _ => Err(Text::new(
            "a loopback address and a port, such as 127.0.0.1:9090, as nobody signs in there",
            "本机回环地址和端口（该处无需登录），如 127.0.0.1:9090",
        )),
    }
}

/// A bucket's name in S3-compatible storage.
pub(super) fn bucket(text: &str) -> Result<(), Text> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
    match (3..=63).contains(&text.len()) && text.chars().all(fits) {
        true => Ok(()),
        false => Err(Text::new(
            "3 to 63 lower-case letters, digits, dots and hyphens",
            "3 至 63 个小写字母、数字、点或连字符",
        )),
    }
}

/// A short text without spaces.
pub(super) fn word(text: &str) -> Result<(), Text> {
    match text.len() <= 128 && text.chars().all(|c| c.is_ascii_graphic()) {
        true => Ok(()),
        false => Err(Text::new(
            "at most 128 ASCII characters without spaces",
            "不超过 128 个 ASCII 字符，不含空格",
        )),
    }
}

/// Folders in a bucket.
pub(super) fn prefix(text: &str) -> Result<(), Text> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let folder = |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(fits);
    match text.len() <= 200 && text.split('/').all(folder) {
        true => Ok(()),
        false => Err(Text::new(
            "names of letters, digits, `.`, `_` and `-`, separated by `/`",
            "由字母、数字、`.`、`_`、`-` 组成的名称，以 `/` 分隔",
        )),
    }
}

/// The name of a time zone.
pub(super) fn zone(text: &str) -> Result<(), Text> {
    match jiff::tz::TimeZone::get(text) {
        Ok(_) => Ok(()),
        Err(_) => Err(Text::new("a time zone, such as Asia/Shanghai", "时区，例如 Asia/Shanghai")),
    }
}

/// The address of a server, as people open it.
pub(super) fn base_url(text: &str) -> Result<(), Text> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest)
            if !rest.is_empty()
                && !rest.contains(|c: char| c.is_whitespace() || "?#@\"<>".contains(c)) =>
        {
            Ok(())
        }
        _ => Err(Text::new(
            "an address such as https://ops.example.org",
            "网址，如 https://ops.example.org",
        )),
    }
}

/// Where a syslog server listens.
pub(super) fn syslog(text: &str) -> Result<(), Text> {
    journal::SyslogAddress::parse("", text).map(|_| ()).map_err(|_| {
        Text::new(
            "udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT",
            "udp://主机:端口、tcp://主机:端口 或 tls://主机:端口",
        )
    })
}

/// Where something is sent by HTTP.
pub(super) fn url(text: &str) -> Result<(), Text> {
    journal::parse_url("", text).map(|_| ()).map_err(|_| {
        Text::new(
            "an https:// URL (http:// only to this machine)",
            "https:// 地址（http:// 仅限本机）",
        )
    })
}
