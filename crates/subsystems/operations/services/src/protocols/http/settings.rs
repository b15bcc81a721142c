//! The specification of an HTTP check.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use kernel::Text;
use probe::outcome::SpecFault;
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use url::Url;

use crate::protocols::spec::{Family, Limits, fault, unexpected};
use crate::protocols::tls::CertificateSpec;

/// The most bytes of a page that any check may ask to read.
pub(super) const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
const BODY_BYTES_DEFAULT: usize = 1024 * 1024;
const TEXT_BYTES_MAX: usize = 4096;
const POST_BYTES_MAX: usize = 64 * 1024;
const HEADERS_MAX: usize = 32;
const REDIRECTS_MAX: u8 = 20;
/// The compiled size that a regular expression may take.
const REGEX_BYTES_MAX: usize = 1024 * 1024;

/// Headers that belong to the connection or the message and not to the check.
const RESERVED: [HeaderName; 7] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::ACCEPT_ENCODING,
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HttpSpec {
    pub(super) url: WebAddress,
    #[serde(default)]
    pub(super) method: HttpMethod,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    pub(super) body: Option<String>,
    #[serde(default)]
    pub(super) family: Family,
    #[serde(default)]
    pub(super) status: StatusSet,
    pub(super) contains: Option<String>,
    pub(super) not_contains: Option<String>,
    pub(super) regex: Option<Pattern>,
    #[serde(default = "five")]
    pub(super) redirects_max: u8,
    #[serde(default = "one_mebibyte")]
    pub(super) body_bytes_max: usize,
    #[serde(default)]
    pub(super) latency: Limits,
    #[serde(default)]
    pub(super) certificate: CertificateSpec,
    /// Filled by [`HttpSpec::validate`].
    #[serde(skip)]
    pub(super) header_map: HeaderMap,
}

fn five() -> u8 {
    5
}

fn one_mebibyte() -> usize {
    BODY_BYTES_DEFAULT
}

impl HttpSpec {
    /// Checks what the types alone do not, and prepares the headers.
    pub(super) fn validate(&mut self) -> Result<(), SpecFault> {
        if self.redirects_max > REDIRECTS_MAX {
            let expected = Text::new("0 to 20 redirects", "0 到 20 次重定向");
            return Err(fault("redirects_max", self.redirects_max, expected));
        }
        if self.body_bytes_max > BODY_BYTES_MAX {
            let expected = Text::new("at most 16777216 bytes (16 MiB)", "不超过 16777216 字节");
            return Err(fault("body_bytes_max", self.body_bytes_max, expected));
        }
        for (field, text) in [("contains", &self.contains), ("not_contains", &self.not_contains)] {
            let length = text.as_ref().map_or(1, String::len);
            if length == 0 || length > TEXT_BYTES_MAX {
                let expected = Text::new("1 to 4096 bytes of text", "1 到 4096 字节的文本");
                return Err(fault(field, format!("{length} bytes"), expected));
            }
        }
        let looks = [
            ("contains", self.contains.is_some()),
            ("not_contains", self.not_contains.is_some()),
            ("regex", self.regex.is_some()),
        ];
        let looked = looks.iter().find(|(_, set)| *set);
        if let Some((field, _)) = looked.filter(|_| self.method == HttpMethod::Head) {
            let expected =
                Text::new("method GET or POST to see a page", "查看内容需用 GET 或 POST");
            return Err(fault(field, "method HEAD", expected));
        }
        self.validate_body()?;
        self.header_map = self.read_headers()?;
        Ok(())
    }

    fn validate_body(&self) -> Result<(), SpecFault> {
        if let Some(body) = &self.body {
            if self.method != HttpMethod::Post {
                let expected = Text::new("a body only with method POST", "仅 POST 方法可带请求体");
                return Err(fault("body", format!("method {}", self.method.to_http()), expected));
            }
            if body.len() > POST_BYTES_MAX {
                let expected = Text::new("at most 64 KiB", "不超过 64 KiB");
                return Err(fault("body", format!("{} bytes", body.len()), expected));
            }
        }
        Ok(())
    }

