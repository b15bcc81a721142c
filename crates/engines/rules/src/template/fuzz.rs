//! Random templates: whatever they are, there is a text or an error, within its memory.

use super::{Context, Template, Value, functions::KNOWN};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What filling in may take at once: what functions may make, twice where a text grows, and the
/// text itself.
const ROOM_BYTES: u64 = 64 << 20;

const OPERANDS: [&str; 22] = [
    "$labels",
    "$labels.job",
    "$labels.gone",
    ".Labels",
    ".",
    "$value",
    "$externalLabels.region",
    "1",
    "-1.5e3",
    "1e308",
    "0x10",
    "'x'",
    "\"%d|%5.2f|%-9q|%v|%x|%%|%[2]v\"",
    "\"1h5m\"",
    "\"a.b:9\"",
    "`(.*)(o)+`",
    "\"é\\u00e9\"",
    "nil",
    "true",
    "$x",
    "(args 1 2)",
    "(index $labels \"job\")",
];

const PIECES: [&str; 12] = ["{{", "}}", "\"", "`", "(", ")", "|", "$", ".", "-", "é", "%"];

/// One or two calls behind each other.
fn pipelines() -> impl Strategy<Value = String> {
    let operand = || prop::sample::select(OPERANDS.to_vec());
    let call = (
        prop::option::weighted(0.8, prop::sample::select(KNOWN.to_vec())),
        prop::collection::vec(operand(), 0..4),
    );
    let call = call.prop_map(|(function, operands)| {
        let words: Vec<&str> = function.into_iter().chain(operands).collect();
        words.join(" ")
    });
    prop::collection::vec(call, 1..3).prop_map(|calls| calls.join(" | "))
}

fn templates() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        3 => pipelines().prop_map(|pipeline| format!("{{{{ {pipeline} }}}}")),
        1 => pipelines().prop_map(|pipeline| format!("{{{{- $x := {pipeline} -}}}} {{{{ $x }}}}")),
        1 => Just(" text é ".to_owned()),
        1 => Just("{{ break }}{{ continue }}".to_owned()),
        1 => Just("{{/* a comment */}}".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let word = prop::sample::select(vec!["if", "with", "range", "range $a, $b :="]);
        let body = prop::collection::vec(inner, 1..3).prop_map(|parts| parts.concat());
        (word, pipelines(), body.clone(), body).prop_map(|(word, pipeline, then, or)| {
            format!("{{{{ {word} {pipeline} }}}}{then}{{{{ else }}}}{or}{{{{ end }}}}")
        })
    })
}

/// Reads and fills in; tells the most memory that was taken.
fn filled(text: &str, value: f64) -> u64 {
    let labels = [("job", "node"), ("instance", "db1.example.com:9100"), ("path", "/a b")];
    let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let external = BTreeMap::from([("region".to_owned(), "north".to_owned())]);
    let context = Context {
        labels: BTreeMap::from(labels),
        external_labels: &external,
        external_url: "http://here:9090/prometheus",
        value: Value::Float(value),
        at_ms: 1_435_781_430_781,
        evaluator: None,
    };
    let taken = allocation_counter::measure(|| {
        let _ = Template::read(text).and_then(|template| template.fill(&context));
    });
    taken.bytes_max
}

/// So many cases, unless `FUZZ_CASES` says otherwise.
fn cases(usual: u32) -> ProptestConfig {
    let told = std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig::with_cases(told.unwrap_or(usual))
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn every_template_has_a_text_or_an_error(text in templates(), value: f64) {
        let taken = filled(&text, value);
        prop_assert!(taken < ROOM_BYTES, "{taken} bytes");
    }

    #[test]
    fn every_changed_template_does_too(
        text in templates(),
        at in any::<prop::sample::Index>(),
        removed in 0_usize..6,
        word in prop::sample::select(PIECES.to_vec()),
    ) {
        let mut chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len() + 1);
        let end = (at + removed).min(chars.len());
        chars.splice(at..end, word.chars());
        let text: String = chars.into_iter().collect();
        let taken = filled(&text, 1.5);
        prop_assert!(taken < ROOM_BYTES, "{taken} bytes");
    }
}
