//! What is planned for a resource where somebody does not see it stays planned and hidden, whatever
//! they do with it until then.

use kernel::{Clock as _, Time};
use serde_json::{Value, json};
use testkit::Client;

use crate::{
    dated_back::{patch, unit},
    journal_sight::Scene,
    told::Holding,
};

/// A host of a unit that is to leave in 1,000 s, and for 2,000 s a secret plan; a desk of the same
/// region, which stays.
struct Leaving {
    scene: Scene,
    desk: String,
    id: String,
    begun: Time,
}

impl Leaving {
    async fn new() -> Self {
        let scene = Scene::new().await;
        let desk = unit(&scene, "DESK", Some(&scene.regions[0])).await;
        let id = scene.host("web").await;
        scene.later(10);
        let leaving = Self { begun: scene.house.clock.now(), scene, desk, id };
        let scene = &leaving.scene;
        scene.hand_over_from(0, 1, leaving.begun.plus(std::time::Duration::from_secs(1000))).await;
        let plan = json!({ "description": "secret", "effective_at": leaving.at(2000) });
        let root = &scene.house.client;
        assert_eq!(patch(scene, root, &leaving.id, plan).await.status, 200);
        leaving
    }

    fn at(&self, seconds: u64) -> String {
        self.begun.plus(std::time::Duration::from_secs(seconds)).to_string()
    }

    async fn change(&self, by: &Client, body: Value) {
        self.scene.later(1);
        let answer = patch(&self.scene, by, &self.id, body).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
    }

    /// The plan is hidden from `north`, cannot be cancelled by them, and stands for who sees it.
    async fn assert_kept(&self, north: &Client) {
        let path = format!("/api/v1/resources/{}", self.id);
        let then = format!("{path}?as_of={}", self.at(2500));
        for hidden in [
            format!("/api/v1/resources/coming-changes?resource_id={}", self.id),
            format!("{path}/history"),
            format!("{path}/diff?from={}&to={}", self.at(0), self.at(2500)),
            then.clone(),
        ] {
            let text = north.get(&hidden).await.json.to_string();
            assert!(!text.contains("secret"), "{hidden}: {text}");
            assert!(!text.contains(&self.scene.units[1]), "{hidden}: {text}");
        }
        let version = north.get(&path).await.json["version"].as_i64();
        let cancel = Some(json!({ "at": self.at(2000) }).to_string());
        let cancelled = format!("{path}/coming-changes/cancel");
        let refused = north.send("POST", &cancelled, cancel, version).await;
        assert!([403, 409].contains(&refused.status.as_u16()), "{}", refused.json);
        let planned = self.scene.house.client.get(&then).await.json;
        assert_eq!(
            (&planned["description"], &planned["unit_id"]),
            (&json!("secret"), &json!(self.scene.units[0]))
        );
        let coming = format!("/api/v1/resources/coming-changes?resource_id={}", self.id);
        let coming = self.scene.house.client.get(&coming).await.json.to_string();
        assert!(coming.contains("secret"), "{coming}");
    }
}

/// The place was carried into it, which showed it; then it could be called off.
#[tokio::test]
async fn plan_of_elsewhere_stays_when_a_resource_is_moved_away_and_back() {
    let leaving = Leaving::new().await;
    let north = leaving.scene.client(0).await;
    leaving.assert_kept(&north).await;
    leaving.change(&north, json!({ "unit_id": leaving.desk })).await;
    leaving.assert_kept(&north).await;
    leaving.change(&north, json!({ "unit_id": leaving.scene.units[0] })).await;
    leaving.assert_kept(&north).await;
    // Told ahead, and called off again.
    leaving
        .change(&north, json!({ "unit_id": leaving.desk, "effective_at": leaving.at(500) }))
        .await;
    leaving.assert_kept(&north).await;
    let path = format!("/api/v1/resources/{}", leaving.id);
    let version = north.get(&path).await.json["version"].as_i64();
    let body = Some(json!({ "at": leaving.at(500) }).to_string());
    let done = north.send("POST", &format!("{path}/coming-changes/cancel"), body, version).await;
    assert_eq!(done.status, 200, "{}", done.json);
    leaving.assert_kept(&north).await;
    // Dated back.
    leaving.change(&north, json!({ "unit_id": leaving.desk, "effective_at": leaving.at(0) })).await;
    leaving.assert_kept(&north).await;
}

