use jiff::{civil::DateTime, tz::TimeZone};
use kernel::Text;
use serde::Deserialize;

use super::{
    Dated, Lacking, Layer, Plan, Stretch, Taken, Turns, Unreadable, Who, expanded, ical::resolved,
    unit_of, whole_days,
};
use crate::model::roster::{Clock, TurnUnit};

/// Days of the week as RFC 5545 names them, from Monday.
const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// What Grafana OnCall's API answers: `/schedules`, `/on_call_shifts` and `/users` in one object.
#[derive(Debug, Deserialize)]
struct Export {
    #[serde(default)]
    schedules: Results<Schedule>,
    #[serde(default, alias = "on_call_shifts")]
    shifts: Results<Shift>,
    #[serde(default)]
    users: Results<User>,
}

/// A list, as a page or plain.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Results<T> {
    Page { results: Vec<T> },
    Plain(Vec<T>),
}

#[derive(Debug, Deserialize)]
struct Schedule {
    id: String,
    name: String,
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    shifts: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Shift {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    level: Option<i64>,
    #[serde(default)]
    time_zone: Option<String>,
    start: DateTime,
    #[serde(default)]
    rotation_start: Option<DateTime>,
    duration: i64,
    #[serde(default)]
    frequency: Option<String>,
    #[serde(default)]
    interval: Option<u32>,
    #[serde(default)]
    until: Option<String>,
    #[serde(default)]
    by_day: Option<Vec<String>>,
    #[serde(default)]
    by_month: Option<Vec<i64>>,
    #[serde(default)]
    by_monthday: Option<Vec<i64>>,
    #[serde(default)]
    users: Option<Vec<String>>,
    #[serde(default)]
    rolling_users: Option<Vec<Vec<String>>>,
    #[serde(default)]
    start_rotation_from_user_index: Option<usize>,
}

#[derive(Debug, Deserialize)]
struct User {
    id: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: Option<String>,
}

impl<T> Default for Results<T> {
    fn default() -> Self {
        Self::Plain(Vec::new())
    }
}

impl<T> Results<T> {
    fn all(&self) -> &[T] {
        match self {
            Self::Page { results } => results,
            Self::Plain(all) => all,
        }
    }
}

/// The schedules of an export of Grafana OnCall.
///
/// Errors: it is none.
pub(crate) fn from_oncall(text: &str, stretch: Stretch) -> Result<Vec<Taken>, Unreadable> {
    let export: Export = serde_json::from_str(text).map_err(|error| Unreadable::json(&error))?;
    let schedules = export.schedules.all();
    if schedules.is_empty() {
        return Err(Unreadable {
            found: "no schedules".to_owned(),
            expected: Text::new("`schedules` with one at least", "至少包含一个 schedules"),
        });
    }
    Ok(schedules.iter().map(|schedule| export.taken(schedule, stretch)).collect())
}

impl Export {
    fn taken(&self, schedule: &Schedule, stretch: Stretch) -> Taken {
        let zone = schedule.time_zone.clone().unwrap_or_else(|| "UTC".to_owned());
        let mut taken = Taken {
            source: format!("oncall:{}", schedule.id),
            name: schedule.name.clone(),
            zone,
            layers: Vec::new(),
            instead: Vec::new(),
            lacking: Vec::new(),
        };
        let ids = schedule.shifts.clone().unwrap_or_default();
        let mut levels = Vec::new();
        for id in &ids {
            let Some(shift) = self.shifts.all().iter().find(|one| one.id == *id) else {
                let (en, zh) = ("it is not in the export", "导出文件缺少该班次");
                taken.lacking.push(Lacking::new(id, en, zh));
                continue;
            };
            match self.layer(shift, &taken.zone, stretch) {
                Ok(layer) => levels.push((shift.level.unwrap_or(0), layer)),
                Err(lacking) => taken.lacking.push(lacking),
            }
        }
        if ids.is_empty() {
            let (en, zh) = (
                "it has no shifts of its own: import its iCal address instead",
                "没有自有班次，请改为导入其 iCal 日历",
            );
            taken.lacking.push(Lacking::new(&schedule.name, en, zh));
        }
        taken.layers = by_level(levels, &taken.zone, stretch);
        taken
    }

