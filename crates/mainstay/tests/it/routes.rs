use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::server::{Server, prepared};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Every operation of the document: method, path, and what is said of it.
pub(crate) fn operations(document: &Value) -> Vec<(String, String, Value)> {
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
        let parts = operation["x-permission-by-part"].as_str().unwrap_or_default();
        let needs = [permission, parts].iter().filter(|need| need.contains('.')).count();
        assert_eq!(needs, usize::from(!open), "{name}: a permission, one of each part, or open");
        assert!(method == "GET" || parts.is_empty(), "{name}: only what is read has parts");
        assert_eq!(open, !why.is_empty(), "{name}: an open route says why");
        let description = operation["summary"].as_str().unwrap_or_default();
        assert!(description.len() > 5, "{name}: says what it does");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|code| code.starts_with('2')), "{name}: how it succeeds");
        // Taking facts out changes nothing, but is no mere looking.
        let looks = permission.ends_with(".read") || permission == "journal.export";
        // A provider that compares and changes is one program: it has one permission.
        let looks = looks || path.starts_with("/scim/v2");
        assert!(method != "GET" || permission.is_empty() || looks, "{name}: only reads");
        let programs = ["/scim/v2/", "/prometheus/", "/otlp/", "/alertmanager/"];
        let known = [&["/api/", "/healthz", "/readyz", "/metrics"][..], &programs].concat();
        assert!(known.iter().any(|prefix| path.starts_with(prefix)), "{name}: unknown prefix");
    }
}

#[test]
fn unknown_routes_and_methods_are_problems_not_pages() {
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &["--set", "host.watch=false"]);
    let answer = server.get("", "/api/v1/no-such-thing");
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let answer = server.get("", "/prometheus/api/v1/no-such-thing");
    assert_eq!((answer.status, &answer.json["errorType"]), (404, &json!("not_found")));
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
    let server = server.get(&token, "/api/v1/server").json;
    let bytes = |name: &str| server[name].as_u64().unwrap();
    assert!(bytes("records_bytes") > 100_000, "{server}");
    assert_eq!(bytes("data_bytes"), bytes("samples_bytes") + bytes("records_bytes"));
    for name in [
        "mainstay_build_info{version=",
        "mainstay_series_live ",
        "mainstay_check_runs_total ",
        "mainstay_http_request_duration_seconds_bucket{method=\"GET\",route=\"/api/v1/kinds\"",
    ] {
        assert!(page.contains(name), "{name} is not in {page}");
    }
}
