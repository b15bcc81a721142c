use std::sync::Arc;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use rules::Rule;
use serde::Serialize;
use tsdb::Selector;
use url::form_urlencoded;

use crate::live::GroupStatus;

/// Most parameters of a request.
const PARAMS_MAX: usize = 1_000;

/// Which groups and rules are asked for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    kind: Option<Kind>,
    names: Vec<String>,
    groups: Vec<String>,
    files: Vec<String>,
    selectors: Vec<Selector>,
    pub(super) excludes_alerts: bool,
    limit: usize,
    token: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Alert,
    Record,
}

/// A parameter that cannot be read, in Prometheus' words.
#[derive(Debug)]
pub(in crate::api) struct WrongParameter {
    name: &'static str,
    why: String,
}

#[derive(Serialize)]
struct ErrorView {
    status: &'static str,
    #[serde(rename = "errorType")]
    error_type: &'static str,
    error: String,
}

impl IntoResponse for WrongParameter {
    fn into_response(self) -> Response {
        let Self { name, why } = self;
        let error = format!("invalid parameter \"{name}\": {why}");
        let view = ErrorView { status: "error", error_type: "bad_data", error };
        (StatusCode::BAD_REQUEST, Json(view)).into_response()
    }
}

fn wrong(name: &'static str, why: impl Into<String>) -> WrongParameter {
    WrongParameter { name, why: why.into() }
}

impl Wanted {
    pub(super) fn read(query: &str) -> Result<Self, WrongParameter> {
        let mut wanted = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()).take(PARAMS_MAX) {
            let value = value.into_owned();
            match &*name {
                "type" => {
                    wanted.kind = match value.as_str() {
                        "" => None,
                        "alert" => Some(Kind::Alert),
                        "record" => Some(Kind::Record),
                        _ => return Err(wrong("type", format!("not supported value {value:?}"))),
                    };
                }
                "rule_name[]" => wanted.names.push(value),
                "rule_group[]" => wanted.groups.push(value),
                "file[]" => wanted.files.push(value),
                "match[]" => {
                    let selector = promql::metric_selector(&value);
                    wanted.selectors.push(selector.map_err(|why| wrong("match[]", why))?);
                }
                "exclude_alerts" => {
                    wanted.excludes_alerts = match value.as_str() {
                        "true" | "1" => true,
                        "false" | "0" | "" => false,
                        _ => {
                            let why = format!("strconv.ParseBool: parsing {value:?}: invalid");
                            let why = format!("error converting exclude_alerts: {why} syntax");
                            return Err(wrong("exclude_alerts", why));
                        }
                    };
                }
                "group_limit" => {
                    let limit = value.parse::<i64>().map_err(|_| {
                        let why = format!("group_limit needs to be a valid number: {value:?}");
                        wrong("group_limit", why)
                    })?;
                    let limit = usize::try_from(limit).ok().filter(|limit| *limit > 0);
                    let why = "group_limit needs to be greater than 0";
                    wanted.limit = limit.ok_or_else(|| wrong("group_limit", why))?;
                }
                "group_next_token" => wanted.token = value,
                _ => {}
            }
        }
        if wanted.limit == 0 && !wanted.token.is_empty() {
            let why = "group_limit needs to be present in order to paginate over the groups";
            return Err(wrong("group_next_token", why));
        }
        Ok(wanted)
    }

    /// The groups of the page asked for, and where the next one begins.
    pub(super) fn page(
        &self,
        statuses: Vec<Arc<GroupStatus>>,
    ) -> Result<(Vec<Arc<GroupStatus>>, Option<String>), WrongParameter> {
        let named = |list: &[String], name: &String| list.is_empty() || list.contains(name);
        let mut groups: Vec<_> = statuses
            .into_iter()
            .filter(|group| named(&self.groups, &group.name) && named(&self.files, &group.file))
            // A group of which no rule is wanted is not shown.
            .filter(|group| {
                !self.chooses() || group.rules.iter().any(|rule| self.takes(&rule.rule))
            })
            .collect();
        if self.limit == 0 {
            return Ok((groups, None));
        }
        if !self.token.is_empty() {
            let at = groups.iter().position(|group| token(group) == self.token);
            let Some(at) = at else {
                let token = &self.token;
                let why = format!("invalid group_next_token '{token}'. were rule groups changed?");
                return Err(wrong("group_next_token", why));
            };
            groups.drain(..at);
        }
        let next = groups.get(self.limit).map(|group| token(group));
        groups.truncate(self.limit);
        Ok((groups, next))
    }

    /// Whether a rule is asked for.
    pub(super) fn takes(&self, rule: &Rule) -> bool {
        let kind = if rule.is_recording() { Kind::Record } else { Kind::Alert };
        let matches = |selector: &Selector| {
            let label = |name: &str| rule.labels.get(name).map_or("", String::as_str);
            selector.matchers().iter().all(|matcher| matcher.accepts(label(matcher.name())))
        };
        self.kind.is_none_or(|wanted| wanted == kind)
            && (self.names.is_empty() || self.names.contains(&rule.name))
            && (self.selectors.is_empty() || self.selectors.iter().any(matches))
    }

    /// Whether only some rules are asked for.
    fn chooses(&self) -> bool {
        self.kind.is_some() || !self.names.is_empty() || !self.selectors.is_empty()
    }
}

/// Where a page begins: the file and the name of its first group, so that it stays what it is
/// while groups come and go.
fn token(group: &GroupStatus) -> String {
    let text = format!("{};{}", group.file, group.name);
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}
