//! Test files as they are written.

use crate::file::LabelPairs;
use crate::file::yaml::DurationYaml;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TestFileYaml {
    pub(super) rule_files: Option<Vec<String>>,
    pub(super) evaluation_interval: Option<DurationYaml>,
    pub(super) group_eval_order: Option<Vec<String>>,
    pub(super) tests: Option<Vec<TestYaml>>,
    pub(super) fuzzy_compare: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TestYaml {
    pub(super) interval: Option<DurationYaml>,
    pub(super) input_series: Option<Vec<SeriesYaml>>,
    pub(super) alert_rule_test: Option<Vec<AlertTestYaml>>,
    pub(super) promql_expr_test: Option<Vec<ExprTestYaml>>,
    pub(super) external_labels: Option<LabelPairs>,
    pub(super) external_url: Option<String>,
    pub(super) name: Option<String>,
    pub(super) start_timestamp: Option<StartYaml>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeriesYaml {
    pub(super) series: String,
    #[serde(default)]
    pub(super) values: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AlertTestYaml {
    pub(super) eval_time: Option<DurationYaml>,
    #[serde(default)]
    pub(super) alertname: String,
    pub(super) exp_alerts: Option<Vec<AlertYaml>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AlertYaml {
    pub(super) exp_labels: Option<LabelPairs>,
    pub(super) exp_annotations: Option<LabelPairs>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExprTestYaml {
    #[serde(default)]
    pub(super) expr: String,
    pub(super) eval_time: Option<DurationYaml>,
    pub(super) exp_samples: Option<Vec<SampleYaml>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SampleYaml {
    #[serde(default)]
    pub(super) labels: String,
    pub(super) value: Option<f64>,
    #[serde(default)]
    pub(super) histogram: String,
}

/// Where time begins: Unix seconds or RFC 3339; milliseconds.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct StartYaml(pub(super) i64);

impl TryFrom<String> for StartYaml {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if let Ok(seconds) = text.parse::<f64>()
            && seconds.abs() < 1e12
        {
            #[expect(clippy::cast_possible_truncation, reason = "checked in the line above")]
            return Ok(Self((seconds * 1000.0).round() as i64));
        }
        let read = text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond);
        read.map(Self).map_err(|_| format!("cannot parse {text:?} to a valid timestamp"))
    }
}

/// The moment of a test, in milliseconds.
pub(super) fn moment(span: Option<DurationYaml>) -> i64 {
    span.unwrap_or_default().0
}
