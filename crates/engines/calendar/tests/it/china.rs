use std::time::Duration;

use calendar::{
    Answer, DayRule, Note, WeeklyPattern, Why, WorkingCalendar, china, china_layer, china_notices,
};
use jiff::{Timestamp, civil::Date};

fn offices() -> WorkingCalendar {
    china(WeeklyPattern::office_hours("08:30-12:00, 13:30-17:30").unwrap()).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn every_shipped_year_names_its_notice() {
    let notices = china_notices();
    let years: Vec<i16> = notices.iter().map(|notice| notice.year).collect();
    assert_eq!(years, [2023, 2024, 2025, 2026]);
    for (notice, number) in notices.iter().zip([
        "国办发明电〔2022〕16号",
        "国办发明电〔2023〕7号",
        "国办发明电〔2024〕12号",
        "国办发明电〔2025〕7号",
    ]) {
        assert!(notice.source.contains(number), "{notice:?}");
    }
}

/// From the four notices: their days off and make-up days, and the workdays of each year.
#[test]
fn counts_of_every_year_are_those_of_the_notices() {
    let (layer, calendar) = (china_layer(), offices());
    for (year, off, make_up, workdays) in
        [(2023, 26, 7, 249), (2024, 28, 8, 251), (2025, 28, 5, 248), (2026, 33, 6, 248)]
    {
        let of_year = layer.days().filter(|day| day.date.year() == year);
        let rules: Vec<&DayRule> = of_year.map(|day| &day.rule).collect();
        let count = |wanted: &DayRule| rules.iter().filter(|rule| **rule == wanted).count();
        assert_eq!((count(&DayRule::Closed), count(&DayRule::Open)), (off, make_up), "{year}");
        let first = Date::new(year, 1, 1).unwrap();
        let days = first.series(jiff::Span::new().days(1)).take_while(|day| day.year() == year);
        assert_eq!(days.filter(|day| calendar.is_workday(*day)).count(), workdays, "{year}");
    }
}

#[test]
fn spring_festival_of_2026_is_nine_days_between_two_worked_saturdays() {
    let calendar = offices();
    assert!(calendar.is_workday(day("2026-02-14")), "Saturday, made up for");
    for off in 15..=23 {
        assert!(!calendar.is_workday(Date::new(2026, 2, off).unwrap()), "{off}");
    }
    assert!(calendar.is_workday(day("2026-02-24")));
    assert!(calendar.is_workday(day("2026-02-28")), "Saturday, made up for");
    let why = calendar.day(day("2026-02-17")).why;
    let expected = Why::Special {
        layer: calendar::CHINA.to_owned(),
        name: "春节".to_owned(),
        rule: DayRule::Closed,
    };
    assert_eq!(why, expected);
}

/// An enquiry of Friday 13 February, to be answered within 5 workdays (5 个工作日).
#[test]
fn five_workdays_over_the_spring_festival_end_on_the_27th_of_february() {
    let answer = offices().workday_after(day("2026-02-13"), 5).unwrap();
    // 14, 24, 25, 26, 27 February.
    assert_eq!(answer.value, day("2026-02-27"));
    assert_eq!(offices().workday_after(day("2026-02-13"), 7).unwrap().value, day("2026-03-02"));
    assert_eq!(offices().workday_from(day("2026-02-15")).unwrap().value, day("2026-02-24"));
    let off = answer.lines.iter().filter(|line| line.counted.is_none()).count();
    assert_eq!((off, answer.notes.len()), (9, 0));
}

/// The example of the crate: an incident of 16:00 with four working hours to mend it.
#[test]
fn deadline_is_explained_line_by_line() {
    let four_hours = Duration::from_secs(4 * 3600);
    // 2026-09-30 16:00 +08:00, the eve of the National Day.
    let Answer { value, lines, notes } =
        offices().due(moment("2026-09-30T08:00:00Z"), four_hours).unwrap();
    assert_eq!(value.to_string(), "2026-10-08T03:00:00Z", "11:00 on the 8th");
    let told: Vec<String> = lines
        .iter()
        .map(|line| match &line.why {
            Why::Special { name, .. } => format!("{} {name} {:?}", line.date, line.worked()),
            Why::Week { .. } => format!("{} {:?}", line.date, line.worked()),
        })
        .collect();
    assert_eq!(told[0], "2026-09-30 5400s");
    assert_eq!(told[1], "2026-10-01 国庆节 0ns");
    assert_eq!(told.last().unwrap(), "2026-10-08 9000s");
    assert!(notes.is_empty());
}

#[test]
fn year_without_a_notice_is_told_apart_and_no_error() {
    let answer = offices().workday_after(day("2027-12-30"), 3).unwrap();
    let unpublished = |year| Note::YearNotPublished { year, layer: calendar::CHINA.to_owned() };
    assert_eq!(answer.notes, [unpublished(2027), unpublished(2028)]);
    assert_eq!(answer.value, day("2028-01-04"), "by the ordinary week");
    let within =
        offices().worked(moment("2026-12-30T00:00:00Z"), moment("2026-12-31T16:00:00Z")).unwrap();
    assert!(within.notes.is_empty(), "it ends with the midnight of 2026");
}
