//! From the first request along the redirects to the last answer.

use std::collections::BTreeSet;

use http::{HeaderMap, Method, StatusCode, header};
use kernel::Text;
use probe::outcome::{CheckContext, State};

use super::exchange::{Answer, Ask, Trace, exchange};
use super::settings::acceptable;
use super::{HttpCheck, HttpFault};
use crate::protocols::verdict::excerpt;

/// Asks and follows redirects, at most as many as the check allows.
pub(super) async fn follow(
    check: &HttpCheck,
    cx: &CheckContext,
    trace: &mut Trace,
) -> Result<Answer, HttpFault> {
    let spec = &check.spec;
    let mut ask = Ask {
        url: spec.url.0.clone(),
        method: spec.method.to_http(),
        headers: spec.header_map.clone(),
        body: spec.body.clone(),
    };
    let mut seen = BTreeSet::new();
    for hop in 0..=spec.redirects_max {
        seen.insert((ask.method.to_string(), ask.url.to_string()));
        let asked = exchange(check, cx, &ask, trace).await;
        // Being sent to a forbidden place is the service's fault, not that of the settings.
        let answer = asked.map_err(|fault| match hop {
            0 => fault,
            _ => HttpFault { state: fault.state.max(State::Critical), text: redirected(&fault) },
        })?;
        let Some(location) = redirect(&answer).filter(|_| spec.redirects_max > 0) else {
            return Ok(answer);
        };
        ask = next(ask, answer.status, location)?;
        if seen.contains(&(ask.method.to_string(), ask.url.to_string())) {
            return Err(HttpFault::critical(Text::new(
                format!("the redirects run in a circle: {} again", ask.url),
                format!("重定向出现循环：再次到达 {}", ask.url),
            )));
        }
    }
    Err(HttpFault::critical(Text::new(
        format!("more than {} redirects", spec.redirects_max),
        format!("重定向超过 {} 次", spec.redirects_max),
    )))
}

fn redirected(fault: &HttpFault) -> Text {
    Text::new(
        format!("after a redirect: {}", fault.text.en),
        format!("重定向之后：{}", fault.text.zh),
    )
}

/// The target, if the answer is a redirect that browsers follow by themselves (RFC 9110, 15.4).
fn redirect(answer: &Answer) -> Option<&str> {
    match answer.status.as_u16() {
        301 | 302 | 303 | 307 | 308 => answer.location.as_deref(),
        _ => None,
    }
}

/// The request after a redirect.
fn next(ask: Ask, status: StatusCode, location: &str) -> Result<Ask, HttpFault> {
    let target =
        ask.url.join(location).ok().filter(acceptable).filter(|url| url.as_str().len() <= 8192);
    let Some(mut url) = target else {
        let location = excerpt(location.as_bytes());
        return Err(HttpFault::critical(Text::new(
            format!("a redirect leads to \"{location}\", which is no web address to follow"),
            format!("重定向指向“{location}”，不是可访问的网址"),
        )));
    };
    url.set_fragment(None);
    let keeps_method = matches!(status.as_u16(), 307 | 308) || ask.method == Method::HEAD;
    let same_origin = url.origin() == ask.url.origin();
    let mut headers = if same_origin { ask.headers } else { HeaderMap::new() };
    if keeps_method {
        // A body is not handed to another origin than the one it was written for.
        let body = ask.body.filter(|_| same_origin);
        return Ok(Ask { url, method: ask.method, headers, body });
    }
    headers.remove(header::CONTENT_TYPE);
    Ok(Ask { url, method: Method::GET, headers, body: None })
}
