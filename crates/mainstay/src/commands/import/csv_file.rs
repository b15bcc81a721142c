use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result, bail};
use csv::{ReaderBuilder, StringRecord};

use super::{Filter, Sender, batch::Series, bytes_of, checked, filter::Pairs, told};
use crate::{cli::ImportTo, commands::query::moment};

const NAME: &str = "__name__";
const TIMESTAMP: &str = "timestamp";
const VALUE: &str = "value";
/// How the end of a series is written.
const STALE: &str = "stale";

/// Imports a file; `metric`: the name where there is no column for it.
pub(super) fn run(path: &Path, metric: Option<&str>, into: &ImportTo) -> Result<()> {
    let filter = Filter::new(into)?;
    let bytes = bytes_of(path)?;
    let held = read(&bytes, metric, &filter).with_context(|| path.display().to_string())?;
    let samples = held.values().map(|points| points.len() as u64).sum();
    checked(&path.display().to_string(), samples);
    if into.dry_run {
        return Ok(());
    }
    let mut sender = Sender::new(into, samples);
    for (labels, mut points) in held {
        points.sort_by_key(|(at_ms, _)| *at_ms);
        sender.series(&Series { labels, points, ..Series::default() })?;
    }
    told(sender)
}

/// The columns of a file.
#[derive(Debug)]
struct Columns {
    timestamp: usize,
    value: usize,
    /// All others, by their names.
    labels: Vec<(usize, String)>,
}

/// All samples by their series. Errors: with the line, what was expected and what stands there.
fn read(
    bytes: &[u8],
    metric: Option<&str>,
    filter: &Filter,
) -> Result<BTreeMap<Pairs, Vec<(i64, f64)>>> {
    let mut reader = ReaderBuilder::new().from_reader(bytes);
    let columns = Columns::read(reader.headers()?, metric)?;
    let mut held: BTreeMap<Pairs, Vec<(i64, f64)>> = BTreeMap::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let (at_ms, value, labels) =
            columns.sample(&record, metric).with_context(|| format!("line {line}"))?;
        if filter.wants(at_ms) {
            held.entry(filter.named(labels)).or_default().push((at_ms, value));
        }
    }
    Ok(held)
}

impl Columns {
    fn read(header: &StringRecord, metric: Option<&str>) -> Result<Self> {
        let (mut timestamp, mut value) = (None, None);
        let mut labels: Vec<(usize, String)> = Vec::new();
        // Spreadsheets put a mark of the byte order before the first name.
        let names = header.iter().map(|name| name.trim_start_matches('\u{feff}').trim());
        for (at, name) in names.enumerate() {
            match name {
                TIMESTAMP => timestamp = Some(at),
                VALUE => value = Some(at),
                name if labels.iter().any(|(_, own)| own == name) => {
                    bail!("line 1: the column {name} is there twice");
                }
                "" => bail!(
                    "line 1: expected {TIMESTAMP}, {VALUE}, {NAME} or the name of a label as a \
                     column, found nothing in column {}",
                    at + 1
                ),
                name => labels.push((at, name.to_owned())),
            }
        }
        let (Some(timestamp), Some(value)) = (timestamp, value) else {
            bail!("line 1: expected the columns {TIMESTAMP} and {VALUE}");
        };
        let is_named = metric.is_some() || labels.iter().any(|(_, name)| name == NAME);
        if !is_named {
            bail!("line 1: expected the column {NAME}, or --metric NAME");
        }
        Ok(Self { timestamp, value, labels })
    }

