use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use ::resources::ResourceId;
use db::Tx;
use kernel::{Cause, Id, Text, Time};
use notify::{NewMessage, Recipient as To, WayOrder};
use serde_json::{Map, Value, json};

use super::{
    Stage,
    scene::{POLICIES_MAX, resource_of},
};
use crate::{
    AlertsError, Look,
    actions::{Alerts, Occasion, apply::append},
    model::{
        alert::{Alert, AlertState},
        incident::{
            Incident, IncidentId, IncidentPaged, Occasion as Why, Outlook, Page, Portrait,
            TimesTold, page_due,
        },
        policy::{Above, Policy, PolicyDraft, Recipient},
        severity::Severity,
    },
    store,
};

/// Alerts of an incident that policies are held against, what is wrong before what follows.
const JUDGED_MAX: usize = 200;
/// Nobody is reminded sooner, whatever a policy says.
const REPEAT_SOONEST: Duration = Duration::from_secs(300);
/// Pages of one incident that are remembered when others are due.
const PAGES_MAX: u32 = 10_000;

/// The policy that names a recipient.
struct Origin<'p> {
    id: String,
    name: String,
    /// By which ways one after another it wants people told.
    order: Option<&'p WayOrder>,
}

impl Alerts {
    /// What is known besides the incident: silences, and whether what it rests on was asked since.
    pub(super) async fn outlook(
        &self,
        stage: &Stage,
        portrait: &Portrait,
        incident: &Incident,
    ) -> Result<Outlook, AlertsError> {
        let open = open_alerts(stage, portrait);
        let roots: Vec<&Alert> =
            open.iter().filter(|(_, root)| *root).map(|(alert, _)| *alert).collect();
        let heard: Vec<&Alert> = match roots.is_empty() {
            true => open.iter().map(|(alert, _)| *alert).collect(),
            false => roots,
        };
        let silenced =
            !heard.is_empty() && heard.iter().all(|alert| stage.silence_of(alert).is_some());
        let young = stage.now.since(incident.opened_at) < self.patience;
        let unasked = incident.told_severity.is_none() && young && !silenced;
        Ok(Outlook {
            silenced,
            unasked: unasked && self.is_unasked(stage, &heard).await?,
            patience: self.patience,
            cause_over: portrait.cause_over,
        })
    }

    /// Whether something that these rest on was not asked since they began: then it is asked.
    async fn is_unasked(&self, stage: &Stage, heard: &[&Alert]) -> Result<bool, AlertsError> {
        let ill: HashSet<ResourceId> = stage.alerts.values().filter_map(resource_of).collect();
        let below = heard.iter().filter_map(|alert| resource_of(alert));
        let below: HashSet<ResourceId> = below
            .flat_map(|id| stage.scene.graph.foundation_of(id))
            .map(|(id, _)| id)
            .filter(|id| !ill.contains(id))
            .collect();
        let Some(since) = heard.iter().map(|alert| alert.raised_at).max() else {
            return Ok(false);
        };
        let below: Vec<ResourceId> = below.into_iter().collect();
        let looks = self.lookout.look(&below, since).await;
        let looks = looks.map_err(|fault| AlertsError::Lookout(Box::new(fault)))?;
        // What is ill has an alert of its own on its way.
        Ok(looks.values().any(|look| *look != Look::Well))
    }

    /// Tells whoever policies name, if it is time. False when it is not.
    pub(super) async fn tell_of(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        stage: &Stage,
        portrait: &Portrait,
        incident: &mut Incident,
        outlook: Outlook,
    ) -> Result<bool, AlertsError> {
        let due = page_due(incident, outlook, occasion.at);
        let cared = incident.is_cared_for(occasion.at);
        let quiet = outlook.silenced || incident.quiet_since.is_some();
        let long_ago =
            incident.told_at.is_some_and(|told| occasion.at.since(told) >= REPEAT_SOONEST);
        let repeats = due.is_none() && !quiet && !cared && long_ago;
        if due.is_none() && !repeats {
            return Ok(false);
        }
        let fitting = self.fitting(stage, portrait).await?;
        let wanted: Vec<(&Policy, &Recipient)> = match due {
            Some(_) => once_each(&fitting),
            None => self.to_repeat(tx, occasion, incident, &fitting).await?,
        };
        let why = due.unwrap_or(Why::Repeated);
        let called = match due {
            Some(why) => self.escalate(tx, occasion, incident, why, &fitting).await?,
            None => false,
        };
        if due.is_some() {
            incident.told_at = Some(occasion.at);
            incident.told_severity = incident.told_severity.max(Some(incident.severity));
            incident.told_left |= why == Why::Left;
        }
        Ok(self.page(tx, occasion, incident, why, &wanted).await? || called)
    }

