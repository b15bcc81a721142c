use wire::otlp::{Metric, MetricKind};

/// Units of UCUM as Prometheus spells them.
const UNITS: [(&str, &str); 26] = [
    ("d", "days"),
    ("h", "hours"),
    ("min", "minutes"),
    ("s", "seconds"),
    ("ms", "milliseconds"),
    ("us", "microseconds"),
    ("ns", "nanoseconds"),
    ("By", "bytes"),
    ("KiBy", "kibibytes"),
    ("MiBy", "mebibytes"),
    ("GiBy", "gibibytes"),
    ("TiBy", "tibibytes"),
    ("KBy", "kilobytes"),
    ("MBy", "megabytes"),
    ("GBy", "gigabytes"),
    ("TBy", "terabytes"),
    ("m", "meters"),
    ("V", "volts"),
    ("A", "amperes"),
    ("J", "joules"),
    ("W", "watts"),
    ("g", "grams"),
    ("Cel", "celsius"),
    ("Hz", "hertz"),
    ("1", ""),
    ("%", "percent"),
];

/// The same behind a stroke.
const PER: [(&str, &str); 7] = [
    ("s", "second"),
    ("m", "minute"),
    ("h", "hour"),
    ("d", "day"),
    ("w", "week"),
    ("mo", "month"),
    ("y", "year"),
];

/// The name under which Prometheus would have the metric: letters, digits and `_`, the unit and
/// `total` or `ratio` behind.
pub(super) fn metric_name(metric: &Metric<'_>) -> String {
    let words = metric.name.split(|c: char| !c.is_ascii_alphanumeric() && c != ':');
    let mut words: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let (unit, per) = metric.unit.split_once('/').unwrap_or((metric.unit, ""));
    let (unit, per) = (unit_word(unit, &UNITS), unit_word(per, &PER));
    if !unit.is_empty() && !words.contains(&unit) {
        words.push(unit);
    }
    if !per.is_empty() && !words.contains(&per) {
        words.extend(["per".to_owned(), per]);
    }
    if metric.kind == Some(MetricKind::Sum) && metric.monotonic {
        last(&mut words, "total");
    }
    if metric.kind == Some(MetricKind::Gauge) && metric.unit == "1" {
        last(&mut words, "ratio");
    }
    let name = words.join("_");
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

/// Puts a word behind all others, wherever it stands.
fn last(words: &mut Vec<String>, word: &str) {
    words.retain(|other| other != word);
    words.push(word.to_owned());
}

/// The word of a unit. What stands in braces is a remark.
fn unit_word(unit: &str, known: &[(&str, &str)]) -> String {
    let unit = unit.trim();
    if unit.contains(['{', '}']) {
        return String::new();
    }
    match known.iter().find(|(symbol, _)| *symbol == unit) {
        Some((_, word)) => (*word).to_owned(),
        None => {
            let words = unit.split(|c: char| !c.is_ascii_alphanumeric());
            words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
        }
    }
}

/// The name under which Prometheus would have the label.
pub(super) fn label_name(name: &str) -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    let name: String = name.chars().map(fits).collect();
    match name.chars().next() {
        Some(first) if first.is_ascii_digit() => format!("key_{name}"),
        Some('_') if !name.starts_with("__") => format!("key{name}"),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_prometheus() {
        let (gauge, sum) = (MetricKind::Gauge, MetricKind::Sum);
        for (name, unit, kind, monotonic, expected) in [
            (
                "http.server.duration",
                "s",
                MetricKind::Histogram,
                false,
                "http_server_duration_seconds",
            ),
            ("http.requests", "1", sum, true, "http_requests_total"),
            ("requests.total.count", "", sum, true, "requests_count_total"),
            ("in.flight", "{request}", sum, false, "in_flight"),
            ("disk.io", "By/s", gauge, false, "disk_io_bytes_per_second"),
            ("memory.bytes", "By", gauge, false, "memory_bytes"),
            ("used", "1", gauge, false, "used_ratio"),
            ("speed", "{packets}/s", gauge, false, "speed_per_second"),
            ("2xx", "", gauge, false, "_2xx"),
            ("a:b..c", "furlong/fortnight", gauge, false, "a:b_c_furlong_per_fortnight"),
        ] {
            let metric = Metric { name, unit, kind: Some(kind), monotonic, ..Metric::default() };
            assert_eq!(metric_name(&metric), expected, "{name}");
        }
        for (name, expected) in
            [("http.method", "http_method"), ("1st", "key_1st"), ("_a", "key_a"), ("__b", "__b")]
        {
            assert_eq!(label_name(name), expected);
        }
    }
}
