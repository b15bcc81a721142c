//! Samples of two and a half hours: counters that begin anew, gauges with odd numbers, a
//! histogram, series that come, pause and end.

use wire::{protobuf::Message, remote::snappy};

/// What ends a series.
const STALE: f64 = f64::from_bits(0x7ff0_0000_0000_0002);
/// So many scrapes, one each 15 seconds.
const SCRAPES: i64 = 600;
/// So many scrapes go into a request.
const AT_ONCE: i64 = 50;
/// Scrapes happen this much after a multiple of 15 seconds.
const AFTER_MS: i64 = 7_123;

/// A series: its labels in order, and what it has at each scrape.
struct Series {
    labels: Vec<(&'static str, String)>,
    values: Vec<Option<f64>>,
}

/// A sequence of numbers that look like chance, in `0.0..1.0`; the same each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Remote writes with all samples, in the order of time.
pub(super) fn requests(base_ms: i64) -> Vec<Vec<u8>> {
    let series = series();
    let stretches = (0..SCRAPES / AT_ONCE).map(|stretch| stretch * AT_ONCE);
    stretches.map(|from| request(&series, base_ms, from)).collect()
}

fn request(series: &[Series], base_ms: i64, from: i64) -> Vec<u8> {
    let mut request = Message::new();
    for one in series {
        let points: Vec<(i64, f64)> = (from..from + AT_ONCE)
            .filter_map(|scrape| {
                let value = one.values[usize::try_from(scrape).unwrap()]?;
                Some((base_ms + scrape * 15_000 + AFTER_MS, value))
            })
            .collect();
        if points.is_empty() {
            continue;
        }
        request.message(1, |message| {
            for (name, value) in &one.labels {
                message.message(1, |label| {
                    label.text(1, name).text(2, value);
                });
            }
            for (at_ms, value) in &points {
                message.message(2, |sample| {
                    sample.double(1, *value).signed(2, *at_ms);
                });
            }
        });
    }
    snappy::pack(&request.into_bytes()).unwrap()
}

fn series() -> Vec<Series> {
    let mut numbers = Numbers(7);
    let mut all = Vec::new();
    for job in ["api", "web"] {
        for instance in ["a", "b", "c"] {
            for code in ["200", "503"] {
                let labels = labels(
                    "requests_total",
                    &[("code", code), ("instance", instance), ("job", job)],
                );
                let values = counter(&mut numbers, 20_000.0, instance == "b");
                all.push(Series { labels, values: with_gaps(values, instance == "c") });
            }
            let up = labels("up", &[("instance", instance), ("job", job)]);
            let values = (0..SCRAPES).map(|_| Some(f64::from(u8::from(numbers.next() > 0.2))));
            all.push(Series { labels: up, values: values.collect() });
            for metric in ["limit_bytes", "used_bytes"] {
                let labels = labels(metric, &[("instance", instance), ("job", job)]);
                let values = (0..SCRAPES).map(|_| Some((numbers.next() * 1e9).floor()));
                all.push(Series { labels, values: values.collect() });
            }
        }
        all.extend(histogram(&mut numbers, job));
        all.extend(versions(job));
    }
    for (room, middle) in [("attic", 25.0), ("cellar", -3.0), ("hall", 0.5), ("odd", 7.0)] {
        let labels = labels("temperature_celsius", &[("room", room)]);
        let values = (0..SCRAPES).map(|scrape| {
            let odd = match scrape {
                360..=362 => Some(f64::NAN),
                450 => Some(f64::INFINITY),
                _ => None,
            };
            let value = middle + numbers.next() * 5.0;
            Some(odd.filter(|_| room == "odd").unwrap_or(value))
        });
        all.push(Series { labels, values: values.collect() });
    }
    let values = (0..SCRAPES).map(|scrape| (scrape % 16 == 3).then(|| numbers.next()));
    all.push(Series { labels: labels("sparse", &[("kind", "x")]), values: values.collect() });
    all
}

fn labels(metric: &str, others: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let others = others.iter().map(|(name, value)| (*name, (*value).to_owned()));
    [("__name__", metric.to_owned())].into_iter().chain(others).collect()
}

/// It grows by up to 10; `resets`: and begins anew twice.
fn counter(numbers: &mut Numbers, from: f64, resets: bool) -> Vec<Option<f64>> {
    let mut value = from;
    let grown = (0..SCRAPES).map(|scrape| {
        value += (numbers.next() * 10.0).floor();
        if resets && (scrape == 250 || scrape == 431) {
            value = 3.0;
        }
        Some(value)
    });
    grown.collect()
}

/// Some scrapes failed, and for a while there was nothing, which the server noticed.
fn with_gaps(mut values: Vec<Option<f64>>, gaps: bool) -> Vec<Option<f64>> {
    if gaps {
        for scrape in [340, 341, 377, 502, 503, 504] {
            values[scrape] = None;
        }
        values[400] = Some(STALE);
        values[401..430].fill(None);
    }
    values
}

fn histogram(numbers: &mut Numbers, job: &str) -> Vec<Series> {
    const BOUNDS: [&str; 6] = ["0.1", "0.5", "1", "2.5", "10", "+Inf"];
    let mut counts = [1_000.0; 6];
    let mut sum = 500.0;
    let (mut buckets, mut sums, mut totals) = (vec![Vec::new(); 6], Vec::new(), Vec::new());
    for _ in 0..SCRAPES {
        let observed = (numbers.next() * 20.0).floor();
        sum += observed * 0.7;
        let mut below = 0.0;
        for (at, count) in counts.iter_mut().enumerate() {
            below += if at == 5 { observed } else { (numbers.next() * 3.0).floor() };
            *count += below;
            buckets[at].push(Some(*count));
        }
        sums.push(Some(sum));
        totals.push(Some(counts[5]));
    }
    let mut all: Vec<Series> = BOUNDS
        .iter()
        .zip(buckets)
        .map(|(bound, values)| {
            let labels = labels("took_seconds_bucket", &[("job", job), ("le", bound)]);
            Series { labels, values }
        })
        .collect();
    for (metric, values) in [("took_seconds_sum", sums), ("took_seconds_count", totals)] {
        all.push(Series { labels: labels(metric, &[("job", job)]), values });
    }
    all
}

/// One version ends when the next begins.
fn versions(job: &str) -> Vec<Series> {
    let of = |version: &str, present: std::ops::Range<i64>| {
        let values = (0..SCRAPES).map(|scrape| {
            let stale = (scrape == present.end).then_some(STALE);
            present.contains(&scrape).then_some(1.0).or(stale)
        });
        let labels = labels("build_info", &[("job", job), ("version", version)]);
        Series { labels, values: values.collect() }
    };
    vec![of("1.0", 0..444), of("1.1", 444..SCRAPES)]
}
