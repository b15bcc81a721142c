use jiff::{Timestamp, tz::TimeZone};
use kernel::Time;
use serde::Deserialize;

use super::{
    Dated, Instead, Lacking, Layer, Plan, Stretch, Taken, Turns, Unreadable, Who, expanded, unit_of,
};
use crate::model::roster::{Clock, TurnUnit};

/// What a query of GoAlert's GraphQL answers for schedules and rotations.
#[derive(Debug, Deserialize)]
struct Export {
    #[serde(default)]
    data: Option<Box<Export>>,
    #[serde(default)]
    schedules: Nodes<Schedule>,
    #[serde(default)]
    rotations: Nodes<Rotation>,
    #[serde(default)]
    users: Nodes<User>,
    #[serde(default, rename = "userOverrides")]
    overrides: Nodes<UserOverride>,
}

/// A list, as a connection or plain.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Nodes<T> {
    Connection { nodes: Vec<T> },
    Plain(Vec<T>),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Schedule {
    id: String,
    name: String,
    time_zone: String,
    #[serde(default)]
    targets: Vec<Target>,
    #[serde(default)]
    temporary_schedules: Vec<Temporary>,
}

#[derive(Debug, Deserialize)]
struct Target {
    target: Named,
    #[serde(default)]
    rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
struct Named {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    start: Clock,
    end: Clock,
    /// From Sunday.
    weekday_filter: [bool; 7],
}

#[derive(Debug, Deserialize)]
struct Temporary {
    start: Timestamp,
    end: Timestamp,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rotation {
    id: String,
    name: String,
    start: Timestamp,
    time_zone: String,
    #[serde(rename = "type")]
    kind: String,
    shift_length: u32,
    #[serde(default)]
    active_user_index: usize,
    #[serde(default)]
    next_handoff_times: Vec<Timestamp>,
    #[serde(default, rename = "userIDs")]
    user_ids: Vec<String>,
    #[serde(default)]
    users: Vec<User>,
}

#[derive(Debug, Clone, Deserialize)]
struct User {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserOverride {
    start: Timestamp,
    end: Timestamp,
    #[serde(default, rename = "addUserID")]
    add: Option<String>,
    #[serde(default, rename = "removeUserID")]
    remove: Option<String>,
    target: Named,
}

impl<T> Default for Nodes<T> {
    fn default() -> Self {
        Self::Plain(Vec::new())
    }
}

impl<T> Nodes<T> {
    fn all(&self) -> &[T] {
        match self {
            Self::Connection { nodes } => nodes,
            Self::Plain(all) => all,
        }
    }
}

/// The schedules of an export of GoAlert.
///
/// Errors: it is none.
pub(crate) fn from_goalert(text: &str, stretch: Stretch) -> Result<Vec<Taken>, Unreadable> {
    let whole: Export = serde_json::from_str(text).map_err(|error| Unreadable::json(&error))?;
    let export = whole.data.as_deref().unwrap_or(&whole);
    let schedules = export.schedules.all();
    if schedules.is_empty() {
        return Err(Unreadable {
            found: "no schedules".to_owned(),
            expected: kernel::Text::new("`schedules` with one at least", "至少包含一个 schedules"),
        });
    }
    Ok(schedules.iter().map(|schedule| export.taken(schedule, stretch)).collect())
}

impl Export {
    fn taken(&self, schedule: &Schedule, stretch: Stretch) -> Taken {
        let mut taken = Taken {
            source: format!("goalert:{}", schedule.id),
            name: schedule.name.clone(),
            zone: schedule.time_zone.clone(),
            layers: Vec::new(),
            instead: Vec::new(),
            lacking: Vec::new(),
        };
        for target in &schedule.targets {
            for rule in &target.rules {
                match self.layer(schedule, &target.target, rule, stretch) {
                    Ok((layer, lacking)) => {
                        taken.layers.push(layer);
                        taken.lacking.extend(lacking);
                    }
                    Err(lacking) => taken.lacking.push(lacking),
                }
            }
        }
        for temporary in &schedule.temporary_schedules {
            let what = format!("{} – {}", temporary.start, temporary.end);
            let (en, zh) =
                ("a temporary schedule replaces what rules say", "临时排班会替换规则，暂不支持");
            taken.lacking.push(Lacking::new(what, en, zh));
        }
        self.overrides(schedule, stretch, &mut taken);
        taken
    }

