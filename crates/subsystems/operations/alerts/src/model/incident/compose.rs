use std::collections::HashMap;

use kernel::{Text, Time};
use resources::{ResourceId, ResourceName};

use super::{Assigned, Incident, Named, Placed, Step, Story, Verdict};
use crate::model::{
    alert::{Alert, AlertId, AlertState},
    cause::{Certainty, Group, Link, Member, Part},
    severity::Severity,
};

/// Alerts of which it is told why they follow.
const STORIES_MAX: usize = 20;

/// What is known when an incident is put into words.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    /// The alerts.
    pub(crate) alerts: &'a HashMap<AlertId, Alert>,
    /// What resources are called.
    pub(crate) names: &'a HashMap<ResourceId, ResourceName>,
    /// The groups of alerts.
    pub(crate) groups: &'a [Group],
    /// Where alerts are.
    pub(crate) placed: &'a HashMap<AlertId, Placed>,
}

/// What an incident is now, besides what people did with it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Portrait {
    pub(crate) title: Text,
    pub(crate) severity: Severity,
    pub(crate) cause_id: Option<String>,
    pub(crate) certainty: Certainty,
    pub(crate) verdict: Verdict,
    /// Its alerts, each with whether it is what is wrong.
    pub(crate) members: Vec<(AlertId, bool)>,
    /// How many of them are open.
    pub(crate) open: usize,
    /// When the last of them ended, if all did.
    pub(crate) quiet_since: Option<Time>,
    /// When what is wrong ended while others are left.
    pub(crate) cause_over: Option<Time>,
}

