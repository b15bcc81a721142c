//! Requests as people's browsers and programs make them.

use anyhow::{Context, bail};
use serde_json::Value;
use testkit::{Answer, Client};

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: Value,
    /// The version it is about.
    pub(crate) version: Option<i64>,
}

impl Asked {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), body: Value::Null, version: None }
    }

    pub(crate) fn post(path: impl Into<String>, body: Value) -> Self {
        Self { method: "POST", path: path.into(), body, version: None }
    }

    pub(crate) fn put(path: impl Into<String>, body: Value) -> Self {
        Self { method: "PUT", path: path.into(), body, version: None }
    }

    /// The same about a version of a thing.
    pub(crate) fn of(self, thing: &Value) -> Self {
        Self { version: thing["version"].as_i64(), ..self }
    }

    pub(crate) async fn of_client(&self, client: &Client) -> Answer {
        let body = (!self.body.is_null()).then(|| self.body.to_string());
        client.send(self.method, &self.path, body, self.version).await
    }
}

/// What was answered.
///
/// Errors: it was refused.
pub(crate) fn done(asked: &Asked, answer: Answer) -> anyhow::Result<Value> {
    if !answer.status.is_success() {
        let (method, path, body) = (asked.method, &asked.path, &asked.body);
        bail!("{method} {path} {body}: {} {}", answer.status, answer.json);
    }
    Ok(answer.json)
}

/// The id in an answer.
pub(crate) fn id_of(answer: &Value) -> anyhow::Result<String> {
    let id = answer["id"].as_str().with_context(|| format!("no id in {answer}"))?;
    Ok(id.to_owned())
}

/// The items of a list.
pub(crate) fn items(list: &Value) -> &[Value] {
    list["items"].as_array().map_or(&[], Vec::as_slice)
}
