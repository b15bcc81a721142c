use std::collections::BTreeMap;

use http_kit::{Measured, RequestMetrics};
use prometheus::LimitFigures;
use remote::Figures;
use tsdb::RetentionStats;
use wire::exposition::{Exposition, ExpositionFault, HistogramView, Kind};

use super::SystemState;

/// The page for `/metrics`.
pub(super) fn exposition(state: &SystemState) -> String {
    let mut page = Exposition::new();
    if let Err(fault) = write(&mut page, state) {
        // Names and labels are constants of this file: a fault is a mistake in it.
        tracing::error!("failed to write the server's own metrics: {fault}");
    }
    page.into_text()
}

fn write(page: &mut Exposition, state: &SystemState) -> Result<(), ExpositionFault> {
    page.family("mainstay_build_info", Kind::Gauge, "The version that runs.")?
        .sample(&[("version", env!("CARGO_PKG_VERSION"))], 1.0)?;
    let started_s = state.started_at.seconds_f64();
    page.family("process_start_time_seconds", Kind::Gauge, "When the server started.")?
        .sample(&[], started_s)?;
    write_series(page, state)?;
    write_limits(page, &state.limits.figures())?;
    write_checks(page, &state.probe.stats())?;
    write_forwarding(page, &state.remote.figures())?;
    write_requests(page, &state.requests)
}

#[expect(clippy::cast_precision_loss, reason = "the format's numbers are all float64")]
fn write_series(page: &mut Exposition, state: &SystemState) -> Result<(), ExpositionFault> {
    let stats = state.series.stats();
    let gauges = [
        ("mainstay_series_live", "Series in memory.", stats.series_live),
        ("mainstay_series_points_live", "Points in memory.", stats.points_live),
        ("mainstay_series_points_stored", "Points in blocks.", stats.points_stored),
        ("mainstay_series_block_bytes", "Bytes of the block files.", stats.block_bytes),
        ("mainstay_series_wal_bytes", "Bytes of the write-ahead log.", stats.wal_bytes),
        ("mainstay_series_damages", "Broken parts found.", stats.damages.len() as u64),
    ];
    for (name, help, value) in gauges {
        page.family(name, Kind::Gauge, help)?.sample(&[], value as f64)?;
    }
    write_retentions(page, &stats.retentions)
}

/// A gauge: its name and meaning, and its number of a rule of retention, where there is one.
type OfRetention = (&'static str, &'static str, fn(&RetentionStats) -> Option<u64>);

const RETENTIONS: [OfRetention; 2] = [
    ("mainstay_series_retention_bytes_max", "Most bytes of a rule's series.", |rule| {
        rule.rule.bytes_max
    }),
    ("mainstay_series_retention_bytes", "Bytes of its series.", |rule| rule.bytes),
];

#[expect(clippy::cast_precision_loss, reason = "the format's numbers are all float64")]
fn write_retentions(page: &mut Exposition, all: &[RetentionStats]) -> Result<(), ExpositionFault> {
    for (name, help, number) in RETENTIONS {
        if all.is_empty() {
            return Ok(());
        }
        let mut family = page.family(name, Kind::Gauge, help)?;
        for (at, stats) in all.iter().enumerate() {
            let (rule, selector) = ((at + 1).to_string(), stats.rule.selector.to_string());
            if let Some(number) = number(stats) {
                family.sample(&[("rule", &rule), ("selector", &selector)], number as f64)?;
            }
        }
    }
    Ok(())
}

/// A family: its name, kind and meaning, and its number of a limit, where there is one.
type OfLimit = (&'static str, Kind, &'static str, fn(&LimitFigures) -> Option<u64>);

const LIMITS: [OfLimit; 3] = [
    ("mainstay_series_limit_max", Kind::Gauge, "Most series of a limit.", |f| f.limit.series_max),
    ("mainstay_series_limit_live", Kind::Gauge, "Series of it, as counted last.", |f| f.series),
    ("mainstay_series_limit_refused_total", Kind::Counter, "Series refused by it.", |f| {
        Some(f.refused)
    }),
];

