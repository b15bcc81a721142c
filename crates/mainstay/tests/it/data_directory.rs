use std::{fs, net::TcpListener, path::Path, process::Command};

use crate::server::{Server, prepared, refusal, run};

fn refused(data: &Path) -> String {
    let data = data.to_str().unwrap();
    refusal(&["serve", "--data", data, "--listen", "127.0.0.1:0"], 1)
}

#[test]
fn port_that_is_taken_is_named_and_nothing_is_touched() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let said = refusal(&["serve", "--data", data.to_str().unwrap(), "--listen", &address], 1);
    assert!(said.contains(&address) && said.contains("--listen"), "{said}");
    assert!(!data.exists());
}

#[test]
fn missing_directory_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("deep/inside");
    let server = Server::start(&data, &[]);
    assert!(data.join("records.sqlite").exists());
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn directory_that_cannot_be_written_is_named() {
    // /proc takes no directories, whoever asks.
    let said = refused(Path::new("/proc/mainstay-data"));
    assert!(said.contains("/proc/mainstay-data"), "{said}");
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a-file");
    fs::write(&file, "not a directory").unwrap();
    assert!(refused(&file).contains("a-file"));
}

#[test]
fn directory_in_use_names_the_process_that_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &[]);
    let said = refused(dir.path());
    assert!(said.contains(&server.pid().to_string()), "{said}");
    let token = run(&["admin", "token", "--data", dir.path().to_str().unwrap(), "--user", "x"], "");
    assert_eq!(token.status.code(), Some(1), "the command line does not write beside a server");
}

#[test]
fn damaged_records_are_named_and_left_as_they_are() {
    let (dir, _) = prepared();
    let records = dir.path().join("records.sqlite");
    let _ = fs::remove_file(dir.path().join("records.sqlite-wal"));
    let mut bytes = fs::read(&records).unwrap();
    for byte in bytes.iter_mut().take(4096) {
        *byte = 0x5a;
    }
    fs::write(&records, &bytes).unwrap();
    let said = refused(dir.path());
    assert!(said.contains("damaged") && said.contains("backup"), "{said}");
    assert_eq!(fs::read(&records).unwrap(), bytes);
}

#[test]
fn damaged_samples_do_not_stop_the_start() {
    let (dir, _) = prepared();
    let server = Server::start(dir.path(), &[]);
    server.kill();
    let series = dir.path().join("series");
    let log = newest_file(&series);
    let mut bytes = fs::read(&log).unwrap();
    let middle = bytes.len() / 2;
    bytes.truncate(middle);
    fs::write(&log, bytes).unwrap();
    let server = Server::start(dir.path(), &[]);
    assert_eq!(server.get("", "/readyz").status, 200);
}

fn newest_file(dir: &Path) -> std::path::PathBuf {
    let mut files = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                files.push((entry.metadata().unwrap().len(), entry.path()));
            }
        }
    }
    files.into_iter().max().unwrap().1
}

#[test]
fn full_disk_refuses_changes_and_recovers_without_a_restart() {
    let mount = tempfile::tempdir().unwrap();
    let path = mount.path().to_str().unwrap();
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=16m", "tmpfs", path]).status();
    if !mounted.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("CI").is_none(), "a small file system is needed in CI");
        eprintln!("SKIPPED: only root can mount a small file system");
        return;
    }
    let _unmount = Unmount(path.to_owned());
    let data = mount.path().join("data");
    fs::create_dir(&data).unwrap();
    let token = crate::server::prepare(data.to_str().unwrap());
    let server = Server::start(&data, &["--set", "host.watch=false"]);
    let ballast = mount.path().join("ballast");
    fill(&ballast);
    let body = serde_json::json!({
        "kind": "business-system", "name": "x".repeat(200), "description": "y".repeat(1900)
    });
    let mut refused = None;
    for _ in 0..2_000 {
        let answer = server.post(&token, "/api/v1/resources", &body);
        if answer.status != 201 {
            refused = Some(answer);
            break;
        }
        fill(&ballast);
    }
    let refused = refused.expect("a full disk refuses changes");
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert_eq!(server.get(&token, "/api/v1/resources?limit=1").status, 200, "reading goes on");
    fs::remove_file(&ballast).unwrap();
    let answer = server.post(&token, "/api/v1/resources", &body);
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(server.stop(), Some(0));
    let verified = crate::server::run(&["verify", "--data", data.to_str().unwrap()], "");
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}

/// Writes zeros until nothing more fits.
fn fill(ballast: &Path) {
    use std::io::Write;
    let mut file = fs::OpenOptions::new().create(true).append(true).open(ballast).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
}

struct Unmount(String);

impl Drop for Unmount {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l", &self.0]).status();
    }
}
