use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use probe::outcome::State;
use serde_json::json;
use services::protocols::Places;
use tempfile::TempDir;

use crate::stand_in::{fault, figure, run, run_at};

/// Writes a process into a proc file system of the test's own, started 100 s after boot.
fn process(root: &Path, pid: u32, comm: &str, state: char, cmdline: &str, uid: u32) {
    let dir = root.join(pid.to_string());
    fs::create_dir_all(&dir).expect("the test's own files and programs work");
    let mut fields = vec!["0".to_owned(); 49];
    // Field 22 (start, in ticks of 1/100 s) and 24 (resident pages); the list begins at field 4.
    fields[22 - 4] = "10000".to_owned();
    fields[24 - 4] = "256".to_owned();
    fs::write(dir.join("stat"), format!("{pid} ({comm}) {state} {}\n", fields.join(" ")))
        .expect("the test's own files and programs work");
    fs::write(dir.join("cmdline"), cmdline.replace(' ', "\0"))
        .expect("the test's own files and programs work");
    let status = format!(
        "Name:\t{comm}\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t{pid}\nNgid:\t0\nPid:\t{pid}\n\
         PPid:\t1\nTracerPid:\t0\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nGid:\t0\t0\t0\t0\nFDSize:\t64\n\
         Groups:\t\nThreads:\t1\nSigQ:\t0/1\nSigPnd:\t0\nShdPnd:\t0\nSigBlk:\t0\nSigIgn:\t0\n\
         SigCgt:\t0\nCapInh:\t0\nCapPrm:\t0\nCapEff:\t0\n"
    );
    fs::write(dir.join("status"), status).expect("the test's own files and programs work");
}

fn machine() -> (TempDir, Places) {
    let dir = TempDir::new().expect("the test's own files and programs work");
    let root = dir.path();
    fs::write(root.join("uptime"), "1000.00 2000.00\n")
        .expect("the test's own files and programs work");
    process(root, 1, "init", 'S', "/sbin/init", 0);
    process(root, 20, "nginx", 'S', "nginx: master process", 0);
    process(root, 21, "nginx", 'S', "nginx: worker process", 33);
    process(root, 22, "nginx", 'Z', "", 33);
    process(root, 30, "prometheus-node", 'S', "/usr/bin/prometheus-node-exporter --x", 110);
    process(root, 40, "java", 'S', "java -jar shop.jar", 500);
    fs::create_dir(root.join("50")).expect("the test's own files and programs work");
    fs::create_dir(root.join("self-not-a-pid")).expect("the test's own files and programs work");
    let places = Places { proc_root: root.to_owned(), ..Places::default() };
    (dir, places)
}

#[tokio::test]
async fn processes_are_counted_by_name_command_line_and_user() {
    let (_dir, places) = machine();
    for (spec, state, said) in [
        (json!({ "name": "nginx" }), State::Ok, "nginx: 2 running, PID 2"),
        (json!({ "name": "nginx", "uid": 33 }), State::Ok, "1 running"),
        (json!({ "cmdline": "shop\\.jar$" }), State::Ok, "1 running, PID 40"),
        (json!({ "name": "prometheus-node-exporter" }), State::Ok, "1 running"),
        (json!({ "name": "prometheus-node-other" }), State::Critical, "number of processes is 0"),
        (json!({ "name": "sshd" }), State::Critical, "number of processes is 0, outside 1:"),
        (json!({ "name": "sshd", "count": { "critical": "0:0" } }), State::Ok, "0 running"),
        (
            json!({ "name": "nginx", "count": { "warning": "3:10" } }),
            State::Warning,
            "outside 3:10",
        ),
        (json!({ "name": "nginx", "age_s": { "warning": "1000:" } }), State::Warning, "is 900s"),
        (json!({ "name": "java", "memory_bytes": { "warning": 1000 } }), State::Warning, "memory"),
    ] {
        let outcome = run_at(&places, "process", spec.clone(), 1500).await;
        assert_eq!(outcome.state, state, "{spec} {outcome:?}");
        assert!(outcome.summary.en.contains(said), "{spec} {outcome:?}");
    }
}

#[tokio::test]
async fn this_very_process_is_found() {
    let spec = json!({ "cmdline": "it-[0-9a-f]+" });
    let outcome = run("process", spec, 1900).await;
    assert_eq!(outcome.state, State::Ok, "{outcome:?}");
    assert!(figure(&outcome, "memory").value > 100_000.0);
}

#[tokio::test]
async fn a_proc_that_is_not_there_is_unknown() {
    let places = Places { proc_root: "/nonexistent".into(), ..Places::default() };
    let outcome = run_at(&places, "process", json!({ "name": "x" }), 1000).await;
    assert_eq!(outcome.state, State::Unknown, "{outcome:?}");
}

