//! Sources outside: their passwords in the vault, and what they may not do, in the real binary.

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::{
    server::{Answer, Server, prepared},
    slapd::{ADMIN, PASSWORD, Slapd, people},
};

const QUIET: [&str; 2] = ["--set", "host.watch=false"];

fn made(answer: &Answer) -> String {
    assert!(matches!(answer.status, 200 | 201), "{}", answer.text);
    answer.json["id"].as_str().unwrap().to_owned()
}

fn facts(server: &Server, token: &str, verb: &str) -> Vec<Value> {
    let facts = server.get(token, &format!("/api/v1/journal?verb={verb}")).json;
    facts["items"].as_array().unwrap().clone()
}

#[test]
fn password_of_a_source_comes_from_the_vault() {
    let runtime = Runtime::new().unwrap();
    let Some(slapd) = runtime.block_on(Slapd::start(&people(1..=3))) else { return };
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &QUIET);
    let secret = json!({ "name": "ldap", "kind": "password", "value": PASSWORD });
    let secret = made(&server.post(&ada, "/api/v1/secrets", &secret));
    let settings = json!({ "url": format!("ldaps://127.0.0.1:{}", slapd.tls_port),
        "ca_pem": slapd.certificate.authority_pem, "bind_dn": ADMIN, "base": "ou=people,dc=example",
        "secret": format!("vault:{secret}"), "enabled": false });
    let body = json!({ "name": "AD", "settings": settings });
    let source = made(&server.post(&ada, "/api/v1/directory/sources", &body));
    let path = format!("/api/v1/directory/sources/{source}");
    let sync = || {
        let answer = server.post(&ada, &format!("{path}/sync"), &json!({}));
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json
    };
    let report = sync();
    let done = (&report["applied"], &report["created"]);
    assert_eq!(done, (&json!(true), &json!(3)), "{report}");
    // One use, of which the journal tells for what; the password is nowhere.
    sync();
    let used = facts(&server, &ada, "secret.used");
    assert_eq!(used.len(), 1, "{used:?}");
    let purpose = format!("the directory ldaps://127.0.0.1:{}", slapd.tls_port);
    assert!(used[0].to_string().contains(&purpose), "{}", used[0]);
    for path in ["/api/v1/journal?limit=200", &path, "/api/v1/secrets"] {
        assert!(!server.get(&ada, path).text.contains(PASSWORD), "{path}");
    }
    // Another value holds at once, and a wrong one is told as what it is.
    let secret = format!("/api/v1/secrets/{secret}");
    let set = |value: &str| {
        let etag = server.get(&ada, &secret).header("etag").unwrap().to_owned();
        let body = json!({ "value": value }).to_string();
        let headers = [("if-match", etag.as_str())];
        let put = server.send("PUT", &ada, &format!("{secret}/value"), Some(body), &headers);
        assert_eq!(put.status, 200, "{}", put.text);
    };
    set("not this one");
    let failure = sync()["failure"].clone();
    assert!(failure["en"].as_str().unwrap().contains("refused to bind"), "{failure}");
    assert!(!failure.to_string().contains("not this one"), "{failure}");
    set(PASSWORD);
    assert_eq!(sync()["unchanged"], 3);
    // A secret that is gone is named, and nobody leaves for that.
    let etag = server.get(&ada, &secret).header("etag").unwrap().to_owned();
    let gone = server.send("DELETE", &ada, &secret, None, &[("if-match", &etag)]);
    assert_eq!(gone.status, 204, "{}", gone.text);
    let report = sync();
    assert!(report["failure"]["zh"].is_string() && report["left"] == 0, "{report}");
    let people = server.get(&ada, "/api/v1/people").json;
    assert_eq!(people["items"].as_array().unwrap().len(), 3);
}

#[test]
fn provider_fills_no_post_that_carries_a_duty() {
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &[&QUIET[..], &["--set", "scim.posts=true"]].concat());
    let unit = json!({ "code": "IT", "name": { "en": "IT", "zh": "" } });
    let unit = made(&server.post(&ada, "/api/v1/units", &unit));
    let mut posts = Vec::new();
    for title in ["Security", "Clerk"] {
        let post = json!({ "code": title, "title": { "en": title, "zh": "" }, "unit_id": unit });
        posts.push(made(&server.post(&ada, "/api/v1/posts", &post)));
    }
    let grant = json!({ "holder": { "kind": "post", "id": posts[0] }, "reason": "test",
        "role": "security-administrator", "scope": { "kind": "everything" } });
    made(&server.post(&ada, "/api/v1/grants", &grant));
    for (name, title, holds) in [("eve", "Security", 0), ("cleo", "Clerk", 1)] {
        let user = json!({ "userName": name, "title": title, "active": true,
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "IT" } });
        made(&server.post(&ada, "/scim/v2/Users", &user));
        let held = server.get(&ada, "/api/v1/holdings").json;
        assert_eq!(held["items"].as_array().unwrap().len(), holds, "{name}: {held}");
    }
    let refused = facts(&server, &ada, "holding.refused");
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(refused[0]["subject"]["name"], "eve");
}