impl Known<'_> {
    /// Puts an incident into words; none without an alert.
    pub(crate) fn portray(
        &self,
        assigned: &Assigned,
        before: Option<&Incident>,
    ) -> Option<Portrait> {
        let members = assigned.members(self.groups, self.placed);
        let alerts: Vec<(&Alert, bool)> =
            members.iter().filter_map(|(id, root)| Some((self.alerts.get(id)?, *root))).collect();
        let main = self.main(assigned);
        let first = alerts.iter().min_by_key(|(alert, root)| {
            let closed = alert.state == AlertState::Closed;
            (!*root, closed, std::cmp::Reverse(alert.severity), alert.raised_at, alert.id)
        })?;
        let open = alerts.iter().filter(|(alert, _)| alert.state == AlertState::Open);
        let worst = open.clone().map(|(alert, _)| alert.severity).max();
        let corrected = before.filter(|one| one.certainty == Certainty::Corrected);
        let cause = match (corrected, main) {
            (Some(incident), _) => incident.verdict.cause.clone(),
            (None, Some(group)) => group.cause.map(|id| self.named(id)),
            (None, None) => self.resource_of(first.0),
        };
        let certainty = match (corrected, main) {
            (Some(_), _) => Certainty::Corrected,
            (None, Some(group)) => group.certainty,
            (None, None) => Certainty::Observed,
        };
        let count = open.count();
        Some(Portrait {
            title: title(first.0, cause.as_ref(), certainty),
            severity: worst.or(before.map(|one| one.severity)).unwrap_or(first.0.severity),
            cause_id: cause.as_ref().map(|one| one.id.clone()),
            certainty,
            verdict: self.verdict(cause, main, &alerts, before),
            open: count,
            quiet_since: if count == 0 { last_end(&alerts) } else { None },
            cause_over: cause_over(&alerts),
            members,
        })
    }

    /// The group that says what is wrong: one in which something still is, the largest, the first.
    fn main(&self, assigned: &Assigned) -> Option<&Group> {
        let groups = assigned.groups.iter().map(|at| &self.groups[*at]);
        groups.min_by_key(|group| {
            let alerts = group.members.iter().filter_map(|one| self.alerts.get(&one.alert));
            let over = alerts.clone().all(|alert| alert.state == AlertState::Closed);
            let since = alerts.map(|alert| alert.raised_at).min();
            (over, std::cmp::Reverse(group.members.len()), since)
        })
    }

    fn verdict(
        &self,
        cause: Option<Named>,
        main: Option<&Group>,
        alerts: &[(&Alert, bool)],
        before: Option<&Incident>,
    ) -> Verdict {
        let begun = |root: bool| {
            let some = alerts.iter().filter(move |(_, one)| *one == root);
            some.map(|(alert, _)| alert.raised_at).min()
        };
        let (since, first) = (begun(true), begun(false));
        let lead_s =
            since.zip(first).map(|(since, first)| (first.micros() - since.micros()) / 1_000_000);
        let members = main.map_or(&[][..], |group| group.members.as_slice());
        let stories = members.iter().filter_map(|member| self.story(member));
        let also = members.iter().find_map(|member| match &member.part {
            Part::Follows { also, .. } if !also.is_empty() => Some(also.as_slice()),
            _ => None,
        });
        let named = |ids: &[ResourceId]| ids.iter().map(|id| self.named(*id)).collect();
        Verdict {
            cause,
            since: since.or(first),
            alerts: alerts.len(),
            follow: alerts.iter().filter(|(_, root)| !root).count(),
            lead_s,
            stories: stories.take(STORIES_MAX).collect(),
            also: named(also.unwrap_or_default()),
            others: named(main.map_or(&[], |group| group.others.as_slice())),
            changes: before.map(|one| one.verdict.changes.clone()).unwrap_or_default(),
        }
    }

    fn story(&self, member: &Member) -> Option<Story> {
        let Part::Follows { path, .. } = &member.part else { return None };
        let resource = self.resource_of(self.alerts.get(&member.alert)?)?;
        let step = |link: &Link| Step {
            resource: self.named(link.resource),
            needs: self.named(link.needs),
            relation: link.relation.clone(),
            working: link.working,
            of: link.of,
        };
        let steps = path.iter().map(step).collect();
        Some(Story { alert_id: member.alert.to_string(), resource, steps })
    }

    fn named(&self, id: ResourceId) -> Named {
        let known = self.names.get(&id).map(|one| one.name.clone());
        let text = id.to_string();
        let told = || {
            let mut alerts = self.alerts.values();
            let alert = alerts.find(|alert| alert.resource_id.as_ref() == Some(&text))?;
            Some(alert.resource_name.clone()).filter(|name| !name.is_empty())
        };
        let name = known.or_else(told).unwrap_or_else(|| text.clone());
        Named { id: text, name }
    }

    fn resource_of(&self, alert: &Alert) -> Option<Named> {
        let id = alert.resource_id.clone()?;
        let name = match alert.resource_name.as_str() {
            "" => id.clone(),
            name => name.to_owned(),
        };
        Some(Named { id, name })
    }
}

fn title(first: &Alert, cause: Option<&Named>, certainty: Certainty) -> Text {
    let name = cause.map_or("", |one| one.name.as_str());
    match certainty {
        Certainty::Suspected => {
            Text::new(format!("{name} has probably failed"), format!("{name} 疑似故障"))
        }
        Certainty::Corrected => Text::new(format!("{name} has failed"), format!("{name} 故障")),
        Certainty::Observed => {
            let on = first.resource_name.as_str();
            let with = |title: &str, colon: &str| match on.is_empty() || title.contains(on) {
                true => title.to_owned(),
                false => format!("{on}{colon}{title}"),
            };
            Text::new(with(&first.title.en, ": "), with(&first.title.zh, "："))
        }
    }
}

fn last_end(alerts: &[(&Alert, bool)]) -> Option<Time> {
    alerts.iter().filter_map(|(alert, _)| alert.closed_at).max()
}

/// When the last alert on what is wrong ended, while others are open.
fn cause_over(alerts: &[(&Alert, bool)]) -> Option<Time> {
    let left = alerts.iter().any(|(alert, root)| !root && alert.state == AlertState::Open);
    let roots: Vec<Option<Time>> =
        alerts.iter().filter(|(_, root)| *root).map(|(alert, _)| alert.closed_at).collect();
    let over = left && !roots.is_empty() && roots.iter().all(Option::is_some);
    roots.into_iter().flatten().max().filter(|_| over)
}
