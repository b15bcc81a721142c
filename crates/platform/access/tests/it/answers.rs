//! Emergencies and reviews answer with each status that the document of the API says, and with no
//! other. What any route may answer (413, 429, 500, 503) is the kit's to show.

use std::{collections::BTreeSet, time::Duration};

use kernel::Clock;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    grants::ABSENT,
    scene::{Scene, everything, id_of, own_id},
};

const OF_THE_KIT: [&str; 4] = ["413", "429", "500", "503"];
/// Takes nothing that could be wrong: its 400 is the kit's, too.
const ASKS_NOTHING: &str = "/api/v1/profile/emergencies";
const PARTS: [&str; 3] = ["emergencies", "activations", "review"];

/// Method, path as in the document, status.
type Seen = BTreeSet<(String, String, String)>;

/// Somebody who asks, and what they were answered.
struct Asking {
    scene: Scene,
    mara: Client,
    night: Client,
    seen: Seen,
}

impl Asking {
    async fn begin() -> Self {
        let scene = Scene::staffed().await;
        let mara = scene.signed_in("mara").await;
        scene.add("night", "").await;
        let night = scene.signed_in("night").await;
        Self { scene, mara, night, seen: Seen::new() }
    }

    /// Asks, with `{id}` in the path filled in; `expected` is the status.
    async fn ask(
        &mut self,
        by: &Client,
        (method, path, id): (&str, &str, &str),
        body: Option<Value>,
        expected: u16,
    ) -> Answer {
        let filled = path.replace("{id}", id);
        let answer = by.send(method, &filled, body.map(|body| body.to_string()), None).await;
        assert_eq!(answer.status, expected, "{method} {filled}: {:?}", answer.json);
        // The query is no part of the path.
        let path = path.split('?').next().unwrap();
        self.seen.insert((method.to_lowercase(), path.to_owned(), expected.to_string()));
        answer
    }

    fn seal(&self, user: &str, role: &str) -> Value {
        json!({ "user_id": user, "role": role, "scope": everything(), "hours_max": 2,
            "reason": "fire" })
    }

    fn review(&self, about: &Value, reviewer: &str) -> Value {
        let due = self.scene.clock.now().plus(Duration::from_secs(86_400)).to_string();
        json!({ "title": "x", "about": about, "reviewer_id": reviewer, "due_at": due })
    }

    /// What nobody may who is nobody, or whose token does nothing of it, and what makes no sense.
    async fn at_the_door(&mut self) {
        let role = json!({ "name": "weak", "title": { "en": "w", "zh": "w" },
            "permissions": ["token.read"] });
        assert_eq!(self.mara.post("/api/v1/roles", role).await.status, 201);
        let (weak, _) = self.scene.program(&self.mara, "weak").await;
        let (stranger, mara) = (self.scene.stranger(), self.mara.clone());
        let routes: BTreeSet<(String, String)> =
            documented().into_iter().map(|(method, path, _)| (method, path)).collect();
        for (method, path) in routes {
            let method = method.to_uppercase();
            let body = (method == "POST").then(|| json!({}));
            let asked = (&*method, &*path, ABSENT);
            self.ask(&stranger, asked, body.clone(), 401).await;
            self.ask(&weak, asked, body, 403).await;
            if path == ASKS_NOTHING {
                continue;
            }
            let wrong = match (path.contains("{id}"), &*method) {
                (true, _) => path.replace("{id}", "not-an-id"),
                (false, "GET") => format!("{path}?limit=x"),
                (false, _) => path.clone(),
            };
            let body = (method == "POST").then(|| json!({ "nope": 1 }));
            let answer = mara.send(&method, &wrong, body.map(|body| body.to_string()), None).await;
            assert_eq!(answer.status, 400, "{method} {wrong}: {:?}", answer.json);
            self.seen.insert((method.to_lowercase(), path, "400".to_owned()));
        }
    }

    async fn emergencies(&mut self) {
        let (mara, night) = (self.mara.clone(), self.night.clone());
        let own = own_id(&night).await;
        let (all, one) = ("/api/v1/emergencies", "/api/v1/emergencies/{id}");
        let (take, confirm) =
            ("/api/v1/emergencies/{id}/activate", "/api/v1/activations/{id}/confirm");
        let sealed = self.seal(&own, "system-administrator");
        let sealed = id_of(&self.ask(&mara, ("POST", all, ""), Some(sealed), 201).await);
        let clash = self.seal(&own, "audit-administrator");
        self.ask(&mara, ("POST", all, ""), Some(clash), 409).await;
        for path in [all, "/api/v1/activations"] {
            self.ask(&mara, ("GET", path, ""), None, 200).await;
        }
        self.ask(&night, ("GET", "/api/v1/profile/emergencies", ""), None, 200).await;
        let begin = || Some(json!({ "hours": 1, "reason": "fire" }));
        let begun = id_of(&self.ask(&night, ("POST", take, &sealed), begin(), 201).await);
        self.ask(&night, ("POST", take, &sealed), begin(), 409).await;
        self.ask(&night, ("POST", take, ABSENT), begin(), 404).await;
        let fine = || Some(json!({ "reason": "fine" }));
        self.ask(&mara, ("POST", confirm, &begun), fine(), 200).await;
        self.ask(&mara, ("POST", confirm, &begun), fine(), 409).await;
        self.ask(&mara, ("POST", confirm, ABSENT), fine(), 404).await;
        self.ask(&mara, ("DELETE", one, &sealed), None, 204).await;
        self.ask(&mara, ("DELETE", one, ABSENT), None, 404).await;
    }

