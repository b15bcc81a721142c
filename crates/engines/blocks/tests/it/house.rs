use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use blocks::{Block, Damage};
use tempfile::TempDir;

/// A series' labels as a text, and its points by bits.
pub(crate) type Truth = BTreeMap<String, Vec<(i64, u64)>>;

/// Points a series.
const POINTS: i64 = 500;
const FIRST_S: i64 = 1_700_000_000;

/// What the blocks of a test hold: three series over two hours, so in two or three blocks.
pub(crate) fn truth() -> Truth {
    let series = |factor: f64| {
        // Half a second, which is exact in any number.
        let at_ms = |at: i64| (FIRST_S + at * 15) * 1_000 + 500;
        let point = |at: i64| (at_ms(at), ((at % 37) as f64 * factor).to_bits());
        (0..POINTS).map(point).collect()
    };
    BTreeMap::from([
        ("__name__=down,job=é".to_owned(), series(0.1)),
        ("__name__=up,job=a".to_owned(), series(1.0)),
        ("__name__=up,job=b".to_owned(), series(-1e-300)),
    ])
}

/// A folder with blocks of [`truth`]; none where there is no promtool (never so where `CI` is
/// set).
pub(crate) fn written() -> Option<TempDir> {
    let there = Command::new("promtool").arg("--version").output().is_ok();
    if !there {
        assert!(std::env::var_os("CI").is_none(), "there is no promtool");
        eprintln!("skipped: there is no promtool (apt-get install prometheus)");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    let mut text = String::new();
    for (labels, points) in truth() {
        let (name, job) = labels.split_once(',').unwrap();
        let (name, job) = (&name["__name__=".len()..], &job["job=".len()..]);
        for (at_ms, bits) in points {
            let value = f64::from_bits(bits);
            let (seconds, rest) = (at_ms / 1_000, at_ms % 1_000);
            writeln!(text, "{name}{{job=\"{job}\"}} {value:e} {seconds}.{rest:03}").unwrap();
        }
    }
    text.push_str("# EOF\n");
    fs::write(&input, text).unwrap();
    let data = folder.path().join("data");
    let done = Command::new("promtool")
        .args(["tsdb", "create-blocks-from", "openmetrics"])
        .args([&input, &data])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(done.success());
    Some(folder)
}

/// The blocks' folders.
pub(crate) fn blocks_in(folder: &TempDir) -> Vec<PathBuf> {
    let found = blocks::find(&folder.path().join("data")).unwrap();
    assert!(!found.is_empty());
    found
}

/// All that can be read in a block, and all damage.
pub(crate) fn all(block: &Path) -> (Truth, Vec<Damage>) {
    let mut held = Truth::new();
    let block = match Block::open(block) {
        Ok(block) => block,
        Err(damage) => return (held, vec![damage]),
    };
    let mut damages = Vec::new();
    for series in block.series() {
        match series {
            Err(damage) => damages.push(damage),
            Ok(series) => {
                let pairs: Vec<String> =
                    series.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let points = block.points(&series, &mut damages);
                let bits = points.floats.iter().map(|(at_ms, value)| (*at_ms, value.to_bits()));
                held.insert(pairs.join(","), bits.collect());
            }
        }
    }
    (held, damages)
}
