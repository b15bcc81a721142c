use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use crate::{CalendarError, DayPlan, DayRule, DaySpan, Layer, WallClock, WeeklyPattern, zone};

/// When people work: a zone, and layers of rules from the general to the particular.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingCalendar {
    zone: TimeZone,
    layers: Vec<Layer>,
}

/// Why a day is worked as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Its weekday says so, in the layer named.
    Week {
        /// The layer's name.
        layer: String,
    },
    /// A dated entry says so.
    Special {
        /// The layer's name.
        layer: String,
        /// The entry's name.
        name: String,
        /// What it says.
        rule: DayRule,
    },
}

/// One day of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// When people work on it.
    pub plan: DayPlan,
    /// Why.
    pub why: Why,
}

/// What an answer rests on that its reader should know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// The layer publishes its days year by year, and this year is not there yet: the answer
    /// rests on the ordinary week.
    YearNotPublished {
        /// The year.
        year: i16,
        /// The layer's name.
        layer: String,
    },
}

impl WorkingCalendar {
    /// The calendar of a place in `zone` whose ordinary week is `weekly`.
    pub fn new(name: impl Into<String>, zone: TimeZone, weekly: WeeklyPattern) -> Self {
        Self { zone, layers: vec![Layer::new(name).with_week(weekly)] }
    }

    /// This calendar with `layer` on top: what it says of a day replaces what is below.
    #[must_use]
    pub fn with(&self, layer: Layer) -> Self {
        let mut extended = self.clone();
        extended.layers.push(layer);
        extended
    }

    /// The zone.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The layers, from the general to the particular.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// When people work on `date`, and why.
    #[must_use]
    pub fn day(&self, date: Date) -> Day {
        let (week_layer, weekly) = self.week();
        for layer in self.layers.iter().rev() {
            if let Some(special) = layer.days.get(&date) {
                let workday = weekly.workday(date.weekday());
                let plan = match &special.rule {
                    DayRule::Closed => DayPlan::closed(),
                    DayRule::Open => workday.clone(),
                    DayRule::Morning => workday.morning(),
                    DayRule::Afternoon => workday.afternoon(),
                    DayRule::Hours(plan) => plan.clone(),
                };
                let (layer, name) = (layer.name.clone(), special.name.clone());
                let why = Why::Special { layer, name, rule: special.rule.clone() };
                return Day { date, plan, why };
            }
        }
        let why = Why::Week { layer: week_layer.to_owned() };
        Day { date, plan: weekly.on(date.weekday()).clone(), why }
    }

    /// Whether anybody works on `date`.
    #[must_use]
    pub fn is_workday(&self, date: Date) -> bool {
        !self.day(date).plan.is_closed()
    }

    /// What an answer about `year` rests on.
    #[must_use]
    pub fn notes(&self, year: i16) -> Vec<Note> {
        let missing = |layer: &&Layer| {
            layer.published.as_ref().is_some_and(|published| !published.contains(&year))
        };
        let layers = self.layers.iter().filter(missing);
        layers.map(|layer| Note::YearNotPublished { year, layer: layer.name.clone() }).collect()
    }

    /// The day on the wall at `moment`.
    #[must_use]
    pub fn date_at(&self, moment: Timestamp) -> Date {
        self.zone.to_datetime(moment).date()
    }

    /// The moments at which `span` of `date` begins and ends.
    ///
    /// An ambiguous time is its first occurrence; one that is skipped is the moment the clock
    /// goes on. So spans of a day never overlap, and one that is skipped as a whole is empty.
    ///
    /// Errors: [`CalendarError::OutOfRange`].
    pub fn moments(
        &self,
        date: Date,
        span: DaySpan,
    ) -> Result<(Timestamp, Timestamp), CalendarError> {
        Ok((self.moment(date, span.from_s())?, self.moment(date, span.to_s())?))
    }

    /// The moments at which `date` begins and ends.
    pub(crate) fn whole_day(&self, date: Date) -> Result<(Timestamp, Timestamp), CalendarError> {
        Ok((self.moment(date, 0)?, self.moment(date, 86_400)?))
    }

    fn moment(&self, date: Date, second: u32) -> Result<Timestamp, CalendarError> {
        let local = local(date, second)?;
        zone::resolve(&self.zone, local).map(WallClock::moment)
    }

    /// The uppermost layer with a week; the lowest always has one.
    fn week(&self) -> (&str, &WeeklyPattern) {
        let weeks = self.layers.iter().rev();
        weeks
            .filter_map(|layer| Some((layer.name.as_str(), layer.weekly.as_ref()?)))
            .next()
            .expect("the lowest layer is made with a week and none is ever taken away")
    }
}

/// `second` of `date` on the wall; 86400 is the next midnight.
fn local(date: Date, second: u32) -> Result<DateTime, CalendarError> {
    let midnight = date.at(0, 0, 0, 0);
    let span = jiff::Span::new().seconds(i64::from(second));
    midnight.checked_add(span).map_err(|_| CalendarError::OutOfRange)
}
