//! The authorisation matrix: every route of the document × every role × every place. A new route is
//! asked without another line here; one that the matrix cannot judge fails.

use std::{collections::BTreeMap, path::Path};

use kernel::PermissionSet;
use serde_json::{Value, json};

use crate::{
    routes::operations,
    server::{Answer, PASSWORD, Server, prepared, run},
};

/// The roles that come with the product; the first is none at all.
const ROLES: [&str; 7] = [
    "none",
    "viewer",
    "operator",
    "system-administrator",
    "security-administrator",
    "audit-administrator",
    "administrator",
];

/// Held by everybody who is signed in: the answer is theirs alone.
const OWN: [&str; 4] = ["profile.read", "profile.change", "sign-in.read", "sign-in.change"];

/// Permissions whose routes are about things that belong somewhere: who holds them in a part of the
/// house comes through the door, and each verb asks where. What belongs nowhere needs its
/// permission over everything. Of a permission that is in both, single routes say so themselves.
const PLACED: [&str; 47] = [
    "alert.acknowledge",
    "alert.close",
    "alert.correct",
    "alert.read",
    "alert.silence",
    // Rules are the house's; what names others' resources is left out.
    "alert-rule.read",
    "attachment.change",
    "attachment.read",
    "campaign.change",
    "campaign.read",
    "campaign.work",
    "check.change",
    "check.read",
    "check.run",
    "directory.change",
    "directory.read",
    "discovery.change",
    "discovery.read",
    "duty.change",
    "duty.read",
    "grant.change",
    "grant.delegate",
    "grant.read",
    "host.read",
    "inspection.change",
    "inspection.read",
    "inspection.work",
    "journal.export",
    "journal.read",
    "knowledge.approve",
    "knowledge.read",
    "knowledge.write",
    "notification.read",
    "profile.change",
    "profile.read",
    "resource.approve",
    "resource.change",
    "resource.read",
    // What there is to be given, for those who may give it in their part.
    "role.read",
    "secret.change",
    "secret.read",
    "ticket.assign",
    "ticket.create",
    "ticket.read",
    "ticket.work",
    "work-plan.change",
    "work-plan.read",
];

/// The same, for routes about the caller's own tokens and what is measured on a resource.
const ALSO_PLACED: [&str; 2] = ["series.read", "token.change"];

/// Of placed permissions the routes that are about what belongs nowhere.
const NOWHERE: [&str; 35] = [
    "GET /api/v1/access/holders",
    "GET /api/v1/cti/calls",
    "GET /api/v1/cti/calls/{id}",
    "GET /api/v1/directory/sources",
    "GET /api/v1/directory/sources/{id}",
    "GET /api/v1/incident-lessons",
    "GET /api/v1/journal/retention",
    "GET /api/v1/journal/status",
    "GET /api/v1/journal/witnessed",
    "GET /api/v1/journal/witnessed/{journal}",
    "GET /api/v1/mailboxes",
    "GET /api/v1/mailboxes/{id}",
    "GET /api/v1/scim/clients",
    "GET /api/v1/users/{id}/access",
    "GET /api/v1/vault",
    "GET /prometheus/api/v1/admin/tsdb/delete_series",
    "GET /prometheus/api/v1/status/config",
    "GET /prometheus/api/v1/status/flags",
    "GET /prometheus/api/v1/status/runtimeinfo",
    "GET /prometheus/api/v1/status/tsdb",
    "GET /prometheus/api/v1/status/walreplay",
    "POST /prometheus/api/v1/status/config",
    "POST /prometheus/api/v1/status/flags",
    "POST /prometheus/api/v1/status/runtimeinfo",
    "POST /prometheus/api/v1/status/tsdb",
    "POST /prometheus/api/v1/status/walreplay",
    "POST /api/v1/cti/calls",
    "POST /api/v1/cti/calls/{id}/ticket",
    "POST /api/v1/directory/sources",
    "PUT /api/v1/directory/sources/{id}",
    "DELETE /api/v1/directory/sources/{id}",
    "POST /api/v1/directory/sources/{id}/sync",
    "POST /api/v1/discovered-services/scan",
    "POST /api/v1/incident-lessons/{id}/decide",
    "POST /api/v1/vault/rotate",
];

const ABSENT: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// Streams do not end; the first run is over.
const NOT_ASKED: [&str; 2] = ["/api/v1/live", "/api/v1/first-run"];

/// Somebody of the matrix.
struct Asker {
    role: &'static str,
    token: String,
    holds: PermissionSet,
}

