//! Series brought in from files and taken out again.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{Server, prepared, refusal, run};

struct House {
    server: Server,
    token: String,
    folder: TempDir,
    /// An hour ago, in whole seconds since 1970.
    from_s: i64,
    _data: TempDir,
}

impl House {
    fn new() -> Self {
        let (data, token) = prepared();
        let server = Server::start(data.path(), &["--set", "host.watch=false"]);
        let now = server.get(&token, "/prometheus/api/v1/query?query=time()").json;
        let now_s: f64 = now["data"]["result"][1].as_str().unwrap().parse().unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self { server, token, folder, from_s: now_s as i64 - 3_600, _data: data }
    }

    /// Writes a file and tells where.
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn args<'a>(&'a self, args: &[&'a str]) -> Vec<&'a str> {
        [args, &["--url", &self.server.url, "--token", &self.token]].concat()
    }

    /// What the command prints, which succeeds.
    fn said(&self, args: &[&str]) -> String {
        let output = run(&self.args(args), "");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn exported(&self, format: &str, selector: &str) -> String {
        let from = (self.from_s - 86_400).to_string();
        self.said(&["export", format, "--match", selector, "--from", &from])
    }
}

#[test]
fn what_is_imported_is_exported_in_both_formats() {
    let house = House::new();
    let from_s = house.from_s;
    let file = house.file(
        "a.om.txt",
        &format!(
            "# TYPE trips counter\n# HELP trips How many.\n\
             trips_total{{zone=\"east\"}} 1 {from_s}.25\n\
             trips_total{{zone=\"east\"}} 2.5 {}\n# TYPE depth gauge\n\
             depth{{zone=\"w\\\"\"}} -Inf {from_s}\n# EOF\n",
            from_s + 15
        ),
    );
    let import = ["import", "openmetrics", &file, "--label", "site=a"];
    assert_eq!(house.said(&import), "3 samples stored\n");
    assert_eq!(house.said(&import), "3 samples stored\n", "again changes nothing");
    let text = format!(
        "# TYPE depth gauge\ndepth{{site=\"a\",zone=\"w\\\"\"}} -Inf {from_s}\n\
         # TYPE trips counter\n# HELP trips How many.\n\
         trips_total{{site=\"a\",zone=\"east\"}} 1 {from_s}.250\n\
         trips_total{{site=\"a\",zone=\"east\"}} 2.5 {}\n# EOF\n",
        from_s + 15
    );
    assert_eq!(house.exported("openmetrics", "{site=\"a\"}"), text);
    let sheet = house.exported("csv", "{site=\"a\"}");
    let first = format!("depth,a,\"w\"\"\",{from_s}.000,-Inf\n");
    assert!(sheet.starts_with("__name__,site,zone,timestamp,value\n"), "{sheet}");
    assert!(sheet.contains(&first), "{sheet}");
    let sheet = house.file("b.csv", &sheet.replace(",a,", ",b,"));
    assert_eq!(house.said(&["import", "csv", &sheet]), "3 samples stored\n");
    let other = text.replace("site=\"a\"", "site=\"b\"");
    assert_eq!(house.exported("openmetrics", "{site=\"b\"}"), other);
    let path = "/prometheus/api/v1/metadata?metric=trips_total";
    let said = house.server.get(&house.token, path).json;
    assert_eq!(said["data"]["trips_total"][0]["help"], "How many.", "{said}");
}

#[test]
fn types_help_units_and_exemplars_go_out_as_they_came_in_and_in_again() {
    let house = House::new();
    let (at, next) = (house.from_s, house.from_s + 15);
    let text = format!(
        "# TYPE build info\n\
         # HELP build What was built.\n\
         build_info{{version=\"1.2\"}} 1 {at}\n\
         # TYPE depth_bytes gauge\n\
         # UNIT depth_bytes bytes\n\
         # HELP depth_bytes How \\\"deep\\\".\n\
         depth_bytes{{zone=\"a\"}} 3 {at}\n\
         depth_bytes{{zone=\"a\"}} -4.5 {next}\n\
         # TYPE mode stateset\n\
         mode{{mode=\"off\"}} 0 {at}\n\
         mode{{mode=\"on\"}} 1 {at}\n\
         # TYPE plain unknown\n\
         # HELP plain Nobody knows.\n\
         plain 7 {at}\n\
         # TYPE rtt_seconds summary\n\
         # UNIT rtt_seconds seconds\n\
         rtt_seconds{{quantile=\"0.5\"}} 0.25 {at}\n\
         rtt_seconds{{quantile=\"0.99\"}} 2 {at}\n\
         rtt_seconds_count 10 {at}\n\
         rtt_seconds_sum 5 {at}\n\
         # TYPE took_seconds histogram\n\
         # UNIT took_seconds seconds\n\
         # HELP took_seconds How long it took.\n\
         took_seconds_bucket{{le=\"0.5\"}} 1 {at} # {{trace_id=\"t1\"}} 0.3 {at}\n\
         took_seconds_bucket{{le=\"+Inf\"}} 2 {at}\n\
         took_seconds_count 2 {at}\n\
         took_seconds_sum 1.5 {at}\n\
         took_seconds_bucket{{le=\"0.5\"}} 1 {next}\n\
         took_seconds_bucket{{le=\"+Inf\"}} 3 {next} # {{trace_id=\"t2\"}} 9 {at}.500\n\
         took_seconds_count 3 {next}\n\
         took_seconds_sum 10.5 {next}\n\
         # TYPE trips counter\n\
         # HELP trips How many.\n\
         trips_total{{zone=\"a\"}} 1 {at} # {{trace_id=\"t3\"}} 1 {at}\n\
         trips_created{{zone=\"a\"}} 1600000000 {at}\n\
         # EOF\n"
    );
    let file = house.file("all.om.txt", &text);
    assert_eq!(house.said(&["import", "openmetrics", &file]), "20 samples stored\n");
    let all = "{__name__=~\"build_info|depth_bytes|mode|plain|rtt_.*|took_.*|trips_.*\"}";
    let exported = house.exported("openmetrics", all);
    assert_eq!(exported, text);
    let other = House::new();
    let file = other.file("again.om.txt", &exported);
    assert_eq!(other.said(&["import", "openmetrics", &file]), "20 samples stored\n");
    assert_eq!(other.exported("openmetrics", all), text);
}

#[test]
fn a_family_that_is_not_what_its_type_asks_for_goes_out_without_it() {
    let house = House::new();
    let at = house.from_s;
    let text =
        format!("# TYPE trips counter\n# HELP trips How many.\ntrips_total -1 {at}\n# EOF\n");
    let file = house.file("odd.om.txt", &text);
    let import = ["import", "openmetrics", &file, "--tolerant"];
    assert_eq!(house.said(&import), "1 samples stored\n");
    let from = (at - 60).to_string();
    let args = ["export", "openmetrics", "--match", "trips_total", "--from", &from];
    let output = run(&house.args(&args), "");
    let text = format!(
        "# TYPE trips_total unknown\n# HELP trips_total How many.\ntrips_total -1 {at}\n# EOF\n"
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap(), text);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("left out: 1 types of families"), "{said}");
}

#[test]
fn a_file_with_a_fault_is_named_by_line_and_stores_nothing() {
    let house = House::new();
    let from_s = house.from_s;
    let bad = house.file("bad.om.txt", &format!("good 1 {from_s}\nbad x {from_s}\n# EOF\n"));
    let said = refusal(&house.args(&["import", "openmetrics", &bad]), 1);
    assert!(said.contains("bad.om.txt, line 2: expected a value, found \"x\""), "{said}");
    let bare = house.file("bare.om.txt", "good 1\n# EOF\n");
    let said = refusal(&house.args(&["import", "openmetrics", &bare]), 1);
    assert!(said.contains("line 1: the sample of good has no timestamp"), "{said}");
    let sheet = house.file("bad.csv", &format!("timestamp,value\n{from_s},1\n{from_s},one\n"));
    let said = refusal(&house.args(&["import", "csv", &sheet, "--metric", "good"]), 1);
    assert!(said.contains("line 3: value: expected a number, found \"one\""), "{said}");
    assert_eq!(house.exported("openmetrics", "good"), "# EOF\n");
    let said = refusal(&house.args(&["import", "csv", &sheet, "--from", "noon"]), 2);
    assert!(said.contains("--from noon: expected Unix seconds"), "{said}");
    // Too old for the store: the server says so, and how much it took is told.
    let old = house.file("old.om.txt", &format!("good 1 5\ngood 2 {from_s}\n# EOF\n"));
    let said = refusal(&house.args(&["import", "openmetrics", &old]), 1);
    assert!(said.contains("1 of 2 samples stored"), "{said}");
    let text = house.file("own.prom", "# TYPE own gauge\nown{ a=\"b\", } 3\n");
    let at = (from_s + 5).to_string();
    let import = ["import", "openmetrics", &text, "--prometheus-text", "--at", &at];
    assert_eq!(house.said(&import), "1 samples stored\n");
    let exported = house.exported("openmetrics", "own");
    assert_eq!(exported, format!("# TYPE own gauge\nown{{a=\"b\"}} 3 {at}\n# EOF\n"));
    let dry = house.file("dry.om.txt", &format!("dry 1 {from_s}\n# EOF\n"));
    assert_eq!(house.said(&["import", "openmetrics", &dry, "--dry-run"]), "");
    assert_eq!(house.exported("openmetrics", "dry"), "# EOF\n");
}

#[test]
fn days_that_are_over_are_imported_into_a_series_that_goes_on() {
    let house = House::new();
    let now_s = house.from_s;
    let row = |at_s: i64, value: i64| format!("{at_s},{value}\n");
    let newest = house.file("new.csv", &format!("timestamp,value\n{}", row(now_s, 1)));
    let import = |file: &str| house.said(&["import", "csv", file, "--metric", "grows"]);
    assert_eq!(import(&newest), "1 samples stored\n");
    let hours = || (1..=240).rev().map(|hour| row(now_s - hour * 3_600, hour));
    let old = house.file("old.csv", &format!("timestamp,value\n{}", hours().collect::<String>()));
    let from = (now_s - 11 * 86_400).to_string();
    let export = || house.said(&["export", "csv", "--match", "grows", "--from", &from]);
    for _ in 0..2 {
        assert_eq!(import(&old), "240 samples stored\n");
        let exported = export();
        assert_eq!(exported.lines().count(), 242, "{exported}");
        assert!(exported.contains(&format!("{}.000,240\n", now_s - 240 * 3_600)), "{exported}");
    }
}

/// Stores native histograms of `spread` with these labels, one a minute.
fn spread(house: &House, labels: &[(&str, &str)], minutes: std::ops::Range<i64>) {
    let attributes: Vec<Value> = labels
        .iter()
        .map(|(name, value)| json!({ "key": name, "value": { "stringValue": value } }))
        .collect();
    let points: Vec<Value> = minutes
        .map(|minute| {
            json!({
                "attributes": attributes, "count": 3, "sum": 4.5, "scale": 0,
                "timeUnixNano": ((house.from_s + minute * 60) * 1_000_000_000).to_string(),
                "positive": { "offset": 0, "bucketCounts": [1, 2] },
            })
        })
        .collect();
    let histogram = json!({ "aggregationTemporality": 2, "dataPoints": points });
    let metric = json!({ "name": "spread", "exponentialHistogram": histogram });
    let request = json!({ "resourceMetrics": [{ "scopeMetrics": [{ "metrics": [metric] }] }] });
    let answer = house.server.post(&house.token, "/otlp/v1/metrics", &request);
    assert_eq!((answer.status, answer.text.as_str()), (200, "{}"));
}

/// How many native histograms an export says that it has left out.
fn left_out(house: &House, selectors: &[&str]) -> String {
    let from = (house.from_s - 60).to_string();
    let mut args = vec!["export", "openmetrics", "--from", &from];
    selectors.iter().for_each(|selector| args.extend(["--match", selector]));
    let output = run(&house.args(&args), "");
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stderr).unwrap();
    let line = said.lines().find(|line| line.contains("native histograms")).unwrap_or_default();
    line.trim_start_matches("mainstay: left out: ").split(' ').next().unwrap().to_owned()
}