#[expect(clippy::cast_precision_loss, reason = "the format's numbers are all float64")]
fn write_limits(page: &mut Exposition, all: &[LimitFigures]) -> Result<(), ExpositionFault> {
    for (name, kind, help, number) in LIMITS {
        if all.is_empty() {
            return Ok(());
        }
        let mut family = page.family(name, kind, help)?;
        for (at, figures) in all.iter().enumerate() {
            let (rule, selector) = ((at + 1).to_string(), figures.limit.selector.to_string());
            if let Some(number) = number(figures) {
                family.sample(&[("rule", &rule), ("selector", &selector)], number as f64)?;
            }
        }
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "the format's numbers are all float64")]
fn write_checks(page: &mut Exposition, stats: &probe::ProbeStats) -> Result<(), ExpositionFault> {
    page.family("mainstay_checks", Kind::Gauge, "Checks that are scheduled.")?
        .sample(&[], stats.checks as f64)?;
    page.family("mainstay_checks_in_flight", Kind::Gauge, "Checks that run now.")?
        .sample(&[], stats.in_flight as f64)?;
    let counters = [
        ("mainstay_check_runs_total", "Checks that were run.", stats.runs_total),
        ("mainstay_checks_overdue_total", "Runs that began late.", stats.overdue_total),
        ("mainstay_check_samples_dropped_total", "Results not kept.", stats.samples_dropped_total),
    ];
    for (name, help, value) in counters {
        page.family(name, Kind::Counter, help)?.sample(&[], value as f64)?;
    }
    Ok(())
}

/// A family: its name, kind and meaning, and its number of a destination.
type OfDestination = (&'static str, Kind, &'static str, fn(&Figures) -> f64);

#[expect(clippy::cast_precision_loss, reason = "the format's numbers are all float64")]
const FORWARDING: [OfDestination; 10] = [
    ("mainstay_forward_samples_waiting", Kind::Gauge, "Samples that wait.", |f| f.waiting as f64),
    ("mainstay_forward_queue_bytes", Kind::Gauge, "Bytes of the queue.", |f| f.bytes as f64),
    ("mainstay_forward_lag_seconds", Kind::Gauge, "How long the oldest has waited.", |f| {
        f.lag.map_or(0.0, |lag| lag.as_secs_f64())
    }),
    ("mainstay_forward_samples_sent_total", Kind::Counter, "Samples taken there.", |f| {
        f.sent as f64
    }),
    ("mainstay_forward_samples_refused_total", Kind::Counter, "Samples refused there.", |f| {
        f.refused as f64
    }),
    ("mainstay_forward_samples_dropped_total", Kind::Counter, "Samples dropped here.", |f| {
        (f.dropped_full + f.dropped_old + f.dropped_disk) as f64
    }),
    ("mainstay_forward_retries_total", Kind::Counter, "Requests sent again.", |f| f.retries as f64),
    ("mainstay_forward_failing", Kind::Gauge, "Whether samples wait for a failure.", |f| {
        f64::from(u8::from(f.said.is_some()))
    }),
    ("mainstay_history_questions_total", Kind::Counter, "Questions for older samples.", |f| {
        f.history_asked as f64
    }),
    ("mainstay_history_failures_total", Kind::Counter, "Those answered from here alone.", |f| {
        f.history_failed as f64
    }),
];

fn write_forwarding(page: &mut Exposition, all: &[Figures]) -> Result<(), ExpositionFault> {
    for (name, kind, help, number) in FORWARDING {
        if all.is_empty() {
            return Ok(());
        }
        let mut family = page.family(name, kind, help)?;
        for figures in all {
            family.sample(&[("destination", &figures.name)], number(figures))?;
        }
    }
    Ok(())
}

fn write_requests(page: &mut Exposition, requests: &RequestMetrics) -> Result<(), ExpositionFault> {
    let name = "mainstay_http_request_duration_seconds";
    let mut family = page.family(name, Kind::Histogram, "How long requests took, by route.")?;
    let by_route: BTreeMap<_, Measured> = requests.snapshot().into_iter().collect();
    for ((method, route, status), measured) in &by_route {
        let status = status.to_string();
        let labels = [("method", method.as_str()), ("route", route), ("status", &status)];
        let mut counted = 0;
        let buckets: Vec<(f64, u64)> = RequestMetrics::BOUNDS_S
            .iter()
            .zip(measured.buckets)
            .map(|(bound, count)| {
                counted += count;
                (*bound, counted)
            })
            .collect();
        let view = HistogramView { buckets: &buckets, sum: measured.sum_s, count: measured.count };
        family.histogram(&labels, &view)?;
    }
    Ok(())
}
