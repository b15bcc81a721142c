//! What a written sample costs before the store: unpacking, and the walk over the message. A
//! request has 2,000 samples, one of a series, with seven labels each, as live senders have it.

use std::{hint::black_box, time::Instant};

use wire::{
    protobuf::Message,
    remote::{
        snappy,
        write_v1::{self, Item},
        write_v2,
    },
};

const SERIES: usize = 2_000;
const ROUNDS: u32 = 500;

fn main() {
    let (v1, v2) = (request_v1(), request_v2());
    println!("1.0: {} bytes a sample, 2.0: {}", v1.len() / SERIES, v2.len() / SERIES);
    let packed = snappy::pack(&v1).expect("it is short");
    measure("unpack 1.0", || snappy::unpack(black_box(&packed), 1 << 24).map_or(0, |b| b.len()));
    measure("walk 1.0, labels passed over", || walk_v1(black_box(&v1), false));
    measure("walk 1.0, labels read", || walk_v1(black_box(&v1), true));
    measure("walk 2.0, symbols collected", || walk_v2(black_box(&v2)));
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
fn measure(what: &str, work: impl Fn() -> usize) {
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        assert!(black_box(work()) > 0);
        best = best.min(started.elapsed().as_secs_f64());
    }
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let ns = best * 1e9 / SERIES as f64;
    println!("{what}: {ns:.1} ns a sample");
}

fn walk_v1(request: &[u8], with_labels: bool) -> usize {
    let (mut series, mut labels) = (write_v1::TimeSeries::default(), Vec::new());
    let mut read = 0;
    for item in write_v1::items(request) {
        let Ok(Item::Series(part)) = item else { return 0 };
        if series.read(part).is_err() {
            return 0;
        }
        if with_labels && series.labels(&mut labels).is_err() {
            return 0;
        }
        read += series.samples.len() + series.label_bytes().len() + labels.len();
    }
    read
}

fn walk_v2(request: &[u8]) -> usize {
    let Ok(symbols) = write_v2::Symbols::read(request) else { return 0 };
    let (mut one, mut read) = (write_v2::TimeSeries::default(), symbols.texts().len());
    for part in write_v2::series(request) {
        let Ok(part) = part else { return 0 };
        if one.read(part).is_err() {
            return 0;
        }
        read += one.samples.len() + one.label_refs.len();
    }
    read
}

fn labels(number: usize) -> [(&'static str, String); 7] {
    [
        ("__name__", "node_cpu_seconds_total".to_owned()),
        ("cluster", "east-production".to_owned()),
        ("cpu", (number % 8).to_string()),
        ("instance", format!("host-{:04}:9100", number / 64)),
        ("job", "node".to_owned()),
        ("mode", ["idle", "iowait", "system", "user"][number % 4].to_owned()),
        ("rack", format!("r{:02}", number / 640)),
    ]
}

fn put_sample(one: &mut Message, number: usize) {
    one.message(2, |sample| {
        sample.double(1, number as f64 * 1.25).signed(2, 1_700_000_000_000 + number as i64);
    });
}

fn request_v1() -> Vec<u8> {
    let mut request = Message::new();
    for number in 0..SERIES {
        request.message(1, |one| {
            for (name, value) in labels(number) {
                one.message(1, |label| {
                    label.text(1, name).text(2, &value);
                });
            }
            put_sample(one, number);
        });
    }
    request.into_bytes()
}

fn request_v2() -> Vec<u8> {
    let (mut symbols, mut body) = (vec![String::new()], Message::new());
    for number in 0..SERIES {
        let mut refs = Vec::new();
        for text in labels(number).into_iter().flat_map(|(name, value)| [name.to_owned(), value]) {
            let at = symbols.iter().position(|symbol| *symbol == text).unwrap_or(symbols.len());
            if at == symbols.len() {
                symbols.push(text);
            }
            refs.push(at as u64);
        }
        body.message(5, |one| {
            one.packed(1, refs);
            put_sample(one, number);
        });
    }
    let mut request = Message::new();
    for symbol in &symbols {
        request.text(4, symbol);
    }
    [request.into_bytes(), body.into_bytes()].concat()
}
