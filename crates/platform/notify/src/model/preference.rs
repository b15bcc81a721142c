use jiff::{Timestamp, civil, tz::TimeZone};
use kernel::{FieldFault, Language, Text, Time};
use serde::{Deserialize, Serialize};

use super::{ChannelKind, Turns};

/// How somebody wants to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Preference {
    /// In which language; the directory's when `None`.
    pub language: Option<Language>,
    /// By which kinds of channel.
    pub ways: Vec<String>,
    /// By which kinds of channel when it is urgent.
    pub urgent_ways: Vec<String>,
    /// That the ways go one after another; all at once when `None`.
    pub turns: Option<Turns>,
    /// The same of the ways for what is urgent.
    pub urgent_turns: Option<Turns>,
    /// In which time zone moments are written: `Asia/Shanghai`; the organisation's when `None`.
    pub zone: Option<String>,
    /// When not to be told of what can wait.
    pub quiet: Option<QuietHours>,
}

/// Hours of the day in which only what is urgent is told; may pass midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// From: `22:00`.
    pub from: String,
    /// To: `07:00`.
    pub to: String,
    /// The time zone: `Asia/Shanghai`.
    pub zone: String,
}

impl Default for Preference {
    fn default() -> Self {
        let ways = |kinds: &[ChannelKind]| kinds.iter().map(|kind| kind.name().into()).collect();
        Self {
            language: None,
            ways: ways(&[ChannelKind::InApp, ChannelKind::Mail]),
            urgent_ways: ways(&[ChannelKind::InApp, ChannelKind::Mail, ChannelKind::Sms]),
            turns: None,
            urgent_turns: None,
            zone: None,
            quiet: None,
        }
    }
}

impl Preference {
    /// What is wrong with it.
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        for (field, ways) in [("ways", &self.ways), ("urgent_ways", &self.urgent_ways)] {
            for way in ways {
                if let Err(fault) = way.parse::<ChannelKind>() {
                    faults.push(FieldFault { field: field.to_owned(), ..fault });
                }
            }
            if ways.len() > ChannelKind::ALL.len() {
                let expected = Text::new("each kind at most once", "每种通知渠道至多一次");
                faults.push(FieldFault::new(field, ways.len(), expected));
            }
        }
        for (field, turns) in [("turns", self.turns), ("urgent_turns", self.urgent_turns)] {
            faults.extend(turns.and_then(|turns| turns.fault(field)));
        }
        if let Some(zone) = self.zone.as_deref().filter(|zone| TimeZone::get(zone).is_err()) {
            faults.push(zone_fault("zone", zone));
        }
        if let Some(quiet) = &self.quiet {
            quiet.check(&mut faults);
        }
        faults
    }

    /// How the ways of a message go one after another.
    pub(crate) const fn turns(&self, urgent: bool) -> Option<Turns> {
        if urgent { self.urgent_turns } else { self.turns }
    }

    /// The zone in which they live, as far as they said.
    pub(crate) fn zone(&self) -> Option<&str> {
        let quiet = self.quiet.as_ref().map(|quiet| quiet.zone.as_str());
        self.zone.as_deref().or(quiet)
    }

    /// The kinds of channel for a message.
    pub(crate) fn kinds(&self, urgent: bool) -> Vec<ChannelKind> {
        let ways = if urgent { &self.urgent_ways } else { &self.ways };
        let mut kinds: Vec<ChannelKind> = Vec::new();
        for kind in ways.iter().filter_map(|way| way.parse().ok()) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds
    }
}

impl QuietHours {
    fn check(&self, faults: &mut Vec<FieldFault>) {
        for (field, text) in [("quiet.from", &self.from), ("quiet.to", &self.to)] {
            if clock_time(text).is_none() {
                let expected = Text::new("a time of day, such as 22:00", "时刻，例如 22:00");
                faults.push(FieldFault::new(field, text, expected));
            }
        }
        if self.from == self.to {
            let expected = Text::new("another time than `from`", "与 from 不同的时刻");
            faults.push(FieldFault::new("quiet.to", &self.to, expected));
        }
        if TimeZone::get(&self.zone).is_err() {
            faults.push(zone_fault("quiet.zone", &self.zone));
        }
    }