#[tokio::test]
async fn plan_of_elsewhere_stays_when_a_resource_is_moved_by_other_ways() {
    for way in ["bulk", "import", "plan", "runs-on"] {
        let leaving = Leaving::new().await;
        let scene = &leaving.scene;
        let north = scene.client(0).await;
        let edit = json!({ "unit_id": leaving.desk });
        let done = match way {
            "bulk" => {
                let bulk = json!({ "ids": [leaving.id], "edit": edit });
                let preview = north.post("/api/v1/resources/bulk/preview", bulk.clone()).await;
                let apply = json!({ "bulk": bulk, "signature": preview.json["signature"] });
                north.post("/api/v1/resources/bulk", apply).await
            }
            "import" => {
                let csv = format!("id,name,unit\n{},web,DESK\n", leaving.id);
                let path = "/api/v1/resources/import?sheet=host";
                north.send("POST", path, Some(csv), None).await
            }
            "plan" => {
                let change = json!({ "do": "change", "resource": leaving.id, "edit": edit });
                let plan = json!({ "title": "Move", "changes": [change] });
                let made = north.post("/api/v1/plans", plan).await;
                let path = format!("/api/v1/plans/{}", made.json["id"].as_str().unwrap());
                let step = async |by: &Client, verb: &str, body: Value, version: i64| {
                    let path = format!("{path}/{verb}");
                    by.send("POST", &path, Some(body.to_string()), Some(version)).await
                };
                assert_eq!(step(&north, "submit", json!({}), 1).await.status, 200);
                let root = &scene.house.client;
                let approved = step(root, "approve", json!({}), 2).await;
                assert_eq!(approved.status, 200, "{}", approved.json);
                step(&north, "apply", json!({}), 3).await
            }
            // It goes along with what it runs on.
            _ => {
                let rack = scene.host("rack").await;
                let body = json!({ "kind": "part-of", "from": leaving.id, "to": rack });
                let related = scene.house.client.post("/api/v1/relations", body).await;
                assert_eq!(related.status, 201, "{}", related.json);
                patch(scene, &north, &rack, edit).await
            }
        };
        assert!(done.status.is_success(), "{way}: {}", done.json);
        let now = scene.house.client.get(&format!("/api/v1/resources/{}", leaving.id)).await;
        assert_eq!(now.json["unit_id"], json!(leaving.desk), "{way}: {}", done.json);
        leaving.assert_kept(&north).await;
    }
}

#[tokio::test]
async fn plan_of_elsewhere_comes_true_there() {
    let leaving = Leaving::new().await;
    let (scene, north) = (&leaving.scene, leaving.scene.client(0).await);
    leaving.change(&north, json!({ "unit_id": leaving.desk })).await;
    leaving.change(&north, json!({ "description": "here", "effective_at": leaving.at(500) })).await;
    scene.later(1500);
    scene.house.resources.come_due(&Holding::everything()).await.unwrap();
    let path = format!("/api/v1/resources/{}", leaving.id);
    let now = scene.client(0).await.get(&path).await.json;
    assert_eq!((&now["description"], &now["unit_id"]), (&json!("here"), &json!(leaving.desk)));
    scene.later(600);
    scene.house.resources.come_due(&Holding::everything()).await.unwrap();
    let now = scene.client(1).await.get(&path).await.json;
    assert_eq!((&now["description"], &now["unit_id"]), (&json!("secret"), &json!(scene.units[0])));
}

/// Whoever sees both moves both.
#[tokio::test]
async fn plan_of_a_place_that_is_theirs_goes_along() {
    let leaving = Leaving::new().await;
    let root = &leaving.scene.house.client;
    leaving.change(root, json!({ "unit_id": leaving.desk })).await;
    let then = format!("/api/v1/resources/{}?as_of={}", leaving.id, leaving.at(2500));
    let planned = root.get(&then).await.json;
    assert_eq!(
        (&planned["description"], &planned["unit_id"]),
        (&json!("secret"), &json!(leaving.desk))
    );
}
