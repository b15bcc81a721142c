//! Debian's Nagios with one check that fails and recovers.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::json;

use super::{LIMIT, Peer, is_there, opened, shipped};
use crate::{
    postgres::until,
    server::{Server, prepared},
};

/// Nagios in a folder of its own: everything happens within seconds.
fn start(dir: &Path, server: &Server, token: &str) -> Peer {
    for folder in ["results", "archives"] {
        fs::create_dir(dir.join(folder)).unwrap();
    }
    fs::write(dir.join("token"), token).unwrap();
    says(dir, 0, "all is well");
    let plugin = dir.join("check");
    let script = "#!/bin/sh\n. \"$(dirname \"$0\")/now\"\necho \"$said\"\nexit \"$code\"\n";
    fs::write(&plugin, script).unwrap();
    fs::set_permissions(&plugin, fs::Permissions::from_mode(0o755)).unwrap();
    let contact = fs::read_to_string(shipped("nagios-mainstay.cfg")).unwrap();
    let script = shipped("nagios-to-mainstay");
    let contact = contact
        .replace("/usr/local/bin/nagios-to-mainstay", script.to_str().unwrap())
        .replace("https://mainstay.example", &server.url)
        .replace("/etc/nagios4/mainstay.token", dir.join("token").to_str().unwrap());
    fs::write(dir.join("contact.cfg"), contact).unwrap();
    fs::write(dir.join("objects.cfg"), objects(&plugin)).unwrap();
    fs::write(dir.join("nagios.cfg"), configuration(dir)).unwrap();
    let child = Command::new("nagios4")
        .arg(dir.join("nagios.cfg"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Peer(child)
}

/// What the check says from now on, and with which exit code: both at once.
fn says(dir: &Path, code: u8, said: &str) {
    fs::write(dir.join("next"), format!("code={code}\nsaid='{said}'\n")).unwrap();
    fs::rename(dir.join("next"), dir.join("now")).unwrap();
}

fn objects(plugin: &Path) -> String {
    format!(
        "define command {{
    command_name check-shop
    command_line {}
}}
define host {{
    host_name db1.example.org
    address 127.0.0.1
    max_check_attempts 1
    check_period always-mainstay
    contacts mainstay
    notification_period always-mainstay
    notification_interval 0
}}
define service {{
    host_name db1.example.org
    service_description Disk space
    check_command check-shop
    check_period always-mainstay
    max_check_attempts 1
    check_interval 1
    retry_interval 1
    contacts mainstay
    notification_period always-mainstay
    notification_interval 0
}}
",
        plugin.display()
    )
}

fn configuration(dir: &Path) -> String {
    let user = |flag: &str| {
        let output = Command::new("id").arg(flag).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let (user, group, dir) = (user("-un"), user("-gn"), dir.display());
    format!(
        "log_file={dir}/nagios.log
cfg_file={dir}/contact.cfg
cfg_file={dir}/objects.cfg
object_cache_file={dir}/objects.cache
precached_object_file={dir}/objects.precache
status_file={dir}/status.dat
state_retention_file={dir}/retention.dat
temp_file={dir}/nagios.tmp
temp_path={dir}
check_result_path={dir}/results
log_archive_path={dir}/archives
lock_file={dir}/nagios.pid
command_file={dir}/nagios.cmd
query_socket={dir}/nagios.qh
nagios_user={user}
nagios_group={group}
interval_length=1
enable_notifications=1
execute_service_checks=1
check_external_commands=0
use_syslog=0
illegal_macro_output_chars=`~$&|'\"<>
"
    )
}

#[test]
fn check_of_a_real_nagios_opens_an_alert_and_its_recovery_closes_it() {
    if !is_there("nagios4", "nagios4-core") {
        return;
    }
    let (data, ada) = prepared();
    let server = Server::start(data.path(), &["--set", "host.watch=false"]);
    let resource = json!({ "kind": "host", "name": "db1" });
    server.post(&ada, "/api/v1/resources", &resource);
    let dir = tempfile::tempdir().unwrap();
    let _nagios = start(dir.path(), &server, &ada);
    let log = || fs::read_to_string(dir.path().join("nagios.log")).unwrap_or_default();
    let open = |expected: &[&str]| opened(&server, &ada, expected, &log());
    until(LIMIT, "Nagios has begun", || log().contains("starting..."));
    says(dir.path(), 1, "DISK WARNING - 9% of \\data left");
    open(&["Disk space: db1.example.org warning db1"]);
    says(dir.path(), 2, "DISK CRITICAL - nothing left");
    open(&["Disk space: db1.example.org critical db1"]);
    says(dir.path(), 0, "DISK OK");
    open(&[]);
    let closed = server.get(&ada, "/api/v1/alerts?state=closed").json;
    let closed = closed["items"].as_array().unwrap();
    assert_eq!(closed.len(), 2, "each has its end: {closed:?}");
    for alert in closed {
        assert_eq!(
            (&alert["close_reason"], &alert["origin"]),
            (&json!("recovered"), &json!("event"))
        );
    }
}