/// A server with one user for each role, twice: over everything, and over one unit.
struct Court {
    _dir: tempfile::TempDir,
    server: Server,
    ada: String,
    everywhere: Vec<Asker>,
    within: Vec<Asker>,
    places: Vec<(&'static str, String)>,
}

pub(crate) fn create(data: &Path, name: &str, role: &str) -> String {
    let data = data.to_str().unwrap();
    let create = ["admin", "create", "--data", data, "--name", name, "--role", role];
    let made = run(&[&create[..], &["--password-stdin"]].concat(), PASSWORD);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let token = run(&["admin", "token", "--data", data, "--user", name], "");
    String::from_utf8(token.stdout).unwrap().lines().last().unwrap().to_owned()
}

fn id_of(answer: &Answer) -> String {
    assert!(answer.status < 300, "{}", answer.text);
    answer.json["id"].as_str().unwrap().to_owned()
}

impl Court {
    fn sits() -> Self {
        let (dir, ada) = prepared();
        let token = |name: &str, role: &str| create(dir.path(), name, role);
        // Without a role from the command line there is none: it is taken away again below.
        let or_viewer = |role: &'static str| if role == "none" { "viewer" } else { role };
        let tokens: Vec<(String, String)> = ROLES
            .iter()
            .map(|role| (token(role, or_viewer(role)), token(&format!("{role}.own"), "viewer")))
            .collect();
        let server = Server::start(dir.path(), &["--set", "host.watch=false"]);
        let sets = sets(&server, &ada);
        let places = places(&server, &ada);
        let asker = |role: &'static str, token: &str| Asker {
            role,
            token: token.to_owned(),
            holds: sets[role].clone(),
        };
        let everywhere = ROLES.iter().zip(&tokens).map(|(role, (token, _))| asker(role, token));
        let within = ROLES.iter().zip(&tokens).map(|(role, (_, token))| asker(role, token));
        let court = Self {
            everywhere: everywhere.collect(),
            within: within.collect(),
            places,
            server,
            ada,
            _dir: dir,
        };
        court.limit_to_own_unit();
        court
    }

    /// Takes the role of the command line from those who hold none, or hold it in one unit only.
    fn limit_to_own_unit(&self) {
        let users = self.server.get(&self.ada, "/api/v1/users?limit=500").json;
        let unit = &self.places.iter().find(|(place, _)| *place == "own unit").unwrap().1;
        for user in users["items"].as_array().unwrap() {
            let name = user["name"].as_str().unwrap();
            let Some(role) = name.strip_suffix(".own").or((name == "none").then_some("none"))
            else {
                continue;
            };
            let id = user["id"].as_str().unwrap();
            let grants = self.server.get(&self.ada, &format!("/api/v1/grants?holder_id={id}")).json;
            let end = format!("/api/v1/grants/{}/end", grants["items"][0]["id"].as_str().unwrap());
            let ended = self.server.post(&self.ada, &end, &json!({ "reason": "matrix" }));
            assert_eq!(ended.status, 200, "{}", ended.text);
            if role != "none" {
                let body = json!({ "holder": { "kind": "user", "id": id }, "role": role,
                    "scope": { "kind": "unit", "ids": [unit] }, "reason": "matrix" });
                let given = self.server.post(&self.ada, "/api/v1/grants", &body);
                assert_eq!(given.status, 201, "{}", given.text);
            }
        }
    }

    fn ask(&self, token: &str, method: &str, path: &str) -> Answer {
        let body = (method != "GET").then(|| "{}".to_owned());
        self.server.send(method, token, path, body, &[("if-match", "\"1\"")])
    }

    fn document(&self) -> Value {
        self.server.get("", "/api/openapi.json").json
    }
}

/// What the shipped roles give, as they say it themselves.
fn sets(server: &Server, ada: &str) -> BTreeMap<&'static str, PermissionSet> {
    let roles = server.get(ada, "/api/v1/roles").json;
    let entries = |name: &str| -> Vec<String> {
        let mut roles = roles["items"].as_array().unwrap().iter();
        let role = roles.find(|role| role["name"] == name);
        let entries = role.map(|role| role["permissions"].as_array().unwrap().clone());
        let entries = entries.unwrap_or_default().into_iter();
        entries.map(|entry| entry.as_str().unwrap().to_owned()).collect()
    };
    let set = |name: &'static str| PermissionSet::parse(&entries(name)).unwrap();
    ROLES.iter().map(|&role| (role, set(role))).collect()
}