    /// Whoever was told that something is wrong is told that it is over.
    pub(super) async fn tell_end(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        incident: &Incident,
    ) -> Result<(), AlertsError> {
        self.cared_for(tx, occasion, incident.id).await?;
        let pages = store::pages::of_incident(tx.connection(), incident.id, PAGES_MAX).await?;
        let policies = store::policies::all(tx.connection(), POLICIES_MAX).await?;
        let policies: HashMap<String, PolicyDraft> =
            policies.into_iter().map(|one| (one.id.to_string(), one.content)).collect();
        let mut seen = HashSet::new();
        let mut told = 0;
        // Whoever was called by a chain hears it from whoever called them.
        let paged = |page: &&Page| page.occasion != Why::Resolved && !page.is_call();
        for page in pages.iter().filter(paged) {
            let (kind, id, name) = page.recipient.clone();
            if seen.insert((kind.clone(), id.clone())) {
                let recipient = Recipient { kind, id, name };
                let from = Origin {
                    id: page.policy_id.clone(),
                    name: page.policy_name.clone(),
                    order: policies.get(&page.policy_id).and_then(|one| one.order.as_ref()),
                };
                let sent = self.send(tx, occasion, incident, Why::Resolved, &from, &recipient);
                told += usize::from(sent.await?);
            }
        }
        if told > 0 {
            append(tx, occasion, &IncidentPaged::of(incident, Why::Resolved, told)).await?;
        }
        Ok(())
    }

    /// Somebody cares for an incident, or it is over: who was told of it is not told by further
    /// ways.
    pub(super) async fn cared_for(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        incident: IncidentId,
    ) -> Result<(), AlertsError> {
        if let Some(notify) = &self.notify {
            notify.acknowledge(tx, occasion.caller, &about(incident)).await?;
        }
        Ok(())
    }

    async fn page(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        incident: &Incident,
        why: Why,
        wanted: &[(&Policy, &Recipient)],
    ) -> Result<bool, AlertsError> {
        let mut told = 0;
        for (policy, recipient) in wanted {
            let from = Origin {
                id: policy.id.to_string(),
                name: policy.content.name.clone(),
                order: policy.content.order.as_ref(),
            };
            let sent = self.send(tx, occasion, incident, why, &from, recipient).await?;
            told += usize::from(sent);
        }
        if told > 0 {
            append(tx, occasion, &IncidentPaged::of(incident, why, told)).await?;
        }
        Ok(told > 0)
    }

    /// Keeps a message and that it was made, within the change that leads to it. False where
    /// nothing is sent from here.
    async fn send(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        incident: &Incident,
        why: Why,
        policy: &Origin<'_>,
        recipient: &Recipient,
    ) -> Result<bool, AlertsError> {
        let Some(notify) = &self.notify else { return Ok(false) };
        // It was checked when it was saved.
        let Ok(to) = To::from_parts(&recipient.kind, &recipient.id) else { return Ok(false) };
        let template = if why == Why::Resolved { "incident.resolved" } else { "incident.open" };
        let message = NewMessage {
            urgent: incident.severity == Severity::Critical,
            link: Some(format!("/incidents/{}", incident.id)),
            cause: Cause(None),
            order: policy.order.cloned(),
            // That it is over is not something to care for.
            about: (why != Why::Resolved).then(|| about(incident.id)),
            ..NewMessage::new(template, to, parameters(incident, why))
        };
        let message = notify.enqueue(tx, occasion.caller, &message).await?;
        let page = Page {
            id: Id::new(self.ids.as_ref(), self.clock.as_ref()),
            incident: incident.id,
            policy_id: policy.id.clone(),
            policy_name: policy.name.clone(),
            occasion: why,
            recipient: (recipient.kind.clone(), recipient.id.clone(), recipient.name.clone()),
            message: message.to_string(),
            call: None,
            at: occasion.at,
        };
        store::pages::insert(tx, &page).await?;
        Ok(true)
    }

