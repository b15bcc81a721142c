use std::{collections::BTreeSet, path::Path, time::Duration};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    matrix::create,
    postgres::until,
    server::{Answer, Server, prepared, run},
};

const LIMIT: Duration = Duration::from_secs(120);
/// What is made, in order: for the house, for each city, and between them. Each line has a name for
/// the id of what it makes, the request, and its body; names in braces stand for ids.
const STEPS: &str = include_str!("world.json");
/// Exports are rationed for each token.
const TOKENS: usize = 12;

/// A city: the word that its texts begin with, and the ids of what is there, by their names.
#[derive(Debug, Clone, Default)]
pub(super) struct City {
    pub(super) mark: String,
    pub(super) ids: Vec<(String, String)>,
}

/// A server with two cities.
pub(super) struct World {
    _dir: TempDir,
    pub(super) server: Server,
    ada: String,
    pub(super) own: City,
    pub(super) other: City,
}

/// Somebody who holds a role in one city.
pub(super) struct Asker {
    pub(super) role: &'static str,
    tokens: Vec<String>,
}

impl Asker {
    /// Asks, by another token where one has asked for too much.
    pub(super) fn get(&mut self, server: &Server, path: &str) -> Answer {
        loop {
            let answer = server.get(&self.tokens[0], path);
            if answer.status != 429 || self.tokens.len() == 1 {
                return answer;
            }
            self.tokens.remove(0);
        }
    }
}

impl World {
    /// Every word that a city's texts have.
    pub(super) fn words(&self) -> BTreeSet<String> {
        let steps = serde_json::from_str::<Value>(STEPS).unwrap()["city"].to_string();
        let rests = steps.split("{mark}").skip(1);
        let words = rests.map(|rest| {
            rest[..rest.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap()].to_owned()
        });
        words.filter(|word| !word.is_empty()).collect()
    }

    /// Waits until the checks and events of both cities are alerts of incidents.
    pub(super) fn settle(&self) {
        until(LIMIT, "alerts of both cities are in incidents", || {
            let incidents = self.server.get(&self.ada, "/api/v1/incidents?limit=500").json;
            let incidents = incidents["items"].as_array().cloned().unwrap_or_default();
            let alerts = incidents.iter().map(|one| one["alerts"].as_u64().unwrap_or_default());
            alerts.sum::<u64>() >= 4
        });
    }

    /// The ids of all things of a kind, of both cities, as who sees everything is told them: also
    /// of what the server made by itself, such as alerts.
    pub(super) fn listed(&self, path: &str) -> Vec<String> {
        let mut answer = self.server.get(&self.ada, &format!("{path}?limit=500"));
        if answer.status == 400 {
            answer = self.server.get(&self.ada, path);
        }
        let items = answer.json["items"].as_array().cloned().unwrap_or_default();
        let ids = items.iter().filter_map(|item| item["id"].as_str().map(str::to_owned));
        ids.collect()
    }

    fn does(&self, step: &Value, known: &City) -> Option<(String, String)> {
        let (method, path) = step[1].as_str().unwrap().split_once(' ').unwrap();
        let path = known.filled(path);
        let (body, media) = match &step[2] {
            Value::String(content) => (known.filled(content), "application/octet-stream"),
            body => (known.filled(&body.to_string()), "application/json"),
        };
        let media = ("content-type", media);
        let send = |headers: &[(&str, &str)]| {
            self.server.send(method, &self.ada, &path, Some(body.clone()), headers)
        };
        let mut answer = send(&[media]);
        if answer.status == 428 {
            let thing: Vec<&str> = path.split('/').collect();
            let id = thing.iter().position(|part| part.len() == 36).unwrap();
            let found = self.server.get(&self.ada, &thing[..=id].join("/"));
            answer = send(&[media, ("if-match", found.header("etag").unwrap())]);
        }
        assert!(answer.status < 300, "{step}: {}", answer.text);
        let name = step[0].as_str()?;
        Some((name.to_owned(), answer.json["id"].as_str().unwrap().to_owned()))
    }

