//! What a query may not take.

use crate::memory::Memory;
use crate::native::Natives;
use promql::{Control, Engine, EngineOptions, Moment, Period, PromqlError, Verdict};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

fn engine(change: impl Fn(&mut EngineOptions)) -> Engine {
    let mut options = EngineOptions::default();
    change(&mut options);
    Engine::new(options)
}

const HOUR: Period = Period { from_ms: 0, to_ms: 3_600_000, step_ms: 15_000 };

fn refused(engine: &Engine, query: &str, period: Period) -> PromqlError {
    engine.range(&Memory::counters(100, 240), query, period, &()).expect_err("it is too much")
}

#[test]
fn steps_are_limited_as_in_prometheus() {
    let plain = Engine::default();
    let period = |to_ms, step_ms| Period { from_ms: 0, to_ms, step_ms };
    for (period, message) in [
        (
            period(100, 0),
            "zero or negative query resolution step widths are not accepted. Try a positive \
                 integer",
        ),
        (period(-1, 1), "end timestamp must not be before start time"),
        (
            period(i64::MAX, 1),
            "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the \
                 query resolution (?step=XX)",
        ),
    ] {
        let error = refused(&plain, "count_total", period);
        assert_eq!((error.to_string().as_str(), error.kind()), (message, "bad_data"));
    }
    assert!(plain.range(&Memory::counters(1, 1), "1", period(11_000, 1), &()).is_ok());
}

#[test]
fn series_samples_and_bytes_are_limited() {
    let few = engine(|options| options.series_max = 99);
    assert_eq!(
        refused(&few, "count_total", HOUR).to_string(),
        "selector matches 100 series, at most 99 are allowed"
    );
    let little = engine(|options| options.samples_max = 1000);
    assert_eq!(
        refused(&little, "sum(rate(count_total[5m]))", HOUR).to_string(),
        "query processing would load too many samples into memory in expression evaluation"
    );
    let small = engine(|options| options.bytes_max = 100_000);
    assert!(matches!(refused(&small, "count_total", HOUR), PromqlError::Limit { .. }));
}

/// Of one operand in [`HOUR`]: 100 series of 241 steps take 193 kB, so five of them fit.
const MEGABYTE: usize = 1_000_000;

#[test]
fn operands_count_together_as_long_as_they_are_held() {
    let small = engine(|options| options.bytes_max = MEGABYTE);
    let source = Memory::counters(100, 240);
    let nested =
        |deep: usize| format!("{}count_total{}", "count_total + (".repeat(deep), ")".repeat(deep));
    assert!(small.range(&source, &nested(2), HOUR, &()).is_ok());
    for query in [
        nested(10),
        // The same in arguments, subqueries and set operators.
        format!("max_over_time(({})[5m:15s])", nested(10)),
        format!("topk(3, clamp_max({}, scalar(sum(count_total))))", nested(10)),
        "count_total or (count_total unless (count_total and (count_total or (count_total or \
         count_total))))"
            .to_owned(),
    ] {
        let error = refused(&small, &query, HOUR).to_string();
        // A subquery has some steps more.
        let (begins, ends) = ("100 series of 2", " steps would take more than 1000000 bytes");
        assert!(error.starts_with(begins) && error.ends_with(ends), "{query}: {error}");
    }
}

#[test]
fn memory_that_is_given_back_is_there_for_others() {
    let small = engine(|options| options.bytes_max = MEGABYTE);
    let source = Memory::counters(100, 240);
    for (operand, between) in [
        ("count_total", " or "),
        ("count_total", " + "),
        ("sum by (even) (count_total)", " or "),
        ("topk(50, count_total)", " unless "),
    ] {
        // All operands together take many times what is allowed, and two at a time do not.
        let chain = vec![operand; 40].join(between);
        let answer = small.range(&source, &chain, HOUR, &());
        assert!(answer.is_ok(), "{operand}{between}: {:?}", answer.err());
    }
}

#[test]
fn histograms_and_labels_that_are_made_count() {
    let small = engine(|options| {
        options.bytes_max = 200_000;
        options.experimental = true;
    });
    let period = Period { from_ms: 0, to_ms: 540_000, step_ms: 1_000 };
    assert!(small.range(&Natives::new(), "took", period, &()).is_ok());
    let told = "the values of the query would take more than 200000 bytes";
    for query in ["-took", "took * 2", "took + took", "rate(took[1m])", "sum by (n) (took)"] {
        let error = small.range(&Natives::new(), query, period, &()).expect_err(query);
        assert_eq!(error.to_string(), told, "{query}");
    }
    // Each level doubles the text of a label.
    let open = "label_join(".repeat(40);
    let doubled = format!("{open}count_total{}", ", \"n\", \"-\", \"n\", \"n\")".repeat(40));
    let (source, at) = (Memory::counters(3, 10), Moment { at_ms: 60_000 });
    assert_eq!(small.instant(&source, &doubled, at, &()).unwrap_err().to_string(), told);
    let open = "label_replace(".repeat(40);
    let close = ", \"n\", \"$1-$1\", \"n\", \"(.*)\")".repeat(40);
    let doubled = format!("{open}count_total{close}");
    assert_eq!(small.instant(&source, &doubled, at, &()).unwrap_err().to_string(), told);
    // Each step has a quantile of its own.
    let parts = "histogram_quantiles(took, \"q\", time() / 1000)";
    assert_eq!(small.range(&Natives::new(), parts, period, &()).unwrap_err().to_string(), told);
}

