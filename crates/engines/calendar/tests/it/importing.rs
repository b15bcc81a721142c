use calendar::{DayRule, ImportError, SpecialDay, from_csv, from_ical};
use proptest::prelude::*;

fn told(days: &[SpecialDay]) -> Vec<String> {
    days.iter().map(|day| format!("{} {:?} {}", day.date, day.rule, day.name)).collect()
}

fn faults(error: &ImportError) -> Vec<String> {
    error.faults.iter().map(ToString::to_string).collect()
}

fn event(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
}

#[test]
fn table_of_days_is_read_in_both_languages() {
    let text = "\u{feff}# source: 厅办〔2026〕1号\n# published: 2026\nDate,Kind,Name\n\
        2026-10-01,closed,国庆节\n2026/9/20,班,调休\n2026-02-13,上午,\"除夕前, 半天\"\n\
        2026-12-31,08:30-11:30,盘点\n";
    let imported = from_csv(text).unwrap();
    assert_eq!(imported.published, [2026]);
    assert_eq!(imported.source.as_deref(), Some("厅办〔2026〕1号"));
    let days = told(&imported.days);
    assert_eq!(days[0], "2026-02-13 Morning 除夕前, 半天");
    assert_eq!(days[1], "2026-09-20 Open 调休");
    assert_eq!(days[2], "2026-10-01 Closed 国庆节");
    assert!(days[3].starts_with("2026-12-31 Hours"));
}

#[test]
fn every_wrong_line_of_a_table_is_named_and_nothing_is_taken() {
    let text = "date,kind,name\n2026-02-30,closed,a\n2026-03-01,perhaps,b\n2026-03-02,open,c\n\
        2026-03-02,closed,d\n2026-03-03,open,e,f\n# published: soon\n";
    assert_eq!(
        faults(&from_csv(text).unwrap_err()),
        [
            "line 2: date: found `2026-02-30`, expected a date such as 2026-02-17",
            "line 3: kind: found `perhaps`, expected closed, open, morning, afternoon or hours \
             such as 08:30-12:00",
            "line 5: date: found `2026-03-02`, expected each day once",
            "line 6: line: found `f`, expected three columns: date,kind,name",
            "line 7: published: found `soon`, expected a year",
        ]
    );
    let header = from_csv("datum,art\n").unwrap_err();
    assert_eq!(faults(&header), ["line 1: header: found `datum,art`, expected date,kind,name"]);
    let mut long = "date,kind,name\n".to_owned();
    long.extend((0..500).map(|_| "x,y,z\n"));
    assert_eq!(from_csv(&long).unwrap_err().faults.len(), 100, "not one for each line");
}

#[test]
fn calendar_file_of_holidays_and_make_up_days_is_read() {
    let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n\
        DTSTART;VALUE=DATE:20260215\r\nDTEND;VALUE=DATE:20260218\r\nSUMMARY:春节（\r\n 休）\r\n\
        X-APPLE-SPECIAL-DAY:WORK-HOLIDAY\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n\
        DTSTART;VALUE=DATE:20260214\r\nSUMMARY:春节（班）\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n\
        DTSTART;VALUE=DATE:20260228\r\nDURATION:P1D\r\nSUMMARY:春节\\, 补班\r\n\
        X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n\
        DTSTART;VALUE=DATE:20260301\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    assert_eq!(
        told(&from_ical(text, 2030).unwrap().days),
        [
            "2026-02-14 Open 春节",
            "2026-02-15 Closed 春节",
            "2026-02-16 Closed 春节",
            "2026-02-17 Closed 春节",
            "2026-02-28 Open 春节, 补班",
        ]
    );
}

#[test]
fn repetitions_are_unrolled_and_days_that_do_not_exist_left_out() {
    let christmas = "DTSTART;VALUE=DATE:20241225\nRRULE:FREQ=YEARLY";
    let leap = "DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY;BYMONTH=2";
    let ends = "DTSTART;VALUE=DATE:20260131\nRRULE:FREQ=MONTHLY;COUNT=3";
    let tuesdays = "DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20261229;\
        BYDAY=TU\nEXDATE;VALUE=DATE:20261215";
    for (lines, expected) in [
        (christmas, vec!["2024-12-25", "2025-12-25", "2026-12-25"]),
        (leap, vec!["2024-02-29"]),
        (ends, vec!["2026-01-31", "2026-03-31", "2026-05-31"]),
        (tuesdays, vec!["2026-12-01", "2026-12-29"]),
    ] {
        let days = from_ical(&event(lines), 2026).unwrap().days;
        let dates: Vec<String> = days.iter().map(|day| day.date.to_string()).collect();
        assert_eq!(dates, expected, "{lines}");
        assert!(days.iter().all(|day| day.rule == DayRule::Closed));
    }
}

#[test]
fn what_is_no_whole_day_is_refused_by_its_line() {
    for (lines, expected) in [
        ("DTSTART:20260215T080000Z", "line 3: DTSTART: found `20260215T080000Z`"),
        ("SUMMARY:x", "line 2: DTSTART: found `nothing`"),
        ("DTSTART;VALUE=DATE:20260230", "line 3: DTSTART: found `20260230`"),
        ("DTSTART;VALUE=DATE:20260215\nDTEND;VALUE=DATE:20260210", "line 2: DTEND: found `-5`"),
        ("DTSTART;VALUE=DATE:20260215\nRRULE:FREQ=MONTHLY;BYDAY=3MO", "line 4: RRULE: found"),
        ("DTSTART;VALUE=DATE:20260215\nRRULE:FREQ=HOURLY", "line 4: RRULE: found"),
        ("DTSTART;VALUE=DATE:20260215\nDURATION:PT8H", "line 4: DURATION: found `PT8H`"),
    ] {
        let error = from_ical(&event(lines), 2030).unwrap_err();
        assert!(faults(&error)[0].starts_with(expected), "{error}");
    }
    let cut = from_ical("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260215", 2030);
    assert_eq!(faults(&cut.unwrap_err()), ["line 2: VEVENT: found `no end`, expected END:VEVENT"]);
    let page = from_ical("<html>", 2030).unwrap_err();
    assert_eq!(faults(&page), ["line 1: file: found `<html>`, expected BEGIN:VCALENDAR"]);
}

#[test]
fn repetition_without_end_is_bounded() {
    let text = event("DTSTART;VALUE=DATE:19000101\nDURATION:P300D\nRRULE:FREQ=DAILY");
    assert!(from_ical(&text, 9999).unwrap_err().to_string().contains("at most 20000 days"));
}

proptest! {
    #[test]
    fn no_text_makes_the_readers_panic(
        text in "[\\PC\r\n,:;=#-]{0,400}",
        line in "(DT(START|END)|EXDATE|DURATION|SUMMARY)[;:=A-Z0-9,\\-]{0,30}",
        rule in "RRULE:FREQ=(DAILY|YEARLY);(COUNT|INTERVAL)=[0-9]{0,5}",
    ) {
        let lines = format!("{line}\n{rule}");
        drop(from_csv(&text));
        drop(from_csv(&format!("date,kind,name\n{text}")));
        drop(from_ical(&text, 2030));
        drop(from_ical(&event(&format!("DTSTART;VALUE=DATE:20260101\n{lines}")), 2030));
    }
}