/// A small tree of units, and a resource at each place of it.
fn places(server: &Server, ada: &str) -> Vec<(&'static str, String)> {
    let unit = |code: &str, parent: Option<&str>| {
        let body = json!({ "code": code, "name": { "en": code, "zh": code },
            "parent_id": parent });
        id_of(&server.post(ada, "/api/v1/units", &body))
    };
    let parent = unit("P", None);
    let own = unit("O", Some(&parent));
    let child = unit("C", Some(&own));
    let sibling = unit("S", Some(&parent));
    let body = json!({ "code": "370000", "name": { "en": "R", "zh": "区" } });
    let region = id_of(&server.post(ada, "/api/v1/regions", &body));
    let placed = |name: &str, place: Value| {
        let mut body = json!({ "kind": "business-system", "name": name });
        body.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
        id_of(&server.post(ada, "/api/v1/resources", &body))
    };
    let at_unit = |name: &'static str, unit: &str| (name, placed(name, json!({ "unit_id": unit })));
    vec![
        ("own unit", own.clone()),
        at_unit("own", &own),
        at_unit("child", &child),
        at_unit("sibling", &sibling),
        at_unit("parent", &parent),
        ("other region", placed("other region", json!({ "region_id": region }))),
        ("none", placed("none", json!({}))),
    ]
}

