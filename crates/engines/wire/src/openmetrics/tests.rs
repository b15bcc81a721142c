use std::borrow::Cow;

use expect_test::expect;
use proptest::prelude::*;

use super::*;
use crate::remote::MetricType;

/// The samples of a file as a list, and what is wrong with it.
fn read(file: &str, checks: Checks) -> Result<Vec<String>, OpenMetricsFault> {
    let mut reader = Reader::new(file.as_bytes(), checks)?;
    let mut list = Vec::new();
    while let Some(sample) = reader.next_sample()? {
        let family = reader.family().unwrap();
        list.push(format!(
            "{} {}: {} {:?} {} {:?}",
            family.kind.word(),
            family.name,
            sample.name,
            sample.labels,
            sample.value,
            sample.at_ms()
        ));
    }
    Ok(list)
}

#[test]
fn an_exemplar_that_is_written_is_read_again() {
    let mut text = "# TYPE a counter\n".to_owned();
    for labels in [vec![("trace_id", "x\"y")], Vec::new()] {
        let exemplar = WrittenExemplar { labels, value: 0.25, at_ms: 1_500 };
        write_sample_with_exemplar(&mut text, "a_total", [("b", "c")], (2_000, 3.0), &exemplar);
    }
    text.push_str(END);
    let expected = "# TYPE a counter\n\
        a_total{b=\"c\"} 3 2 # {trace_id=\"x\\\"y\"} 0.25 1.500\n\
        a_total{b=\"c\"} 3 2 # {} 0.25 1.500\n# EOF\n";
    assert_eq!(text, expected);
    let mut reader = Reader::new(text.as_bytes(), Checks::Strict).unwrap();
    let sample = reader.next_sample().unwrap().unwrap();
    let exemplar = sample.exemplar.unwrap();
    assert_eq!((&*exemplar.labels[0].1, exemplar.value), ("x\"y", 0.25));
    assert_eq!(exemplar.at_ms(), Some(1_500));
}

