//! The days off and make-up days of mainland China, as the General Office of the State Council
//! published them. A year is here only when its notice is.

use crate::{
    CalendarError, Layer, WeeklyPattern, WorkingCalendar,
    import::{Imported, from_csv},
    zone,
};

/// The notices, year by year; each file names its notice.
const YEARS: [&str; 4] = [
    include_str!("../data/cn-2023.csv"),
    include_str!("../data/cn-2024.csv"),
    include_str!("../data/cn-2025.csv"),
    include_str!("../data/cn-2026.csv"),
];

/// The name of the layer.
pub const CHINA: &str = "中国";

/// A notice of the State Council's General Office on the holidays of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The year it is about.
    pub year: i16,
    /// Its title, number and date.
    pub source: String,
}

/// The layer of the published years.
#[must_use]
pub fn china_layer() -> Layer {
    let mut layer = Layer::new(CHINA).published_for([]);
    for year in years() {
        layer = layer.with_days(year.days).published_for(year.published);
    }
    layer
}

/// The calendar of mainland China with `weekly` as the ordinary week, in the zone Asia/Shanghai.
///
/// Errors: [`CalendarError::UnknownZone`] where the zones are damaged.
pub fn china(weekly: WeeklyPattern) -> Result<WorkingCalendar, CalendarError> {
    Ok(WorkingCalendar::new("week", zone("Asia/Shanghai")?, weekly).with(china_layer()))
}

/// The notices that the layer rests on.
#[must_use]
pub fn china_notices() -> Vec<Notice> {
    let notices = years().flat_map(|year| {
        let source = year.source.unwrap_or_default();
        year.published.into_iter().map(move |year| Notice { year, source: source.clone() })
    });
    notices.collect()
}

fn years() -> impl Iterator<Item = Imported> {
    YEARS.iter().map(|text| from_csv(text).expect("a test reads every one of these files"))
}
