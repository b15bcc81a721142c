//! Runs the cases of a folder: `OPENMETRICS_TESTS=DIR cargo test -p wire --test conformance --
//! --nocapture`. The folder's README says what its files mean.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod openmetrics;
mod prometheus_text;

use std::path::{Path, PathBuf};

/// What passed and what did not.
#[derive(Default)]
struct Report {
    passed: usize,
    failed: usize,
}

impl Report {
    fn case(&mut self, name: &str, result: Result<(), String>) {
        match result {
            Ok(()) => {
                self.passed += 1;
                println!("{name}: passed");
            }
            Err(why) => {
                self.failed += 1;
                println!("{name}: FAILED {why}");
            }
        }
    }
}

fn folder() -> PathBuf {
    if let Some(given) = std::env::var_os("OPENMETRICS_TESTS") {
        return given.into();
    }
    let beside = "../../../../shared/conformance/openmetrics";
    Path::new(env!("CARGO_MANIFEST_DIR")).join(beside)
}

/// The entries of a folder by name; none where it is not there.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
fn cases_hold() {
    let folder = folder();
    if !folder.is_dir() {
        println!("SKIPPED: no cases in {}; set OPENMETRICS_TESTS to a folder", folder.display());
        return;
    }
    let mut report = Report::default();
    openmetrics::run(&folder, &mut report);
    prometheus_text::run(&folder, &mut report);
    println!("{} passed, {} failed, 0 known", report.passed, report.failed);
    assert!(report.passed > 0, "there are no cases in {}", folder.display());
    assert_eq!(report.failed, 0, "see the lines above");
}