    fn layer(&self, shift: &Shift, zone: &str, stretch: Stretch) -> Result<Layer, Lacking> {
        let lacking = |en: &str, zh: &str| Lacking::new(&shift.name, en, zh);
        let own = shift.time_zone.as_deref().unwrap_or(zone);
        let known = calendar::zone(own);
        let known =
            known.map_err(|_| lacking("no zone of that name is known", "无法识别的时区"))?;
        if !(60..=31 * 86_400).contains(&shift.duration) {
            return Err(lacking(
                "a shift of a minute to 31 days is needed",
                "班次时长须为 1 分钟至 31 天",
            ));
        }
        let plan = match shift.kind.as_str() {
            "single_event" => Plan::Dated(self.single(shift, &known, stretch)?),
            "rolling_users" | "recurrent_event" => {
                let turns = self.turns(shift)?;
                // A roster has one zone: what goes by another is taken shift by shift.
                if own == zone && turns.is_expressible() && shift.until.is_none() {
                    Plan::Turns(turns)
                } else {
                    let dated = expanded(&turns, &known, within(shift, &known, stretch)?);
                    Plan::Dated(
                        dated
                            .map_err(|_| lacking("its turns cannot be counted", "轮值无法推算"))?,
                    )
                }
            }
            _ => return Err(lacking("a shift of a kind that is not known", "无法识别的班次类型")),
        };
        Ok(Layer { name: shift.name.clone(), plan })
    }

    fn single(
        &self,
        shift: &Shift,
        zone: &TimeZone,
        stretch: Stretch,
    ) -> Result<Vec<Dated>, Lacking> {
        let wrong = || Lacking::new(&shift.name, "a time out of reach", "时间超出范围");
        let end = shift.start.checked_add(jiff::Span::new().seconds(shift.duration));
        let from = resolved(zone, shift.start).ok_or_else(wrong)?;
        let to = resolved(zone, end.map_err(|_| wrong())?).ok_or_else(wrong)?;
        let users = shift.users.iter().flatten();
        let all = users.map(|id| Dated { from, to, who: self.user(id) });
        Ok(all.filter(|one| stretch.touches(one.from, one.to)).collect())
    }

    /// What repeats, as turns: with one person where nobody takes turns.
    fn turns(&self, shift: &Shift) -> Result<Turns, Lacking> {
        let lacking = |en: &str, zh: &str| Lacking::new(&shift.name, en, zh);
        let unit = shift.frequency.as_deref().and_then(unit_of);
        let unit = unit.ok_or_else(|| lacking("its frequency is not known", "无法识别的频率"))?;
        let interval = shift.interval.unwrap_or(1);
        let people = match shift.kind.as_str() {
            "rolling_users" => shift.rolling_users.clone().unwrap_or_default(),
            _ => shift.users.iter().flatten().map(|id| vec![id.clone()]).collect(),
        };
        if people.is_empty() || people.iter().any(|group| group.len() != 1) {
            return Err(lacking("each turn needs one person", "每轮须且仅须一人"));
        }
        let rolls = shift.kind == "rolling_users" && people.len() > 1;
        if !rolls && (people.len() > 1 || interval != 1) {
            return Err(lacking(
                "several people at once, or every so many times only",
                "多人同时值班或间隔重复，暂不支持",
            ));
        }
        let months = [&shift.by_month, &shift.by_monthday];
        if months.iter().any(|days| days.as_ref().is_some_and(|days| !days.is_empty())) {
            return Err(lacking("days of the month or months", "按月份或日期重复，暂不支持"));
        }
        let (weekdays, hours) = shift.days(unit).ok_or_else(|| {
            lacking("its length does not fit how often it repeats", "班次时长与重复频率不匹配")
        })?;
        let mut people: Vec<Who> = people.iter().flatten().map(|id| self.user(id)).collect();
        let first = shift.start_rotation_from_user_index.unwrap_or(0) % people.len();
        people.rotate_left(first);
        let start = shift.rotation_start.unwrap_or(shift.start);
        if start.time() != shift.start.time() {
            return Err(lacking("its turns begin at another hour", "轮换起点与班次起点时刻不同"));
        }
        Ok(Turns { weekdays, hours, start, unit, length: interval, people })
    }

