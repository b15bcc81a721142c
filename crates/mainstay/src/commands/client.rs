//! Commands that ask a running server.

use std::io;

use anyhow::{Context, bail};
use serde_json::Value;

use super::{UsageFault, print};
use crate::cli::{JournalArgs, JournalVerb, Output, OutputArgs, ResourceVerb, ServerArgs};

/// The most an answer may hold, in bytes.
const ANSWER_BYTES_MAX: u64 = 256 * 1024 * 1024;

pub(super) fn resource(verb: &ResourceVerb) -> anyhow::Result<()> {
    match verb {
        ResourceVerb::List { kind, search, limit, server } => {
            let query = [("kind", kind.clone()), ("q", search.clone())];
            let items = list(server, "/api/v1/resources", &query, *limit)?;
            show(server, &items, ["id", "kind", "name", "source"], |item| {
                ["/id", "/kind", "/name", "/source"].map(|at| text(item, at))
            })
        }
        ResourceVerb::Show { id, server } => {
            let resource = get(server, &format!("/api/v1/resources/{id}"), &[])?;
            let relations = get(server, &format!("/api/v1/resources/{id}/relations"), &[])?;
            let mut whole = resource;
            whole["relations"] = relations["items"].clone();
            print::json(&whole)
        }
    }
}

pub(super) fn journal(args: &JournalArgs) -> anyhow::Result<()> {
    if let Some(verb) = &args.export {
        return export(verb);
    }
    let Some(token) = args.token.clone() else {
        let said = "--token: expected an API token (or MAINSTAY_TOKEN)".to_owned();
        return Err(UsageFault(said).into());
    };
    let server = ServerArgs { url: args.url.clone(), token, output: args.output };
    let query = [
        ("verb", args.verb.clone()),
        ("resource_id", args.resource.clone()),
        ("actor", args.actor.clone()),
        ("from", args.from.clone()),
        ("to", args.to.clone()),
    ];
    let items = list(&server, "/api/v1/journal", &query, args.limit)?;
    show(&server, &items, ["seq", "at", "actor", "verb", "subject"], |item| {
        ["/seq", "/at", "/actor/name", "/verb", "/subject/name"].map(|at| text(item, at))
    })
}

/// The checkpoints that a witness remembers of a journal.
pub(super) fn witnessed(url: &str, token: &str, journal: &str) -> anyhow::Result<Vec<Value>> {
    let (url, token) = (url.to_owned(), token.to_owned());
    let server = ServerArgs { url, token, output: OutputArgs { output: Output::Json } };
    list(&server, &format!("/api/v1/journal/witnessed/{journal}"), &[], u32::MAX)
}

/// Copies the answer to standard output as it comes: it may be larger than memory.
fn export(verb: &JournalVerb) -> anyhow::Result<()> {
    let JournalVerb::Export { format, verb, resource, actor, from, to, after, url, token } = verb;
    let query = [
        ("format", Some(format.clone())),
        ("verb", verb.clone()),
        ("resource_id", resource.clone()),
        ("actor", actor.clone()),
        ("from", from.clone()),
        ("to", to.clone()),
        ("after", after.map(|after| after.to_string())),
    ];
    let url = format!("{}/api/v1/journal/export", url.trim_end_matches('/'));
    let mut response = ask(&url, token, &query)?;
    if !response.status().is_success() {
        return refused(&url, &mut response);
    }
    let mut lines = response.into_body().into_reader();
    let mut out = io::stdout().lock();
    io::copy(&mut lines, &mut out).with_context(|| format!("{url}: the export was cut off"))?;
    Ok(())
}

fn text(item: &Value, at: &str) -> String {
    match item.pointer(at) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn show<const N: usize>(
    server: &ServerArgs,
    items: &[Value],
    header: [&str; N],
    row: impl Fn(&Value) -> [String; N],
) -> anyhow::Result<()> {
    match server.output.output {
        Output::Json => print::json(&items),
        Output::Table => {
            print::table(header, items.iter().map(row));
            Ok(())
        }
    }
}

/// All pages of a list, up to `limit` items.
fn list(
    server: &ServerArgs,
    path: &str,
    query: &[(&str, Option<String>)],
    limit: u32,
) -> anyhow::Result<Vec<Value>> {
    let limit = limit as usize;
    let (mut items, mut after) = (Vec::new(), None);
    while items.len() < limit {
        let mut query = query.to_vec();
        query.push(("limit", Some((limit - items.len()).min(500).to_string())));
        query.push(("after", after.take()));
        let mut answer = get(server, path, &query)?;
        after = answer["next"].as_str().map(str::to_owned);
        items.extend(items_of(answer.take())?);
        if after.is_none() {
            break;
        }
    }
    Ok(items)
}

fn items_of(mut answer: Value) -> anyhow::Result<Vec<Value>> {
    match answer["items"].take() {
        Value::Array(items) => Ok(items),
        _ => bail!("the server answered without a list; is it a Mainstay server?"),
    }
}

/// The JSON that a server answers with.
pub(super) fn get(
    server: &ServerArgs,
    path: &str,
    query: &[(&str, Option<String>)],
) -> anyhow::Result<Value> {
    let url = format!("{}{path}", server.url.trim_end_matches('/'));
    let mut response = ask(&url, &server.token, query)?;
    if !response.status().is_success() {
        return refused(&url, &mut response);
    }
    let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string()?;
    serde_json::from_str(&body).with_context(|| format!("{url}: not a JSON answer"))
}

/// What a server answered, whatever it says.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) headers: ureq::http::HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answered {
    /// The body as text for people: what Prometheus' API or a problem says, or all of it.
    pub(super) fn said(&self) -> String {
        let text = String::from_utf8_lossy(&self.body).trim().to_owned();
        let problem: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let said = problem["detail"].as_str().or_else(|| problem["error"].as_str());
        said.map_or(text, str::to_owned)
    }

    /// A header that is a number.
    pub(super) fn number(&self, header: &str) -> Option<u64> {
        self.headers.get(header)?.to_str().ok()?.trim().parse().ok()
    }
}

/// Sends bytes. Errors: there is no answer.
pub(super) fn post(
    url: &str,
    token: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> anyhow::Result<Answered> {
    let mut request = ureq::post(url)
        .config()
        .http_status_as_error(false)
        .build()
        .header("Authorization", format!("Bearer {token}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = request.send(body).with_context(|| format!("failed to ask {url}"))?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
    let body = body.with_context(|| format!("{url}: the answer was cut off"))?;
    Ok(Answered { status, headers, body })
}

fn ask(
    url: &str,
    token: &str,
    query: &[(&str, Option<String>)],
) -> anyhow::Result<ureq::http::Response<ureq::Body>> {
    let mut request = ureq::get(url)
        .config()
        .http_status_as_error(false)
        .build()
        .header("Authorization", format!("Bearer {token}"));
    for (key, value) in query {
        if let Some(value) = value {
            request = request.query(key, value);
        }
    }
    request.call().with_context(|| format!("failed to ask {url}"))
}

/// What a server says that refuses.
fn refused<T>(url: &str, response: &mut ureq::http::Response<ureq::Body>) -> anyhow::Result<T> {
    let status = response.status();
    let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string()?;
    let problem: Value = serde_json::from_str(&body).unwrap_or_default();
    // The second is how Prometheus' API has it.
    match problem["detail"].as_str().or_else(|| problem["error"].as_str()) {
        Some(detail) => bail!("{url}: {status}: {detail}"),
        None => bail!("{url}: {status}"),
    }
}