    /// When the quiet hours that hold at `now` end; `None` when none do.
    ///
    /// By the clock on the wall: on the day on which clocks change the end is where they say it.
    pub(crate) fn end_of_quiet(&self, now: Time) -> Option<Time> {
        let (from, to) = (clock_time(&self.from)?, clock_time(&self.to)?);
        let zone = TimeZone::get(&self.zone).ok()?;
        let here = Timestamp::from_microsecond(now.micros()).ok()?.to_zoned(zone.clone());
        let (time, today) = (here.time(), here.date());
        let ends = if from <= to {
            (from <= time && time < to).then_some(today)
        } else if time >= from {
            Some(today.tomorrow().ok()?)
        } else {
            (time < to).then_some(today)
        }?;
        let end = ends.to_datetime(to).to_zoned(zone).ok()?;
        Some(Time::from_micros(end.timestamp().as_microsecond()))
    }
}

fn zone_fault(field: &str, found: &str) -> FieldFault {
    let expected = Text::new("a time zone, such as Asia/Shanghai", "时区，例如 Asia/Shanghai");
    FieldFault::new(field, found, expected)
}

fn clock_time(text: &str) -> Option<civil::Time> {
    let (hour, minute) = text.split_once(':')?;
    let plain = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(hour) || !plain(minute) {
        return None;
    }
    civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::{super::TurnsEnd, *};

    fn end(from: &str, to: &str, now: &str) -> Option<String> {
        let quiet = QuietHours {
            from: from.to_owned(),
            to: to.to_owned(),
            zone: "Asia/Shanghai".to_owned(),
        };
        quiet.end_of_quiet(now.parse().unwrap()).map(|time| time.to_string())
    }

    #[test]
    fn quiet_hours_end_in_the_morning_also_past_midnight() {
        // Shanghai is eight hours ahead of UTC.
        for (from, to, now, expected) in [
            ("22:00", "07:00", "2026-03-01T13:59:59Z", None),
            ("22:00", "07:00", "2026-03-01T14:00:00Z", Some("2026-03-01T23:00:00Z")),
            ("22:00", "07:00", "2026-03-01T20:00:00Z", Some("2026-03-01T23:00:00Z")),
            ("22:00", "07:00", "2026-03-01T23:00:00Z", None),
            ("12:00", "13:30", "2026-03-01T04:30:00Z", Some("2026-03-01T05:30:00Z")),
            ("12:00", "13:30", "2026-03-01T05:30:00Z", None),
        ] {
            assert_eq!(end(from, to, now).as_deref(), expected, "{from}-{to} at {now}");
        }
    }

    #[test]
    fn quiet_hours_follow_the_wall_clock_when_it_changes() {
        let quiet = QuietHours {
            from: "22:00".to_owned(),
            to: "07:00".to_owned(),
            zone: "Europe/Berlin".to_owned(),
        };
        let end = quiet.end_of_quiet("2026-03-28T22:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(end.to_string(), "2026-03-29T05:00:00Z", "summer time began that night");
    }

    #[test]
    fn wrong_preferences_are_named() {
        let preference = Preference {
            ways: vec!["pigeon".to_owned()],
            turns: Some(Turns { wait_minutes: 0, until: TurnsEnd::Taken }),
            zone: Some("Mars/Base".to_owned()),
            quiet: Some(QuietHours {
                from: "25:00".to_owned(),
                to: "7".to_owned(),
                zone: "Mars/Base".to_owned(),
            }),
            ..Preference::default()
        };
        let fields: Vec<String> =
            preference.faults().into_iter().map(|fault| fault.field).collect();
        assert_eq!(
            fields,
            ["ways", "turns.wait_minutes", "zone", "quiet.from", "quiet.to", "quiet.zone"]
        );
        assert!(Preference::default().faults().is_empty());
    }
}
