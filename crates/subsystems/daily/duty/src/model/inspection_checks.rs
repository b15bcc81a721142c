use kernel::{FieldFault, Text};

use super::{
    checks::{count, keys, name, text},
    inspection::{Doer, Every, InspectionDraft, Item, QuestionKind, Schedule},
};

const ITEMS_MAX: usize = 500;
const CHOICES_MAX: usize = 20;
const WINDOWS_MAX: usize = 24;
const DAYS_MAX: usize = 1_000;
const GRACE_MINUTES_MAX: u32 = 1_440;
const KEY_CHARS_MAX: usize = 40;
const UNIT_CHARS_MAX: usize = 20;
const PLACE_CHARS_MAX: usize = 200;

impl InspectionDraft {
    /// Everything that is wrong with it by itself; whether what it names is there is asked
    /// elsewhere.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        name(&mut faults, "name", &self.name);
        self.by.faults(&mut faults);
        self.schedule.faults(&mut faults);
        if self.grace_minutes > GRACE_MINUTES_MAX {
            let expected = Text::new("at most 1440 minutes", "最多 1440 分钟");
            faults.push(FieldFault::new("grace_minutes", self.grace_minutes, expected));
        }
        if let Some(key) = &self.ticket_type {
            text(&mut faults, "ticket_type", key, (1, KEY_CHARS_MAX));
        }
        count(&mut faults, "items", self.items.len(), 1, ITEMS_MAX);
        keys(&mut faults, "items", self.items.iter().map(|item| item.key.as_str()));
        for (at, item) in self.items.iter().enumerate() {
            item.faults(&mut faults, &format!("items[{at}]"));
        }
        faults
    }
}

impl Doer {
    fn faults(&self, faults: &mut Vec<FieldFault>) {
        if self.roster_id.is_some() == self.post_id.is_some() {
            let expected =
                Text::new("either `roster_id` or `post_id`", "roster_id 与 post_id 二选一");
            let found = if self.post_id.is_some() { "both" } else { "neither" };
            faults.push(FieldFault::new("by", found, expected));
        }
        if let Some(position) = self.position.as_ref().filter(|_| self.roster_id.is_none()) {
            let expected = Text::new("nothing without `roster_id`", "未选排班时不能填写岗位");
            faults.push(FieldFault::new("by.position", position, expected));
        }
    }
}

impl Schedule {
    fn faults(&self, faults: &mut Vec<FieldFault>) {
        if calendar::zone(&self.zone).is_err() {
            let expected =
                Text::new("an IANA zone such as Asia/Shanghai", "IANA 时区，如 Asia/Shanghai");
            faults.push(FieldFault::new("schedule.zone", &self.zone, expected));
        }
        count(faults, "schedule.days", self.days.len(), 0, DAYS_MAX);
        if !(1980..=2200).contains(&self.from.year()) {
            let expected = Text::new("a year from 1980 to 2200", "1980 至 2200 年");
            faults.push(FieldFault::new("schedule.from", self.from, expected));
        }
        let (least, most): (u8, u8) = match self.every {
            Every::Day => (0, 0),
            Every::Week => (1, 7),
            Every::Month => (1, 31),
        };
        count(faults, "schedule.on", self.on.len(), least.into(), most.into());
        for (at, day) in self.on.iter().enumerate() {
            if !(1..=most).contains(day) || self.on[..at].contains(day) {
                let expected = Text::new(
                    format!("a day of its own from 1 to {most}"),
                    format!("不重复的日期序号，1 至 {most}"),
                );
                faults.push(FieldFault::new(format!("schedule.on[{at}]"), day, expected));
            }
        }
        count(faults, "schedule.windows", self.windows.len(), 1, WINDOWS_MAX);
        for (at, window) in self.windows.iter().enumerate() {
            if self.windows[..at].contains(window) {
                let expected = Text::new("each window once", "时间段不能重复");
                faults.push(FieldFault::new(format!("schedule.windows[{at}]"), "twice", expected));
            }
        }
    }
}

impl Item {
    fn faults(&self, faults: &mut Vec<FieldFault>, field: &str) {
        name(faults, &format!("{field}.name"), &self.name);
        text(faults, &format!("{field}.place"), &self.place, (0, PLACE_CHARS_MAX));
        text(faults, &format!("{field}.unit"), &self.unit, (0, UNIT_CHARS_MAX));
        let numbers = self.min.is_some() || self.max.is_some() || !self.unit.is_empty();
        if numbers && self.kind != QuestionKind::Number {
            let expected =
                Text::new("`unit`, `min` and `max` with `number` only", "仅数值项可填写单位和范围");
            faults.push(FieldFault::new(format!("{field}.kind"), "not number", expected));
        }
        let finite = [self.min, self.max].into_iter().flatten().all(f64::is_finite);
        let in_order = self.min.zip(self.max).is_none_or(|(min, max)| min <= max);
        if !finite || !in_order {
            let expected = Text::new("`min` not above `max`", "下限不能高于上限");
            let found = format!("{:?}, {:?}", self.min, self.max);
            faults.push(FieldFault::new(format!("{field}.min"), found, expected));
        }
        let (least, most) =
            if self.kind == QuestionKind::Choice { (2, CHOICES_MAX) } else { (0, 0) };
        count(faults, &format!("{field}.choices"), self.choices.len(), least, most);
        for (at, choice) in self.choices.iter().enumerate() {
            let field = format!("{field}.choices[{at}].name");
            name(faults, &field, &choice.name);
            if self.choices[..at].iter().any(|other| other.name == choice.name) {
                let expected = Text::new("each choice once", "选项不能重复");
                faults.push(FieldFault::new(field, &choice.name, expected));
            }
        }
    }
}
