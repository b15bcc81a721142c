//! Commands that ask a running server.

use anyhow::{Context, bail};
use serde_json::Value;

use super::print;
use crate::cli::{JournalArgs, Output, QueryArgs, ResourceVerb, ServerArgs};

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
    let query = [
        ("verb", args.verb.clone()),
        ("resource_id", args.resource.clone()),
        ("actor", args.actor.clone()),
        ("from", args.from.clone()),
        ("to", args.to.clone()),
    ];
    let items = list(&args.server, "/api/v1/journal", &query, args.limit)?;
    show(&args.server, &items, ["seq", "at", "actor", "verb", "subject"], |item| {
        ["/seq", "/at", "/actor/name", "/verb", "/subject/name"].map(|at| text(item, at))
    })
}

pub(super) fn query(args: &QueryArgs) -> anyhow::Result<()> {
    let query = [("selector", Some(args.expr.clone()))];
    let answer = get(&args.server, "/api/v1/series/latest", &query)?;
    let items = items_of(answer)?;
    show(&args.server, &items, ["series", "value", "at"], |item| {
        [series_name(&item["labels"]), text(item, "/value"), text(item, "/at")]
    })
}

/// `name{a="b"}`, as selectors write it.
fn series_name(labels: &Value) -> String {
    let Some(labels) = labels.as_object() else { return String::new() };
    let pairs = labels.iter().filter(|(name, _)| *name != "__name__");
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={value}")).collect();
    let name = labels.get("__name__").and_then(Value::as_str).unwrap_or_default();
    format!("{name}{{{}}}", pairs.join(","))
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

fn get(server: &ServerArgs, path: &str, query: &[(&str, Option<String>)]) -> anyhow::Result<Value> {
    let url = format!("{}{path}", server.url.trim_end_matches('/'));
    let mut request = ureq::get(&url)
        .config()
        .http_status_as_error(false)
        .build()
        .header("Authorization", format!("Bearer {}", server.token));
    for (key, value) in query {
        if let Some(value) = value {
            request = request.query(key, value);
        }
    }
    let mut response = request.call().with_context(|| format!("failed to ask {url}"))?;
    let status = response.status();
    let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string()?;
    if status.is_success() {
        return serde_json::from_str(&body).with_context(|| format!("{url}: not a JSON answer"));
    }
    let problem: Value = serde_json::from_str(&body).unwrap_or_default();
    match problem["detail"].as_str() {
        Some(detail) => bail!("{url}: {status}: {detail}"),
        None => bail!("{url}: {status}"),
    }
}
