//! The specification of a DNS check.

use std::net::SocketAddr;

use hickory_resolver::proto::rr::{Name, RecordType};
use serde::Deserialize;

use crate::protocols::spec::{Limits, unexpected};

/// The specification of a DNS check.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DnsSpec {
    pub(super) name: DnsName,
    #[serde(default)]
    pub(super) record: Record,
    pub(super) server: Option<Server>,
    #[serde(default)]
    pub(super) expect: Vec<String>,
    #[serde(default, rename = "match")]
    pub(super) matching: Matching,
    #[serde(default)]
    pub(super) latency: Limits,
}

/// The type of record that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Record {
    #[default]
    A,
    Aaaa,
    Cname,
    Mx,
    Ns,
    Ptr,
    Soa,
    Srv,
    Txt,
}

impl Record {
    /// The type on the wire.
    pub(super) fn kind(self) -> RecordType {
        match self {
            Self::A => RecordType::A,
            Self::Aaaa => RecordType::AAAA,
            Self::Cname => RecordType::CNAME,
            Self::Mx => RecordType::MX,
            Self::Ns => RecordType::NS,
            Self::Ptr => RecordType::PTR,
            Self::Soa => RecordType::SOA,
            Self::Srv => RecordType::SRV,
            Self::Txt => RecordType::TXT,
        }
    }
}

/// How the expected answers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Matching {
    /// Each expected answer is among those given.
    #[default]
    Subset,
    /// The answers are exactly the expected ones.
    Exact,
    /// Any answer will do, even that there is none or that we may not ask: the server lives.
    AnyAnswer,
}

/// A name that is asked for as it is, without search domains.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct DnsName(pub(super) Name);

impl TryFrom<String> for DnsName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // An address is asked for by its reverse name (RFC 1035, 3.5; RFC 3596, 2.5).
        if let Ok(address) = text.parse::<std::net::IpAddr>() {
            return Ok(Self(Name::from(address)));
        }
        let parsed = Name::from_utf8(&text).ok().filter(|_| !text.is_empty() && text.len() <= 1004);
        let mut name = parsed
            .ok_or_else(|| unexpected(&text, "a domain name or an IP address", "域名或 IP 地址"))?;
        name.set_fqdn(true);
        Ok(Self(name))
    }
}

/// A name server: `address`, `address:port`, `[v6]:port`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Server(pub(super) SocketAddr);

impl TryFrom<String> for Server {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let whole = text.parse::<SocketAddr>().ok().filter(|address| address.port() != 0);
        let bare = || text.trim_matches(['[', ']']).parse().ok().map(|ip| SocketAddr::new(ip, 53));
        whole.or_else(bare).map(Self).ok_or_else(|| {
            unexpected(
                &text,
                "the server's IP address, with :port if it is not 53",
                "DNS 服务器的 IP 地址，端口不是 53 时加 :端口",
            )
        })
    }
}

/// Brings an answer into the form in which it is compared: lower case but for texts, names without
/// the root dot, texts without quotes.
pub(super) fn normal(answer: &str, record: Record) -> String {
    let answer = answer.trim();
    if record == Record::Txt {
        return answer.trim_matches('"').to_owned();
    }
    let words = answer.split_whitespace().map(|word| word.strip_suffix('.').unwrap_or(word));
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{DnsName, Record, Server, normal};

    #[test]
    fn answers_are_compared_without_case_root_dot_and_quotes() {
        assert_eq!(normal("10 Mail.Example.", Record::Mx), "10 mail.example");
        assert_eq!(normal("\"V=Spf1 -all\"", Record::Txt), "V=Spf1 -all");
        assert_eq!(normal("2001:DB8::1", Record::Aaaa), "2001:db8::1");
    }

    #[test]
    fn an_address_is_asked_for_by_its_reverse_name() {
        let name = |text: &str| DnsName::try_from(text.to_owned()).unwrap().0.to_string();
        assert_eq!(name("192.0.2.10"), "10.2.0.192.in-addr.arpa.");
        assert_eq!(name("www.example"), "www.example.");
    }

    #[test]
    fn a_server_is_an_address_with_or_without_port() {
        for (text, expected) in [
            ("192.0.2.1", "192.0.2.1:53"),
            ("192.0.2.1:5353", "192.0.2.1:5353"),
            ("::1", "[::1]:53"),
            ("[::1]", "[::1]:53"),
            ("[::1]:5353", "[::1]:5353"),
        ] {
            assert_eq!(Server::try_from(text.to_owned()).unwrap().0.to_string(), expected);
        }
    }
}
