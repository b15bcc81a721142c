//! Where scripts are.

use std::path::{Path, PathBuf};

/// Tells whether a folder is named from outside.
pub(crate) fn is_given() -> bool {
    std::env::var_os("PROMQL_TESTS").is_some()
}

/// The folder of the scripts.
pub(crate) fn of_tests() -> PathBuf {
    if let Some(given) = std::env::var_os("PROMQL_TESTS") {
        return given.into();
    }
    let beside = "../../../../shared/conformance/promql/testdata";
    Path::new(env!("CARGO_MANIFEST_DIR")).join(beside)
}

/// The scripts in a folder and those inside of it: names from there on, and texts, sorted. Says so
/// where there is no such folder.
pub(crate) fn scripts(folder: &Path) -> Option<Vec<(String, String)>> {
    if !folder.is_dir() {
        println!("SKIPPED: no scripts in {}; set PROMQL_TESTS to a folder", folder.display());
        println!("0 passed, 0 failed, 0 known");
        return None;
    }
    let mut found = Vec::new();
    collect(folder, folder, &mut found);
    found.sort();
    Some(found)
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    for path in entries.map(|entry| entry.expect("it was listed").path()) {
        // Links could lead round in a circle.
        if path.is_dir() && !path.is_symlink() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "test") {
            let text = std::fs::read_to_string(&path);
            let text = text.unwrap_or_else(|error| panic!("{path:?}: {error}"));
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            found.push((name, text));
        }
    }
}
