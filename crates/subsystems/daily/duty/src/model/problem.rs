use std::collections::{BTreeMap, BTreeSet, HashMap};

use directory::{PersonId, PostId};
use kernel::Time;
use serde::Serialize;

use super::{
    changes::Leave,
    plan::{DutySpan, is_away},
    roster::RosterDraft,
};

/// What is wrong with a span that is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProblemKind {
    /// Nobody is on.
    Gap,
    /// The person is in two seats at a time.
    Twice,
    /// Too little time lies between two shifts of the person.
    ShortRest,
    /// The person is on leave.
    OnLeave,
    /// The person has left, or was never there.
    Left,
    /// The person does not hold the post.
    NotInPost,
    /// The person lacks a qualification, or it has run out.
    Unqualified,
}

/// Something wrong ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// What.
    pub kind: ProblemKind,
    /// The span.
    pub span: DutySpan,
    /// What it is about: the missing qualification, the other roster and slot; `…` of one without a
    /// name.
    pub about: String,
}

/// What is known of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// Their name; empty for nobody.
    pub name: String,
    /// When they left or are to leave; none: never.
    pub left_at: Option<Time>,
    /// Whether the directory has them at all.
    pub exists: bool,
    /// The posts they hold.
    pub posts: BTreeSet<PostId>,
    /// What they are qualified for, and until when.
    pub qualifications: BTreeMap<String, Option<Time>>,
}

/// What a span is compared with.
#[derive(Debug)]
pub(crate) struct Around<'a> {
    /// What the roster says that is looked at.
    pub draft: &'a RosterDraft,
    /// What is known of its people.
    pub people: &'a HashMap<PersonId, Known>,
    /// Their leave.
    pub leaves: &'a [Leave],
    /// The duty of the same people in other rosters, with these rosters' names; empty for those
    /// that are not to be named.
    pub elsewhere: &'a [(String, DutySpan)],
}

impl ProblemKind {
    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::Twice => "twice",
            Self::ShortRest => "short_rest",
            Self::OnLeave => "on_leave",
            Self::Left => "left",
            Self::NotInPost => "not_in_post",
            Self::Unqualified => "unqualified",
        }
    }
}

/// What is wrong with `spans`, which are in the order of time.
#[must_use]
pub(crate) fn problems(around: &Around<'_>, spans: &[DutySpan]) -> Vec<Problem> {
    let mut found = Vec::new();
    for span in spans {
        let mut say = |kind, about: String| {
            found.push(Problem { kind, span: span.clone(), about });
        };
        let Some(person) = span.person else {
            say(ProblemKind::Gap, String::new());
            continue;
        };
        alone(around, span, person, &mut say);
    }
    found.extend(clashes(around, spans));
    found.sort_by(|a, b| {
        (a.span.from, a.kind, &a.span.slot).cmp(&(b.span.from, b.kind, &b.span.slot))
    });
    found
}

/// What is wrong with a span whatever else there is.
fn alone(
    around: &Around<'_>,
    span: &DutySpan,
    person: PersonId,
    say: &mut impl FnMut(ProblemKind, String),
) {
    if is_away(around.leaves, person, span.from, span.to) {
        say(ProblemKind::OnLeave, String::new());
    }
    let Some(known) = around.people.get(&person).filter(|known| known.exists) else {
        say(ProblemKind::Left, String::new());
        return;
    };
    if known.left_at.is_some_and(|left| left < span.to) {
        say(ProblemKind::Left, String::new());
        return;
    }
    let Some(position) = around.draft.position(&span.slot.position) else { return };
    if position.post_id.is_some_and(|post| !known.posts.contains(&post)) {
        say(ProblemKind::NotInPost, String::new());
    }
    for needed in &position.qualifications {
        let holds = known.qualifications.get(needed);
        if holds.is_none_or(|until| until.is_some_and(|until| until < span.to)) {
            say(ProblemKind::Unqualified, needed.clone());
        }
    }
}

/// A person in two places at a time, or again too soon.
fn clashes(around: &Around<'_>, spans: &[DutySpan]) -> Vec<Problem> {
    let mut of_person: HashMap<PersonId, Vec<(Option<&str>, &DutySpan)>> = HashMap::new();
    for span in spans {
        if let Some(person) = span.person {
            of_person.entry(person).or_default().push((None, span));
        }
    }
    for (name, span) in around.elsewhere {
        if let Some(all) = span.person.and_then(|person| of_person.get_mut(&person)) {
            all.push((Some(name), span));
        }
    }
    let rest = i64::from(around.draft.rest_hours_min) * 3_600_000_000;
    let mut found = Vec::new();
    for all in of_person.values_mut() {
        all.sort_by_key(|(_, span)| (span.from, span.to));
        // Whoever is on longest so far: a long shift may hide behind a short one.
        let mut latest: Option<(Option<&str>, &DutySpan)> = None;
        for (name, span) in all.iter().copied() {
            if let Some((other_name, other)) = latest {
                let about = |name: Option<&str>, span: &DutySpan| match name {
                    None => span.slot.to_string(),
                    Some("") => "…".to_owned(),
                    Some(name) => format!("{name}: {}", span.slot),
                };
                // What both is elsewhere is the others' to say.
                let (shown, about) = match (name, other_name) {
                    (None, _) => (Some(span), about(other_name, other)),
                    (Some(_), None) => (Some(other), about(name, span)),
                    (Some(_), Some(_)) => (None, String::new()),
                };
                let kind = if span.from < other.to {
                    Some(ProblemKind::Twice)
                } else if goes_on((name, span), (other_name, other)) {
                    None
                } else {
                    let between = span.from.micros() - other.to.micros();
                    (between < rest).then_some(ProblemKind::ShortRest)
                };
                if let (Some(kind), Some(shown)) = (kind, shown) {
                    found.push(Problem { kind, span: shown.clone(), about });
                }
            }
            if latest.is_none_or(|(_, other)| other.to <= span.to) {
                latest = Some((name, span));
            }
        }
    }
    found
}

/// The same shift of the same position day after day, round the clock, is one duty: a week on call.
/// So are two parts of one slot.
fn goes_on(
    (name, span): (Option<&str>, &DutySpan),
    (other_name, other): (Option<&str>, &DutySpan),
) -> bool {
    let same = name == other_name && span.slot.position == other.slot.position;
    same && span.slot.shift == other.slot.shift
        && (span.from == other.to || span.slot == other.slot)
}
