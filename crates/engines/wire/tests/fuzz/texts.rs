//! OpenMetrics, Prometheus' text format, output of plugins.

use proptest::prelude::*;
use wire::{
    nagios::PluginOutput,
    openmetrics::{Checks, END, OpenMetricsFault, Reader, Sample, TextReader, write_sample},
};

use crate::{cases, change, changed, changes, read_within};

const OPENMETRICS: &str = r#"# TYPE way_km counter
# UNIT way_km km
# HELP way_km How far, in all.
way_km_total{zone="east",way="a\"b\\c\n"} 1 1700000000.25 # {trace_id="abc"} 0.5 1700000000
way_km_created{zone="east",way="a\"b\\c\n"} 1.6e9 1700000000.25
# TYPE took histogram
took_bucket{le="0.5"} 1 # {} 0.25
took_bucket{le="+Inf"} 3
took_count 3
took_sum 4.5
# TYPE deep gaugehistogram
deep_bucket{le="-1.0"} 1
deep_bucket{le="+Inf"} 2
deep_gcount 2
deep_gsum -4.5
# TYPE size summary
size{quantile="0.99"} 5
size_count 7
size_sum 8
# TYPE state stateset
state{state="on"} 1
state{state="off"} 0
# TYPE build info
build_info{version="1"} 1
# TYPE depth gauge
depth -Inf 1700000000
depth NaN 1700000001
# EOF
"#;
const PROMETHEUS: &str = "# HELP a A\\\\b\n# TYPE a summary\na{ quantile = \"0.5\" , }1 -5\n\
    \ta_sum\t2\n# a comment\n\n# TYPE b histogram\nb_bucket{le=\"+Inf\",x=\"\\n\"} 3 1700000000000\n\
    b_count 3\nb_sum +Inf\n# TYPE c counter\nc_total 1e3\n";
const PLUGIN: &str = "DISK WARNING - /: 91% used | '/ home'=91%;80:90;@95;0;100 \
    time=0.25s;;;0\nmore | inodes=5KB;~:5;10:\nlast=-1.5e3c";

/// What only stands in texts.
const WORDS: [&str; 20] = [
    "# TYPE ", "# HELP ", "# UNIT ", "# EOF", "\n", "{", "}", "\"", "\\", " # {", "le=\"",
    "_total", "_bucket", "+Inf", "NaN", "-", "1e308", " ", "é砥", "\u{feff}",
];

/// The text with words put into it, and then changed by bytes.
fn text(seed: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let word = (any::<prop::sample::Index>(), prop::sample::select(WORDS.to_vec()));
    let words = prop::collection::vec(word, 0..4);
    (words, prop::option::of(changes())).prop_map(move |(words, changes)| {
        let mut bytes = seed.as_bytes().to_vec();
        for (at, word) in words {
            let at = at.index(bytes.len());
            bytes.splice(at..at, word.bytes());
        }
        changed(bytes, &changes.unwrap_or_default())
    })
}

/// Names as Prometheus 3 quotes them.
const QUOTED: &str = "# TYPE \"my.name\" gauge\n# HELP \"my.name\" A name.\n\
    {\"my.name\",\"a b\"=\"c\",d=\"e\"} 1 2\n{\"x\\\\\\\"y\"} 3\n\
    up{\"é\"=\"1\"} 4 5\n# EOF\n";

fn openmetrics(bytes: &[u8], checks: Checks) -> Result<Vec<Sample<'_>>, OpenMetricsFault> {
    let (mut reader, mut all) = (Reader::new(bytes, checks)?, Vec::new());
    while let Some(sample) = reader.next_sample()? {
        all.push(sample);
    }
    Ok(all)
}

fn prometheus(bytes: &[u8], checks: Checks) -> Result<Vec<Sample<'_>>, OpenMetricsFault> {
    let (mut reader, mut all) = (TextReader::new(bytes, checks)?, Vec::new());
    while let Some(sample) = reader.next_sample()? {
        all.push(sample);
    }
    Ok(all)
}

fn told(sample: &Sample<'_>) -> String {
    let Sample { name, labels, value, .. } = sample;
    format!("{name} {labels:?} {:x} {:?}", value.to_bits(), sample.at_ms())
}

/// Samples as they are written are read as the same, but for times that are no whole milliseconds.
fn come_back(samples: &[Sample<'_>]) -> Result<(), TestCaseError> {
    const EXACT_MS: u64 = 1 << 50;
    let mut text = String::new();
    let mut expected = Vec::new();
    for sample in samples {
        if sample.at_ms().is_some_and(|at_ms| at_ms.unsigned_abs() > EXACT_MS) {
            continue;
        }
        let labels = sample.labels.iter().map(|(name, value)| (&**name, &**value));
        write_sample(&mut text, &sample.name, labels, sample.value, sample.at_ms());
        expected.push(told(sample));
    }
    text.push_str(END);
    let again = openmetrics(text.as_bytes(), Checks::Tolerant);
    let again = again.map(|samples| samples.iter().map(told).collect::<Vec<_>>());
    prop_assert_eq!(again, Ok(expected), "{}", text);
    Ok(())
}

#[test]
fn the_seeds_are_whole() {
    assert_eq!(openmetrics(OPENMETRICS.as_bytes(), Checks::Strict).unwrap().len(), 18);
    assert_eq!(prometheus(PROMETHEUS.as_bytes(), Checks::Strict).unwrap().len(), 6);
    assert_eq!(openmetrics(QUOTED.as_bytes(), Checks::Tolerant).unwrap().len(), 3);
    assert_eq!(prometheus(QUOTED.as_bytes(), Checks::Tolerant).unwrap().len(), 3);
    assert_eq!(PluginOutput::parse(PLUGIN.as_bytes(), 1).1, []);
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn open_metrics(bytes in text(OPENMETRICS)) {
        let tolerant = openmetrics(&bytes, Checks::Tolerant);
        if let Ok(samples) = &tolerant {
            come_back(samples)?;
        }
        let strict = openmetrics(&bytes, Checks::Strict);
        prop_assert!(strict.is_err() || tolerant.is_ok());
        read_within(bytes.len(), || openmetrics(&bytes, Checks::Strict))?;
    }

    #[test]
    fn prometheus_text(bytes in text(PROMETHEUS)) {
        let tolerant = prometheus(&bytes, Checks::Tolerant);
        if let Ok(samples) = &tolerant {
            come_back(samples)?;
        }
        let strict = prometheus(&bytes, Checks::Strict);
        prop_assert!(strict.is_err() || tolerant.is_ok());
        read_within(bytes.len(), || prometheus(&bytes, Checks::Strict))?;
    }

    #[test]
    fn quoted_names(bytes in text(QUOTED)) {
        for read in [openmetrics, prometheus] {
            if let Ok(samples) = read(&bytes, Checks::Tolerant) {
                come_back(&samples)?;
            }
            read_within(bytes.len(), || read(&bytes, Checks::Tolerant))?;
        }
    }

    #[test]
    fn plugin_output(bytes in text(PLUGIN), code: i32) {
        read_within(bytes.len(), || PluginOutput::parse(&bytes, code))?;
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300), change in change()) {
        let bytes = changed(bytes, &[change]);
        read_within(bytes.len(), || {
            let _ = openmetrics(&bytes, Checks::Strict);
            let _ = prometheus(&bytes, Checks::Tolerant);
            let _ = PluginOutput::parse(&bytes, 0);
        })?;
    }
}
