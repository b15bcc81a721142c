use std::{fs, path::Path, process::Output, time::Duration};

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::{
    postgres::{Postgres, until},
    server::{Server, prepared, refusal, run},
};

/// Runs SQL on the records beside the server, as somebody with the file would.
fn sql(data: &Path, text: &str) {
    let url = format!("sqlite://{}", data.join("records.sqlite").display());
    block_on(async {
        let mut records = SqliteConnection::connect(&url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(&mut records).await.unwrap();
        records.close().await.unwrap();
    });
}

/// How many rows each table has, without what jobs and the sealing write by themselves.
fn counts(data: &Path) -> Vec<(String, i64)> {
    const TABLES: &str = "
        SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
        ORDER BY name";
    let url = format!("sqlite://{}?mode=ro", data.join("records.sqlite").display());
    block_on(async {
        let mut records = SqliteConnection::connect(&url).await.unwrap();
        let tables: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(&mut records).await.unwrap();
        let mut counts = Vec::new();
        let by_itself = ["journal_seal", "journal_checkpoint", "journal_key"];
        let by_people =
            |table: &String| !table.starts_with("jobs_") && !by_itself.contains(&table.as_str());
        for table in tables.into_iter().filter(by_people) {
            let count = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
            let count = sqlx::query_scalar(count).fetch_one(&mut records).await.unwrap();
            counts.push((table, count));
        }
        counts
    })
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn verify(data: &Path, more: &[&str]) -> (Option<i32>, Value, Output) {
    let data = data.to_str().unwrap();
    let output = run(&[&["verify", "--data", data, "-o", "json"], more].concat(), "");
    let report = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code(), report, output)
}

const QUIET: [&str; 2] = ["--set", "host.watch=false"];

#[test]
fn journal_of_a_server_verifies_and_an_edited_row_is_named() {
    let (dir, ada) = prepared();
    let anchors = dir.path().join("elsewhere.anchors");
    let setting = format!("journal.anchor.file={}", anchors.display());
    let server = Server::start(dir.path(), &[&QUIET[..], &["--set", &setting]].concat());
    for number in 0..5 {
        let body = json!({ "kind": "business-system", "name": format!("payroll {number}") });
        assert_eq!(server.post(&ada, "/api/v1/resources", &body).status, 201);
    }
    let (code, report, output) = verify(dir.path(), &[]);
    assert_eq!(code, Some(0), "while it runs: {}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(report["findings"], json!([]));
    assert_eq!(server.stop(), Some(0));
    let (code, report, _) = verify(dir.path(), &[]);
    assert_eq!((code, &report["unsealed"]), (Some(0), &Value::Null), "{report}");
    assert!(report["rows_per_s"].as_f64().unwrap() > 0.0);
    sql(
        dir.path(),
        "UPDATE journal_row SET actor_name = 'nobody' WHERE verb = 'resource.created'
        AND subject_name = 'payroll 3'",
    );
    let (code, report, output) = verify(dir.path(), &[]);
    assert_eq!(code, Some(1));
    assert_eq!(report["findings"][0]["wrong"], "edited");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("does not hold: 1 findings"), "{said}");
}

#[test]
fn log_that_was_cut_back_everywhere_inside_is_given_away_by_the_anchor() {
    let (dir, ada) = prepared();
    let anchors = dir.path().join("elsewhere.anchors");
    let setting = format!("journal.anchor.file={}", anchors.display());
    let settings = [&QUIET[..], &["--set", &setting]].concat();
    Server::start(dir.path(), &settings).stop();
    let keep = |name: &str| fs::copy(dir.path().join(name), dir.path().join(format!("{name}.old")));
    keep("records.sqlite").unwrap();
    let head = fs::read(dir.path().join("keys/journal.head")).unwrap();
    // The next run tells the anchor; then somebody puts yesterday's records back.
    let server = Server::start(dir.path(), &settings);
    server.post(&ada, "/api/v1/resources", &json!({ "kind": "business-system", "name": "x" }));
    while fs::read_to_string(&anchors).unwrap_or_default().lines().count() < 1 {
        std::thread::yield_now();
    }
    assert_eq!(server.stop(), Some(0));
    fs::copy(dir.path().join("records.sqlite.old"), dir.path().join("records.sqlite")).unwrap();
    let (code, report, _) = verify(dir.path(), &[]);
    assert_eq!((code, &report["findings"][0]["wrong"]), (Some(1), &json!("cut")), "{report}");
    fs::write(dir.path().join("keys/journal.head"), head).unwrap();
    assert_eq!(verify(dir.path(), &[]).0, Some(0), "nothing inside tells any more");
    let (code, report, _) = verify(dir.path(), &["--anchors", anchors.to_str().unwrap()]);
    assert_eq!((code, &report["findings"][0]["wrong"]), (Some(1), &json!("cut")), "{report}");
}

#[test]
fn journal_on_postgresql_verifies_by_its_url() {
    let Some(postgres) = Postgres::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let ada = postgres.prepare();
    let server = Server::start(dir.path(), &[&QUIET[..], &["--set", &postgres.setting()]].concat());
    let body = json!({ "kind": "business-system", "name": "payroll" });
    assert_eq!(server.post(&ada, "/api/v1/resources", &body).status, 201);
    assert_eq!(server.stop(), Some(0));
    let url = postgres.url();
    let (code, report, output) = verify(dir.path(), &["--url", &url]);
    assert_eq!(code, Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(report["unsealed"], Value::Null, "{report}");
    block_on(async {
        let mut records = sqlx::PgConnection::connect(&url).await.unwrap();
        let edit = "UPDATE journal_row SET at = at - 1 WHERE seq = 2";
        sqlx::query(edit).execute(&mut records).await.unwrap();
    });
    let (code, report, _) = verify(dir.path(), &["--set", &postgres.setting()]);
    assert_eq!((code, &report["findings"][0]["first_seq"]), (Some(1), &json!(2)), "{report}");
}

#[test]
fn public_key_is_printed_and_another_one_is_refused() {
    let (dir, _) = prepared();
    let data = dir.path().to_str().unwrap();
    let missing = refusal(&["verify", "--data", data, "--public-key"], 1);
    assert!(missing.contains("journal.keys"), "{missing}");
    Server::start(dir.path(), &QUIET).stop();
    let output = run(&["verify", "--data", data, "--public-key"], "");
    let key = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    assert_eq!(key.len(), 64);
    assert_eq!(verify(dir.path(), &["--trust", &key]).0, Some(0));
    let other = format!("{}{}", &key[1..], &key[..1]);
    // Not every text of that length is a point of the curve.
    assert!([Some(1), Some(2)].contains(&verify(dir.path(), &["--trust", &other]).0));
    assert!(refusal(&["verify", "--data", data, "--trust", "x"], 2).contains("--public-key"));
    assert!(refusal(&["verify", "--data", "/no/such"], 1).contains("records"));
}

/// Security requirement S20: what cannot be audited does not happen, and what is refused stays
/// refused.
#[test]
fn server_whose_journal_cannot_be_written_changes_nothing_and_refuses_as_before() {
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &QUIET);
    let made = server.post(
        &ada,
        "/api/v1/resources",
        &json!({
            "kind": "business-system", "name": "payroll"
        }),
    );
    let id = made.json["id"].as_str().unwrap().to_owned();
    // The alerts follow the register in their own time; what they still have to write is no answer
    // to the requests below.
    until(Duration::from_secs(30), "the alerts know the resource", || {
        counts(dir.path()).contains(&("alerts_resource".to_owned(), 1))
    });
    sql(
        dir.path(),
        "CREATE TRIGGER refuse BEFORE INSERT ON journal_row
        BEGIN SELECT RAISE(ABORT, 'the audit is gone'); END",
    );
    let before = counts(dir.path());
    let resource = format!("/api/v1/resources/{id}");
    let version = [("if-match", "\"1\"")];
    let check = json!({
        "resource_id": id, "name": "c", "protocol": "tcp",
        "spec": { "host": "127.0.0.1", "port": 9 }
    });
    let cases: Vec<(&str, &str, Value)> = vec![
        ("POST", "/api/v1/resources", json!({ "kind": "business-system", "name": "other" })),
        ("PATCH", &resource, json!({ "name": "renamed" })),
        ("DELETE", &resource, Value::Null),
        ("POST", "/api/v1/checks", check),
        ("GET", "/api/v1/journal/export", Value::Null),
        ("POST", "/api/v1/journal/key", json!({})),
    ];
    for (method, path, body) in cases {
        let body = (!body.is_null()).then(|| body.to_string());
        let answer = server.send(method, &ada, path, body, &version);
        assert_eq!(answer.status, 503, "{method} {path}: {}", answer.text);
        assert_eq!(answer.json["code"], "journal-unavailable", "{method} {path}");
        assert!(!answer.text.contains("the audit is gone"), "the inside stays inside");
    }
    assert_eq!(counts(dir.path()), before);
    assert_eq!(server.get(&ada, &resource).json["name"], "payroll");
    // A refusal that cannot be journalled is still one.
    assert_eq!(server.get("mst_forged", "/api/v1/resources").status, 401);
    sql(dir.path(), "DROP TRIGGER refuse");
    let again = server.post(
        &ada,
        "/api/v1/resources",
        &json!({
            "kind": "business-system", "name": "other"
        }),
    );
    assert_eq!(again.status, 201, "{}", again.text);
}

#[test]
fn export_on_the_command_line_is_a_line_a_fact() {
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &QUIET);
    let export = |more: &[&str]| {
        let args = ["journal", "export", "--url", &server.url, "--token", &ada];
        run(&[&args[..], more].concat(), "")
    };
    let output = export(&["--verb", "user."]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(first["verb"], "user.created");
    let cef = String::from_utf8(export(&["--format", "cef"]).stdout).unwrap();
    assert!(cef.lines().all(|line| line.starts_with("CEF:0|Mainstay|")), "{cef}");
    let refused = export(&["--format", "xml"]);
    assert_eq!(refused.status.code(), Some(1));
    let list = run(&["journal", "--url", &server.url, "--token", &ada, "--limit", "1"], "");
    assert!(list.status.success(), "{}", String::from_utf8_lossy(&list.stderr));
    assert!(refusal(&["journal", "--url", &server.url], 2).contains("--token"));
}

#[test]
fn retention_under_half_a_year_and_addresses_that_make_no_sense_are_refused_with_the_reason() {
    for (setting, said) in [
        ("journal.retention_days=30", "at least 180: audit records"),
        ("journal.anchor.syslog=log.example", "udp://HOST:PORT"),
        ("journal.anchor.http=http://witness.example/", "https://"),
        ("journal.forward.syslog=http://x", "tls://HOST:PORT"),
    ] {
        let refused = refusal(&["serve", "--set", setting], 2);
        assert!(refused.contains(said), "{setting}: {refused}");
    }
}
