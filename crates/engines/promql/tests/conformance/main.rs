//! Runs the scripts of a folder: `PROMQL_TESTS=DIR cargo test -p promql --test conformance --
//! --nocapture`. The folder's README describes the language of the scripts.

mod check;
mod command;
mod duration;
mod folder;
mod histogram;
mod known;
mod load;
mod pinned;
mod report;
mod script;
mod store;
mod values;

use check::Answered;
use command::Ask;
use promql::{Engine, EngineOptions, Moment, Period};
use report::Report;
use store::Store;

impl Ask for Engine {
    fn changed(&mut self) {}

    fn takes(&self, _store: &Store, _query: &str) -> bool {
        true
    }

    fn instant(&mut self, store: &Store, query: &str, moment: Moment) -> Answered {
        Self::instant(self, store, query, moment, &())
    }

    fn range(&mut self, store: &Store, query: &str, period: Period) -> Answered {
        Self::range(self, store, query, period, &())
    }
}

fn run(name: &str, text: &str, report: &mut Report) {
    let usual = EngineOptions::default();
    let mut engine = Engine::new(EngineOptions { experimental: true, ..usual });
    script::run(name, text, report, &mut engine);
}

#[test]
fn scripts_hold() {
    let Some(files) = folder::scripts(&folder::of_tests()) else {
        assert!(!folder::is_given(), "the folder that PROMQL_TESTS names is not there");
        return;
    };
    let mut report = Report::default();
    for (name, text) in &files {
        run(name, text, &mut report);
    }
    assert!(report.holds(), "see the lines above");
    assert!(report.passed() > 0, "there are no scripts");
}

#[test]
fn start_timestamps_are_those_that_scripts_say() {
    let script = "load 1m
    delta{type=\"otel\"}@st   _ -1m -30s-15sx1 _x2
    delta{type=\"otel\"}      1 2 3x1 4 5
    plain@st                  -1sx1
    plain                     {{count:1}} 7
    other                     1 2

eval instant at 0 start_timestamp(delta)
    {type=\"otel\"} 0

eval range from 1m to 3m step 1m start_timestamp(delta)
    {type=\"otel\"} 0 90 135

eval range from 0 to 1m step 1m start_timestamp(plain)
    {} -1 59

eval instant at 1m start_timestamp(other)

eval instant at 1m start_timestamp(delta + 0)
";
    let mut report = Report::default();
    run("starts", script, &mut report);
    assert!(report.holds() && report.passed() == 5, "see the lines above");
    for wrong in [
        "load 1m\n a@st 1m\n b 1\n",
        "load 1m\n a@st 1m\n a 1 2\n",
        "load 1m\n a@st 1mx\n a 1\n",
        "load 1m\n a@st 1m\n",
        "load 1m\n a@st x\n a 1\n",
    ] {
        let mut report = Report::default();
        run("wrong", wrong, &mut report);
        assert!(!report.holds(), "{wrong}");
    }
}
