use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{Json, extract::State};
use http_kit::{PageView, Problem, Query, Routes, Who, routes};
use kernel::{Caller, Fault, Text, Time};
use serde::{Deserialize, Serialize};
use tsdb::{Labels, SelectLimits, Selector, Series, TimeRange, TsdbError};
use utoipa::{IntoParams, ToSchema};

use crate::{
    Probe, SERIES_READ,
    model::{Derive, Grid, downsample},
};

/// Most series of one answer.
const SERIES_MAX: usize = 1_000;
/// Most points that are read for one answer (16 bytes each).
const POINTS_READ_MAX: usize = 6_000_000;
/// Most points of one answer, all series together.
const POINTS_MAX: usize = 600_000;
/// How old the newest value may be.
const LATEST_WITHIN: Duration = Duration::from_secs(300);

pub(super) fn routes() -> Routes<Probe> {
    Routes::new().read(SERIES_READ, routes!(range)).read(SERIES_READ, routes!(latest))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SeriesQuery {
    /// Which series: a metric name with matchers, such as `node_load1{instance="a"}`.
    selector: String,
    /// The first moment (RFC 3339); an hour before `to` when not given.
    #[param(value_type = Option<String>)]
    from: Option<Time>,
    /// The last moment (RFC 3339); now when not given.
    #[param(value_type = Option<String>)]
    to: Option<Time>,
    /// Seconds between two points; chosen for at most 500 points when not given.
    step_s: Option<u32>,
    /// `last` (by default), `average`, `max`, or `rate` a second.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    derive: Derive,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LatestQuery {
    /// Which series: a metric name with matchers.
    selector: String,
}

/// Series over a range of time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeriesRange)]
struct SeriesRangeView {
    /// Sorted by labels.
    series: Vec<SeriesView>,
    /// Seconds between two points.
    step_s: i64,
}

/// One series.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Series)]
struct SeriesView {
    /// Its labels; `__name__` is the metric.
    labels: BTreeMap<String, String>,
    /// Milliseconds since 1970 and the value; null where there is none. All series of an answer
    /// have the same moments.
    #[schema(value_type = Vec<Vec<Option<f64>>>)]
    points: Vec<(i64, Option<f64>)>,
}

/// The newest value of a series.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LatestSample)]
struct LatestView {
    labels: BTreeMap<String, String>,
    /// RFC 3339, UTC.
    at: String,
    /// Null when it is not a finite number.
    value: Option<f64>,
}

/// Series over a range of time.
#[utoipa::path(
    get, path = "/api/v1/series", tag = "series", params(SeriesQuery),
    responses((status = 200, body = SeriesRangeView)))]
async fn range(
    State(probe): State<Probe>,
    Who(caller): Who,
    Query(query): Query<SeriesQuery>,
) -> Result<Json<SeriesRangeView>, Problem> {
    let selector = selector_of(&query.selector)?;
    let to = query.to.unwrap_or_else(|| probe.inner.clock.now());
    let from = query.from.unwrap_or_else(|| to.minus(Duration::from_secs(3_600)));
    let grid = Grid::new(from.millis(), to.millis(), query.step_s)?;
    let range = TimeRange { from_ms: grid.points_from_ms(), to_ms: to.millis() };
    let derive = query.derive;
    let series = select(&probe, &caller, selector, range, move |series| {
        if series.len().saturating_mul(grid.count) > POINTS_MAX {
            return Err(too_much("points"));
        }
        Ok(series.iter().map(|series| view(series, &grid, derive)).collect())
    });
    let series: Vec<SeriesView> = series.await?;
    Ok(Json(SeriesRangeView { series, step_s: grid.step_ms / 1_000 }))
}

/// The newest value of each series, not older than five minutes.
#[utoipa::path(
    get, path = "/api/v1/series/latest", tag = "series", params(LatestQuery),
    responses((status = 200, body = PageView<LatestView>)))]
async fn latest(
    State(probe): State<Probe>,
    Who(caller): Who,
    Query(query): Query<LatestQuery>,
) -> Result<PageView<LatestView>, Problem> {
    let selector = selector_of(&query.selector)?;
    let now = probe.inner.clock.now();
    let from_ms = now.minus(LATEST_WITHIN).millis();
    let range = TimeRange { from_ms, to_ms: now.millis() };
    let found = select(&probe, &caller, selector, range, |series| {
        let newest = series.iter().filter_map(|series| {
            let point = series.points.last()?;
            Some(LatestView {
                labels: labels_of(&series.labels),
                at: Time::from_millis(point.at_ms).to_string(),
                value: Some(point.value).filter(|value| value.is_finite()),
            })
        });
        Ok(newest.collect())
    });
    Ok(PageView::whole(found.await?))
}

/// Reads the series of the resources that the caller may see, and makes views of them where nobody
/// waits for the thread. What was measured of a resource before it turned out to be another is
/// that one's.
async fn select<T: Send + 'static>(
    probe: &Probe,
    caller: &Caller,
    selector: Selector,
    range: TimeRange,
    make: impl FnOnce(Vec<Series>) -> Result<Vec<T>, Fault> + Send + 'static,
) -> Result<Vec<T>, Fault> {
    let store = Arc::clone(&probe.inner.series);
    let limits = SelectLimits { series_max: SERIES_MAX, points_max: POINTS_READ_MAX };
    let seen = probe.seen_series(caller).await?;
    let selector = seen.widened(selector).await?;
    let read = move || store.select(&selector, range, &limits).map_err(fault_of);
    let found = tokio::task::spawn_blocking(read).await.map_err(Fault::internal)??;
    let series = seen.shown(found).await?;
    tokio::task::spawn_blocking(move || make(series)).await.map_err(Fault::internal)?
}

fn view(series: &Series, grid: &Grid, derive: Derive) -> SeriesView {
    let values = downsample(&series.points, grid, derive);
    let points = grid.moments().zip(values).collect();
    SeriesView { labels: labels_of(&series.labels), points }
}

fn labels_of(labels: &Labels) -> BTreeMap<String, String> {
    labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn selector_of(text: &str) -> Result<Selector, Fault> {
    Selector::parse(text).map_err(|error| {
        let expected = Text::new(
            format!("a selector such as up{{job=\"node\"}} ({error})"),
            format!("选择器，例如 up{{job=\"node\"}}（{error}）"),
        );
        Fault::invalid("selector", text, expected)
    })
}

fn fault_of(error: TsdbError) -> Fault {
    match error {
        TsdbError::TooManySeries { .. } => too_much("series"),
        TsdbError::TooManyPoints { .. } => too_much("points"),
        other => Fault::internal(other),
    }
}

fn too_much(of: &str) -> Fault {
    let (found, en, zh) = match of {
        "series" => (
            format!("over {SERIES_MAX} series"),
            format!("a selector of at most {SERIES_MAX} series"),
            format!("最多匹配 {SERIES_MAX} 条时间序列的选择器"),
        ),
        _ => (
            "too many points".to_owned(),
            "fewer series, a shorter range or a longer step".to_owned(),
            "更少的时间序列、更短的时间范围或更大的步长".to_owned(),
        ),
    };
    Fault::invalid("selector", found, Text::new(en, zh))
}