/// The path with every parameter filled in; `id` is that of the object.
fn filled(path: &str, id: &str) -> String {
    let parts = path.split('/').map(|part| {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            None => part.to_owned(),
            Some("id" | "resource_id" | "unit_id" | "person_id") => id.to_owned(),
            Some("seq") => "1".to_owned(),
            Some(_) => "no-such-name".to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Every route × {stranger, forged token, each role over everything, each role over one unit}.
#[test]
fn authorisation_matrix_of_every_route() {
    let court = Court::sits();
    let known = court.server.get(&court.ada, "/api/v1/permissions").json;
    let known = known["items"].as_array().unwrap().clone();
    assert!(known.contains(&json!("secret.use")), "also what is asked for within verbs only");
    let mut walked = 0;
    for (method, path, operation) in operations(&court.document()) {
        let name = format!("{method} {path}");
        let permission = operation["x-permission"].as_str().unwrap_or_default();
        if NOT_ASKED.contains(&path.as_str()) {
            continue;
        }
        let path = filled(&path, ABSENT);
        if !operation["x-permission-by-part"].is_null() {
            for token in ["", "mst_forged"] {
                assert_eq!(court.ask(token, &method, &path).status, 401, "{name}: `{token}`");
            }
            for asker in court.everywhere.iter().chain(&court.within) {
                let denied = [401, 403].contains(&court.ask(&asker.token, &method, &path).status);
                assert!(!denied, "{name}: {}", asker.role);
            }
            walked += 1;
            continue;
        }
        if permission.is_empty() {
            assert_ne!(court.ask("", &method, &path).status, 403, "{name}");
            continue;
        }
        assert!(known.contains(&json!(permission)), "{name}: `{permission}` is not a permission");
        let nowhere = operation["security"][0]["session"][0] == "everywhere";
        let placed = [&PLACED[..], &ALSO_PLACED, &OWN].concat().contains(&permission);
        assert_eq!(
            nowhere,
            !placed || NOWHERE.contains(&name.as_str()),
            "{name}: whether it is about what belongs nowhere is to be written down in two places"
        );
        assert_eq!(court.ask("", &method, &path).status, 401, "{name}: a stranger");
        assert_eq!(court.ask("mst_forged", &method, &path).status, 401, "{name}: a forged token");
        for (askers, limited) in [(&court.everywhere, false), (&court.within, true)] {
            for asker in askers {
                let held = asker.holds.holds(permission) || OWN.contains(&permission);
                let answer = court.ask(&asker.token, &method, &path);
                let code = answer.json["code"].as_str().unwrap_or_default();
                let said = format!("{name}: {} ({limited}) got {}", asker.role, answer.text);
                let denied = ["forbidden", "out-of-scope"].contains(&code);
                assert!(held || code == "forbidden", "{said}");
                // Over everything nothing is out of reach; over one unit what belongs nowhere is.
                assert!(limited || !held || !denied, "{said}");
                if limited && held && nowhere {
                    assert_eq!((answer.status, code), (403, "out-of-scope"), "{said}");
                }
                assert!(answer.status < 500 || answer.status == 503, "{said}");
            }
        }
        walked += 1;
    }
    assert!(walked > 100, "only {walked} routes were walked");
}

/// Search × every role: of each sort those that may read it find it, and nobody is refused.
#[test]
fn search_finds_for_each_role_what_it_may_read() {
    let court = Court::sits();
    let unit = &court.places.iter().find(|(place, _)| *place == "own unit").unwrap().1;
    let content = json!({ "subject": "toner", "impact": "low", "urgency": "low" });
    let ticket = json!({ "type": "request", "unit_id": unit, "content": content });
    id_of(&court.server.post(&court.ada, "/api/v1/tickets", &ticket));
    let sorts = [
        ("viewer.own", "user", "user.read"),
        ("sibling", "resource", "resource.read"),
        ("toner", "ticket", "ticket.read"),
    ];
    for asker in &court.everywhere {
        for (text, sort, permission) in sorts {
            let answer = court.server.get(&asker.token, &format!("/api/v1/search?q={text}"));
            assert_eq!(answer.status, 200, "{}: {}", asker.role, answer.text);
            let hits = answer.json["items"].as_array().unwrap();
            let found = hits.iter().any(|hit| hit["type"] == sort);
            assert_eq!(found, asker.holds.holds(permission), "{}: {}", asker.role, answer.text);
        }
    }
}

/// Every route about one resource × each role over one unit × where the resource is.
#[test]
fn resources_beyond_the_scope_are_not_there() {
    let court = Court::sits();
    let document = court.document();
    let about_one = operations(&document).into_iter().filter(|(method, path, operation)| {
        let reads = operation["x-permission"] == "resource.read" && method == "GET";
        reads && path.starts_with("/api/v1/resources/{id}")
    });
    let about_one: Vec<String> = about_one.map(|(_, path, _)| path).collect();
    assert!(about_one.len() > 3, "{about_one:?}");
    let objects = &court.places[1..];
    for asker in court.within.iter().filter(|asker| asker.holds.holds("resource.read")) {
        for (place, id) in objects {
            let visible = matches!(*place, "own" | "child");
            for path in &about_one {
                let span = "?from=2020-01-01T00:00:00Z&to=2040-01-01T00:00:00Z";
                let query = if path.ends_with("/diff") { span } else { "" };
                let path = format!("{}{query}", filled(path, id));
                let answer = court.ask(&asker.token, "GET", &path);
                let said = format!("{path} {place}: {} got {}", asker.role, answer.text);
                assert_eq!(answer.status == 404, !visible, "{said}");
            }
            let change = json!({ "description": "looked at" }).to_string();
            let path = format!("/api/v1/resources/{id}");
            let version = [("if-match", "\"0\"")];
            let changed =
                court.server.send("PATCH", &asker.token, &path, Some(change), &version).status;
            let may = visible && asker.holds.holds("resource.change");
            let expected = match (may, asker.holds.holds("resource.change")) {
                (true, _) => 412,
                (false, true) => 404,
                (false, false) => 403,
            };
            assert_eq!(changed, expected, "{place}: {} changes", asker.role);
        }
        let names = |path: &str, field: &str| {
            let answer = court.server.get(&asker.token, path).json;
            let list = answer["items"].as_array().unwrap_or_else(|| panic!("{path}: {answer}"));
            let mut names: Vec<String> =
                list.iter().map(|item| item[field].as_str().unwrap().to_owned()).collect();
            names.sort();
            names
        };
        assert_eq!(
            names("/api/v1/resources?limit=500", "name"),
            ["child", "own"],
            "{}",
            asker.role
        );
        let count = court.server.get(&asker.token, "/api/v1/resources/count").json;
        assert!(count.to_string().contains('2'), "{}: {count}", asker.role);
        let found = court.server.get(&asker.token, "/api/v1/search?q=sibling").text;
        assert!(!found.contains(&objects[2].1), "{}: {found}", asker.role);
        let export = court.server.get(&asker.token, "/api/v1/resources/export?format=csv").text;
        assert!(!export.contains("sibling"), "{}: {export}", asker.role);
    }
}

/// A refusal inside of a verb is a fact as one at the door is.
#[test]
fn refusal_is_in_the_journal() {
    let court = Court::sits();
    let limited = court.within.iter().find(|asker| asker.role == "administrator").unwrap();
    let none = court.everywhere.iter().find(|asker| asker.role == "none").unwrap();
    assert_eq!(court.server.get(&none.token, "/api/v1/users").status, 403);
    assert_eq!(court.server.get(&limited.token, "/api/v1/users").json["code"], "out-of-scope");
    let facts = court.server.get(&court.ada, "/api/v1/journal?verb=access.denied").json;
    let facts = facts["items"].as_array().unwrap();
    assert_eq!(facts.len(), 2, "{facts:?}");
    assert!(facts.iter().all(|fact| fact["detail"]["permission"] == "user.read"));
}
