//! Machines whose metrics the benches write, and what the benches measure with.

use tsdb::Labels;

pub(crate) const SERIES: usize = 120;
pub(crate) const STEP_MS: i64 = 15_000;

/// One machine's values, which go on from scrape to scrape.
pub(crate) struct Machine {
    seed: u64,
    offset_ms: i64,
    values: Vec<f64>,
}

impl Machine {
    pub(crate) fn new(number: usize) -> Self {
        let mut machine = Self {
            seed: 0x9e37_79b9_7f4a_7c15 ^ (number as u64) << 17,
            offset_ms: 0,
            values: Vec::new(),
        };
        machine.offset_ms = (machine.random() % STEP_MS as u64) as i64;
        machine.values = (0..SERIES).map(|_| (machine.random() % 1_000_000) as f64).collect();
        machine
    }

    /// xorshift64*
    fn random(&mut self) -> u64 {
        self.seed ^= self.seed >> 12;
        self.seed ^= self.seed << 25;
        self.seed ^= self.seed >> 27;
        self.seed.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 20
    }

    /// In the proportions of a node's exporter: much that stands still, counters in hundredths and
    /// in bytes, gauges in pages, and a few numbers of many digits.
    pub(crate) fn scrape(&mut self, step: i64, sink: &mut dyn FnMut(usize, i64, f64)) {
        let at_ms = 1_700_000_000_000 + step * STEP_MS + self.offset_ms;
        let at_ms = at_ms + (self.random() % 7) as i64 - 3;
        for number in 0..SERIES {
            let chance = self.random();
            let value = &mut self.values[number];
            match number {
                0..40 => {}
                40..72 => *value = (*value * 100.0 + (chance % 300) as f64).round() / 100.0,
                72..84 => *value += (chance % 40) as f64 * 1500.0 + (chance >> 8 & 1023) as f64,
                84..96 => *value = ((*value / 4096.0).round() + (chance % 9) as f64 - 4.0) * 4096.0,
                96..108 => *value += (chance % 200) as f64,
                108..116 => *value = (chance % 800) as f64 / 100.0,
                _ => *value += (chance % 1_000_003) as f64 / 1_000_003.0,
            }
            sink(number, at_ms, *value);
        }
    }
}

pub(crate) fn labels(host: usize, number: usize) -> Labels {
    let instance = format!("host-{host:05}.example.net:9100");
    let (metric, more) = match number {
        0..32 => (format!("node_state_{}", number / 4), format!("s{}", number % 4)),
        40..72 => ("node_cpu_seconds_total".to_owned(), format!("c{}", number - 40)),
        _ => (format!("node_metric_{number}"), "x".to_owned()),
    };
    let pairs = [("instance", instance), ("job", "node".to_owned()), ("part", more)];
    Labels::new(&metric, pairs).expect("the names are in syntax")
}

pub(crate) fn number_of(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Seconds of CPU this process has taken.
pub(crate) fn cpu_s() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}
