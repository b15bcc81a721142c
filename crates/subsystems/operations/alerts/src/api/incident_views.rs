use http_kit::TextView;
use resources::Sight;
use serde::Serialize;
use utoipa::ToSchema;

use super::alerts::{AcknowledgementView, AlertView};
use crate::{
    actions::{IncidentAlert, IncidentSeen},
    model::{
        incident::{Change, IncidentEnd, Named, Page, PageCall, Step, Story},
        lesson::Lesson,
    },
    store::incidents::certainty_name,
};

/// What is wrong, with one cause and all its alerts. What is beyond the caller's scope is left out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Incident)]
pub(crate) struct IncidentView {
    id: String,
    /// `open` or `closed`.
    state: String,
    title: TextView,
    /// `critical`, `warning` or `info`.
    severity: String,
    /// The resource that it goes back to; none where that is not known, or not for the caller.
    cause: Option<NamedView>,
    /// `observed`: it has an alert; `suspected`: much that rests on it failed at once;
    /// `corrected`: a person said so.
    certainty: String,
    /// Why that is the cause, and what would have been told without it, in sentences.
    verdict: Vec<TextView>,
    /// Alerts in it that the caller sees.
    alerts: usize,
    /// Of these, those that only follow.
    follow: usize,
    /// Whether more is in it than the caller sees.
    beyond: bool,
    /// How often somebody was told that something is wrong, by messages and by chains called.
    told: usize,
    /// Why the first alerts follow.
    stories: Vec<StoryView>,
    /// What else may be the cause, the likeliest first.
    others: Vec<NamedView>,
    /// What was changed near the cause before, the likeliest first.
    changes: Vec<ChangeView>,
    acknowledged: Option<AcknowledgementView>,
    /// Until when the acknowledgement counts; null: while it is open.
    acknowledged_until: Option<String>,
    /// Who it is given to.
    assignee: Option<String>,
    opened_at: String,
    updated_at: String,
    /// Since when all its alerts are over.
    quiet_since: Option<String>,
    closed_at: Option<String>,
    /// `recovered` or `merged`.
    close_reason: Option<String>,
    merged_into: Option<String>,
    version: i64,
}

/// A resource that is named.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NamedResource)]
pub(crate) struct NamedView {
    id: String,
    name: String,
}

/// Why an alert follows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentStory)]
pub(crate) struct StoryView {
    alert_id: String,
    resource: NamedView,
    /// What failed first.
    steps: Vec<StepView>,
}

/// One step from what failed to what follows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentStep)]
pub(crate) struct StepView {
    resource: NamedView,
    needs: NamedView,
    /// The kind of relation.
    relation: String,
    /// How many of what it needs still work.
    working: usize,
    of: usize,
}

/// A change before the cause failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentChange)]
pub(crate) struct ChangeView {
    /// Its number in the journal.
    seq: i64,
    verb: String,
    actor: String,
    at: String,
    resource: NamedView,
    /// Why it may have led to it.
    reason: TextView,
}

/// An alert in an incident.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentAlert)]
pub(crate) struct IncidentAlertView {
    alert: AlertView,
    /// Whether it is what is wrong, and does not only follow.
    root: bool,
    /// The silence that covers it.
    silenced_by: Option<String>,
}

/// That somebody was told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentPage)]
pub(crate) struct PageRowView {
    id: String,
    policy_id: String,
    policy_name: String,
    /// `opened`, `worse`, `left`, `repeated` or `resolved`.
    occasion: String,
    /// `person`, `user`, `post`, `channel`, `mail`, `sms` or `chain`.
    recipient_kind: String,
    recipient_name: String,
    /// The message; of a chain, the call, empty until it is known.
    message_id: String,
    /// How far the call is, when a chain is called.
    call: Option<PageCallView>,
    /// How far the message is: `new`, `queued`, `sent`, `failed`, `suppressed`, `expanded`; null
    /// when it was forgotten.
    state: Option<String>,
    /// What the far side said last.
    receipt: String,
    at: String,
}

/// How far the call of a chain is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentCall)]
pub(crate) struct PageCallView {
    /// `waiting`, `not_started`, `running`, `answered`, `exhausted` or `over`.
    state: String,
    answered_by: Option<String>,
    /// Why nobody is called.
    reason: Option<TextView>,
}

/// What a correction by hand says about two resources.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentLesson)]
pub(crate) struct LessonView {
    id: String,
    /// `together`: the other follows when the cause fails; `apart`: it never does.
    kind: String,
    cause: NamedView,
    other: NamedView,
    incident_id: String,
    said_by: String,
    said_at: String,
    /// `proposed`, `confirmed` or `dismissed`.
    state: String,
    decided_by: Option<String>,
    version: i64,
}

impl From<&Named> for NamedView {
    fn from(named: &Named) -> Self {
        Self { id: named.id.clone(), name: named.name.clone() }
    }
}

impl From<&Step> for StepView {
    fn from(step: &Step) -> Self {
        Self {
            resource: (&step.resource).into(),
            needs: (&step.needs).into(),
            relation: step.relation.clone(),
            working: step.working,
            of: step.of,
        }
    }
}

