//! Deletes samples of a running server, and takes snapshots of its store.

use anyhow::{Context, bail};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::{
    UsageFault,
    client::{self, Answered},
    print,
    query::{moment, seconds},
};
use crate::cli::{Output, SeriesVerb, ServerArgs};

/// Below this lies what changes the store by hand.
const ADMIN: &str = "/prometheus/api/v1/admin/tsdb";

/// What a request says.
type Pairs = Vec<(&'static str, String)>;

pub(super) fn run(verb: &SeriesVerb) -> anyhow::Result<()> {
    match verb {
        SeriesVerb::Delete { selectors, from, to, dry_run, server } => {
            let mut pairs: Pairs =
                selectors.iter().map(|selector| ("match[]", selector.clone())).collect();
            for (flag, name, text) in [("--from", "start", from), ("--to", "end", to)] {
                if let Some(text) = text {
                    pairs.push((name, seconds(time(flag, text)?)));
                }
            }
            delete(server, &pairs, *dry_run)
        }
        SeriesVerb::Snapshot { skip_head, server } => {
            let answered = send(server, "snapshot", &vec![("skip_head", skip_head.to_string())])?;
            let answer: Value = serde_json::from_slice(&answered.body)
                .with_context(|| format!("{}: not a JSON answer", server.url))?;
            let name = answer["data"]["name"].as_str().context("the answer names no snapshot")?;
            match server.output.output {
                Output::Json => return print::json(&json!({ "name": name })),
                Output::Table => println!("{name}"),
            }
            Ok(())
        }
    }
}

/// Errors: it is no time.
fn time(flag: &str, text: &str) -> anyhow::Result<i64> {
    let said = || {
        UsageFault(format!("{flag} {text}: expected Unix seconds, or such as 2026-01-31T12:00:00Z"))
    };
    Ok(moment(text).ok_or_else(said)?)
}

fn delete(server: &ServerArgs, pairs: &Pairs, dry_run: bool) -> anyhow::Result<()> {
    let asked: Vec<_> = pairs.iter().map(|(name, text)| (*name, Some(text.clone()))).collect();
    let answer = client::get(server, &format!("{ADMIN}/delete_series"), &asked)?;
    let series = answer["data"]["series"].as_u64().context("the answer counts no series")?;
    if !dry_run {
        send(server, "delete_series", pairs)?;
    }
    if server.output.output == Output::Json {
        let first = &answer["data"]["first"];
        return print::json(&json!({ "series": series, "first": first, "deleted": !dry_run }));
    }
    if !dry_run {
        println!("{series} series: samples deleted");
        return Ok(());
    }
    println!("{series} series match; nothing is deleted");
    let first = answer["data"]["first"].as_array().map_or(&[][..], Vec::as_slice);
    for labels in first {
        println!("  {}", name_of(labels));
    }
    if series > first.len() as u64 {
        println!("  …");
    }
    Ok(())
}

/// `up{job="a"}`.
fn name_of(labels: &Value) -> String {
    let pairs = labels.as_object().into_iter().flatten();
    let pairs = pairs.filter(|(name, _)| *name != "__name__");
    // JSON quotes a text as PromQL does.
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={value}")).collect();
    format!("{}{{{}}}", labels["__name__"].as_str().unwrap_or_default(), pairs.join(","))
}

/// Errors: it is refused, or there is no answer.
fn send(server: &ServerArgs, verb: &str, pairs: &Pairs) -> anyhow::Result<Answered> {
    let url = format!("{}{ADMIN}/{verb}", server.url.trim_end_matches('/'));
    let form = Serializer::new(String::new()).extend_pairs(pairs).finish();
    let media = [("content-type", "application/x-www-form-urlencoded")];
    let answered = client::post(&url, &server.token, &media, form.as_bytes())?;
    if !(200..300).contains(&answered.status) {
        bail!("{url}: {}: {}", answered.status, answered.said());
    }
    Ok(answered)
}
