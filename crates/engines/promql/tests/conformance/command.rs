//! The commands of a script.

use crate::check::{self, Expected, Kind};
use crate::load;
use crate::report::Report;
use crate::script::Line;
use crate::store::Store;
use promql::{Engine, EngineOptions, Moment, Period, duration_ms};
use regex::Regex;
use std::sync::LazyLock;

static INSTANT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?i:eval)(?:_(fail|warn|info|ordered))?\s+instant\s+(?:at\s+(\S+))?\s+(.+)$")
        .expect("a constant")
});
static RANGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^(?i:eval)(?:_(fail|warn|info))?\s+range
            \s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+?)\s+(.+)$",
    )
    .expect("a constant")
});

fn engine() -> Engine {
    Engine::new(EngineOptions { experimental: true, ..EngineOptions::default() })
}

fn duration(text: &str) -> Result<i64, String> {
    let (minus, plain) = match text.strip_prefix('-') {
        Some(plain) => (true, plain),
        None => (false, text),
    };
    let ms = duration_ms(plain).ok_or_else(|| format!("no duration: {text}"))?;
    Ok(if minus { -ms } else { ms })
}

pub(crate) fn run(
    block: &[Line<'_>],
    store: &mut Store,
    report: &mut Report,
) -> Result<(), String> {
    let head = block[0].text;
    let word = head.split_whitespace().next().unwrap_or("").to_lowercase();
    match word.as_str() {
        "clear" => {
            store.clear();
            Ok(())
        }
        "load" | "load_with_nhcb" => {
            let step = duration(head.split_whitespace().nth(1).unwrap_or(""))?;
            load::load(store, step, word == "load_with_nhcb", &block[1..])
        }
        _ if word.starts_with("eval") => eval(block, store, report),
        _ => Err(format!("no command: {head}")),
    }
}

fn eval(block: &[Line<'_>], store: &Store, report: &mut Report) -> Result<(), String> {
    let Line { number, text: head } = block[0];
    if let Some(found) = INSTANT.captures(head) {
        let at_ms = duration(found.get(2).map_or("0", |at| at.as_str()))?;
        let query = &found[3];
        let old = found.get(1).map(|word| word.as_str());
        let expected = Expected::read(old, &block[1..])?;
        let moment = Moment { at_ms };
        let answer = engine().instant(store, query, moment, &());
        report.case(number, query, expected.check(&answer, Kind::Instant(at_ms)));
        if !expected.only_instant() && !check::knows_its_period(query) {
            let minute = 60_000;
            let period = Period { from_ms: at_ms - minute, to_ms: at_ms + minute, step_ms: minute };
            let answer = engine().range(store, query, period, &());
            report.as_range(number, query, expected.check_middle(&answer, at_ms));
        }
        return Ok(());
    }
    let found = RANGE.captures(head).ok_or_else(|| format!("no evaluation: {head}"))?;
    let (from_ms, to_ms) = (duration(&found[2])?, duration(&found[3])?);
    let step_ms = duration(&found[4])?;
    let query = &found[5];
    let old = found.get(1).map(|word| word.as_str());
    let expected = Expected::read(old, &block[1..])?;
    let period = Period { from_ms, to_ms, step_ms };
    let answer = engine().range(store, query, period, &());
    report.case(number, query, expected.check(&answer, Kind::Range(from_ms, step_ms)));
    Ok(())
}
