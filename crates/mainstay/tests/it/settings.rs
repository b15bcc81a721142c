use std::fs;

use serde_json::json;

use crate::server::{PASSWORD, Server, mainstay, prepared, refusal, run};

#[test]
fn unknown_key_stops_the_start_and_is_named_with_the_nearest() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("mainstay.toml");
    fs::write(&file, "lisen = '127.0.0.1:0'\n[log]\nlevel = 3\n").unwrap();
    let file = file.to_str().unwrap();
    let data = dir.path().join("data");
    let said = refusal(&["serve", "--config", file, "--data", data.to_str().unwrap()], 2);
    assert!(said.contains("`lisen`; did you mean `listen`?"), "{said}");
    assert!(said.contains("`log.level` is `3`"), "{said}");
    assert!(!data.exists(), "nothing was touched");
}

#[test]
fn config_shows_each_value_with_its_source() {
    let output = mainstay(&["config", "-o", "json", "--listen", "127.0.0.1:1"])
        .env("MAINSTAY_LOG_LEVEL", "warn")
        // A secret that a source of people names is no setting.
        .env("MAINSTAY_SECRET_LDAP", "the bind password")
        .output()
        .unwrap();
    let items: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let find = |key| items.as_array().unwrap().iter().find(|item| item["key"] == key).unwrap();
    assert_eq!(find("listen")["source"], "flag");
    assert_eq!(find("log.level")["source"], "environment");
    assert_eq!(find("log.level")["origin"], "MAINSTAY_LOG_LEVEL");
    assert_eq!(find("series.retention_days")["source"], "default");
    assert!(!String::from_utf8_lossy(&output.stdout).contains("the bind password"));
}

/// A variable that begins like a setting and is none kept the server from starting.
#[test]
fn secret_of_a_source_in_the_environment_hinders_no_command_and_is_shown_nowhere() {
    const SECRET: (&str, &str) = ("MAINSTAY_SECRET_LDAP", "zqx the bind password");
    let (dir, token) = prepared();
    let data = dir.path().to_str().unwrap();
    let doctor = mainstay(&["doctor", "--data", data, "--listen", "127.0.0.1:0"])
        .env(SECRET.0, SECRET.1)
        .output()
        .unwrap();
    let said = [doctor.stdout, doctor.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert_eq!(doctor.status.code(), Some(0), "{said}");
    assert!(!said.contains(SECRET.1), "{said}");
    let server = Server::start_with(dir.path(), &[SECRET]);
    let source = |secret: &str| {
        json!({ "name": secret, "settings": { "url": "ldaps://127.0.0.1:9", "base": "dc=example",
            "bind_dn": "cn=reader", "secret": secret } })
    };
    let run = |secret: &str| {
        let made = server.post(&token, "/api/v1/directory/sources", &source(secret));
        assert_eq!(made.status, 201, "{}", made.text);
        let id = made.json["id"].as_str().unwrap();
        let path = format!("/api/v1/directory/sources/{id}/sync?dry_run=true");
        server.post(&token, &path, &json!({})).text
    };
    let told = run("env:MAINSTAY_SECRET_LDAP");
    for path in ["/api/v1/settings", "/api/v1/directory/sources", "/api/v1/journal?limit=500"] {
        let answer = server.get(&token, path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        assert!(!answer.text.contains(SECRET.1), "{path}");
    }
    assert!(!told.contains(SECRET.1), "{told}");
}

#[test]
fn wrong_flags_are_usage_errors() {
    assert!(refusal(&["serve", "--set", "log.level"], 2).contains("KEY=VALUE"));
    assert!(refusal(&["serve", "--listen", "everywhere"], 2).contains("`listen`"));
    assert!(refusal(&["fly"], 2).contains("fly"));
}

#[test]
fn every_command_has_help_with_examples_or_exit_codes() {
    for command in ["serve", "check", "resource", "journal", "query", "config", "doctor", "admin"] {
        let output = run(&[command, "--help"], "");
        assert!(output.status.success(), "{command}");
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains("Usage: mainstay"), "{command}: {said}");
    }
}

/// Once whoever may change settings decided what an identity provider gives.
#[test]
fn what_an_identity_provider_gives_is_set_by_who_says_who_vouches_for_people() {
    let (dir, ada) = prepared();
    let data = dir.path().to_str().unwrap();
    let create = ["admin", "create", "--data", data, "--name", "sys", "--role"];
    let create = [&create[..], &["system-administrator", "--password-stdin"]].concat();
    assert!(run(&create, PASSWORD).status.success());
    let token = run(&["admin", "token", "--data", data, "--user", "sys"], "");
    let sys = String::from_utf8(token.stdout).unwrap().lines().last().unwrap().to_owned();
    let server = Server::start(dir.path(), &["--set", "host.watch=false"]);
    let put = |token: &str, key: &str| {
        let body = Some(json!({ "value": "true" }).to_string());
        server.send("PUT", token, &format!("/api/v1/settings/{key}"), body, &[])
    };
    for key in ["scim.posts", "scim.accounts"] {
        let refused = put(&sys, key);
        assert_eq!(refused.status, 403, "{}", refused.text);
        assert!(refused.text.contains("provider.change"), "{}", refused.text);
        assert_eq!(put(&ada, key).status, 200);
    }
}
