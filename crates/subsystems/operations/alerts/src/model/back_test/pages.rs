use std::collections::{HashMap, HashSet};

use kernel::{Id, Time};
use resources::{Graph, ResourceId};
use uuid::Uuid;

use crate::model::{
    alert::{Alert, AlertId},
    cause::{Group, Lessons, Scene, Symptom, explain},
    incident::{IncidentId, Placed, QUIET, assign},
    policy::{Above, Policy},
    severity::Severity,
    silence::Silence,
};

/// What people set, as it is now.
#[derive(Debug)]
pub(crate) struct House<'h> {
    pub(crate) graph: Graph,
    pub(crate) lessons: Lessons,
    pub(crate) silences: &'h [Silence],
    pub(crate) policies: &'h [Policy],
    /// Where resources are.
    pub(crate) above: &'h HashMap<ResourceId, Above>,
}

/// A message that would have gone out: that an incident opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WouldPage {
    pub(crate) at: Time,
    pub(crate) policy: String,
    pub(crate) recipient: String,
    /// The alert that says what is wrong.
    pub(crate) alert: AlertId,
    /// How many were open in the incident.
    pub(crate) alerts: usize,
}

struct Would {
    id: IncidentId,
    members: HashMap<AlertId, bool>,
    told: bool,
    quiet_since: Option<Time>,
    over: bool,
}

/// The messages that would have gone out for these alerts, if they had been the only ones: put
/// together by causes, silenced and told as the rounds do it. Repetitions, and that an incident is
/// over, are not among them.
pub(crate) fn pages(
    house: &mut House<'_>,
    alerts: &[(Alert, Symptom)],
    moments: &[Time],
) -> Vec<WouldPage> {
    let mut incidents: Vec<Would> = Vec::new();
    let mut pages = Vec::new();
    let mut before: HashSet<AlertId> = HashSet::new();
    for now in moments {
        let open: HashSet<AlertId> = alerts
            .iter()
            .filter(|(alert, _)| is_open(alert, *now))
            .map(|(one, _)| one.id)
            .collect();
        if open != before {
            put_together(house, alerts, &mut incidents, *now);
        }
        for incident in incidents.iter_mut().filter(|one| !one.over) {
            settle(incident, &open, *now);
            if !incident.told && !incident.over {
                pages.extend(tell(house, alerts, incident, &open, *now));
            }
        }
        before = open;
    }
    pages
}

fn is_open(alert: &Alert, now: Time) -> bool {
    alert.raised_at <= now && alert.closed_at.is_none_or(|closed| now < closed)
}

fn put_together(
    house: &mut House<'_>,
    alerts: &[(Alert, Symptom)],
    incidents: &mut Vec<Would>,
    now: Time,
) {
    let placed: HashMap<AlertId, Placed> = incidents
        .iter()
        .filter(|one| !one.over)
        .flat_map(|one| one.members.keys().map(|alert| (*alert, one.id)))
        .map(|(alert, id)| (alert, Placed { incident: Some(id), pinned: false }))
        .collect();
    let current =
        alerts.iter().filter(|(one, _)| is_open(one, now) || placed.contains_key(&one.id));
    let symptoms = current.map(|(_, symptom)| Symptom {
        // What is to come is not known yet.
        until: symptom.until.filter(|until| *until <= now),
        ..symptom.clone()
    });
    let scene = Scene {
        symptoms: symptoms.collect(),
        graph: std::mem::take(&mut house.graph),
        lessons: std::mem::take(&mut house.lessons),
        ..Scene::default()
    };
    let groups: Vec<Group> = explain(&scene);
    (house.graph, house.lessons) = (scene.graph, scene.lessons);
    for assigned in assign(&groups, &placed) {
        let members: HashMap<AlertId, bool> =
            assigned.members(&groups, &placed).into_iter().collect();
        for other in incidents.iter_mut() {
            other.members.retain(|alert, _| !members.contains_key(alert));
        }
        let known = assigned.incident.and_then(|id| incidents.iter().position(|one| one.id == id));
        match known {
            Some(at) => incidents[at].members.extend(members),
            None => {
                // Told apart within this run alone.
                let id = Id::from_uuid(Uuid::from_u128(incidents.len() as u128 + 1));
                let (told, quiet_since, over) = (false, None, false);
                incidents.push(Would { id, members, told, quiet_since, over });
            }
        }
    }
}

fn settle(incident: &mut Would, open: &HashSet<AlertId>, now: Time) {
    if incident.members.keys().any(|alert| open.contains(alert)) {
        incident.quiet_since = None;
        return;
    }
    let since = *incident.quiet_since.get_or_insert(now);
    incident.over = now.since(since) >= QUIET;
}

/// Whom policies would have told now; nobody while what is wrong is silenced.
fn tell(
    house: &House<'_>,
    alerts: &[(Alert, Symptom)],
    incident: &mut Would,
    open: &HashSet<AlertId>,
    now: Time,
) -> Vec<WouldPage> {
    let heard = |alert: &Alert| {
        !house
            .silences
            .iter()
            .any(|one| one.content.holds(now) && one.content.covers(alert, &house.graph))
    };
    let members = alerts.iter().map(|(alert, _)| alert);
    let members: Vec<&Alert> = members
        .filter(|alert| incident.members.contains_key(&alert.id) && open.contains(&alert.id))
        .collect();
    let root = |alert: &&&Alert| incident.members.get(&alert.id).copied().unwrap_or_default();
    let roots = members.iter().any(|alert| root(&alert));
    let first = members.iter().find(|alert| (!roots || root(alert)) && heard(alert));
    let Some(first) = first.filter(|alert| alert.severity > Severity::Info) else {
        return Vec::new();
    };
    incident.told = true;
    let nowhere = Above::default();
    let place = |alert: &Alert| {
        let id = alert.resource_id.as_deref().and_then(|id| id.parse().ok());
        id.and_then(|id: ResourceId| house.above.get(&id)).unwrap_or(&nowhere)
    };
    let fits = |policy: &&Policy| {
        members.iter().any(|alert| heard(alert) && policy.content.fits(alert, place(alert)))
    };
    let mut seen = HashSet::new();
    let wanted = house.policies.iter().filter(fits);
    let wanted =
        wanted.flat_map(|policy| policy.content.recipients.iter().map(move |to| (policy, to)));
    wanted
        .filter(|(_, to)| seen.insert((to.kind.as_str(), to.id.as_str())))
        .map(|(policy, to)| WouldPage {
            at: now,
            policy: policy.content.name.clone(),
            recipient: if to.name.is_empty() { to.id.clone() } else { to.name.clone() },
            alert: first.id,
            alerts: members.len(),
        })
        .collect()
}
