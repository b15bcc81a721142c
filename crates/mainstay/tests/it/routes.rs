use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use crate::server::{PASSWORD, Server, prepared, run};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Routes whose answer is for the one who asks, whatever their role.
const OWN: [&str; 2] = ["profile.read", "profile.change"];

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let mut operations = Vec::new();
    for (path, item) in paths {
        for method in METHODS {
            if item[method].is_object() {
                operations.push((method.to_uppercase(), path.clone(), item[method].clone()));
            }
        }
    }
    operations
}

/// The committed document is the one that is served; `UPDATE_OPENAPI=1` writes it anew.
#[test]
fn committed_document_is_what_the_server_serves() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &[]);
    let served = server.get("", "/api/openapi.json").text + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        fs::write(&path, &served).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == served,
        "docs/openapi.json is not what the server serves: run this test with UPDATE_OPENAPI=1 and \
         read the difference"
    );
}

#[test]
fn each_route_says_what_it_needs_and_what_it_answers() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &["--set", "host.watch=false"]);
    let document = server.get("", "/api/openapi.json").json;
    assert_eq!(document["openapi"], "3.1.0");
    for (method, path, operation) in operations(&document) {
        let name = format!("{method} {path}");
        let open = operation["security"] == json!([]);
        let why = operation["x-open-because"].as_str().unwrap_or_default();
        let permission = operation["x-permission"].as_str().unwrap_or_default();
        assert!(open != permission.contains('.'), "{name}: a permission, or open");
        assert_eq!(open, !why.is_empty(), "{name}: an open route says why");
        let description = operation["summary"].as_str().unwrap_or_default();
        assert!(description.len() > 5, "{name}: says what it does");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|code| code.starts_with('2')), "{name}: how it succeeds");
        assert!(method != "GET" || permission.is_empty() || permission.ends_with(".read"));
        let known = ["/api/", "/healthz", "/readyz", "/metrics"];
        assert!(known.iter().any(|prefix| path.starts_with(prefix)), "{name}: unknown prefix");
    }
}

/// A token of a new user who may only look.
fn token_of_a_viewer(data: &Path) -> String {
    let data = data.to_str().unwrap();
    let create = ["admin", "create", "--data", data, "--name", "vera", "--role", "viewer"];
    assert!(run(&[&create[..], &["--password-stdin"]].concat(), PASSWORD).status.success());
    let output = run(&["admin", "token", "--data", data, "--user", "vera"], "");
    String::from_utf8(output.stdout).unwrap().lines().last().unwrap().to_owned()
}

/// Every route × {stranger, viewer, forged token}: only those who hold the permission get in.
#[test]
fn authorisation_matrix_of_every_route() {
    let (dir, _) = prepared();
    let viewer = token_of_a_viewer(dir.path());
    let server = Server::start(dir.path(), &[]);
    let document = server.get("", "/api/openapi.json").json;
    let mut walked = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let name = format!("{method} {path}");
        let permission = operation["x-permission"].as_str().unwrap_or_default();
        let filled = path
            .replace("{name}", "no-such-name")
            .replace("{resource_id}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057");
        assert!(!filled.contains('{'), "{name}: unknown parameter");
        if path == "/api/v1/live" || path == "/api/v1/first-run" {
            continue;
        }
        let ask = |token: &str| {
            let headers = [("if-match", "\"1\"")];
            let body = (method != "GET").then(|| "{}".to_owned());
            server.send(&method, token, &filled, body, &headers)
        };
        if permission.is_empty() {
            assert_ne!(ask("").status, 403, "{name}");
            continue;
        }
        assert_eq!(ask("").status, 401, "{name}: a stranger");
        assert_eq!(ask("mst_forged").status, 401, "{name}: a forged token");
        let role = kernel::Role::Viewer;
        let held = role.holds(kernel::Permission(Box::leak(permission.to_owned().into())));
        let answered = ask(&viewer);
        // Refusals that come after this check (a token cannot sign out) have their own codes.
        let let_in = answered.json["code"] != "forbidden";
        assert_eq!(let_in, held, "{name}: a viewer was answered {}", answered.text);
        if !OWN.contains(&permission) {
            assert!(!held || permission.ends_with(".read"), "{name}: a viewer may change");
        }
        walked.insert(name);
    }
    assert!(walked.len() > 40, "only {} routes were walked", walked.len());
}

#[test]
fn refusal_is_in_the_journal() {
    let (dir, ada) = prepared();
    let viewer = token_of_a_viewer(dir.path());
    let server = Server::start(dir.path(), &["--set", "host.watch=false"]);
    assert_eq!(server.get(&viewer, "/api/v1/users").status, 403);
    let facts = server.get(&ada, "/api/v1/journal?verb=access.denied").json;
    assert_eq!(facts["items"].as_array().unwrap().len(), 1, "{facts}");
}

#[test]
fn unknown_routes_and_methods_are_problems_not_pages() {
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &["--set", "host.watch=false"]);
    let answer = server.get("", "/api/v1/no-such-thing");
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let answer = server.send("DELETE", &ada, "/api/v1/kinds", None, &[]);
    assert_eq!(answer.status, 405);
    for (path, status) in [("/healthz", 200), ("/readyz", 200), ("/metrics", 401)] {
        assert_eq!(server.get("", path).status, status, "{path}");
    }
}

#[test]
fn own_metrics_are_an_exposition() {
    let (dir, token) = prepared();
    let server = Server::start(dir.path(), &[]);
    server.get(&token, "/api/v1/kinds");
    let page = server.get(&token, "/metrics").text;
    for name in [
        "mainstay_build_info{version=",
        "mainstay_series_live ",
        "mainstay_check_runs_total ",
        "mainstay_http_request_duration_seconds_bucket{method=\"GET\",route=\"/api/v1/kinds\"",
    ] {
        assert!(page.contains(name), "{name} is not in {page}");
    }
}
