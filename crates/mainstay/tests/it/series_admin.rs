//! Samples deleted on the command line, and snapshots that a server starts on.

use std::fs;

use serde_json::{Value, json};
use testkit::free_address;

use crate::{
    series_listen::{message, write},
    server::{PASSWORD, Server, ask, prepared, refusal, run},
};

const QUIET: [&str; 2] = ["--set", "host.watch=false"];

fn said(server: &Server, token: &str, args: &[&str]) -> String {
    let output = run(&[args, &["--url", &server.url, "--token", token]].concat(), "");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// `up{job="a"}` of now, by a file.
fn imported(server: &Server, token: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.om.txt");
    let now = server.get(token, "/prometheus/api/v1/query?query=time()").json;
    let now_s: f64 = now["data"]["result"][1].as_str().unwrap().parse().unwrap();
    let text = format!(
        "# TYPE up gauge\nup{{job=\"a\"}} 1 {0}\nup{{job=\"b\"}} 2 {0}\n# EOF\n",
        now_s as i64 - 60
    );
    fs::write(&file, text).unwrap();
    said(server, token, &["import", "openmetrics", file.to_str().unwrap()]);
}

/// The jobs whose samples can be read.
fn jobs(server: &Server, token: &str) -> Value {
    let query = "sort_by_label(group+by+(job)+(last_over_time(up[1h])),\"job\")";
    let query = query.replace('"', "%22").replace('[', "%5B").replace(']', "%5D");
    let path = format!("/prometheus/api/v1/query?query={query}");
    let answer = server.get(token, &path).json["data"]["result"].take();
    answer.as_array().unwrap().iter().map(|one| one["metric"]["job"].clone()).collect()
}

#[test]
fn series_are_deleted_on_the_command_line_and_a_server_starts_on_a_snapshot() {
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &QUIET);
    imported(&server, &ada);
    let name = said(&server, &ada, &["series", "snapshot"]);
    let snapshot = dir.path().join("snapshots").join(name.trim());
    assert!(snapshot.join("blocks").is_dir(), "{name}");
    let dry = ["series", "delete", "--match", "up{job=\"a\"}", "--dry-run"];
    let told = "1 series match; nothing is deleted\n  up{job=\"a\"}\n";
    assert_eq!(said(&server, &ada, &dry), told);
    assert_eq!(jobs(&server, &ada), json!(["a", "b"]));
    let early = ["series", "delete", "--match", "{job=\"a\"}", "--to", "2020-01-01T00:00:00Z"];
    assert_eq!(said(&server, &ada, &early), "0 series: samples deleted\n");
    let delete = ["series", "delete", "--match", "up{job=\"a\"}", "-o", "json"];
    let told: Value = serde_json::from_str(&said(&server, &ada, &delete)).unwrap();
    assert_eq!((&told["series"], &told["deleted"]), (&json!(1), &json!(true)), "{told}");
    assert_eq!(jobs(&server, &ada), json!(["b"]));
    let facts = server.get(&ada, "/api/v1/journal?verb=series.").json;
    let verbs: Vec<_> = facts["items"].as_array().unwrap().iter().map(|f| &f["verb"]).collect();
    assert_eq!(verbs, ["series.deleted", "series.deleted", "series.snapshot_taken"], "{facts}");
    assert_eq!(facts["items"][0]["actor"]["name"], "ada/command line");
    for (args, code, text) in [
        (&["series", "delete", "--match", "up{"][..], 1, "invalid parameter \"match[]\""),
        (&["series", "delete", "--match", "up", "--from", "soon"], 2, "--from soon: expected Unix"),
        (&["series", "delete"], 2, "--match"),
    ] {
        let args = [args, &["--url", &server.url, "--token", &ada]].concat();
        let refused = refusal(&args, code);
        assert!(refused.contains(text), "{args:?}: {refused}");
    }
    assert_eq!(server.stop(), Some(0));

    let (other, ada) = prepared();
    fs::rename(&snapshot, other.path().join("series")).unwrap();
    let server = Server::start(other.path(), &QUIET);
    assert_eq!(jobs(&server, &ada), json!(["a", "b"]), "as it was before anything was deleted");
}

#[test]
fn who_may_delete_but_not_see_everything_deletes_nothing() {
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &QUIET);
    let role = json!({ "name": "deleter", "title": { "en": "Deleter", "zh": "删除者" },
        "description": { "en": "", "zh": "" }, "permissions": ["series.delete"],
        "delegable": false });
    let made = server.post(&ada, "/api/v1/roles", &role);
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(server.stop(), Some(0));
    let data = dir.path().to_str().unwrap();
    let create = ["admin", "create", "--data", data, "--name", "mara", "--role", "deleter"];
    assert!(run(&[&create[..], &["--password-stdin"]].concat(), PASSWORD).status.success());
    let token = run(&["admin", "token", "--data", data, "--user", "mara"], "");
    let mara = String::from_utf8(token.stdout).unwrap().lines().last().unwrap().to_owned();
    let server = Server::start(dir.path(), &QUIET);
    imported(&server, &ada);
    let path = "/prometheus/api/v1/admin/tsdb/delete_series?match[]=up";
    let refused = server.send("POST", &mara, path, None, &[]);
    assert_eq!((refused.status, &refused.json["code"]), (403, &json!("forbidden")));
    assert!(refused.text.contains("series.read"), "{}", refused.text);
    assert_eq!(jobs(&server, &ada), json!(["a", "b"]));
    let facts = server.get(&ada, "/api/v1/journal?verb=series.").json;
    assert_eq!(facts["items"], json!([]));
}

#[test]
fn without_sign_in_nothing_is_deleted_and_no_snapshot_taken() {
    let (dir, ada) = prepared();
    let free = free_address();
    let listen = free.to_string();
    let args = [&QUIET[..], &["--series-listen", &listen]].concat();
    let server = Server::start(dir.path(), &args);
    let series = format!("http://{free}");
    let now = server.get(&ada, "/prometheus/api/v1/query?query=time()").json;
    let now_s: f64 = now["data"]["result"][1].as_str().unwrap().parse().unwrap();
    assert_eq!(write(&format!("{series}/api/v1/write"), &message((now_s * 1_000.0) as i64)), 204);
    for base in ["/api/v1", "/prometheus/api/v1"] {
        for verb in ["delete_series?match[]=up", "clean_tombstones", "snapshot"] {
            let path = format!("{base}/admin/tsdb/{verb}");
            let answer = ask(&series, "POST", "", &path, None, &[]);
            assert_eq!(answer.status, 404, "{path}: {}", answer.text);
        }
    }
    assert_eq!(jobs(&server, &ada), json!(["a"]));
}