    fn user(&self, id: &str) -> Who {
        let found = self.users.all().iter().find(|user| user.id == id);
        found.map_or_else(
            || Who { name: id.to_owned(), ..Who::default() },
            |user| Who {
                name: user.name.clone(),
                email: user.email.clone().unwrap_or_default(),
                user: user.username.clone(),
            },
        )
    }
}

impl Shift {
    /// On which weekdays it is and at what hours; none where that cannot be said.
    fn days(&self, unit: TurnUnit) -> Option<([bool; 7], (Clock, Clock))> {
        let end = self.start.checked_add(jiff::Span::new().seconds(self.duration)).ok()?;
        let hours = (Clock(self.start.time()), Clock(end.time()));
        let interval = i64::from(self.interval.unwrap_or(1));
        let named = self.by_day.as_deref().filter(|days| !days.is_empty());
        let day = self.duration <= 86_400;
        match (unit, named) {
            // Around the clock, turn after turn.
            (TurnUnit::Days, None) if self.duration == interval * 86_400 => {
                Some(([true; 7], whole_days(self.start)))
            }
            (TurnUnit::Weeks, None) if self.duration == 7 * interval * 86_400 => {
                Some(([true; 7], whole_days(self.start)))
            }
            (TurnUnit::Days, None) if day && interval == 1 => Some(([true; 7], hours)),
            // A turn is a week from its first day.
            (TurnUnit::Weeks, Some(named)) if day && begins_week(self) => {
                let mut weekdays = [false; 7];
                for name in named {
                    *weekdays.get_mut(WEEKDAYS.iter().position(|day| day == name)?)? = true;
                }
                Some((weekdays, hours))
            }
            _ => None,
        }
    }
}

/// Turns of weekly shifts on some weekdays change with the calendar week: only what begins on its
/// first day can be counted from there.
fn begins_week(shift: &Shift) -> bool {
    let start = shift.rotation_start.unwrap_or(shift.start);
    start.date().weekday() == jiff::civil::Weekday::Monday
}

/// What of the stretch a shift is for, which may end.
fn within(shift: &Shift, zone: &TimeZone, stretch: Stretch) -> Result<Stretch, Lacking> {
    let Some(until) = &shift.until else { return Ok(stretch) };
    let wall = until.trim_end_matches('Z').parse::<DateTime>().ok();
    let end = wall
        .and_then(|wall| resolved(zone, wall))
        .ok_or_else(|| Lacking::new(&shift.name, "its end cannot be read", "无法识别的结束时间"))?;
    Ok(Stretch { to: stretch.to.min(end), ..stretch })
}

/// Of layers that overlap the highest level counts: where there are several all are taken shift by
/// shift, the lower ones without what the higher ones cover.
fn by_level(levels: Vec<(i64, Layer)>, zone: &str, stretch: Stretch) -> Vec<Layer> {
    let same = levels.windows(2).all(|pair| pair[0].0 == pair[1].0);
    if same {
        return levels.into_iter().map(|(_, layer)| layer).collect();
    }
    let zone = calendar::zone(zone).unwrap_or(TimeZone::UTC);
    let one_by_one = |layer: &Layer| match &layer.plan {
        Plan::Dated(dated) => dated.clone(),
        Plan::Turns(turns) => expanded(turns, &zone, stretch).unwrap_or_default(),
    };
    let all: Vec<_> =
        levels.iter().map(|(level, layer)| (*level, layer, one_by_one(layer))).collect();
    let mut layers = Vec::new();
    for (level, layer, dated) in &all {
        let higher = all.iter().filter(|(other, ..)| other > level);
        let mut left = dated.clone();
        for cover in higher.flat_map(|(.., dated)| dated) {
            left = left.into_iter().flat_map(|one| without(one, cover)).collect();
        }
        layers.push(Layer { name: layer.name.clone(), plan: Plan::Dated(left) });
    }
    layers
}

/// A shift without what another covers.
fn without(one: Dated, cover: &Dated) -> Vec<Dated> {
    if cover.to <= one.from || one.to <= cover.from {
        return vec![one];
    }
    let before = Dated { to: cover.from, ..one.clone() };
    let after = Dated { from: cover.to, ..one };
    [before, after].into_iter().filter(|part| part.from < part.to).collect()
}
