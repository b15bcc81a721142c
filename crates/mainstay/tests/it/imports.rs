//! What becomes of an import whose server is killed.

use std::{fmt::Write as _, thread, time::Duration};

use serde_json::{Value, json};

use crate::{
    postgres::{Postgres, until},
    server::{Server, prepared, try_ask},
};

const IMPORT: &str = "/api/v1/directory/import";
const LIMIT: Duration = Duration::from_secs(60);

/// People whom no server here brings in within a few seconds.
fn many() -> String {
    let mut file = "number,name\n".to_owned();
    for number in 0..50_000 {
        let _ = writeln!(file, "{number},Person {number}");
    }
    file
}

/// Sends the file for as long as the server lives.
fn send(server: &Server, token: &str) -> thread::JoinHandle<()> {
    let (url, token) = (server.url.clone(), token.to_owned());
    thread::spawn(move || {
        let path = format!("{IMPORT}?sheet=people");
        // Killed, it leaves the file without an answer.
        drop(try_ask(&url, "POST", &token, &path, Some(many()), &[]));
    })
}

fn last(server: &Server, token: &str) -> Value {
    server.get(token, IMPORT).json
}

fn nothing_has_changed(server: &Server, token: &str) {
    assert_eq!(server.get(token, "/api/v1/people").json["items"], json!([]));
    for verb in ["person.created", "directory.imported"] {
        let facts = server.get(token, &format!("/api/v1/journal?verb={verb}")).json;
        assert_eq!(facts["items"], json!([]), "{verb}");
    }
}

fn small(server: &Server, token: &str) {
    let file = Some("number,name\n1,Ada\n".to_owned());
    let done = server.send("POST", token, &format!("{IMPORT}?sheet=people"), file, &[]);
    assert_eq!((done.status, &done.json["applied"]), (200, &json!(true)), "{}", done.text);
    assert_eq!(last(server, token)["state"], "ended");
}

#[test]
fn import_that_was_killed_is_shown_as_interrupted_after_the_restart() {
    let (dir, ada) = prepared();
    let quiet = ["--set", "host.watch=false", "--set", "log.level=error"];
    let server = Server::start(dir.path(), &quiet);
    let sending = send(&server, &ada);
    until(LIMIT, "some rows are in", || {
        last(&server, &ada)["rows_done"].as_i64().is_some_and(|rows| rows > 100)
    });
    server.kill();
    sending.join().unwrap();
    let server = Server::start(dir.path(), &quiet);
    let run = last(&server, &ada);
    assert_eq!((&run["state"], &run["dry_run"]), (&json!("interrupted"), &json!(false)), "{run}");
    assert!(run["failure"]["zh"].as_str().unwrap().contains("未作任何变更"), "{run}");
    nothing_has_changed(&server, &ada);
    small(&server, &ada);
}

#[test]
fn import_is_known_to_the_other_server_which_sees_the_first_one_die() {
    let Some(postgres) = Postgres::start() else { return };
    let token = postgres.prepare();
    let setting = postgres.setting();
    let more = ["--set", &setting, "--set", "host.watch=false", "--set", "log.level=error"];
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let first = Server::start(dirs[0].path(), &more);
    let second = Server::start(dirs[1].path(), &more);
    let sending = send(&first, &token);
    until(LIMIT, "the second server sees how far it is", || {
        let run = last(&second, &token);
        run["state"] == "running" && run["rows_done"].as_i64().is_some_and(|rows| rows > 0)
    });
    let again = second.send("POST", &token, IMPORT, Some("x".to_owned()), &[]);
    assert_eq!((again.status, &again.json["code"]), (409, &json!("import-running")));
    first.kill();
    sending.join().unwrap();
    until(LIMIT, "the second server sees that it is over", || {
        last(&second, &token)["state"] == "interrupted"
    });
    nothing_has_changed(&second, &token);
    small(&second, &token);
}