    /// Who is on by a rule, with what of it could not be taken over.
    fn layer(
        &self,
        schedule: &Schedule,
        target: &Named,
        rule: &Rule,
        stretch: Stretch,
    ) -> Result<(Layer, Option<Lacking>), Lacking> {
        let unknown_zone =
            || Lacking::new(&schedule.time_zone, "no zone of that name is known", "无法识别的时区");
        let zone = calendar::zone(&schedule.time_zone).map_err(|_| unknown_zone())?;
        let [sunday, week @ ..] = rule.weekday_filter;
        let mut weekdays = [sunday; 7];
        weekdays[..6].copy_from_slice(&week);
        let (name, turns, lacking) = match target.kind.as_str() {
            "user" => {
                let who = self.user(&target.id).unwrap_or_else(|| named(&target.name));
                let start = jiff::civil::date(2020, 1, 6).to_datetime(rule.start.0);
                let turns = Turns {
                    weekdays,
                    hours: (rule.start, rule.end),
                    start,
                    unit: TurnUnit::Weeks,
                    length: 1,
                    people: vec![who],
                };
                (target.name.clone(), turns, None)
            }
            _ => self.turns(target, (weekdays, (rule.start, rule.end)), &zone)?,
        };
        let turns = turns.round_the_clock();
        let plan =
            if turns.is_expressible() {
                Plan::Turns(turns)
            } else {
                let dated = expanded(&turns, &zone, stretch);
                Plan::Dated(dated.map_err(|_| {
                    Lacking::new(&name, "its turns cannot be counted", "轮值无法推算")
                })?)
            };
        Ok((Layer { name, plan }, lacking))
    }

    fn turns(
        &self,
        target: &Named,
        (weekdays, hours): ([bool; 7], (Clock, Clock)),
        zone: &TimeZone,
    ) -> Result<(String, Turns, Option<Lacking>), Lacking> {
        let found = self.rotations.all().iter().find(|one| one.id == target.id);
        let rotation = found.ok_or_else(|| {
            Lacking::new(&target.name, "its rotation is not in the export", "导出文件缺少该轮值")
        })?;
        let name = rotation.name.clone();
        let unit = unit_of(&rotation.kind).ok_or_else(|| {
            Lacking::new(&name, "a rotation of a kind that is not known", "无法识别的轮值类型")
        })?;
        let people: Vec<Who> = match rotation.users.is_empty() {
            false => rotation.users.iter().map(who).collect(),
            true => rotation
                .user_ids
                .iter()
                .map(|id| self.user(id).unwrap_or_else(|| named(id)))
                .collect(),
        };
        if people.is_empty() || !(1..=1_000).contains(&rotation.shift_length) {
            return Err(Lacking::new(&name, "nobody takes a turn", "轮值中无人员"));
        }
        let own = calendar::zone(&rotation.time_zone).ok().filter(|own| own == zone);
        let own = own.ok_or_else(|| {
            Lacking::new(&name, "its zone is not that of the schedule", "轮值与排班的时区不一致")
        })?;
        let start = rotation.start.to_zoned(own.clone()).datetime();
        let active = rotation.active_user_index.min(people.len() - 1);
        let turns = Turns { weekdays, hours, start, unit, length: rotation.shift_length, people };
        match rotation.next_handoff_times.first() {
            Some(next) => {
                let next = Time::from_micros(next.as_microsecond());
                let turned = turns.turned(&own, (active, next)).map_err(|_| {
                    Lacking::new(&name, "its turns cannot be counted", "轮值无法推算")
                })?;
                Ok((name, turned, None))
            }
            None => {
                let (en, zh) = (
                    "whose turn it is: counted from the start, as `nextHandoffTimes` is missing",
                    "当前轮到谁：缺少 nextHandoffTimes，按起始时间推算",
                );
                let lacking = Lacking::new(&name, en, zh);
                Ok((name, turns, Some(lacking)))
            }
        }
    }

    fn overrides(&self, schedule: &Schedule, stretch: Stretch, taken: &mut Taken) {
        let (mut added, mut adds) = (Vec::new(), false);
        let own = |one: &&UserOverride| one.target.id == schedule.id;
        for one in self.overrides.all().iter().filter(own) {
            let micros = |at: Timestamp| Time::from_micros(at.as_microsecond());
            let (from, to) = (micros(one.start), micros(one.end));
            adds |= one.remove.as_ref().is_none_or(String::is_empty);
            if !stretch.touches(from, to) {
                continue;
            }
            let who = |id: &Option<String>| {
                let id = id.as_ref().filter(|id| !id.is_empty())?;
                Some(self.user(id).unwrap_or_else(|| named(id)))
            };
            match (who(&one.remove), who(&one.add)) {
                (Some(out), into) => taken.instead.push(Instead { from, to, out, into }),
                (None, Some(who)) => added.push(Dated { from, to, who }),
                (None, None) => {}
            }
        }
        // A layer stays where it is when what is in it is over.
        if adds {
            added.sort();
            taken.layers.push(Layer { name: "+".to_owned(), plan: Plan::Dated(added) });
        }
    }

    fn user(&self, id: &str) -> Option<Who> {
        let in_rotations = self.rotations.all().iter().flat_map(|one| &one.users);
        let mut all = self.users.all().iter().chain(in_rotations);
        all.find(|user| user.id == id).map(who)
    }
}

fn who(user: &User) -> Who {
    Who { name: user.name.clone(), email: user.email.clone(), user: String::new() }
}

fn named(name: &str) -> Who {
    Who { name: name.to_owned(), ..Who::default() }
}
