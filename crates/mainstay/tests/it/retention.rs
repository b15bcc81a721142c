//! While the three administrators are separated, who keeps the system does not decide how much of
//! what they did stays at hand.

use std::path::Path;

use serde_json::{Value, json};

use crate::server::{Answer, PASSWORD, Server, prepared, run};

const SETTING: &str = "/api/v1/settings/journal.retention_days";
const RETENTION: &str = "/api/v1/journal/retention";

fn create(data: &Path, duty: &str) {
    let (data, role) = (data.to_str().unwrap(), format!("{duty}-administrator"));
    let name = format!("{duty}-keeper");
    let create = ["admin", "create", "--data", data, "--name", &name, "--role", &role];
    let made = run(&[&create[..], &["--password-stdin"]].concat(), PASSWORD);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// Somebody who has signed in by their password.
struct SignedIn<'s> {
    server: &'s Server,
    cookie: String,
    csrf: String,
}

impl<'s> SignedIn<'s> {
    fn at(server: &'s Server, name: &str) -> Self {
        let body = json!({ "name": name, "password": PASSWORD });
        let answer = server.post("", "/api/v1/session", &body);
        assert_eq!(answer.status, 200, "{}", answer.text);
        let cookie = answer.header("set-cookie").unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let csrf = answer.json["csrf_token"].as_str().unwrap().to_owned();
        Self { server, cookie, csrf }
    }

    fn put(&self, path: &str, body: &Value) -> Answer {
        let headers = [
            ("cookie", self.cookie.as_str()),
            ("x-csrf-token", self.csrf.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        self.server.send("PUT", "", path, Some(body.to_string()), &headers)
    }
}

fn said(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.json["code"].as_str().unwrap_or_default())
}

#[test]
fn only_the_auditor_lowers_how_long_the_journal_stays_while_they_are_separated() {
    let (dir, ada) = prepared();
    for duty in ["system", "security", "audit"] {
        create(dir.path(), duty);
    }
    let server = Server::start(dir.path(), &["--set", "host.watch=false"]);
    let put = |body: Value| server.send("PUT", &ada, SETTING, Some(body.to_string()), &[]);
    assert_eq!(put(json!({ "value": "1000" })).status, 200, "not separated, it is a setting");
    let reason = json!({ "reason": "GB/T 22239" });
    let separated = server.post(&ada, "/api/v1/access/separation", &reason);
    assert_eq!(separated.status, 200, "{}", separated.text);
    let (system, audit) =
        (SignedIn::at(&server, "system-keeper"), SignedIn::at(&server, "audit-keeper"));
    for lower in ["999", "180", " 180", "+180"] {
        let refused = system.put(SETTING, &json!({ "value": lower }));
        assert_ne!(refused.status, 200, "{lower}: {}", refused.text);
    }
    let refused = system.put(SETTING, &json!({ "value": "180" }));
    assert_eq!(said(&refused), (403, "auditors"), "{}", refused.text);
    assert_eq!(said(&system.put(RETENTION, &json!({ "days": 180 }))), (403, "forbidden"));
    // More may stay, and the default is more than what is there.
    assert_eq!(system.put(SETTING, &json!({ "value": null })).status, 200);
    assert_eq!(said(&system.put(SETTING, &json!({ "value": "1000" }))), (403, "auditors"));
    assert_eq!(said(&audit.put(SETTING, &json!({ "value": "1000" }))), (403, "forbidden"));
    let lowered = audit.put(RETENTION, &json!({ "days": 200 }));
    assert_eq!((lowered.status, &lowered.json["next_value"]), (200, &json!("200")));
    assert_eq!(audit.put(RETENTION, &json!({ "days": 179 })).status, 400);
    assert_eq!(system.put(SETTING, &json!({ "value": "201" })).status, 200);
}
