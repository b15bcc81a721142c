use std::net::IpAddr;

use kernel::Text;
use sha2::{Digest, Sha256};

/// The site for which passkeys are made: this server, under its own address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RelyingParty {
    /// The host name.
    pub(crate) id: String,
    /// Where pages come from: scheme, host, and port where it is not the usual one.
    pub(crate) origin: String,
}

impl RelyingParty {
    /// The site at `url`, the setting `server.url`.
    ///
    /// Errors: why there can be no passkeys there.
    pub(crate) fn at(url: &str) -> Result<Self, Text> {
        if url.is_empty() {
            return Err(Text::new(
                "passkeys need to know this server's address: set `server.url`",
                "使用通行密钥须先设置服务器网址 server.url",
            ));
        }
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let authority = authority.to_ascii_lowercase();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port),
            _ => (authority.as_str(), ""),
        };
        let is_local = host == "localhost" || host.ends_with(".localhost");
        let usual = match scheme {
            "https" => "443",
            "http" if is_local => "80",
            _ => return Err(insecure(url)),
        };
        let is_address = host.starts_with('[') || host.parse::<IpAddr>().is_ok();
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        if host.is_empty() || is_address || !host.chars().all(allowed) {
            return Err(nameless(url));
        }
        let origin = match port {
            "" => format!("{scheme}://{host}"),
            port if port == usual => format!("{scheme}://{host}"),
            port => format!("{scheme}://{host}:{port}"),
        };
        Ok(Self { id: host.to_owned(), origin })
    }

    /// What authenticators write for the site.
    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.id.as_bytes()).into()
    }
}

fn insecure(url: &str) -> Text {
    Text::new(
        format!("passkeys work over https:// only (or on localhost); `server.url` is {url}"),
        format!("通行密钥仅可在 https:// 网址（或 localhost）下使用，当前 server.url 为 {url}"),
    )
}

fn nameless(url: &str) -> Text {
    Text::new(
        format!("passkeys need a host name in ASCII, not an address; `server.url` is {url}"),
        format!("通行密钥须使用主机名（ASCII），不能使用 IP 地址，当前 server.url 为 {url}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn site_follows_from_the_servers_address() {
        for (url, id, origin) in [
            ("https://ops.example.org", "ops.example.org", "https://ops.example.org"),
            ("https://OPS.example.org:443/x/", "ops.example.org", "https://ops.example.org"),
            ("https://ops.example.org:8443", "ops.example.org", "https://ops.example.org:8443"),
            ("http://localhost:7780/", "localhost", "http://localhost:7780"),
            ("http://a.localhost", "a.localhost", "http://a.localhost"),
        ] {
            let site = RelyingParty::at(url).unwrap();
            assert_eq!((site.id.as_str(), site.origin.as_str()), (id, origin), "{url}");
        }
    }

    #[test]
    fn where_browsers_make_no_passkeys_it_is_said_why() {
        for (url, why) in [
            ("", "server.url"),
            ("http://ops.example.org", "https"),
            ("https://192.0.2.1:7780", "host name"),
            ("https://[2001:db8::1]", "host name"),
            ("https://运维.example", "host name"),
            ("ops.example.org", "https"),
        ] {
            let said = RelyingParty::at(url).unwrap_err();
            assert!(said.en.contains(why), "{url}: {said}");
            assert_ne!(said.en, said.zh);
        }
    }
}
