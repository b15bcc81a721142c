//! What queries cost on 40,000 series of an hour at 15 seconds, kept in memory: wall and CPU
//! time of the best of five runs, and samples read per CPU second.

use promql::{
    Engine, EngineOptions, Moment, Period, Samples, Select, Selected, Source, SourceError,
};
use series::{Labels, Selector};
use std::time::Instant;

const HOSTS: usize = 1000;
const POINTS: i64 = 240;
const RUNS: usize = 5;

struct Memory {
    times: Vec<i64>,
    series: Vec<(Labels, Vec<f64>)>,
}

struct Found<'m> {
    labels: Vec<Labels>,
    values: Vec<&'m [f64]>,
    times: &'m [i64],
}

impl Source for Memory {
    fn select<'s>(&'s self, request: &Select<'_>) -> Result<Box<dyn Selected + 's>, SourceError> {
        let selector = Selector::new(request.matchers.to_vec());
        let selector = selector.map_err(|refused| SourceError { message: refused.to_string() })?;
        let found = self.series.iter().filter(|(labels, _)| selector.accepts(labels));
        let (labels, values) = found.map(|(l, v)| (l.clone(), v.as_slice())).unzip();
        Ok(Box::new(Found { labels, values, times: &self.times }))
    }
}

impl Selected for Found<'_> {
    fn labels(&self) -> &[Labels] {
        &self.labels
    }

    fn read(&self, at: usize, into: &mut Samples) -> Result<(), SourceError> {
        into.times.extend_from_slice(self.times);
        into.values.extend_from_slice(self.values[at]);
        Ok(())
    }
}

fn fleet() -> Memory {
    let times = (0..POINTS).map(|at| at * 15_000 + (at * 7) % 3).collect();
    let mut series = Vec::new();
    let mut add = |name: &str, host: usize, pairs: &[(&str, String)], of: &dyn Fn(f64) -> f64| {
        let own = [("instance", format!("host-{host:04}:9100")), ("job", "node".to_owned())];
        let pairs = own.into_iter().chain(pairs.iter().cloned());
        let labels = Labels::new(name, pairs).expect("the names are constants");
        series.push((labels, (0..POINTS).map(|at| of(at as f64)).collect()));
    };
    for host in 0..HOSTS {
        let seed = host as f64;
        for cpu in 0..4 {
            for mode in ["idle", "user", "system", "iowait", "irq", "softirq", "steal", "nice"] {
                let pairs = [("cpu", cpu.to_string()), ("mode", mode.to_owned())];
                let rise = 0.37 * (seed % 17.0 + 1.0) + f64::from(cpu);
                let fall = 100.0 + seed % 90.0;
                add("node_cpu_seconds_total", host, &pairs, &|at| (at % fall) * rise);
            }
        }
        for le in ["0.1", "0.5", "1", "5", "+Inf"] {
            let share = le.parse::<f64>().map_or(6.0, |le| le.min(6.0));
            let pairs = [("le", le.to_owned())];
            add("request_seconds_bucket", host, &pairs, &|at| at * share * 3.0);
        }
        add("node_load1", host, &[], &|at| (at * seed).sin().abs() * 4.0);
        add("up", host, &[], &|_| 1.0);
        add("node_info", host, &[("zone", (host % 5).to_string())], &|_| 1.0);
    }
    Memory { times, series }
}

const RANGES: [(&str, &str); 12] = [
    ("sum of rates, 32,000 series", "sum by (mode) (rate(node_cpu_seconds_total[5m]))"),
    ("rates of one host", "rate(node_cpu_seconds_total{instance=\"host-0042:9100\"}[5m])"),
    ("scan, 32,000 series", "sum(count_over_time(node_cpu_seconds_total[1h]))"),
    ("mean over time, 32,000 series", "sum(avg_over_time(node_cpu_seconds_total[5m]))"),
    ("largest over time", "max(max_over_time(node_load1[10m]))"),
    ("quantile over time", "max(quantile_over_time(0.9, node_load1[10m]))"),
    (
        "histogram_quantile, 5,000 series",
        "histogram_quantile(0.9, sum by (le) (rate(request_seconds_bucket[5m])))",
    ),
    ("largest five", "topk(5, node_load1)"),
    ("join with group_left", "node_load1 * on (instance) group_left (zone) node_info"),
    ("each against its bound", "node_load1 > 3"),
    ("line ahead", "predict_linear(node_load1[1h], 3600) < 0"),
    ("subquery", "max_over_time(sum(rate(node_cpu_seconds_total{mode=\"idle\"}[5m]))[30m:1m])"),
];

const INSTANTS: [(&str, &str); 4] = [
    ("who is down", "up == 0"),
    ("absent", "absent(up{instance=\"nobody\"})"),
    ("all series", "count({__name__=~\"node_.+\"})"),
    ("largest five of rates", "topk(5, rate(node_cpu_seconds_total{mode=\"user\"}[5m]))"),
];

fn main() {
    let fleet = fleet();
    println!("{} series of {POINTS} samples; best of {RUNS}", fleet.series.len());
    println!("| query | wall ms | CPU ms | samples read | M samples/CPU s |");
    println!("|---|---:|---:|---:|---:|");
    let options = EngineOptions { samples_max: u64::MAX / 64, ..EngineOptions::default() };
    let engine = Engine::new(options);
    let last = POINTS * 15_000;
    for (name, query) in RANGES {
        let period = Period { from_ms: 0, to_ms: last, step_ms: 60_000 };
        measure(name, || engine.range(&fleet, query, period, &()).map(|a| a.samples_read));
    }
    for (name, query) in INSTANTS {
        let moment = Moment { at_ms: last };
        measure(name, || engine.instant(&fleet, query, moment, &()).map(|a| a.samples_read));
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
fn measure<E: std::fmt::Debug>(name: &str, run: impl Fn() -> Result<u64, E>) {
    let (mut wall, mut cpu, mut samples) = (f64::MAX, f64::MAX, 0);
    for _ in 0..RUNS {
        let (started, before) = (Instant::now(), cpu_seconds());
        samples = run().expect("the query is lawful");
        wall = wall.min(started.elapsed().as_secs_f64());
        cpu = cpu.min(cpu_seconds() - before);
    }
    let speed = samples as f64 / cpu.max(1e-6) / 1e6;
    println!("| {name} | {:.2} | {:.0} | {samples} | {speed:.0} |", wall * 1e3, cpu * 1e3);
}

/// CPU seconds of this process, in hundredths.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}
