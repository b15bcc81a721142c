use kernel::Text;

use super::*;
use crate::Region;

fn at(seconds: i64) -> Time {
    Time::from_seconds(seconds)
}

fn region(code: &str, kind: &str) -> Region {
    Region {
        code: code.to_owned(),
        name: Text::same("Hangzhou"),
        kind: kind.to_owned(),
        parent: None,
    }
}

fn id() -> Id<Region> {
    "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
}

/// What is known after the rewrite.
fn applied(timeline: &Timeline<Region>, rewrite: &Rewrite<Region>) -> Timeline<Region> {
    let kept = timeline.spans.iter().filter(|span| !rewrite.superseded.contains(span));
    let mut spans: Vec<_> = kept.chain(&rewrite.written).cloned().collect();
    spans.sort_by_key(|span| span.valid_from);
    Timeline::new(spans)
}

fn begun() -> Timeline<Region> {
    let rewrite = Timeline::begun(id(), region("a", "city"), at(0), None, at(0));
    Timeline::new(rewrite.written)
}

#[test]
fn turn_is_how_it_is_until_then_and_from_then_on() {
    let later = region("b", "city");
    let changed = applied(&begun(), &begun().changed(at(10), &later, at(1)).unwrap());
    let ended = applied(&changed, &changed.ended(at(20), at(2)));
    let turn = |moment: i64| {
        let side = |span: Option<&Dated<Region>>| span.map(|span| span.state.code.clone());
        ended.turn_at(at(moment)).map(|(before, after)| (side(before), side(after)))
    };
    let code = |code: &str| Some(code.to_owned());
    assert_eq!(turn(0), Some((None, code("a"))));
    assert_eq!(turn(10), Some((code("a"), code("b"))));
    assert_eq!(turn(20), Some((code("b"), None)));
    assert_eq!([turn(5), turn(15), turn(30)], [None, None, None]);
    let lasting = applied(&ended, &ended.lasting(at(20), at(3)));
    assert_eq!(shown(&lasting), ["0–10 a city v2", "10–… b city v4"]);
    // What never was neither begins nor ends.
    let never = applied(&begun(), &begun().ended(at(0), at(1)));
    assert_eq!(never.turn_at(at(0)), None);
}

/// The spans, in a line each.
fn shown(timeline: &Timeline<Region>) -> Vec<String> {
    let end = |span: &Dated<Region>| match span.valid_to {
        Some(to) => (to.micros() / 1_000_000).to_string(),
        None => "…".to_owned(),
    };
    let line = |span: &Dated<Region>| {
        let from = span.valid_from.micros() / 1_000_000;
        format!("{from}–{} {} {} v{}", end(span), span.state.code, span.state.kind, span.version)
    };
    timeline.spans.iter().map(line).collect()
}

#[test]
fn change_cuts_the_span_and_keeps_what_was_before() {
    let timeline = begun();
    let rewrite = timeline.changed(at(10), &region("b", "city"), at(5)).unwrap();
    let next = applied(&timeline, &rewrite);
    assert_eq!(shown(&next), ["0–10 a city v2", "10–… b city v2"]);
    assert_eq!(next.at(at(9)).unwrap().state.code, "a");
    assert_eq!(next.at(at(10)).unwrap().state.code, "b");
    assert_eq!(next.at(at(-1)), None);
    assert!(next.covers(at(0), NEVER) && !next.covers(at(-1), NEVER));
}

#[test]
fn change_reaches_later_spans_where_they_were_not_changed_on_purpose() {
    let timeline = begun();
    let planned = timeline.changed(at(20), &region("b", "city"), at(5)).unwrap();
    let timeline = applied(&timeline, &planned);
    // Kind and code change from 10 on; the code planned for 20 stays as it was planned.
    let rewrite = timeline.changed(at(10), &region("c", "county"), at(6)).unwrap();
    let next = applied(&timeline, &rewrite);
    assert_eq!(shown(&next), ["0–10 a city v3", "10–20 c county v3", "20–… b county v3"]);
}

/// A plan was gone when what was before it became the same for a while.
#[test]
fn plan_stays_one_while_it_is_the_same_before_it() {
    let planned = begun().changed(at(20), &region("b", "city"), at(5)).unwrap();
    let mut timeline = applied(&begun(), &planned);
    for (moment, code) in [(10, "b"), (11, "a"), (12, "c")] {
        let rewrite = timeline.changed(at(moment), &region(code, "city"), at(moment)).unwrap();
        timeline = applied(&timeline, &rewrite);
        assert_eq!(timeline.at(at(20)).unwrap().state.code, "b");
    }
    let rewrite = timeline.untold(at(20), &region("c", "city"), at(15)).unwrap();
    let last = applied(&timeline, &rewrite);
    assert_eq!(shown(&last)[3..], ["12–… c city v6"]);
    assert_eq!(last.at(at(30)).unwrap().told, ["code"]);
}

/// Also one that was told before it was noted what is told.
#[test]
fn plan_that_goes_back_to_what_was_is_not_carried_along() {
    let mut timeline = begun();
    for (moment, code) in [(20, "b"), (30, "a")] {
        let rewrite = timeline.changed(at(moment), &region(code, "city"), at(5)).unwrap();
        timeline = applied(&timeline, &rewrite);
    }
    for span in &mut timeline.spans {
        span.told.clear();
    }
    let rewrite = timeline.changed(at(10), &region("c", "city"), at(6)).unwrap();
    let codes: Vec<_> =
        applied(&timeline, &rewrite).spans.iter().map(|one| one.state.code.clone()).collect();
    assert_eq!(codes, ["a", "c", "b", "a"]);
}

