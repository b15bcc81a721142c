//! `mainstay verify --series` as its users meet it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::free_address;

use crate::{
    series_listen::{message, write},
    server::{Server, ask, prepared, refusal, run},
};

/// A data directory whose samples are in blocks, in a head file and in the log.
fn filled() -> TempDir {
    let (dir, _) = prepared();
    let free = free_address();
    let (listen, url) = (free.to_string(), format!("http://{free}"));
    let server = Server::start(
        dir.path(),
        &["--set", "host.watch=false", "--series-listen", listen.as_str()],
    );
    let now = ask(&url, "GET", "", "/api/v1/query?query=time()", None, &[]).json;
    let now_ms = (now["data"]["result"][0].as_f64().unwrap() * 1_000.0) as i64;
    let write_url = format!("{url}/api/v1/write");
    assert_eq!(write(&write_url, &message(now_ms)), 204);
    assert_eq!(ask(&url, "POST", "", "/-/flush", None, &[]).status, 204);
    assert_eq!(write(&write_url, &message(now_ms + 1)), 204);
    assert_eq!(server.stop(), Some(0));
    dir
}

/// Every file below the folder but that of the lock.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.file_name().unwrap() != "lock" {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The exit code and what is told.
fn verified(data: &Path) -> (Option<i32>, Value) {
    let data = data.to_str().unwrap();
    let output = run(&["verify", "--series", "--data", data, "-o", "json"], "");
    let told = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code(), told)
}

/// Whether the file is among those that are damaged.
fn names(told: &Value, series: &Path, file: &Path) -> bool {
    let file = file.strip_prefix(series).unwrap().to_str().unwrap();
    told["damages"].as_array().unwrap().iter().any(|damage| damage["file"] == file)
}

#[test]
fn every_damaged_or_missing_file_of_the_samples_is_named() {
    let dir = filled();
    let series = dir.path().join("series");
    let (code, told) = verified(dir.path());
    assert_eq!(code, Some(0), "{told}");
    assert_eq!((&told["holds"], &told["damaged_files"]), (&json!(true), &json!(0)));
    assert!(told["points"].as_u64().unwrap() >= 1, "{told}");
    let all = files(&series);
    for folder in ["blocks", "head", "wal"] {
        assert!(all.iter().any(|path| path.starts_with(series.join(folder))), "{all:?}");
    }
    // One at a time, then all of them: none hides another.
    let kept: Vec<Vec<u8>> = all.iter().map(|path| fs::read(path).unwrap()).collect();
    let break_it = |path: &Path, bytes: &[u8]| {
        let mut broken = bytes.to_vec();
        broken[3] ^= 1;
        fs::write(path, broken).unwrap();
    };
    for (path, bytes) in all.iter().zip(&kept) {
        break_it(path, bytes);
        let (code, told) = verified(dir.path());
        assert_eq!((code, &told["holds"]), (Some(1), &json!(false)), "{told}");
        assert!(names(&told, &series, path), "{}: {told}", path.display());
        fs::remove_file(path).unwrap();
        let (code, told) = verified(dir.path());
        assert_eq!(code, Some(1), "without {}: {told}", path.display());
        assert!(names(&told, &series, path), "without {}: {told}", path.display());
        fs::write(path, bytes).unwrap();
    }
    for (path, bytes) in all.iter().zip(&kept) {
        break_it(path, bytes);
    }
    let (code, told) = verified(dir.path());
    assert_eq!(code, Some(1), "{told}");
    assert!(all.iter().all(|path| names(&told, &series, path)), "{told}");
    for (path, bytes) in all.iter().zip(&kept) {
        fs::write(path, bytes).unwrap();
    }
    let block = all.iter().find(|path| path.starts_with(series.join("blocks"))).unwrap();
    let bytes = fs::read(block).unwrap();
    fs::write(block, &bytes[..bytes.len() / 2]).unwrap();
    assert!(names(&verified(dir.path()).1, &series, block), "cut off");
    fs::remove_file(block).unwrap();
    let (code, told) = verified(dir.path());
    assert_eq!(code, Some(1), "{told}");
    assert!(names(&told, &series, block), "missing: {told}");
    let data = dir.path().to_str().unwrap();
    let output = run(&["verify", "--series", "--data", data], "");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains(block.file_name().unwrap().to_str().unwrap()), "{shown}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("do not hold: damaged files: 1, "), "{said}");
    fs::write(block, bytes).unwrap();
    assert_eq!(verified(dir.path()).0, Some(0), "whole again");
}

#[test]
fn what_belongs_to_the_journal_does_not_go_with_the_samples() {
    let said = refusal(&["verify", "--series", "--public-key"], 2);
    assert!(said.contains("--public-key") && said.contains("--series"), "{said}");
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let said = refusal(&["verify", "--series", "--data", data], 1);
    assert!(said.contains("there is no folder") && said.contains("series"), "{said}");
}
