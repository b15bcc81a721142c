use axum::{
    Json,
    extract::{Path, State},
};
use http_kit::{Body, PageView, Problem, Routes, TextView, Who, routes};
use journal::JOURNAL_READ;
use kernel::{Fault, Permission, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SystemState;
use crate::config::{
    Effect, JOURNAL_RETAIN, KEYS, LiveSettings, RETENTION, SETTING_CHANGE, Shape, place_of,
};

const SETTING_READ: Permission = Permission("setting.read");

/// A setting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Setting)]
pub(crate) struct SettingView {
    key: &'static str,
    /// As it holds at present.
    value: String,
    /// Where that came from: `default`, `database` (given here), `file`, `environment` or `flag`;
    /// later ones win.
    source: &'static str,
    /// The file, the variable, the flag, or who gave it here.
    origin: String,
    description: TextView,
    default: &'static str,
    /// What it holds from the next start, where that is another value.
    next_value: Option<String>,
    /// When a value given here holds: `at_once`, `at_start`, or `never`.
    effect: &'static str,
    /// Whether a file, the environment or a flag gives it and wins over what is given here.
    pinned: bool,
    schema: SettingSchemaView,
}

/// What a setting may be.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SettingSchema)]
pub(crate) struct SettingSchemaView {
    /// `text`, `switch`, `number`, `choice`, `networks`, `address` or `url`.
    shape: &'static str,
    minimum: Option<i64>,
    maximum: Option<i64>,
    /// For `choice`: which.
    choices: Vec<&'static str>,
    /// Why it may be no less.
    because: Option<&'static str>,
}

/// Another value of a setting.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SettingValue)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingBody {
    /// As in the file; null: the default.
    value: Option<String>,
}

/// How long the journal stays at hand.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = JournalRetention)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetentionBody {
    /// 180 and more; older rows are in archive files then.
    days: u32,
}

pub(super) fn routes() -> Routes<SystemState> {
    Routes::new()
        .read_everywhere(SETTING_READ, routes!(list))
        .read_everywhere(SETTING_READ, routes!(find))
        .write_everywhere(SETTING_CHANGE, routes!(change))
        .read_everywhere(JOURNAL_READ, routes!(retention))
        .write_everywhere(JOURNAL_RETAIN, routes!(retain))
}

/// Every setting with its schema, its value, and where that came from.
#[utoipa::path(get, path = "/api/v1/settings", tag = "server",
    responses((status = 200, body = PageView<SettingView>)))]
async fn list(State(state): State<SystemState>) -> PageView<SettingView> {
    let views = (0..KEYS.len()).map(|place| SettingView::at(place, &state.settings));
    PageView::whole(views.collect())
}

/// One setting.
#[utoipa::path(get, path = "/api/v1/settings/{name}", tag = "server",
    params(("name" = String, Path, description = "such as `notify.retention_days`")),
    responses((status = 200, body = SettingView), (status = 404)))]
async fn find(
    State(state): State<SystemState>,
    Path(name): Path<String>,
) -> Result<Json<SettingView>, Problem> {
    Ok(Json(SettingView::at(place_of(&name)?, &state.settings)))
}

/// Gives a setting another value. What a file, the environment or a flag gives wins and is refused
/// here.
#[utoipa::path(put, path = "/api/v1/settings/{name}", tag = "server",
    params(("name" = String, Path, description = "such as `notify.retention_days`")),
    request_body = SettingBody,
    responses((status = 200, body = SettingView), (status = 404), (status = 409)))]
async fn change(
    State(state): State<SystemState>,
    Who(caller): Who,
    Path(name): Path<String>,
    Body(body): Body<SettingBody>,
) -> Result<Json<SettingView>, Problem> {
    if body.value.as_ref().is_some_and(|value| value.len() > 4_000) {
        let expected = Text::new("at most 4,000 bytes", "不超过 4000 字节");
        return Err(Fault::invalid("value", "", expected).into());
    }
    let place = state.settings.change(&caller, &name, body.value).await?;
    Ok(Json(SettingView::at(place, &state.settings)))
}

/// How long the journal stays in the records, for whoever audits.
#[utoipa::path(get, path = "/api/v1/journal/retention", tag = "journal",
    responses((status = 200, body = SettingView)))]
async fn retention(State(state): State<SystemState>) -> Result<Json<SettingView>, Problem> {
    Ok(Json(SettingView::at(place_of(RETENTION)?, &state.settings)))
}

/// Says how long the journal stays in the records. While the three administrators are separated
/// only the audit administrator lowers it, and only here.
#[utoipa::path(put, path = "/api/v1/journal/retention", tag = "journal",
    request_body = RetentionBody,
    responses((status = 200, body = SettingView), (status = 409)))]
async fn retain(
    State(state): State<SystemState>,
    Who(caller): Who,
    Body(body): Body<RetentionBody>,
) -> Result<Json<SettingView>, Problem> {
    let place = state.settings.retain(&caller, body.days).await?;
    Ok(Json(SettingView::at(place, &state.settings)))
}

impl SettingView {
    fn at(place: usize, settings: &LiveSettings) -> Self {
        let key = &KEYS[place];
        let held = settings.in_effect(place);
        let next = settings.now().all()[place].value.clone();
        let source = held.source.name();
        Self {
            key: key.name,
            next_value: (next != held.value).then_some(next),
            pinned: matches!(source, "file" | "environment" | "flag"),
            value: held.value,
            source,
            origin: held.origin,
            description: Text::new(key.en, key.zh).into(),
            default: key.default,
            effect: match key.effect {
                Effect::Never => "never",
                Effect::AtStart => "at_start",
                Effect::AtOnce => "at_once",
            },
            schema: SettingSchemaView::from(key.shape),
        }
    }
}

impl From<Shape> for SettingSchemaView {
    fn from(shape: Shape) -> Self {
        let of = |shape| Self {
            shape,
            minimum: None,
            maximum: None,
            choices: Vec::new(),
            because: None,
        };
        match shape {
            Shape::Text | Shape::Checked(_) => of("text"),
            Shape::Listen => of("address"),
            Shape::Switch => of("switch"),
            Shape::Number { min, max } => {
                Self { minimum: Some(min), maximum: Some(max), ..of("number") }
            }
            Shape::AtLeast { min, max, because, .. } => Self {
                minimum: Some(min),
                maximum: Some(max),
                because: Some(because),
                ..of("number")
            },
            Shape::Choice(choices) => Self { choices: choices.to_vec(), ..of("choice") },
            Shape::Networks => of("networks"),
            Shape::Database => of("url"),
        }
    }
}
