//! A schedule as it is kept and shown: flat parts, each a plain value.

use std::time::Duration;

use kernel::{Fault, FieldFault, Text, Time};
use serde::Serialize;

use super::{
    cron::{CronRule, DaysOff, Workdays},
    schedule::{Missed, Schedule, Trigger},
};
use crate::Calendars;

/// The longest interval.
const EVERY_S_MAX: u64 = 366 * 86_400;
/// The most verbs of one schedule.
const VERBS_MAX: usize = 20;

/// A schedule in parts; which of them are set depends on its kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ScheduleParts {
    /// `interval`, `cron`, `once` or `fact`.
    pub kind: String,
    /// Of an interval: seconds between the starts of two runs, 1 to a year.
    pub every_s: Option<u64>,
    /// Of a cron: the expression.
    pub cron: Option<String>,
    /// Of a cron: the IANA zone of its wall clock.
    pub zone: Option<String>,
    /// Of a cron: the working calendar, if days off matter.
    pub calendar: Option<String>,
    /// Of a cron with a calendar: `skip` or `next`.
    pub days_off: Option<String>,
    /// Of a single run: its moment.
    pub at: Option<Time>,
    /// Of a fact: verbs, or nouns with a dot.
    pub verbs: Vec<String>,
    /// `run_once` or `skip`; `run_once` when not given.
    pub missed: Option<String>,
}

pub(super) fn write(schedule: &Schedule) -> ScheduleParts {
    let missed = Some(schedule.missed.name().to_owned());
    let of = |kind: &str| ScheduleParts { kind: kind.to_owned(), ..ScheduleParts::default() };
    match &schedule.trigger {
        Trigger::Every(interval) => {
            ScheduleParts { every_s: Some(interval.as_secs().max(1)), ..of("interval") }
        }
        Trigger::Cron(rule) => ScheduleParts {
            cron: Some(rule.text().to_owned()),
            zone: Some(rule.zone_name().to_owned()),
            calendar: rule.workdays().map(|workdays| workdays.name.clone()),
            days_off: rule.workdays().map(|workdays| workdays.days_off.name().to_owned()),
            missed,
            ..of("cron")
        },
        Trigger::Once(at) => ScheduleParts { at: Some(*at), missed, ..of("once") },
        Trigger::Facts(verbs) => ScheduleParts { verbs: verbs.clone(), ..of("fact") },
    }
}

pub(super) fn read(parts: &ScheduleParts, calendars: &Calendars) -> Result<Schedule, Fault> {
    let strangers = strangers(parts);
    if !strangers.is_empty() {
        return Err(Fault::invalid_fields(strangers));
    }
    let trigger = match parts.kind.as_str() {
        "interval" => interval(parts)?,
        "cron" => cron(parts, calendars)?,
        "once" => once(parts)?,
        "fact" => facts(parts)?,
        other => {
            let expected = Text::same("interval, cron, once, fact");
            return Err(Fault::invalid("kind", other, expected));
        }
    };
    let missed = match parts.missed.as_deref() {
        None => Missed::default(),
        Some(name) => Missed::from_name(name)
            .ok_or_else(|| Fault::invalid("missed", name, Text::same("run_once, skip")))?,
    };
    Ok(Schedule { trigger, missed })
}

/// Parts that another kind of schedule would have.
fn strangers(parts: &ScheduleParts) -> Vec<FieldFault> {
    let at = parts.at.map(|at| at.to_string());
    let every_s = parts.every_s.map(|every| every.to_string());
    let verbs = (!parts.verbs.is_empty()).then(|| parts.verbs.join(" "));
    let fields: [(&str, &str, Option<&str>); 7] = [
        ("interval", "every_s", every_s.as_deref()),
        ("cron", "cron", parts.cron.as_deref()),
        ("cron", "zone", parts.zone.as_deref()),
        ("cron", "calendar", parts.calendar.as_deref()),
        ("cron", "days_off", parts.days_off.as_deref()),
        ("once", "at", at.as_deref()),
        ("fact", "verbs", verbs.as_deref()),
    ];
    let known = fields.iter().any(|(kind, ..)| *kind == parts.kind);
    let strange = fields.into_iter().filter(|(kind, ..)| known && *kind != parts.kind);
    strange
        .filter_map(|(kind, field, value)| {
            let expected = Text::new(
                format!("nothing: it belongs to the kind `{kind}`"),
                format!("不填（只用于“{kind}”类计划）"),
            );
            Some(FieldFault::new(field, value?, expected))
        })
        .collect()
}

fn interval(parts: &ScheduleParts) -> Result<Trigger, Fault> {
    let every_s = parts.every_s.unwrap_or(0);
    if !(1..=EVERY_S_MAX).contains(&every_s) {
        let expected = Text::new("1 to 31622400 seconds", "1 到 31622400 秒");
        return Err(Fault::invalid("every_s", every_s, expected));
    }
    Ok(Trigger::Every(Duration::from_secs(every_s)))
}

fn cron(parts: &ScheduleParts, calendars: &Calendars) -> Result<Trigger, Fault> {
    let workdays = match (parts.calendar.as_deref(), parts.days_off.as_deref()) {
        (None, None) => None,
        (None, Some(found)) => {
            let expected = Text::new("nothing without a calendar", "未选工作日历时不填");
            return Err(Fault::invalid("days_off", found, expected));
        }
        (Some(name), days_off) => {
            let calendar = calendars.get(name).ok_or_else(|| {
                let names: Vec<&str> = calendars.names().collect();
                Fault::invalid("calendar", name, Text::same(names.join(", ")))
            })?;
            let days_off = days_off.unwrap_or("skip");
            let days_off = DaysOff::from_name(days_off)
                .ok_or_else(|| Fault::invalid("days_off", days_off, Text::same("skip, next")))?;
            Some(Workdays { name: name.to_owned(), calendar, days_off })
        }
    };
    let text = parts.cron.as_deref().unwrap_or_default();
    let zone = parts.zone.as_deref().unwrap_or_default();
    Ok(Trigger::Cron(Box::new(CronRule::new(text, zone, workdays)?)))
}

fn once(parts: &ScheduleParts) -> Result<Trigger, Fault> {
    let expected = Text::new(
        "a time such as 2026-12-01T02:00:00+08:00",
        "时间，例如 2026-12-01T02:00:00+08:00",
    );
    parts.at.map(Trigger::Once).ok_or_else(|| Fault::invalid("at", "", expected))
}

fn facts(parts: &ScheduleParts) -> Result<Trigger, Fault> {
    let expected = || {
        Text::new(
            "1 to 20 verbs such as alert.raised, or nouns such as alert., but not job.",
            "1 到 20 个事实名，例如 alert.raised，或前缀 alert.；不能是 job.",
        )
    };
    if parts.verbs.is_empty() || parts.verbs.len() > VERBS_MAX {
        return Err(Fault::invalid("verbs", parts.verbs.len(), expected()));
    }
    let wrong = parts.verbs.iter().find(|verb| !is_verb(verb));
    if let Some(verb) = wrong {
        return Err(Fault::invalid("verbs", verb, expected()));
    }
    Ok(Trigger::Facts(parts.verbs.clone()))
}

/// `noun.verb` or `noun.`; a job's own facts would make it run for ever.
fn is_verb(text: &str) -> bool {
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    text.len() <= 80
        && text.split_once('.').is_some_and(|(noun, verb)| {
            !noun.is_empty() && noun != "job" && plain(noun) && plain(verb)
        })
}