impl From<&Change> for ChangeView {
    fn from(change: &Change) -> Self {
        Self {
            seq: change.seq,
            verb: change.verb.clone(),
            actor: change.actor.clone(),
            at: change.at.to_string(),
            resource: (&change.resource).into(),
            reason: change.reason.clone().into(),
        }
    }
}

impl StoryView {
    /// The story; none where it leads over what is beyond the caller's scope.
    fn of(story: &Story, sight: &Sight) -> Option<Self> {
        let ends = story.steps.iter().flat_map(|step| [&step.resource, &step.needs]);
        let mut all = ends.chain([&story.resource]);
        all.all(|one| sight.sees_text(Some(&one.id))).then(|| Self {
            alert_id: story.alert_id.clone(),
            resource: (&story.resource).into(),
            steps: story.steps.iter().map(StepView::from).collect(),
        })
    }
}

impl From<IncidentSeen> for IncidentView {
    fn from(seen: IncidentSeen) -> Self {
        let IncidentSeen { incident, tally, told, sight } = seen;
        let sees = |id: &str| sight.sees_text(Some(id));
        let verdict = &incident.verdict;
        let sentences = verdict.sentences(incident.certainty, (tally, told)).into_iter();
        let sentences = sentences.filter(|one| one.about.iter().all(|id| sees(id)));
        let named = |all: &[Named]| {
            all.iter().filter(|one| sees(&one.id)).map(NamedView::from).collect::<Vec<_>>()
        };
        let known = incident.cause_id.as_deref().is_none_or(sees);
        let title = match known {
            true => incident.title.clone(),
            false => kernel::Text::new(
                "Something beyond what you may see has failed",
                "您权限范围之外的资源发生故障",
            ),
        };
        let changes = verdict.changes.iter().filter(|change| sees(&change.resource.id));
        Self {
            id: incident.id.to_string(),
            state: incident.state.name().to_owned(),
            title: title.into(),
            severity: incident.severity.name().to_owned(),
            cause: verdict.cause.as_ref().filter(|_| known).map(NamedView::from),
            certainty: certainty_name(incident.certainty).to_owned(),
            verdict: sentences.map(|one| one.text.into()).collect(),
            alerts: tally.alerts,
            follow: tally.follow,
            beyond: tally.beyond,
            told: told.times(),
            stories: verdict.stories.iter().filter_map(|one| StoryView::of(one, &sight)).collect(),
            others: named(&verdict.others),
            changes: changes.map(ChangeView::from).collect(),
            acknowledged: incident.acknowledged.map(AcknowledgementView::from),
            acknowledged_until: incident.acknowledged_until.map(|at| at.to_string()),
            assignee: incident.assignee,
            opened_at: incident.opened_at.to_string(),
            updated_at: incident.updated_at.to_string(),
            quiet_since: incident.quiet_since.map(|at| at.to_string()),
            closed_at: incident.closed_at.map(|at| at.to_string()),
            close_reason: incident.close_reason.map(|end| IncidentEnd::name(end).to_owned()),
            merged_into: incident.merged_into.map(|id| id.to_string()),
            version: incident.version,
        }
    }
}

impl From<IncidentAlert> for IncidentAlertView {
    fn from(one: IncidentAlert) -> Self {
        Self { alert: one.alert.into(), root: one.root, silenced_by: one.silenced_by }
    }
}

impl From<(Page, Option<(notify::MessageState, String)>)> for PageRowView {
    fn from((page, receipt): (Page, Option<(notify::MessageState, String)>)) -> Self {
        let (recipient_kind, address, name) = page.recipient;
        let (state, receipt) = receipt.unzip();
        Self {
            id: page.id.to_string(),
            policy_id: page.policy_id,
            policy_name: page.policy_name,
            occasion: page.occasion.name().to_owned(),
            recipient_kind,
            recipient_name: if name.is_empty() { address } else { name },
            message_id: page.message,
            call: page.call.map(PageCallView::from),
            state: state.map(|state| state.name().to_owned()),
            receipt: receipt.unwrap_or_default(),
            at: page.at.to_string(),
        }
    }
}

impl From<PageCall> for PageCallView {
    fn from(call: PageCall) -> Self {
        let PageCall { state, answered_by, reason } = call;
        Self { state: state.name().to_owned(), answered_by, reason: reason.map(TextView::from) }
    }
}

impl From<Lesson> for LessonView {
    fn from(lesson: Lesson) -> Self {
        let named = |(id, name)| NamedView { id, name };
        Self {
            id: lesson.id.to_string(),
            kind: lesson.kind.name().to_owned(),
            cause: named(lesson.cause),
            other: named(lesson.other),
            incident_id: lesson.incident.to_string(),
            said_by: lesson.said_by,
            said_at: lesson.said_at.to_string(),
            state: lesson.state.name().to_owned(),
            decided_by: lesson.decided_by,
            version: lesson.version,
        }
    }
}