    /// Does all steps of that name and gives what is known then.
    fn did(&self, name: &str, mut known: City) -> City {
        let steps: Value = serde_json::from_str(STEPS).unwrap();
        for step in steps[name].as_array().unwrap() {
            let made = self.does(step, &known);
            known.ids.extend(made);
        }
        known
    }

    fn gives(&self, user: &str, role: &str) {
        let post = |path: &str, body: &Value| {
            let answer = self.server.post(&self.ada, path, body);
            assert!(answer.status < 300, "{path}: {}", answer.text);
        };
        let users = self.server.get(&self.ada, "/api/v1/users?limit=500").json;
        let mut users = users["items"].as_array().unwrap().iter();
        let id = users.find(|one| one["name"] == user).unwrap()["id"].as_str().unwrap();
        let grants = self.server.get(&self.ada, &format!("/api/v1/grants?holder_id={id}")).json;
        let end = format!("/api/v1/grants/{}/end", grants["items"][0]["id"].as_str().unwrap());
        post(&end, &json!({ "reason": "canary" }));
        let scope = json!({ "kind": "region", "ids": [self.own.id("region")] });
        let grant = json!({ "holder": { "kind": "user", "id": id }, "role": role, "scope": scope,
            "reason": "canary" });
        post("/api/v1/grants", &grant);
    }
}

impl City {
    fn marked(&self, mark: &str) -> Self {
        Self { mark: mark.to_owned(), ids: self.ids.clone() }
    }

    fn id(&self, name: &str) -> &str {
        &self.ids.iter().find(|(known, _)| known == name).unwrap().1
    }

    /// The text with ids for names in braces.
    fn filled(&self, text: &str) -> String {
        let text = text.replace("{mark}", &self.mark);
        self.ids.iter().fold(text, |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
    }

    /// The same under names that say which city it is.
    fn called(&self, city: &str) -> Vec<(String, String)> {
        let named = |(name, id): &(String, String)| (format!("{city}.{name}"), id.clone());
        let mark = (format!("{city}.mark"), self.mark.clone());
        self.ids.iter().map(named).chain([mark]).collect()
    }
}

fn tokens(data: &Path, name: &str) -> Vec<String> {
    let mut tokens = vec![create(data, name, "viewer")];
    let data = data.to_str().unwrap();
    tokens.extend((1..TOKENS).map(|_| {
        let token = run(&["admin", "token", "--data", data, "--user", name], "");
        String::from_utf8(token.stdout).unwrap().lines().last().unwrap().to_owned()
    }));
    tokens
}

/// Both cities, and who asks from the first: an operator, and one who may do everything there.
pub(super) fn made() -> (World, [Asker; 2]) {
    let (dir, ada) = prepared();
    let askers = ["operator", "everything"]
        .map(|role| Asker { role, tokens: tokens(dir.path(), &format!("{role}.own")) });
    let server = Server::start(dir.path(), &["--set", "host.watch=false"]);
    let (own, other) = (City::default(), City::default());
    let mut world = World { _dir: dir, server, ada, own, other };
    let house = world.did("house", City::default());
    world.own = world.did("city", house.marked("qzxa"));
    world.other = world.did("city", house.marked("qzxb"));
    let both = [world.own.called("a"), world.other.called("b")].concat();
    let known = both.len();
    let between = world.did("between", City { mark: String::new(), ids: both });
    world.own.ids.extend(between.ids.into_iter().skip(known));
    let role = json!({ "name": "everything", "title": { "en": "Everything", "zh": "全部" },
        "permissions": ["*"] });
    let role = world.server.post(&world.ada, "/api/v1/roles", &role);
    assert!(role.status < 300, "{}", role.text);
    for asker in &askers {
        world.gives(&format!("{}.own", asker.role), asker.role);
    }
    (world, askers)
}
