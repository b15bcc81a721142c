//! What a check is and what it answers: the types that every protocol, the scheduler and the
//! command line share.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, Text};
use serde::{Deserialize, Serialize};
pub use wire::nagios::{Figure, PluginOutput, State, Threshold};

pub use crate::guard::OutboundGuard;

/// A field of a check's specification that is wrong: where, what was found, what was expected.
pub use kernel::FieldFault as SpecFault;

/// The most detail lines that an outcome carries; further ones are dropped.
pub const DETAILS_MAX: usize = 50;

/// The answer of one run of a check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// How it is.
    pub state: State,
    /// One line that says what is the matter, without the state's word.
    pub summary: Text,
    /// Further lines, at most [`DETAILS_MAX`].
    #[serde(default)]
    pub details: Vec<Text>,
    /// What was measured.
    #[serde(default)]
    pub figures: Vec<Figure>,
}

impl Outcome {
    /// An answer of one line.
    #[must_use]
    pub fn new(state: State, summary: Text) -> Self {
        Self { state, summary, details: Vec::new(), figures: Vec::new() }
    }

    /// Fine.
    #[must_use]
    pub fn ok(summary: Text) -> Self {
        Self::new(State::Ok, summary)
    }

    /// A limit is near.
    #[must_use]
    pub fn warning(summary: Text) -> Self {
        Self::new(State::Warning, summary)
    }

    /// Broken.
    #[must_use]
    pub fn critical(summary: Text) -> Self {
        Self::new(State::Critical, summary)
    }

    /// The check could not find out.
    #[must_use]
    pub fn unknown(summary: Text) -> Self {
        Self::new(State::Unknown, summary)
    }

    /// Adds a detail line; beyond [`DETAILS_MAX`] it is dropped.
    #[must_use]
    pub fn with_detail(mut self, detail: Text) -> Self {
        if self.details.len() < DETAILS_MAX {
            self.details.push(detail);
        }
        self
    }

    /// Adds a figure.
    #[must_use]
    pub fn with_figure(mut self, figure: Figure) -> Self {
        self.figures.push(figure);
        self
    }

    /// The answer as a Nagios plugin would print it, in one language.
    #[must_use]
    pub fn to_plugin_output(&self, language: kernel::Language) -> PluginOutput {
        let line = |text: &Text| text.in_language(language).to_owned();
        PluginOutput {
            state: self.state,
            summary: line(&self.summary),
            long_text: self.details.iter().map(line).collect(),
            figures: self.figures.clone(),
        }
    }
}

/// What a check needs from outside for one run.
#[derive(Debug, Clone)]
pub struct CheckContext {
    /// How long the whole run may take; a check answers by then, whatever its target does.
    pub timeout: Duration,
    /// Wall time (certificate expiry) and monotonic time (latencies).
    pub clock: Arc<dyn Clock>,
    /// Which addresses may be reached.
    pub guard: Arc<OutboundGuard>,
}

/// The future of one run of a check.
pub type Running<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// A check with everything it needs to know: asked again and again, it answers each time.
pub trait Check: Send + Sync + Debug {
    /// Asks once. Ends within `cx.timeout`; dropping the future gives up and leaves nothing behind.
    fn run<'a>(&'a self, cx: &'a CheckContext) -> Running<'a>;

    /// What is asked, for people and logs: `https://intranet/login`, `db1:5432`. No secrets.
    fn target(&self) -> String;
}

/// A way of asking: makes checks from specifications.
pub trait Protocol: Send + Sync + Debug {
    /// The name that specifications and the command line use: `http`, `systemd_unit`.
    fn name(&self) -> &'static str;

    /// The name that people read.
    fn title(&self) -> Text;

    /// Whether it looks into the machine that the server runs on, whatever the resource is: only
    /// who may do so everywhere asks for that.
    fn looks_here(&self) -> bool {
        false
    }

    /// Reads a specification.
    ///
    /// Errors: the first field that is missing, unknown, of the wrong type or out of range.
    fn parse(&self, spec: serde_json::Value) -> Result<Box<dyn Check>, SpecFault>;

    /// The JSON Schema (2020-12) of a specification, with titles in both languages under
    /// `x-title-zh`.
    fn schema(&self) -> serde_json::Value;
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use kernel::Language;

    use super::*;

    #[test]
    fn an_outcome_prints_as_a_plugin_in_either_language() {
        let outcome = Outcome::warning(Text::new("slow | answer", "响应慢"))
            .with_detail(Text::new("line", "行"))
            .with_figure(
                Figure::new("time", 0.25, "s").with_thresholds(Some(Threshold::above(0.2)), None),
            );
        expect![[r#"
            WARNING - slow ¦ answer | time=0.25s;~:0.2
            line"#]]
        .assert_eq(&outcome.to_plugin_output(Language::English).to_string());
        expect![[r#"
            WARNING - 响应慢 | time=0.25s;~:0.2
            行"#]]
        .assert_eq(&outcome.to_plugin_output(Language::Chinese).to_string());
    }

    #[test]
    fn details_are_bounded() {
        let outcome = (0..200).fold(Outcome::ok(Text::same("x")), |outcome, n| {
            outcome.with_detail(Text::same(n.to_string()))
        });
        assert_eq!(outcome.details.len(), DETAILS_MAX);
    }

    #[test]
    fn an_undetermined_figure_survives_json() {
        let outcome = Outcome::ok(Text::same("x")).with_figure(Figure::new("rtt", f64::NAN, "s"));
        let json = serde_json::to_string(&outcome).unwrap();
        let back: Outcome = serde_json::from_str(&json).unwrap();
        assert!(back.figures[0].value.is_nan());
    }
}
