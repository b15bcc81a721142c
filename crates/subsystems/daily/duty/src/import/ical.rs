use std::collections::BTreeSet;

use calendar::{ContentLine, content_lines, resolve, unescaped};
use jiff::{
    Span, Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use kernel::{Text, Time};
use rrule::RRuleSet;

use super::{Dated, Lacking, Layer, Plan, SHIFTS_MAX, Stretch, Taken, Unreadable, Who};

/// Times of one event that are looked at.
const TIMES_MAX: usize = 100_000;

/// An event as it is read.
#[derive(Default)]
struct Event {
    uid: String,
    summary: String,
    attendees: Vec<String>,
    start: Option<Moment>,
    end: Option<Moment>,
    duration: Option<Span>,
    /// RRULE, as it stands.
    rule: Option<String>,
    except: Vec<Moment>,
    more: Vec<Moment>,
    /// The time of the series that it stands for.
    instance: Option<Moment>,
    cancelled: bool,
    /// Why it cannot be read.
    wrong: Option<Text>,
}

/// A time of the wall clock somewhere.
#[derive(Clone)]
struct Moment {
    wall: DateTime,
    zone: TimeZone,
    whole_day: bool,
}

/// The schedule of an iCalendar file (RFC 5545): each event a shift of its attendees, or of whom
/// its summary names.
///
/// `name`, `zone`: what it is called and where its clocks are if the file does not say so.
/// Errors: it is none.
pub(crate) fn from_ical(
    text: &str,
    (name, zone): (&str, &str),
    stretch: Stretch,
) -> Result<Vec<Taken>, Unreadable> {
    let lines = content_lines(text);
    if !lines.iter().any(|line| is(line, "BEGIN", "VCALENDAR")) {
        return Err(Unreadable {
            found: text.chars().take(60).collect(),
            expected: Text::new("a file that begins with BEGIN:VCALENDAR", "iCalendar 文件"),
        });
    }
    let said = |property: &str| {
        let line = lines.iter().find(|line| line.name == property);
        line.map(|line| unescaped(&line.value)).filter(|value| !value.is_empty())
    };
    let zone = said("X-WR-TIMEZONE").unwrap_or_else(|| zone.to_owned());
    let known = calendar::zone(&zone).map_err(|_| Unreadable {
        found: zone.clone(),
        expected: Text::new("an IANA zone such as Asia/Shanghai", "IANA 时区，如 Asia/Shanghai"),
    })?;
    let name = match name {
        "" => said("X-WR-CALNAME").unwrap_or_default(),
        name => name.to_owned(),
    };
    let (mut dated, mut lacking) = (Vec::new(), Vec::new());
    let events = events(&lines, &known);
    for event in &events {
        match event.shifts(&events, stretch) {
            Ok(shifts) => dated.extend(shifts),
            Err(why) => lacking.push(Lacking { what: event.label(), why }),
        }
    }
    dated.sort();
    dated.dedup();
    if dated.len() > SHIFTS_MAX {
        dated.truncate(SHIFTS_MAX);
        let (en, zh) =
            ("more than 4000 shifts: the later ones are left out", "超过 4000 个班次，其后从略");
        lacking.push(Lacking::new(&name, en, zh));
    }
    let layers = vec![Layer { name: name.clone(), plan: Plan::Dated(dated) }];
    let source = format!("ical:{name}");
    Ok(vec![Taken { source, name, zone, layers, instead: Vec::new(), lacking }])
}

fn is(line: &ContentLine, name: &str, value: &str) -> bool {
    line.name == name && line.value.eq_ignore_ascii_case(value)
}

/// The events of a file. What stands in a part of an event (an alarm) is not the event's.
fn events(lines: &[ContentLine], zone: &TimeZone) -> Vec<Event> {
    let (mut all, mut event, mut inner) = (Vec::new(), None::<Event>, 0_u32);
    for line in lines {
        if is(line, "BEGIN", "VEVENT") {
            (event, inner) = (Some(Event::default()), 0);
        } else if is(line, "END", "VEVENT") {
            all.extend(event.take());
        } else if line.name == "BEGIN" {
            inner += 1;
        } else if line.name == "END" {
            inner = inner.saturating_sub(1);
        } else if let Some(event) = event.as_mut().filter(|_| inner == 0) {
            event.read(line, zone);
        }
    }
    all
}

impl Event {
    fn read(&mut self, line: &ContentLine, zone: &TimeZone) {
        let mut moments = || {
            let parts = line.value.split(',');
            let read: Result<Vec<_>, _> = parts.map(|part| moment(line, part, zone)).collect();
            read.unwrap_or_else(|why| {
                self.wrong = Some(why);
                Vec::new()
            })
        };
        match line.name.as_str() {
            "UID" => self.uid = line.value.clone(),
            "SUMMARY" => self.summary = unescaped(&line.value),
            "DTSTART" => self.start = moments().pop(),
            "DTEND" => self.end = moments().pop(),
            "RECURRENCE-ID" => self.instance = moments().pop(),
            "EXDATE" => {
                let more = moments();
                self.except.extend(more);
            }
            "RDATE" if line.is_of("PERIOD") => {
                self.wrong = Some(Text::new("it repeats by periods", "按时段重复，暂不支持"));
            }
            "RDATE" => {
                let more = moments();
                self.more.extend(more);
            }
            "DURATION" => match line.value.parse() {
                Ok(duration) => self.duration = Some(duration),
                Err(_) => {
                    self.wrong = Some(Text::new("its length cannot be read", "无法识别的时长"));
                }
            },
            "RRULE" => self.rule = Some(line.value.to_ascii_uppercase()),
            "STATUS" => self.cancelled = line.value.eq_ignore_ascii_case("CANCELLED"),
            "ATTENDEE" => {
                let value = line.value.as_str();
                let mail = value.get(..7).filter(|head| head.eq_ignore_ascii_case("mailto:"));
                self.attendees.push(mail.map_or(value, |_| &value[7..]).to_owned());
            }
            _ => {}
        }
    }

    fn label(&self) -> String {
        let start = self.start.as_ref().map(|start| start.wall.to_string()).unwrap_or_default();
        format!("{} {start}", self.summary).trim().to_owned()
    }

    fn people(&self) -> Vec<Who> {
        if self.attendees.is_empty() {
            return vec![Who { name: self.summary.clone(), ..Who::default() }];
        }
        let who = |mail: &String| Who { email: mail.clone(), ..Who::default() };
        self.attendees.iter().map(who).collect()
    }

    /// Its shifts within a stretch.
    ///
    /// Errors: why it cannot be taken over.
    fn shifts(&self, all: &[Self], stretch: Stretch) -> Result<Vec<Dated>, Text> {
        if let Some(why) = &self.wrong {
            return Err(why.clone());
        }
        let lacks = || Text::new("it has no beginning", "缺少开始时间");
        let start = self.start.as_ref().ok_or_else(lacks)?;
        if self.cancelled {
            return Ok(Vec::new());
        }
        // Times for which another event stands.
        let replaced: BTreeSet<DateTime> = all
            .iter()
            .filter(|one| one.uid == self.uid && self.instance.is_none())
            .filter_map(|one| Some(one.instance.as_ref()?.wall_in(&start.zone)))
            .collect();
        let mut found = Vec::new();
        for wall in self.walls(start)? {
            if replaced.contains(&wall) {
                continue;
            }
            let Some((from, to)) = self.span(start, wall) else { continue };
            if from >= stretch.to || found.len() > SHIFTS_MAX {
                break;
            }
            if stretch.touches(from, to) {
                let people = self.people().into_iter();
                found.extend(people.map(|who| Dated { from, to, who }));
            }
        }
        Ok(found)
    }

    /// When it begins, on its wall clock, in the order of time.
    fn walls(&self, start: &Moment) -> Result<Box<dyn Iterator<Item = DateTime>>, Text> {
        if self.rule.is_none() && self.more.is_empty() {
            return Ok(Box::new(std::iter::once(start.wall)));
        }
        let utc = |wall: DateTime| wall.strftime("%Y%m%dT%H%M%SZ").to_string();
        let list = |moments: &[Moment]| {
            let walls: Vec<_> = moments.iter().map(|one| utc(one.wall_in(&start.zone))).collect();
            walls.join(",")
        };
        // The rule goes by the wall clock: it is reckoned as if that were UTC.
        let mut text = format!("DTSTART:{}\n", utc(start.wall));
        if let Some(rule) = &self.rule {
            text.push_str(&format!("RRULE:{}\n", until_on_the_wall(rule, &start.zone)?));
        }
        if !self.except.is_empty() {
            text.push_str(&format!("EXDATE:{}\n", list(&self.except)));
        }
        if !self.more.is_empty() {
            let own =
                if self.rule.is_none() { format!("{},", utc(start.wall)) } else { String::new() };
            text.push_str(&format!("RDATE:{own}{}\n", list(&self.more)));
        }
        let set: RRuleSet = text.trim_end().parse().map_err(|error: rrule::RRuleError| {
            Text::new(format!("its repetition: {error}"), format!("重复规则：{error}"))
        })?;
        let walls = set.into_iter().take(TIMES_MAX).filter_map(|at| {
            let at = Timestamp::from_second(at.timestamp()).ok()?;
            Some(at.to_zoned(TimeZone::UTC).datetime())
        });
        Ok(Box::new(walls))
    }

    /// From when to when it is that begins at `wall`.
    fn span(&self, start: &Moment, wall: DateTime) -> Option<(Time, Time)> {
        let length = match (&self.end, self.duration) {
            (Some(end), _) => start.wall.until(end.wall_in(&start.zone)).ok()?,
            (None, Some(duration)) => duration,
            (None, None) if start.whole_day => Span::new().days(1),
            (None, None) => return None,
        };
        let end = wall.checked_add(length).ok()?;
        Some((resolved(&start.zone, wall)?, resolved(&start.zone, end)?))
    }
}

impl Moment {
    /// The same on the wall clock of another zone.
    fn wall_in(&self, zone: &TimeZone) -> DateTime {
        if self.zone == *zone || self.whole_day {
            return self.wall;
        }
        let zoned = self.zone.to_ambiguous_zoned(self.wall).compatible();
        zoned.map_or(self.wall, |zoned| zoned.with_time_zone(zone.clone()).datetime())
    }
}

/// A time of the wall clock as a moment.
pub(super) fn resolved(zone: &TimeZone, wall: DateTime) -> Option<Time> {
    let moment = resolve(zone, wall).ok()?.moment();
    Some(Time::from_micros(moment.as_microsecond()))
}

/// A value of DTSTART and the like.
fn moment(line: &ContentLine, value: &str, zone: &TimeZone) -> Result<Moment, Text> {
    let unreadable = || {
        Text::new(
            format!("{} cannot be read: {value}", line.name),
            format!("无法识别的时间：{value}"),
        )
    };
    if let Ok(date) = Date::strptime("%Y%m%d", value) {
        let wall = date.to_datetime(jiff::civil::Time::midnight());
        return Ok(Moment { wall, zone: zone.clone(), whole_day: true });
    }
    let (text, is_utc) = value.strip_suffix('Z').map_or((value, false), |text| (text, true));
    let wall = DateTime::strptime("%Y%m%dT%H%M%S", text).map_err(|_| unreadable())?;
    let zone = match line.parameter("TZID") {
        _ if is_utc => TimeZone::UTC,
        Some(name) => calendar::zone(name).map_err(|_| {
            Text::new(format!("no zone `{name}` is known"), format!("无法识别的时区：{name}"))
        })?,
        None => zone.clone(),
    };
    Ok(Moment { wall, zone, whole_day: false })
}

/// A rule whose UNTIL is on the wall clock of `zone`, written as if that were UTC.
fn until_on_the_wall(rule: &str, zone: &TimeZone) -> Result<String, Text> {
    let mut parts = Vec::new();
    for part in rule.split(';') {
        let Some(until) = part.strip_prefix("UNTIL=") else {
            parts.push(part.to_owned());
            continue;
        };
        let line = ContentLine {
            line: 0,
            name: "UNTIL".to_owned(),
            parameters: String::new(),
            value: until.to_owned(),
        };
        let read = moment(&line, until, zone)?;
        let wall = match read.whole_day {
            true => read.wall.date().to_datetime(jiff::civil::time(23, 59, 59, 0)),
            false => read.wall_in(zone),
        };
        parts.push(format!("UNTIL={}", wall.strftime("%Y%m%dT%H%M%SZ")));
    }
    Ok(parts.join(";"))
}
