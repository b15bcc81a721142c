//! One server as the witness of another one's journal.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    postgres::until,
    server::{PASSWORD, Server, prepared, run},
};

const QUIET: [&str; 2] = ["--set", "host.watch=false"];
const LIMIT: Duration = Duration::from_secs(30);

/// A token of a user who may tell checkpoints and nothing else.
fn sender(ada: &str, data: &Path) -> String {
    let witness = Server::start(data, &QUIET);
    let role = json!({ "name": "witnessed", "title": { "en": "Witnessed", "zh": "被见证" },
        "description": { "en": "", "zh": "" }, "permissions": ["journal.witness"],
        "delegable": false });
    let made = witness.post(ada, "/api/v1/roles", &role);
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(witness.stop(), Some(0));
    let data = data.to_str().unwrap();
    let create = ["admin", "create", "--data", data, "--name", "north", "--role", "witnessed"];
    let made = run(&[&create[..], &["--password-stdin"]].concat(), PASSWORD);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let token = run(&["admin", "token", "--data", data, "--user", "north"], "");
    String::from_utf8(token.stdout).unwrap().lines().last().unwrap().to_owned()
}

fn tell_now(server: &Server, ada: &str) {
    let told = server.post(ada, "/api/v1/jobs/journal-anchor/run", &json!({}));
    assert!(told.status < 300, "{}", told.text);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, name) = (entry.path(), entry.file_name());
        match path.is_dir() {
            true => copy(&path, &to.join(name)),
            false => drop(fs::copy(&path, to.join(name)).unwrap()),
        }
    }
}

/// A witness, and how others tell it and ask it.
struct Watched {
    witness: Server,
    watcher: String,
    north: String,
    settings: Vec<String>,
    token: PathBuf,
    _dirs: [TempDir; 2],
}

impl Watched {
    fn begin() -> Self {
        let (watch_dir, watcher) = prepared();
        let north = sender(&watcher, watch_dir.path());
        let witness = Server::start(watch_dir.path(), &QUIET);
        let tokens = tempfile::tempdir().unwrap();
        let (sending, token) = (tokens.path().join("sending"), tokens.path().join("reading"));
        fs::write(&sending, &north).unwrap();
        fs::write(&token, &watcher).unwrap();
        let http = format!("journal.anchor.http={}/api/v1/journal/witnessed", witness.url);
        let file = format!("journal.anchor.http_token={}", sending.display());
        let settings = ["--set", "host.watch=false", "--set", &http, "--set", &file];
        let settings = settings.map(str::to_owned).to_vec();
        Self { witness, watcher, north, settings, token, _dirs: [watch_dir, tokens] }
    }

    fn start(&self, data: &Path) -> Server {
        let settings: Vec<&str> = self.settings.iter().map(String::as_str).collect();
        Server::start(data, &settings)
    }

    /// A run in which something is changed and the witness is told what was signed before.
    fn run(&self, data: &Path, ada: &str, name: &str) {
        let server = self.start(data);
        let body = json!({ "kind": "business-system", "name": name });
        assert_eq!(server.post(ada, "/api/v1/resources", &body).status, 201);
        tell_now(&server, ada);
        until(LIMIT, "it was told, or refused", || {
            let anchors = &server.get(ada, "/api/v1/journal/status").json["anchors"];
            !anchors[0]["anchored_at"].is_null() || !anchors[0]["failing_since"].is_null()
        });
        assert_eq!(server.stop(), Some(0));
    }

    fn journal(&self) -> Value {
        let journals = self.witness.get(&self.watcher, "/api/v1/journal/witnessed");
        journals.json["items"][0].clone()
    }

    fn verify(&self, data: &Path) -> (Option<i32>, Value, String) {
        let (data, token) = (data.to_str().unwrap(), self.token.to_str().unwrap());
        let args = ["verify", "--data", data, "-o", "json", "--witness", &self.witness.url];
        let output = run(&[&args[..], &["--witness-token", token]].concat(), "");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code(), report, String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn server_that_was_set_back_is_given_away_by_the_one_that_watched() {
    let watched = Watched::begin();
    let (dir, ada) = prepared();
    let backup = tempfile::tempdir().unwrap();
    watched.run(dir.path(), &ada, "first");
    copy(dir.path(), backup.path());
    // What one run signs at its stop, the next one tells.
    watched.run(dir.path(), &ada, "second");
    watched.run(dir.path(), &ada, "third");
    let journal = watched.journal();
    let sender = json!("north/command line");
    assert_eq!((&journal["sender"], &journal["contradiction"]), (&sender, &Value::Null));
    let (code, report, said) = watched.verify(dir.path());
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(report["anchored"]["last_seq"], journal["seq"], "{report}");
    // The backup is put back, and another history begins.
    let (code, report, _) = watched.verify(backup.path());
    assert_eq!((code, &report["findings"][0]["wrong"]), (Some(1), &json!("cut")), "{report}");
    for name in ["other", "another", "still another"] {
        watched.run(backup.path(), &ada, name);
    }
    let server = watched.start(backup.path());
    tell_now(&server, &ada);
    until(LIMIT, "the witness contradicts", || watched.journal()["contradiction"].is_string());
    until(LIMIT, "the other one says so, too", || {
        let anchors = server.get(&ada, "/api/v1/journal/status").json["anchors"].clone();
        anchors[0]["failure"].as_str().is_some_and(|said| said.contains("409"))
    });
    assert_eq!(server.stop(), Some(0));
    let path = "/api/v1/journal?verb=journal.witness_contradicted";
    let facts = watched.witness.get(&watched.watcher, path).json;
    assert_eq!(facts["items"][0]["detail"]["sender"], sender, "{facts}");
    let (code, report, _) = watched.verify(backup.path());
    assert_eq!(code, Some(1), "{report}");
    believed_again(&watched, backup.path(), &ada);
    assert_eq!(watched.witness.stop(), Some(0));
}

/// Somebody at the witness knows that it was restored.
fn believed_again(watched: &Watched, data: &Path, ada: &str) {
    let Watched { witness, watcher, north, .. } = watched;
    let id = watched.journal()["journal"].as_str().unwrap().to_owned();
    let anew = format!("/api/v1/journal/witnessed/{id}/anew");
    let reason = json!({ "reason": "restored from the backup of yesterday" });
    // Who may tell may do nothing else there.
    assert_eq!(witness.post(north, &anew, &reason).status, 403);
    assert_eq!(witness.get(north, "/api/v1/journal/witnessed").status, 403);
    assert_eq!(witness.get(north, "/api/v1/resources").status, 403);
    assert_eq!(witness.post(watcher, &anew, &reason).status, 204);
    let server = watched.start(data);
    tell_now(&server, ada);
    until(LIMIT, "it is believed again", || {
        let journal = watched.journal();
        journal["contradiction"].is_null() && journal["checkpoint"].is_i64()
    });
    assert_eq!(server.stop(), Some(0));
}