#[test]
fn specifications_that_make_no_sense_are_refused_by_field() {
    for (protocol, spec, field) in [
        ("process", json!({}), "name"),
        ("process", json!({ "name": "" }), "name"),
        ("process", json!({ "cmdline": "(" }), "cmdline"),
        ("process", json!({ "uid": -1 }), "uid"),
        ("systemd_unit", json!({}), "unit"),
        ("systemd_unit", json!({ "unit": "--help" }), "unit"),
        ("systemd_unit", json!({ "unit": "a;reboot" }), "unit"),
        ("systemd_unit", json!({ "unit": "" }), "unit"),
        ("systemd_unit", json!({ "unit": "x".repeat(256) }), "unit"),
        ("systemd_unit", json!({ "unit": "a", "expect": "x" }), "expect"),
    ] {
        assert_eq!(fault(protocol, spec.clone()).field, field, "{protocol} {spec}");
    }
}

/// A `systemctl` that runs this shell script.
fn systemctl(script: &str) -> (TempDir, Places) {
    let dir = TempDir::new().expect("the test's own files and programs work");
    let path = dir.path().join("systemctl");
    fs::write(&path, format!("#!/bin/sh\n{script}\n"))
        .expect("the test's own files and programs work");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
        .expect("the test's own files and programs work");
    (dir, Places { systemctl: path, ..Places::default() })
}

fn answers(load: &str, active: &str, sub: &str) -> (TempDir, Places) {
    systemctl(&format!(
        "printf '%s\\n' Id=x.service LoadState={load} ActiveState={active} SubState={sub} \
         Result=exit-code NRestarts=3 MemoryCurrent='[not set]'"
    ))
}

#[tokio::test]
async fn a_units_state_is_judged() {
    for (load, active, sub, expect, state) in [
        ("loaded", "active", "running", "active", State::Ok),
        ("loaded", "active", "exited", "active", State::Ok),
        ("loaded", "reloading", "reload", "active", State::Ok),
        ("loaded", "activating", "auto-restart", "active", State::Warning),
        ("loaded", "failed", "failed", "active", State::Critical),
        ("loaded", "failed", "failed", "not_failed", State::Critical),
        ("loaded", "inactive", "dead", "active", State::Critical),
        ("loaded", "inactive", "dead", "not_failed", State::Ok),
        ("not-found", "inactive", "dead", "not_failed", State::Critical),
        ("masked", "inactive", "dead", "active", State::Critical),
    ] {
        let (_dir, places) = answers(load, active, sub);
        let spec = json!({ "unit": "x.service", "expect": expect });
        let outcome = run_at(&places, "systemd_unit", spec, 1900).await;
        assert_eq!(outcome.state, state, "{load} {active} {outcome:?}");
        assert_eq!(figure(&outcome, "restarts").value.to_string(), "3");
    }
}

#[tokio::test]
async fn the_unit_is_one_argument_after_the_end_of_options() {
    let (dir, places) = systemctl("printf '%s\\n' \"$@\" > \"$(dirname \"$0\")/arguments\"");
    run_at(&places, "systemd_unit", json!({ "unit": "getty@tty1.service" }), 1900).await;
    let arguments = fs::read_to_string(dir.path().join("arguments"))
        .expect("the test's own files and programs work");
    assert!(arguments.ends_with("\n--\ngetty@tty1.service\n"), "{arguments}");
}

#[tokio::test]
async fn where_systemd_is_absent_the_reason_is_given() {
    let reason = "System has not been booted with systemd as init system (PID 1).";
    let (_dir, places) = systemctl(&format!("echo '{reason}' >&2; exit 1"));
    let outcome = run_at(&places, "systemd_unit", json!({ "unit": "ssh" }), 1900).await;
    assert_eq!(outcome.state, State::Unknown);
    assert!(outcome.summary.en.contains("has not been booted with systemd"), "{outcome:?}");
    let places = Places { systemctl: "/nonexistent/systemctl".into(), ..Places::default() };
    let outcome = run_at(&places, "systemd_unit", json!({ "unit": "ssh" }), 1900).await;
    assert_eq!(outcome.state, State::Unknown);
    assert!(outcome.summary.en.contains("/nonexistent/systemctl"), "{outcome:?}");
}

#[tokio::test]
async fn a_systemctl_that_hangs_or_floods_is_bounded() {
    let (_dir, places) = systemctl("exec sleep 30");
    let outcome = run_at(&places, "systemd_unit", json!({ "unit": "ssh" }), 300).await;
    assert_eq!(outcome.state, State::Unknown);
    assert!(outcome.summary.en.contains("did not answer within 300 ms"), "{outcome:?}");
    let (_dir, places) = systemctl("exec yes LoadState=loaded");
    let outcome = run_at(&places, "systemd_unit", json!({ "unit": "ssh" }), 1000).await;
    assert_eq!(outcome.state, State::Unknown, "{outcome:?}");
}