    async fn reviews(&mut self) {
        let (mara, night) = (self.mara.clone(), self.night.clone());
        let (own, all, one) = (own_id(&night).await, "/api/v1/reviews", "/api/v1/reviews/{id}");
        let (items, close, decide) = (
            "/api/v1/reviews/{id}/items",
            "/api/v1/reviews/{id}/close",
            "/api/v1/review-items/{id}/decide",
        );
        let wanted = self.review(&json!({ "roles": ["viewer"] }), &own);
        let review = id_of(&self.ask(&mara, ("POST", all, ""), Some(wanted), 201).await);
        self.ask(&mara, ("GET", all, ""), None, 200).await;
        for path in [one, items] {
            self.ask(&mara, ("GET", path, &review), None, 200).await;
            self.ask(&mara, ("GET", path, ABSENT), None, 404).await;
        }
        let lines = self.mara.get(&format!("/api/v1/reviews/{review}/items")).await.json;
        let line = lines["items"][0]["id"].as_str().unwrap().to_owned();
        let verdict = || Some(json!({ "verdict": "confirmed", "reason": "fine" }));
        self.ask(&mara, ("POST", decide, &line), verdict(), 200).await;
        self.ask(&mara, ("POST", decide, &line), verdict(), 409).await;
        self.ask(&mara, ("POST", decide, ABSENT), verdict(), 404).await;
        self.ask(&mara, ("POST", close, &review), None, 200).await;
        self.ask(&mara, ("POST", close, ABSENT), None, 404).await;
        let group = self.crowd().await;
        let wide = self.review(&json!({ "group_id": group }), &own);
        self.ask(&mara, ("POST", all, ""), Some(wide), 409).await;
    }

    /// A group whose members hold more than one review looks at: 200 grants each, 101 of them.
    async fn crowd(&self) -> String {
        let group = id_of(&self.mara.post("/api/v1/groups", json!({ "name": "crowd" })).await);
        let mut tx = self.scene.records.db.begin().await.unwrap();
        let id = |number: usize| format!("00000000-0000-7000-8000-{number:012x}");
        for number in 0..101 {
            sqlx::query(
                "INSERT INTO access_user (id, name, name_folded, display_name, searched, role,
                    disabled, theme, password_hash, version, created_at)
                 VALUES ($1, $2, $2, $2, $2, '', 0, 'system', '', 1, 0)",
            )
            .bind(id(number))
            .bind(format!("crowd{number}"))
            .execute(tx.connection())
            .await
            .unwrap();
        }
        for number in 1000..1200 {
            sqlx::query(
                "INSERT INTO access_grant (id, holder_kind, holder_id, role, scope_kind, scope_ids,
                    valid_from, reason, origin, granted_by, granted_at)
                 VALUES ($1, 'group', $2, 'viewer', 'everything', '[]', 0, 'x', 'granted', 'x', 0)",
            )
            .bind(id(number))
            .bind(group.as_str())
            .execute(tx.connection())
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        let members: Vec<Value> =
            (0..101).map(|number| json!({ "kind": "user", "id": id(number) })).collect();
        let path = format!("/api/v1/groups/{group}/members");
        let joined = self.mara.post(&path, json!({ "add": members })).await;
        assert!(joined.status.is_success(), "{:?}", joined.json);
        group
    }
}

/// What the committed document says of these routes.
fn documented() -> Seen {
    let document = include_str!("../../../../../docs/openapi.json");
    let document: Value = serde_json::from_str(document).unwrap();
    let mut all = Seen::new();
    let paths = document["paths"].as_object().unwrap().iter();
    let ours = |path: &str| {
        let mut parts = path.split('/').skip(3);
        parts.any(|part| PARTS.iter().any(|ours| part.starts_with(ours)))
    };
    for (path, operations) in paths.filter(|(path, _)| ours(path)) {
        for (method, operation) in operations.as_object().unwrap() {
            let statuses = operation["responses"].as_object().unwrap().keys();
            let of_the_kit = |status: &str| {
                OF_THE_KIT.contains(&status) || (status == "400" && path == ASKS_NOTHING)
            };
            for status in statuses.filter(|status| !of_the_kit(status)) {
                all.insert((method.clone(), path.clone(), status.clone()));
            }
        }
    }
    all
}

#[tokio::test]
async fn emergencies_and_reviews_answer_as_is_documented() {
    let mut asking = Asking::begin().await;
    asking.at_the_door().await;
    asking.emergencies().await;
    asking.reviews().await;
    let documented = documented();
    let never: Vec<_> = documented.difference(&asking.seen).collect();
    let unsaid: Vec<_> = asking.seen.difference(&documented).collect();
    assert!(never.is_empty() && unsaid.is_empty(), "never: {never:?}, unsaid: {unsaid:?}");
}