#[test]
fn change_that_changes_nothing_writes_nothing() {
    let timeline = begun();
    assert!(timeline.changed(at(10), &region("a", "city"), at(5)).unwrap().is_empty());
}

#[test]
fn end_takes_away_what_was_planned_for_later() {
    let timeline = begun();
    let planned = timeline.changed(at(20), &region("b", "city"), at(5)).unwrap();
    let timeline = applied(&timeline, &planned);
    let next = applied(&timeline, &timeline.ended(at(15), at(6)));
    assert_eq!(shown(&next), ["0–15 a city v3"]);
    assert_eq!(next.nearest(at(99)).unwrap().state.code, "a");
    assert!(!next.covers(at(10), at(16)));
    let never = applied(&timeline, &timeline.ended(at(0), at(7)));
    assert_eq!(shown(&never), ["0–0 a city v3"]);
    assert_eq!(never.at(at(0)), None);
}

#[test]
fn record_time_never_goes_back() {
    let timeline =
        Timeline::new(Timeline::begun(id(), region("a", "city"), at(0), None, at(100)).written);
    let rewrite = timeline.changed(at(10), &region("b", "city"), at(50)).unwrap();
    assert_eq!(rewrite.at, at(100));
}

/// Everything that was ever known of a thing, as the records keep it.
#[derive(Debug, Clone, Default)]
struct Records(Vec<Dated<Region>>);

impl Records {
    fn apply(&mut self, rewrite: &Rewrite<Region>) {
        for span in &mut self.0 {
            let gone = |old: &Dated<Region>| old.valid_from == span.valid_from;
            if span.superseded_at.is_none() && rewrite.superseded.iter().any(gone) {
                span.superseded_at = Some(rewrite.at);
            }
        }
        self.0.extend(rewrite.written.iter().cloned());
    }

    fn now(&self) -> Timeline<Region> {
        let known = self.0.iter().filter(|span| span.superseded_at.is_none());
        let mut spans: Vec<_> = known.cloned().collect();
        spans.sort_by_key(|span| span.valid_from);
        Timeline::new(spans)
    }

    /// What was so at `at`, as it was known at `known`: the question that lists ask.
    fn asked(&self, at: Time, known: Time) -> Vec<String> {
        let found = self.0.iter().filter(|span| {
            span.recorded_at <= known
                && span.superseded_at.unwrap_or(NEVER) > known
                && span.holds_at(at)
        });
        found.map(|span| format!("{} {}", span.state.code, span.state.kind)).collect()
    }
}

/// What may happen to a thing.
#[derive(Debug, Clone)]
enum Step {
    Code(i64, u8),
    Kind(i64, u8),
    End(i64),
    Resume(i64),
}

fn steps() -> impl proptest::strategy::Strategy<Value = Vec<Step>> {
    use proptest::prelude::*;
    let step = prop_oneof![
        4 => (0_i64..60, 0_u8..4).prop_map(|(from, code)| Step::Code(from, code)),
        4 => (0_i64..60, 0_u8..4).prop_map(|(from, kind)| Step::Kind(from, kind)),
        1 => (-5_i64..60).prop_map(Step::End),
        1 => (0_i64..60).prop_map(Step::Resume),
    ];
    proptest::collection::vec(step, 0..12)
}

fn rewritten(timeline: &Timeline<Region>, step: &Step, now: Time) -> Option<Rewrite<Region>> {
    let change = |from: i64, change: &dyn Fn(&Region) -> Region| {
        let before = timeline.at(at(from))?;
        Some(timeline.changed(at(from), &change(&before.state), now).unwrap())
    };
    match step {
        Step::Code(from, code) => {
            change(*from, &|region| Region { code: code.to_string(), ..region.clone() })
        }
        Step::Kind(from, kind) => {
            change(*from, &|region| Region { kind: kind.to_string(), ..region.clone() })
        }
        Step::End(to) => Some(timeline.ended(at(*to), now)),
        Step::Resume(from) if timeline.end() < NEVER => {
            Some(timeline.resumed(at(*from), region("r", "city"), now))
        }
        Step::Resume(_) => None,
    }
}

proptest::proptest! {
    /// Whatever happens: at each moment one thing is known at most, what was known stays what was
    /// known, and what is known now is what the timeline says.
    #[test]
    fn history_is_never_overwritten(steps in steps()) {
        let mut records = Records::default();
        records.apply(&Timeline::begun(id(), region("a", "city"), at(0), None, at(0)));
        let mut remembered: Vec<(Time, Vec<Vec<String>>)> = Vec::new();
        for (number, step) in (1..).zip(&steps) {
            let now = at(number * 10);
            let Some(rewrite) = rewritten(&records.now(), step, now) else { continue };
            records.apply(&rewrite);
            let timeline = records.now();
            let answers: Vec<Vec<String>> = (-5..65).map(|t| records.asked(at(t), now)).collect();
            for (t, answer) in (-5..65).zip(&answers) {
                let said = timeline.at(at(t));
                let said = said.map(|span| format!("{} {}", span.state.code, span.state.kind));
                proptest::prop_assert_eq!(answer, &said.into_iter().collect::<Vec<_>>(), "{}", t);
            }
            remembered.push((now, answers));
        }
        for (then, answers) in remembered {
            let again: Vec<Vec<String>> = (-5..65).map(|t| records.asked(at(t), then)).collect();
            proptest::prop_assert_eq!(again, answers);
        }
    }
}