    fn read_headers(&self) -> Result<HeaderMap, SpecFault> {
        if self.headers.len() > HEADERS_MAX {
            let expected = Text::new("at most 32 headers", "最多 32 个请求头");
            return Err(fault("headers", format!("{} headers", self.headers.len()), expected));
        }
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            let field = format!("headers.{name}");
            let parsed = name.parse::<HeaderName>().ok().filter(|name| !RESERVED.contains(name));
            let Some(parsed) = parsed else {
                let expected = Text::new(
                    "a header that the check may set (RFC 9110 token, not of the connection)",
                    "允许设置的请求头名称（不含连接相关的请求头）",
                );
                return Err(fault(&field, name, expected));
            };
            let Ok(value) = HeaderValue::from_str(value) else {
                let expected = Text::new("printable ASCII", "可打印的 ASCII 字符");
                return Err(fault(&field, value, expected));
            };
            map.insert(parsed, value);
        }
        Ok(map)
    }
}

/// An absolute `http` or `https` URL with a host and without user name and password.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct WebAddress(pub(super) Url);

impl TryFrom<String> for WebAddress {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || {
            unexpected(
                &text,
                "an address such as https://host:port/path, at most 2048 characters, without a \
                 user name",
                "形如 https://主机:端口/路径 的网址,最长 2048 个字符,不含用户名",
            )
        };
        if text.len() > 2048 {
            return Err(wrong());
        }
        let mut url = Url::parse(&text).map_err(|_| wrong())?;
        acceptable(&url).then_some(()).ok_or_else(wrong)?;
        url.set_fragment(None);
        Ok(Self(url))
    }
}

/// Whether a URL may be asked for, as a target or after a redirect.
pub(super) fn acceptable(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.port() != Some(0)
        && url.username().is_empty()
        && url.password().is_none()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum HttpMethod {
    #[default]
    Get,
    Head,
    Post,
}

impl HttpMethod {
    pub(super) fn to_http(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Head => Method::HEAD,
            Self::Post => Method::POST,
        }
    }
}

/// A regular expression of bounded size.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Pattern(pub(super) Regex);

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let short = text.len() <= TEXT_BYTES_MAX;
        let built = RegexBuilder::new(&text).size_limit(REGEX_BYTES_MAX).multi_line(true).build();
        built.ok().filter(|_| short).map(Self).ok_or_else(|| {
            unexpected(
                &text,
                "a regular expression of at most 4096 bytes, without look-around",
                "正则表达式，最长 4096 字节，不支持环视",
            )
        })
    }
}

/// Which status codes are expected: single ones and ranges.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<StatusText>")]
pub(super) struct StatusSet(Vec<RangeInclusive<u16>>);

#[derive(Deserialize)]
#[serde(untagged, expecting = "a status code or a range such as \"200-299\"")]
enum StatusText {
    One(u16),
    Range(String),
}

impl Default for StatusSet {
    fn default() -> Self {
        Self(vec![200..=399])
    }
}

impl TryFrom<Vec<StatusText>> for StatusSet {
    type Error = String;

    fn try_from(list: Vec<StatusText>) -> Result<Self, String> {
        let wrong = |found: &str| {
            unexpected(
                found,
                "1 to 32 status codes (100 to 599) or ranges such as \"200-299\"",
                "1 到 32 个状态码（100 到 599）或范围，例如 \"200-299\"",
            )
        };
        if list.is_empty() || list.len() > 32 {
            return Err(wrong(&format!("{} entries", list.len())));
        }
        let range = |entry: StatusText| {
            let text = match entry {
                StatusText::One(code) => code.to_string(),
                StatusText::Range(text) => text,
            };
            let (low, high) = text.split_once('-').unwrap_or((&text, &text));
            match (low.trim().parse(), high.trim().parse()) {
                (Ok(low), Ok(high)) if 100 <= low && low <= high && high <= 599 => Ok(low..=high),
                _ => Err(wrong(&text)),
            }
        };
        Ok(Self(list.into_iter().map(range).collect::<Result<_, _>>()?))
    }
}

impl StatusSet {
    pub(super) fn contains(&self, code: u16) -> bool {
        self.0.iter().any(|range| range.contains(&code))
    }
}

impl fmt::Display for StatusSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, range) in self.0.iter().enumerate() {
            f.write_str(if nth == 0 { "" } else { ", " })?;
            match (range.start(), range.end()) {
                (low, high) if low == high => write!(f, "{low}")?,
                (low, high) => write!(f, "{low}-{high}")?,
            }
        }
        Ok(())
    }
}
