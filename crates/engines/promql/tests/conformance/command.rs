//! The commands of a script.

use super::check::{self, Answered, Expected, Kind};
use super::pinned::pinned;
use super::report::Report;
use super::script::Line;
use super::store::Store;
use super::{duration, load};
use promql::{Moment, Period};
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

/// Whoever answers queries over what is loaded.
pub(crate) trait Ask {
    /// Series were loaded or cleared.
    fn changed(&mut self);

    /// Tells whether it is to be asked this at all.
    fn takes(&self, store: &Store, query: &str) -> bool;

    /// An instant query.
    fn instant(&mut self, store: &Store, query: &str, moment: Moment) -> Answered;

    /// A range query.
    fn range(&mut self, store: &Store, query: &str, period: Period) -> Answered;
}

pub(crate) fn run(
    block: &[Line<'_>],
    store: &mut Store,
    report: &mut Report,
    ask: &mut dyn Ask,
) -> Result<(), String> {
    let head = block[0].text;
    let word = head.split_whitespace().next().unwrap_or("").to_lowercase();
    match word.as_str() {
        "clear" => {
            store.clear();
            ask.changed();
            Ok(())
        }
        "load" | "load_with_nhcb" => {
            let step = duration::signed(head.split_whitespace().nth(1).unwrap_or(""))?;
            load::load(store, step, word == "load_with_nhcb", &block[1..])?;
            ask.changed();
            Ok(())
        }
        _ if word.starts_with("eval") => eval(block, store, report, ask),
        _ => Err(format!("no command: {head}")),
    }
}

fn eval(
    block: &[Line<'_>],
    store: &Store,
    report: &mut Report,
    ask: &mut dyn Ask,
) -> Result<(), String> {
    let Line { number, text: head } = block[0];
    if let Some(found) = INSTANT.captures(head) {
        let at_ms = duration::signed(found.get(2).map_or("0", |at| at.as_str()))?;
        let query = &found[3];
        let old = found.get(1).map(|word| word.as_str());
        let expected = Expected::read(old, &block[1..])?;
        if ask.takes(store, query) {
            let answer = ask.instant(store, query, Moment { at_ms });
            report.case(number, query, expected.check(&answer, Kind::Instant(at_ms)));
            varied((number, query), at_ms, &expected, store, report, ask)?;
        }
        return Ok(());
    }
    let found = RANGE.captures(head).ok_or_else(|| format!("no evaluation: {head}"))?;
    let (from_ms, to_ms) = (duration::signed(&found[2])?, duration::signed(&found[3])?);
    let step_ms = duration::signed(&found[4])?;
    let query = &found[5];
    let old = found.get(1).map(|word| word.as_str());
    let expected = Expected::read(old, &block[1..])?;
    if ask.takes(store, query) {
        let answer = ask.range(store, query, Period { from_ms, to_ms, step_ms });
        report.case(number, query, expected.check(&answer, Kind::Range(from_ms, step_ms)));
    }
    Ok(())
}

/// An instant evaluation in other ways.
fn varied(
    (number, query): (usize, &str),
    at_ms: i64,
    expected: &Expected,
    store: &Store,
    report: &mut Report,
    ask: &mut dyn Ask,
) -> Result<(), String> {
    if !expected.only_instant() && !check::knows_its_period(query) {
        let minute = 60_000;
        let period = Period { from_ms: at_ms - minute, to_ms: at_ms + minute, step_ms: minute };
        let answer = ask.range(store, query, period);
        report.variant("as range", number, query, expected.check_middle(&answer, at_ms));
    }
    if expected.is_text_or_range_vector() {
        return Ok(());
    }
    if let Some(query) = pinned(query, at_ms)? {
        let result = at_other_times(&query, at_ms, expected, store, ask);
        report.variant("pinned", number, &query, result);
    }
    Ok(())
}

/// Evaluates what is pinned to its moment at others: nothing changes.
fn at_other_times(
    query: &str,
    at_ms: i64,
    expected: &Expected,
    store: &Store,
    ask: &mut dyn Ask,
) -> Result<(), String> {
    let others = match at_ms {
        0 => vec![-1_000, 0, 1_000],
        _ => vec![-10 * at_ms, 0, at_ms / 5, at_ms, 10 * at_ms],
    };
    for other in others {
        let answer = ask.instant(store, query, Moment { at_ms: other });
        let checked = expected.without_places().check(&answer, Kind::Instant(other));
        checked.map_err(|why| format!("at {other} ms: {why}"))?;
    }
    Ok(())
}