#[test]
fn histograms_that_an_export_leaves_out_are_counted_once() {
    let house = House::new();
    spread(&house, &[("zone", "a")], 0..2);
    spread(&house, &[("zone", "a"), ("way", "in")], 0..3);
    // Found by both.
    assert_eq!(left_out(&house, &["spread{zone=\"a\"}", "spread{way=\"in\"}"]), "5");
}

/// Makes blocks of a file by Debian's promtool; none where it is not installed (never so where
/// `CI` is set).
fn blocks(input: &str, data: &Path) -> bool {
    let done = Command::new("promtool")
        .args(["tsdb", "create-blocks-from", "openmetrics", input])
        .arg(data)
        .stdout(Stdio::null())
        .status();
    let Ok(done) = done else {
        assert!(std::env::var_os("CI").is_none(), "there is no promtool");
        eprintln!("skipped: there is no promtool (apt-get install prometheus)");
        return false;
    };
    assert!(done.success());
    true
}

#[test]
fn blocks_of_prometheus_are_imported_and_damaged_ones_named() {
    let house = House::new();
    let from_s = house.from_s - 36_000;
    let point = |at: i64| format!("lift{{site=\"x\"}} {} {}\n", at % 7, from_s + at * 30);
    let lines: String = (0..1_000).map(point).collect();
    let input = house.file("lift.om.txt", &format!("{lines}# EOF\n"));
    let data = house.folder.path().join("data");
    if !blocks(&input, &data) {
        return;
    }
    let folder = data.to_str().unwrap();
    let block = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path());
    let block = block.filter(|path| path.is_dir()).min().unwrap();
    let chunks = block.join("chunks/000001");
    let whole = fs::read(&chunks).unwrap();
    let mut broken = whole.clone();
    broken[20] ^= 1;
    fs::write(&chunks, &broken).unwrap();
    let said = refusal(&house.args(&["import", "prometheus-blocks", folder]), 1);
    assert!(said.contains("chunks/000001, byte "), "{said}");
    assert!(said.contains("so nothing was sent"), "{said}");
    assert_eq!(house.exported("openmetrics", "lift"), "# EOF\n");
    fs::write(&chunks, whole).unwrap();
    let import = ["import", "prometheus-blocks", folder];
    assert_eq!(house.said(&import), "1000 samples stored\n");
    let exported = house.exported("openmetrics", "lift");
    assert_eq!(exported, format!("# TYPE lift unknown\n{lines}# EOF\n"));
    let other = house.folder.path().to_str().unwrap();
    let empty = refusal(&house.args(&["import", "prometheus-blocks", other]), 1);
    assert!(empty.contains("expected a data directory of Prometheus with blocks"), "{empty}");
}