#[test]
fn samples_come_with_their_families_and_times() {
    let file = "# TYPE a_seconds counter\n# UNIT a_seconds seconds\n# HELP a_seconds A \\\"b\\\".\n\
                a_seconds_total{x=\"1\\n2\\\\\"} 1.5 1520879607.789 # {t=\"é\"} 0.5\n\
                # TYPE b gauge\nb -Inf -0.001\nc 5\n# EOF\n";
    expect![[r#"
        counter a_seconds: a_seconds_total [("x", "1\n2\\")] 1.5 Some(1520879607789)
        gauge b: b [] -inf Some(-1)
        unknown c: c [] 5 None"#]]
    .assert_eq(&read(file, Checks::Strict).unwrap().join("\n"));
    let mut reader = Reader::new(file.as_bytes(), Checks::Strict).unwrap();
    let first = reader.next_sample().unwrap().unwrap();
    let exemplar = first.exemplar.unwrap();
    assert_eq!((&*exemplar.labels[0].0, exemplar.value, exemplar.at_ms()), ("t", 0.5, None));
    assert_eq!(reader.family().unwrap().help, "A \"b\".");
}

#[test]
fn faults_name_the_line_and_what_was_expected() {
    let check = |file: &str, said: &str| {
        assert_eq!(read(file, Checks::Strict).unwrap_err().to_string(), said);
    };
    check("a 1\n", "line 1: expected `# EOF` as the last line, found the end");
    check("a 1\n\n# EOF\n", "line 2: expected a sample or metadata, found a blank line");
    check("a 1\n# EOF\nb 1\n", "line 3: expected nothing behind `# EOF`, found \"b 1\\n\"");
    check("a x\n# EOF\n", "line 1: expected a value, found \"x\"");
    check(
        "a{b=\"c\" 1\n# EOF\n",
        "line 1: expected `,` or `}` behind a label's value, found \" 1\"",
    );
    check("a{b=\"1\",b=\"2\"} 1\n# EOF\n", "line 1: the label b is given twice");
    check("a 1 NaN\n# EOF\n", "line 1: expected a timestamp in seconds, found \"NaN\"");
    check(
        "# TYPE a meter\n# EOF\n",
        "line 1: expected counter, gauge, histogram, gaugehistogram, summary, info, stateset or \
         unknown as the type of a, found \"meter\"",
    );
    check(
        "# TYPE a histogram\na_bucket{le=\"1\"} 1\n# EOF\n",
        "line 3: the bucket le=\"+Inf\" is missing",
    );
    check("# TYPE a counter\na_total -1\n# EOF\n", "line 2: the value must not be below zero");
    check("a 1 5\na 1 4\n# EOF\n", "line 2: the timestamps of a metric must not go back");
    let fault = Reader::new(b"a 1\nb{c=\"\xff\"} 1\n# EOF\n", Checks::Strict).unwrap_err();
    assert_eq!(fault.to_string(), "line 2: expected UTF-8, found byte 9 that is not");
}

#[test]
fn tolerant_checks_take_families_as_they_are() {
    let file = "# TYPE a histogram\na_bucket{le=\"1\"} 3\na_sum -1\na_bucket{le=\"1\"} 3\n# EOF\n";
    assert!(read(file, Checks::Strict).is_err());
    assert_eq!(read(file, Checks::Tolerant).unwrap().len(), 3);
    assert!(read("a x\n# EOF\n", Checks::Tolerant).is_err());
    assert!(read("a 1\n", Checks::Tolerant).is_err());
}

#[test]
fn quoted_names_are_read_where_checks_are_tolerant() {
    let file = "# TYPE \"my name\" counter\n# HELP \"my name\" A.\n\
                {\"my name_total\",\"label.x\"=\"v\",b=\"c\"} 1 5 # {\"é f\"=\"g\"} 2\n\
                a{\"x\\\"y\"=\"\"} 3\n# EOF\n";
    expect![[r#"
        counter my name: my name_total [("label.x", "v"), ("b", "c")] 1 Some(5000)
        unknown a: a [("x\"y", "")] 3 None"#]]
    .assert_eq(&read(file, Checks::Tolerant).unwrap().join("\n"));
    for line in file.lines().filter(|line| *line != "# EOF") {
        assert!(read(&format!("{line}\n# EOF\n"), Checks::Strict).is_err(), "{line}");
    }
    for wrong in [
        "{b=\"c\"} 1",
        "{} 1",
        "a{\"b\"} 1",
        "{\"a\",\"b\"} 1",
        "{\"\"} 1",
        "{\"a} 1",
        "{\"a\",\"b\"=\"1\",b=\"2\"} 1",
        "{\"a\",\"__name__\"=\"b\"} 1",
        "a 1 # {\"b\"} 1",
        "# TYPE \"a\"",
        "# TYPE \"a counter",
    ] {
        assert!(read(&format!("{wrong}\n# EOF\n"), Checks::Tolerant).is_err(), "{wrong}");
    }
}

#[test]
fn a_repeated_sample_is_passed_over() {
    let file = "# TYPE a gauge\na{x=\"1\"} 1 0\na{x=\"1\"} 2 0\na{x=\"1\"} 3 1\n# EOF\n";
    assert_eq!(read(file, Checks::Strict).unwrap().len(), 2);
    let two = "# TYPE a counter\na_total 1 0\na_created 0 0\na_total 1 1\na_created 0 1\n# EOF\n";
    assert_eq!(read(two, Checks::Strict).unwrap().len(), 4);
}

#[test]
fn what_is_written_reads_back() {
    let family = Family {
        name: Cow::Borrowed("a_bytes"),
        kind: MetricType::Gauge,
        help: Cow::Borrowed("line\nnext \"x\" \\"),
        unit: "bytes",
    };
    let mut text = String::new();
    write_family(&mut text, &family);
    write_sample(&mut text, "a_bytes", [("b", "c\"d\\e\nf")], 1e-7, Some(-1_005));
    write_sample(&mut text, "a_bytes", [("b", "g")], -0.0, Some(2_000));
    text.push_str(END);
    expect![[r#"
        # TYPE a_bytes gauge
        # UNIT a_bytes bytes
        # HELP a_bytes line\nnext \"x\" \\
        a_bytes{b="c\"d\\e\nf"} 1e-7 -1.005
        a_bytes{b="g"} -0 2
        # EOF
    "#]]
    .assert_eq(&text);
    let mut reader = Reader::new(text.as_bytes(), Checks::Strict).unwrap();
    let sample = reader.next_sample().unwrap().unwrap();
    assert_eq!(reader.family(), Some(&family));
    assert_eq!((sample.label("b"), sample.at_ms()), (Some("c\"d\\e\nf"), Some(-1_005)));
}

proptest! {
    #[test]
    fn any_file_is_answered(file in "[a-c#{}=\",\\\\ .0-9+\nEOFTYPE-]{0,80}") {
        let strict = read(&file, Checks::Strict);
        let tolerant = read(&file, Checks::Tolerant);
        prop_assert!(strict.is_err() || tolerant.is_ok());
    }

    #[test]
    fn any_bytes_are_answered(file in prop::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(mut reader) = Reader::new(&file, Checks::Strict) {
            while let Ok(Some(_)) = reader.next_sample() {}
        }
    }

    #[test]
    fn every_name_reads_back(metric in ".{1,9}", label in ".{1,9}", value in ".{0,9}") {
        prop_assume!(label != "__name__");
        let family = Family { name: Cow::Borrowed(&*metric), ..Family::default() };
        let mut text = String::new();
        write_family(&mut text, &family);
        write_sample(&mut text, &metric, [(&*label, &*value)], 1.0, None);
        text.push_str(END);
        let mut reader = Reader::new(text.as_bytes(), Checks::Tolerant).unwrap();
        let sample = reader.next_sample().unwrap().unwrap();
        prop_assert_eq!(&sample.name, &metric);
        prop_assert_eq!(&sample.labels, &vec![(label.into(), value.into())]);
        prop_assert_eq!(reader.family(), Some(&family));
    }

    #[test]
    fn every_number_reads_back(
        bits in any::<u64>(),
        at_ms in -4_000_000_000_000..4_000_000_000_000_i64,
    ) {
        let value = f64::from_bits(bits);
        let mut text = String::new();
        write_sample(&mut text, "a", [], value, Some(at_ms));
        text.push_str(END);
        let mut reader = Reader::new(text.as_bytes(), Checks::Strict).unwrap();
        let sample = reader.next_sample().unwrap().unwrap();
        prop_assert_eq!(sample.at_ms(), Some(at_ms));
        let same = sample.value.to_bits() == bits || (value.is_nan() && sample.value.is_nan());
        prop_assert!(same, "{} {}", value, sample.value);
    }
}