    /// The policies that are about this incident.
    async fn fitting<'s>(
        &self,
        stage: &'s Stage,
        portrait: &Portrait,
    ) -> Result<Vec<&'s Policy>, AlertsError> {
        let mut open = open_alerts(stage, portrait);
        open.retain(|(alert, _)| stage.silence_of(alert).is_none());
        open.sort_by_key(|(_, root)| !*root);
        open.truncate(JUDGED_MAX);
        let ids: Vec<ResourceId> =
            open.iter().filter_map(|(alert, _)| resource_of(alert)).collect();
        let above = self.above_of(&ids, stage.now).await?;
        let nowhere = Above::default();
        let fits = |policy: &&Policy| {
            open.iter().any(|(alert, _)| {
                let place = resource_of(alert).and_then(|id| above.get(&id)).unwrap_or(&nowhere);
                policy.content.fits(alert, place)
            })
        };
        Ok(stage.policies.iter().filter(fits).collect())
    }

    /// Where resources are, with all that is above.
    pub(in crate::actions) async fn above_of(
        &self,
        ids: &[ResourceId],
        now: Time,
    ) -> Result<HashMap<ResourceId, Above>, AlertsError> {
        let places = self.resources.places_of(ids).await?;
        let places: Vec<_> = places.into_iter().collect();
        let moments =
            places.iter().map(|(_, place)| (place.unit_id.clone(), place.region_id.clone(), now));
        let lines = self.resources.lineages(moments.collect::<Vec<_>>()).await?;
        let above = |line: kernel::Lineage| Above { units: line.units, regions: line.regions };
        Ok(places.iter().zip(lines).map(|((id, _), line)| (*id, above(line))).collect())
    }

    /// Whom policies want to be reminded.
    async fn to_repeat<'p>(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        incident: &Incident,
        fitting: &[&'p Policy],
    ) -> Result<Vec<(&'p Policy, &'p Recipient)>, AlertsError> {
        if fitting.iter().all(|policy| policy.content.repeat_s.is_none()) {
            return Ok(Vec::new());
        }
        let mut pages = store::pages::of_incident(tx.connection(), incident.id, PAGES_MAX).await?;
        pages.retain(|page| !page.is_call());
        let due = fitting.iter().copied().filter(|policy| {
            let id = policy.id.to_string();
            let last = pages.iter().filter(|page| page.policy_id == id).map(|page| page.at).max();
            policy.content.repeat_s.zip(last).is_some_and(|(after, last)| {
                occasion.at.since(last) >= Duration::from_secs(u64::from(after))
            })
        });
        Ok(once_each(&due.collect::<Vec<_>>()))
    }
}

/// What messages of an incident are about.
fn about(incident: IncidentId) -> String {
    format!("incident:{incident}")
}

/// Whoever several policies name is told once, by the first.
fn once_each<'p>(policies: &[&'p Policy]) -> Vec<(&'p Policy, &'p Recipient)> {
    let mut seen = HashSet::new();
    let all = policies.iter().flat_map(|policy| {
        policy.content.recipients.iter().map(move |recipient| (*policy, recipient))
    });
    all.filter(|(_, one)| seen.insert((one.kind.as_str(), one.id.as_str()))).collect()
}

fn open_alerts<'s>(stage: &'s Stage, portrait: &Portrait) -> Vec<(&'s Alert, bool)> {
    let members = portrait.members.iter();
    let known = members.filter_map(|(id, root)| Some((stage.alerts.get(id)?, *root)));
    known.filter(|(alert, _)| alert.state == AlertState::Open).collect()
}

fn parameters(incident: &Incident, why: Why) -> Map<String, Value> {
    let text = |text: &Text| json!({"en": text.en, "zh": text.zh});
    let mut verdict = Text::default();
    // How often somebody was told is left out: this message is one more.
    let told = TimesTold::default();
    let all = (incident.verdict.tally(), told);
    for sentence in incident.verdict.sentences(incident.certainty, all).into_iter().skip(1) {
        verdict.en = format!("{} {}", verdict.en, sentence.text.en).trim().to_owned();
        verdict.zh.push_str(&sentence.text.zh);
    }
    let mut parameters = Map::new();
    parameters.insert("title".to_owned(), text(&incident.title));
    parameters.insert("severity".to_owned(), text(&incident.severity.title()));
    parameters.insert("occasion".to_owned(), why.name().into());
    parameters.insert("opened_at".to_owned(), incident.opened_at.to_string().into());
    if let Some(at) = incident.closed_at {
        parameters.insert("closed_at".to_owned(), at.to_string().into());
    }
    parameters.insert("verdict".to_owned(), text(&verdict));
    parameters
}
