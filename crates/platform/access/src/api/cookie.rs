use axum::http::{HeaderMap, HeaderValue, header};

use crate::model::secret::Secret;

/// The name of the session's cookie. The prefix makes browsers insist on `Secure`, `Path=/` and no
/// `Domain` (RFC 6265bis 4.1.3.2).
const NAME: &str = "__Host-mainstay-session";

/// The name of the cookie of a browser that is on its way through a provider.
const TRIP: &str = "__Host-mainstay-trip";

/// The session's cookie of a request, if it has one.
pub(super) fn presented(headers: &HeaderMap) -> Option<&str> {
    named(headers, NAME)
}

/// The cookie of a browser that is on its way through a provider, if it has one.
pub(super) fn on_its_way(headers: &HeaderMap) -> Option<&str> {
    named(headers, TRIP)
}

/// The header by which a browser can prove later that it is the one that set out. It is sent by our
/// own page after the browser has come back, and so can be as strict as the session's.
pub(super) fn sent_away(secret: &Secret) -> HeaderMap {
    let attributes = "Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=600";
    one_header(&format!("{TRIP}={}; {attributes}", secret.text()))
}

fn named<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
        .filter(|value| !value.is_empty())
}

/// The header that gives a browser its session.
pub(super) fn given(secret: &Secret) -> HeaderMap {
    one_header(&format!("{NAME}={}; Path=/; Secure; HttpOnly; SameSite=Strict", secret.text()))
}

/// The header that takes a browser's session away.
pub(super) fn taken() -> HeaderMap {
    one_header(&format!("{NAME}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"))
}

fn one_header(value: &str) -> HeaderMap {
    let value = HeaderValue::from_str(value).expect("base64url and our own words are ASCII");
    HeaderMap::from_iter([(header::SET_COOKIE, value)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_cookie_among_others_and_only_under_its_whole_name() {
        for (lines, found) in [
            (vec!["__Host-mainstay-session=abc"], Some("abc")),
            (vec!["a=b; __Host-mainstay-session=abc; c=d"], Some("abc")),
            (vec!["a=b", "__Host-mainstay-session=abc"], Some("abc")),
            (vec!["mainstay-session=abc"], None),
            (vec!["__Host-mainstay-session2=abc"], None),
            (vec!["__Host-mainstay-session="], None),
            (vec![], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in &lines {
                headers.append(header::COOKIE, HeaderValue::from_static(line));
            }
            assert_eq!(presented(&headers), found, "{lines:?}");
        }
    }
}
