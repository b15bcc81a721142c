//! Runs the scripts of a folder: `PROMQL_TESTS=DIR cargo test -p promql --test conformance --
//! --nocapture`. The folder's README describes the language of the scripts.

mod check;
mod command;
mod histogram;
mod known;
mod load;
mod report;
mod script;
mod store;
mod values;

use report::Report;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    if let Some(given) = std::env::var_os("PROMQL_TESTS") {
        return given.into();
    }
    let beside = "../../../../shared/conformance/promql/testdata";
    Path::new(env!("CARGO_MANIFEST_DIR")).join(beside)
}

#[test]
fn scripts_hold() {
    let folder = folder();
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("SKIPPED: no scripts in {}; set PROMQL_TESTS to a folder", folder.display());
        return;
    };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "test"));
    files.sort();
    let mut report = Report::default();
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(file).unwrap();
        report.begin(&name);
        script::run(&name, &text, &mut report);
        report.end();
    }
    assert!(report.holds(), "see the lines above");
}