#[test]
fn subqueries_over_centuries_are_refused() {
    let plain = Engine::default();
    let at = Moment { at_ms: 4_000_000_000_000 };
    for query in [
        "max_over_time(count_total[100y:1ms])",
        "max_over_time(max_over_time(count_total[1y:1s])[100y:1ms])",
    ] {
        let result = plain.instant(&Memory::counters(3, 10), query, at, &());
        assert_eq!(result.unwrap_err().kind(), "execution", "{query}");
    }
    assert!(plain.instant(&Memory::counters(3, 10), "rate(count_total[290y])", at, &()).is_ok());
}

#[test]
fn regexes_that_explode_are_refused() {
    let plain = Engine::default();
    for query in [
        "a{b=~\"(a{1000}){1000}\"}",
        "label_replace(a, \"b\", \"c\", \"d\", \"(x{1000}){1000}\")",
        "label_replace(a, \"b\", \"c\", \"d\", \"x)|(y\")",
    ] {
        let result = plain.instant(&Memory::counters(1, 1), query, Moment { at_ms: 0 }, &());
        assert!(result.is_err(), "{query}");
    }
}

#[test]
fn expressions_are_those_of_re2() {
    let plain = Engine::default();
    let ask = |query: &str| {
        let result = plain.instant(&Memory::counters(1, 1), query, Moment { at_ms: 0 }, &());
        result.map_or_else(|refused| refused.to_string(), |_| "answered".to_owned())
    };
    let long: Vec<String> = (0..30_000).map(|n| format!("node-{n:05}.example.com")).collect();
    let long = format!("count_total{{instance=~`{}`}}", long.join("|").replace('.', r"\."));
    for (query, said) in [
        (&*long, "answered"),
        ("a{b=~\"/{id}/[a&&b]\"}", "answered"),
        ("a{b=~\"x**\"}", "invalid nested repetition operator: `**`"),
        ("a{b=~\"[x\"}", "missing closing ]: `[x`"),
        ("a{b=~\"x)\"}", "unexpected ): `x)`"),
        ("label_replace(a, \"b\", \"c\", \"d\", \"{x}\")", "answered"),
        (
            "label_replace(a, \"b\", \"c\", \"d\", \"(?x)a\")",
            "invalid regular expression in label_replace(): (?x)a",
        ),
    ] {
        let found = ask(query);
        assert!(found.ends_with(said), "{}: {found}", &query[..query.len().min(60)]);
    }
}

#[test]
fn deep_expressions_are_evaluated_or_refused() {
    let plain = Engine::default();
    let source = Memory::counters(1, 10);
    let at = Moment { at_ms: 60_000 };
    let chain = format!("count_total{}", " + count_total".repeat(900));
    assert!(plain.instant(&source, &chain, at, &()).is_ok());
    let nested = format!("{}count_total{}", "abs(".repeat(150), ")".repeat(150));
    assert!(plain.instant(&source, &nested, at, &()).is_ok());
    let deeper = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    assert_eq!(plain.instant(&source, &deeper, at, &()).unwrap_err().kind(), "bad_data");
}

/// Says stop after so many questions.
struct After(AtomicUsize, Verdict);

impl Control for After {
    fn verdict(&self) -> Verdict {
        let left = self.0.load(Ordering::SeqCst);
        if left == 0 {
            return self.1;
        }
        self.0.store(left - 1, Ordering::SeqCst);
        Verdict::GoOn
    }
}

#[test]
fn queries_end_when_they_are_told_to() {
    let (plain, source) = (Engine::default(), Memory::counters(100, 240));
    let query = "sum by (even) (rate(count_total[5m])) / count(count_total)";
    let cancelled = AtomicBool::new(true);
    let error = plain.range(&source, query, HOUR, &cancelled).unwrap_err();
    assert_eq!((error.kind(), error), ("canceled", PromqlError::Cancelled));
    for questions in 0..5 {
        let control = After(AtomicUsize::new(questions), Verdict::TimeOut);
        let error = plain.range(&source, query, HOUR, &control).unwrap_err();
        assert_eq!(error.to_string(), "query timed out in expression evaluation");
    }
}

#[test]
fn the_windows_of_a_single_series_end_when_they_are_told_to() {
    let (plain, source) = (Engine::default(), Memory::counters(1, 240));
    // Some ten million samples of one series, step by step.
    let period = Period { from_ms: 0, to_ms: 3_000_000, step_ms: 1_000 };
    for query in [
        "quantile_over_time(0.5, count_total[1h:1s])",
        "rate((0 * count_total + time() % 2)[1h:1s])",
        "sum_over_time(count_total[1h:1s] offset 1s)",
    ] {
        let control = After(AtomicUsize::new(8), Verdict::TimeOut);
        let told = plain.range(&source, query, period, &control).map(|_| ());
        assert_eq!(told, Err(PromqlError::TimedOut), "{query}");
    }
}