    fn sample(&self, record: &StringRecord, metric: Option<&str>) -> Result<(i64, f64, Pairs)> {
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        let Some(at_ms) = moment(cell(self.timestamp)) else {
            bail!(
                "{TIMESTAMP}: expected Unix seconds, or such as 2026-01-31T12:00:00Z, found {:?}",
                cell(self.timestamp)
            );
        };
        let value = match cell(self.value) {
            STALE => series::stale(),
            text => match text.parse() {
                Ok(value) => value,
                Err(_) => bail!("{VALUE}: expected a number, found {text:?}"),
            },
        };
        let mut labels = Pairs::new();
        for (at, name) in &self.labels {
            // Of a label every character counts.
            labels.push((name.clone(), record.get(*at).unwrap_or_default().to_owned()));
        }
        let named = labels.iter().find(|(name, value)| name == NAME && !value.is_empty());
        let own = named.map(|(_, value)| value.as_str());
        let Some(name) = own.or(metric).filter(|name| !name.is_empty()) else {
            bail!("{NAME}: expected a metric's name, found nothing");
        };
        if own.is_none() {
            let name = name.to_owned();
            labels.retain(|(label, _)| label != NAME);
            labels.push((NAME.to_owned(), name));
        }
        Ok((at_ms, value, labels))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COLUMNS: [&str; 8] =
        ["timestamp", "value", "__name__", "job", "\u{feff}timestamp", "\"job\"", " value ", "a-b"];

    /// So many cases, unless `FUZZ_CASES` says otherwise.
    fn cases(usual: u32) -> ProptestConfig {
        let told = std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok());
        ProptestConfig::with_cases(told.unwrap_or(usual))
    }

    fn filter(labels: &[&str], from: Option<&str>) -> Filter {
        Filter::new(&ImportTo {
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            from: from.map(str::to_owned),
            to: None,
            dry_run: true,
            url: String::new(),
            token: None,
        })
        .unwrap()
    }

    fn failure(file: &str, metric: Option<&str>) -> String {
        format!("{:#}", read(file.as_bytes(), metric, &filter(&[], None)).unwrap_err())
    }

    #[test]
    fn rows_become_samples_of_their_series() {
        let file = "\u{feff}timestamp,__name__,job,value\n\
                    1700000000.5,up,a,1\n2023-11-14T22:13:21Z,up,,2\n1699999999,up,a,+Inf\n";
        let held = read(file.as_bytes(), None, &filter(&["site=east"], Some("1700000000")));
        let held = held.unwrap();
        let told: Vec<String> =
            held.iter().map(|(labels, points)| format!("{labels:?} {points:?}")).collect();
        assert_eq!(
            told,
            [
                r#"[("__name__", "up"), ("job", "a"), ("site", "east")] [(1700000000500, 1.0)]"#,
                r#"[("__name__", "up"), ("site", "east")] [(1700000001000, 2.0)]"#,
            ]
        );
        let named = read(b"timestamp,value\n5,stale\n", Some("a"), &filter(&[], None)).unwrap();
        let (labels, points) = named.first_key_value().unwrap();
        assert_eq!(labels, &[("__name__".to_owned(), "a".to_owned())]);
        assert!(series::is_stale(points[0].1));
    }

    #[test]
    fn what_is_wrong_is_named_by_line_and_column() {
        for (file, metric, said) in [
            ("timestamp,value\n1,2\n", None, "line 1: expected the column __name__, or --metric"),
            ("timestamp,,value\n", Some("a"), "found nothing in column 2"),
            ("timestamp\n", Some("a"), "line 1: expected the columns timestamp and value"),
            ("timestamp,value\n1,2\nx,2\n", Some("a"), "line 3: timestamp: expected Unix seconds"),
            ("timestamp,value\n1,two\n", Some("a"), "line 2: value: expected a number, found"),
            ("timestamp,value\n1,2\n", Some(""), "line 2: __name__: expected a metric's name"),
            ("timestamp,value,l,l\n", Some("a"), "line 1: the column l is there twice"),
        ] {
            let found = failure(file, metric);
            assert!(found.contains(said), "{said}: {found}");
        }
        assert!(failure("timestamp,value\n1,2,3\n", Some("a")).contains("line: 2"));
    }

    proptest! {
        #![proptest_config(cases(300))]

        #[test]
        fn any_sheet_is_answered(
            columns in prop::collection::vec(prop::sample::select(COLUMNS.to_vec()), 1..6),
            rows in "([a-z0-9.,\"\n+:TZ-]|é|stale|,){0,80}",
            at in any::<prop::sample::Index>(),
            byte in prop::option::of(any::<u8>()),
        ) {
            let mut sheet = format!("{}\n{rows}", columns.join(",")).into_bytes();
            if let Some(byte) = byte {
                let at = at.index(sheet.len());
                sheet[at] = byte;
            }
            if let Ok(held) = read(&sheet, Some("a"), &filter(&["site=east"], None)) {
                let named = |(labels, _): (&Pairs, _)| labels.iter().any(|(name, _)| name == NAME);
                prop_assert!(held.iter().all(named));
            }
        }
    }
}
