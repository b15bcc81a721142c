use kernel::Clock as _;
use scim::ScimSettings;
use serde_json::json;
use testkit::{Answer, Client};

use crate::{
    scene::{Scene, USERS, bring, patch},
    users::{a_unit, of_entra},
};

/// A post to which that role is granted, a provider that has brought its head, and who that is.
struct Stage {
    scene: Scene,
    mara: Client,
    entra: Client,
    post: String,
    user: String,
}

impl Stage {
    async fn with(role: Option<&str>) -> Self {
        let scene = Scene::with(ScimSettings { posts: true, ..ScimSettings::default() }).await;
        let (mara, post) = (scene.mara().await, a_unit(&scene).await);
        if let Some(role) = role {
            let body = json!({ "holder": { "kind": "post", "id": post }, "role": role,
                "scope": { "kind": "everything" }, "reason": "test" });
            assert_eq!(mara.post("/api/v1/grants", body).await.status, 201);
        }
        let entra = scene.provider("entra").await;
        let user = bring(&entra, of_entra()).await;
        Self { scene, mara, entra, post, user }
    }

    async fn holders(&self) -> usize {
        let (post, now) = (self.post.parse().unwrap(), self.scene.clock.now());
        self.scene.directory.holders(post, now).await.unwrap().len()
    }

    async fn told(&self, title: &str) {
        self.scene.clock.advance(std::time::Duration::from_secs(60));
        let told = json!([{ "op": "replace", "path": "title", "value": title }]);
        let answer = patch(&self.entra, &format!("{USERS}/{}", self.user), told).await;
        assert_eq!(answer.status, 200, "{:?}", answer.json);
    }

    async fn refusals(&self) -> usize {
        self.scene.facts("holding.refused").await.len()
    }

    async fn allow(&self, by: &Client) -> Answer {
        let client = &self.mara.get("/api/v1/scim/clients").await.json["items"][0];
        let id = client["source_id"].as_str().unwrap();
        let path = format!("/api/v1/directory/sources/{id}/posts");
        let body = json!({ "granted_posts": true }).to_string();
        by.send("PUT", &path, Some(body), client["source_version"].as_i64()).await
    }
}

#[tokio::test]
async fn title_never_fills_a_post_that_carries_a_duty() {
    for role in
        ["system-administrator", "security-administrator", "audit-administrator", "administrator"]
    {
        let stage = Stage::with(Some(role)).await;
        assert_eq!(stage.holders().await, 0, "{role}");
        assert_eq!(stage.scene.people().await.len(), 1, "the person is taken all the same");
        let facts = stage.scene.facts("holding.refused").await;
        assert_eq!(facts.len(), 1);
        assert_eq!((&*facts[0].subject.kind, &*facts[0].subject.name), ("person", "王小明"));
        assert_eq!(facts[0].actor.name, "entra/idp");
        for (field, value) in
            [("carried", "duty"), ("post_code", "XXK-1"), ("source_name", "entra")]
        {
            assert_eq!(facts[0].detail[field], value);
        }
        let clients = stage.mara.get("/api/v1/scim/clients").await.json;
        assert_eq!(clients["items"][0]["posts_refused"], 1);
        // Not even with leave to fill posts that roles are granted to.
        assert_eq!(stage.allow(&stage.mara).await.status, 200);
        stage.told("Clerk").await;
        let clients = stage.mara.get("/api/v1/scim/clients").await.json;
        assert_eq!(clients["items"][0]["posts_refused"], 0, "it is over");
        stage.told("科长").await;
        assert_eq!((stage.holders().await, stage.refusals().await), (0, 2), "{role}");
    }
}

#[tokio::test]
async fn title_fills_a_post_with_roles_only_where_that_was_allowed() {
    let stage = Stage::with(Some("operator")).await;
    assert_eq!((stage.holders().await, stage.refusals().await), (0, 1));
    assert_eq!(stage.scene.facts("holding.refused").await[0].detail["carried"], "roles");
    // The provider itself does not say it, nor does who runs the system.
    let sys = stage.scene.add("sys", "system-administrator").await;
    for by in [&stage.entra, &stage.scene.program(&sys, None).await] {
        assert_eq!(stage.allow(by).await.status, 403);
    }
    let sec = stage.scene.add("sec", "security-administrator").await;
    let allowed = stage.allow(&stage.scene.program(&sec, None).await).await;
    assert_eq!((allowed.status.as_u16(), &allowed.json["granted_posts"]), (200, &json!(true)));
    assert_eq!(stage.allow(&stage.mara).await.status, 200, "for the version that is shown");
    stage.told("Clerk").await;
    stage.told("科长").await;
    assert_eq!((stage.holders().await, stage.refusals().await), (1, 1));
    let changes = stage.scene.facts("directory_source.changed").await;
    assert_eq!(changes.last().unwrap().detail["what"], "posts");
    // What the provider gave it takes.
    stage.told("Clerk").await;
    assert_eq!(stage.holders().await, 0);
}

#[tokio::test]
async fn grant_that_comes_later_leaves_who_holds_the_post() {
    let stage = Stage::with(None).await;
    assert_eq!((stage.holders().await, stage.refusals().await), (1, 0));
    let body = json!({ "holder": { "kind": "post", "id": stage.post }, "role": "viewer",
        "scope": { "kind": "everything" }, "reason": "test" });
    assert_eq!(stage.mara.post("/api/v1/grants", body).await.status, 201);
    stage.scene.clock.advance(std::time::Duration::from_secs(60));
    let told = json!([{ "op": "replace", "path": "displayName", "value": "王大明" }]);
    let path = format!("{USERS}/{}", stage.user);
    assert_eq!(patch(&stage.entra, &path, told).await.status, 200);
    assert_eq!((stage.holders().await, stage.refusals().await), (1, 0));
}

/// Who may change the directory and not say who vouches for users.
async fn director(stage: &Stage) -> Client {
    let role = json!({ "name": "director", "title": { "en": "d", "zh": "d" },
        "permissions": ["directory.*"] });
    assert_eq!(stage.mara.post("/api/v1/roles", role).await.status, 201);
    let user = stage.scene.add("director", "director").await;
    stage.scene.program(&user, None).await
}

async fn a_second_unit(stage: &Stage) -> String {
    let body = json!({ "code": "ZHK", "name": { "en": "Office", "zh": "综合科" } });
    let unit = stage.mara.post("/api/v1/units", body).await;
    unit.json["id"].as_str().unwrap().to_owned()
}

/// A merge put a granted post where the provider's title found it, as no change of the post could.
#[tokio::test]
async fn granted_post_is_found_anew_by_no_detour() {
    let stage = Stage::with(Some("operator")).await;
    assert_eq!(stage.allow(&stage.mara).await.status, 200);
    let (director, other) = (director(&stage).await, a_second_unit(&stage).await);
    let post = stage.mara.get(&format!("/api/v1/posts/{}", stage.post)).await.json;
    let unit = post["unit"]["id"].as_str().or(post["unit_id"].as_str()).unwrap().to_owned();
    let version = async |path: &str| stage.mara.get(path).await.json["version"].as_i64();
    let into = format!("/api/v1/units/{other}");
    let merge = json!({ "units": [unit] }).to_string();
    let merge =
        director.send("POST", &format!("{into}/merge"), Some(merge), version(&into).await).await;
    let own = format!("/api/v1/units/{unit}");
    let split = json!({ "parts": [{ "code": "Z-9", "name": { "en": "z", "zh": "z" },
        "rest": true }] });
    let split = director
        .send("POST", &format!("{own}/split"), Some(split.to_string()), version(&own).await)
        .await;
    let renamed = json!({ "code": "XXK-2" }).to_string();
    let renamed = director.send("PATCH", &own, Some(renamed), version(&own).await).await;
    for refused in [merge, split, renamed] {
        assert_eq!(refused.status, 403, "{:?}", refused.json);
        assert_eq!(refused.json["code"], "forbidden");
        let said = refused.json["detail"].as_str().unwrap();
        assert!(said.contains("provider.change") && said.contains("lack"), "{said}");
    }
    let empty = json!({ "code": "ZHK-2" }).to_string();
    let empty = director.send("PATCH", &into, Some(empty), version(&into).await).await;
    assert_eq!(empty.status, 200, "{:?}", empty.json);
}

/// In another unit the provider's title found a granted post for them.
#[tokio::test]
async fn person_is_put_where_a_granted_post_waits_only_as_who_fills_it() {
    let stage = Stage::with(Some("operator")).await;
    let (director, other) = (director(&stage).await, a_second_unit(&stage).await);
    let post = stage.mara.get(&format!("/api/v1/posts/{}", stage.post)).await.json;
    let unit = post["unit"]["id"].as_str().or(post["unit_id"].as_str()).unwrap().to_owned();
    let people = stage.mara.get("/api/v1/people").await.json;
    let person = format!("/api/v1/people/{}", people["items"][0]["id"].as_str().unwrap());
    let put = async |by: &Client, unit: &str| {
        let at = stage.mara.get(&person).await.json["version"].as_i64();
        by.send("PATCH", &person, Some(json!({ "unit_id": unit }).to_string()), at).await
    };
    assert_eq!(put(&director, &other).await.status, 200);
    assert_eq!(put(&director, &unit).await.status, 200, "no source fills such posts");
    assert_eq!(put(&director, &other).await.status, 200);
    assert_eq!(stage.allow(&stage.mara).await.status, 200);
    let refused = put(&director, &unit).await;
    assert_eq!(refused.status, 403, "{:?}", refused.json);
    assert!(refused.json["detail"].as_str().unwrap().contains("grant.change"));
    assert_eq!(put(&stage.mara, &unit).await.status, 200);
}

/// A title that two posts had filled none; whoever closed the other one filled the granted one.
#[tokio::test]
async fn granted_post_becomes_the_only_one_of_its_title_as_who_says_who_fills_it() {
    let stage = Stage::with(Some("operator")).await;
    let (director, elsewhere) = (director(&stage).await, a_second_unit(&stage).await);
    let post = stage.mara.get(&format!("/api/v1/posts/{}", stage.post)).await.json;
    let unit = post["unit"]["id"].as_str().or(post["unit_id"].as_str()).unwrap().to_owned();
    let twin = async |code: &str| {
        let body = json!({ "code": code, "title": { "en": "Chief", "zh": "科长" },
            "unit_id": unit });
        let made = stage.mara.post("/api/v1/posts", body).await;
        assert_eq!(made.status, 201, "{:?}", made.json);
        format!("/api/v1/posts/{}", made.json["id"].as_str().unwrap())
    };
    let change = async |by: &Client, path: &str, body: serde_json::Value| {
        let at = stage.mara.get(path).await.json["version"].as_i64();
        by.send("PATCH", path, Some(body.to_string()), at).await
    };
    let close = async |by: &Client, path: &str| {
        let at = stage.mara.get(path).await.json["version"].as_i64();
        by.send("POST", &format!("{path}/close"), Some("{}".to_owned()), at).await
    };
    let free = twin("XXK-2").await;
    stage.scene.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(close(&director, &free).await.status, 200, "no source fills such posts");
    assert_eq!(stage.allow(&stage.mara).await.status, 200);
    let [one, other] = [twin("XXK-3").await, twin("XXK-4").await];
    stage.scene.clock.advance(std::time::Duration::from_secs(60));
    // Two are left.
    assert_eq!(close(&director, &other).await.status, 200);
    stage.told("Clerk").await;
    stage.told("科长").await;
    assert_eq!(stage.holders().await, 0, "which of the two is meant nobody knows");
    let named = json!({ "title": { "en": "Driver", "zh": "司机" } });
    let gone = [
        close(&director, &one).await,
        change(&director, &one, named.clone()).await,
        change(&director, &one, json!({ "unit_id": elsewhere })).await,
        change(&director, &one, json!({ "title": named["title"], "from": "2099-01-01" })).await,
    ];
    for refused in gone {
        assert_eq!(refused.status, 403, "{:?}", refused.json);
        assert!(refused.json["detail"].as_str().unwrap().contains("provider.change"));
    }
    let path = "/api/v1/directory/import?sheet=posts";
    let rows = "code,title_zh,title_en\nXXK-3,司机,Driver\n".to_owned();
    let file = director.send("POST", path, Some(rows), None).await;
    assert_ne!(file.json["applied"], true, "{:?}", file.json);
    let same = json!({ "description": "x", "title": { "en": "Head", "zh": "科长" } });
    assert_eq!(change(&director, &one, same).await.status, 200, "it answers to that still");
    assert_eq!(close(&stage.mara, &one).await.status, 200);
    stage.told("Clerk").await;
    stage.told("科长").await;
    assert_eq!(stage.holders().await, 1);
}

/// Two units of one name were none to a provider; whoever closed one said which is meant.
#[tokio::test]
async fn unit_with_a_granted_post_becomes_the_only_one_of_its_name_as_who_says_who_fills_it() {
    let stage = Stage::with(Some("operator")).await;
    let director = director(&stage).await;
    let twin = async |code: &str| {
        let body = json!({ "code": code, "name": { "en": "Second", "zh": "信息科" } });
        let made = stage.mara.post("/api/v1/units", body).await;
        assert_eq!(made.status, 201, "{:?}", made.json);
        stage.scene.clock.advance(std::time::Duration::from_secs(60));
        format!("/api/v1/units/{}", made.json["id"].as_str().unwrap())
    };
    let close = async |by: &Client, path: &str| {
        let at = stage.mara.get(path).await.json["version"].as_i64();
        by.send("POST", &format!("{path}/close"), Some("{}".to_owned()), at).await
    };
    let free = twin("XXK-A").await;
    assert_eq!(close(&director, &free).await.status, 200, "no source fills such posts");
    assert_eq!(stage.allow(&stage.mara).await.status, 200);
    let one = twin("XXK-B").await;
    let at = stage.mara.get(&one).await.json["version"].as_i64();
    let body = json!({ "name": { "en": "Archive", "zh": "档案科" } }).to_string();
    let renamed = director.send("PATCH", &one, Some(body), at).await;
    for refused in [close(&director, &one).await, renamed] {
        assert_eq!(refused.status, 403, "{:?}", refused.json);
        assert!(refused.json["detail"].as_str().unwrap().contains("provider.change"));
    }
    assert_eq!(close(&stage.mara, &one).await.status, 200);
}

/// What was to be found by another name stays found by the old one when that is called off.
#[tokio::test]
async fn plan_for_the_title_of_a_granted_post_is_called_off_as_it_was_made() {
    let stage = Stage::with(Some("operator")).await;
    assert_eq!(stage.allow(&stage.mara).await.status, 200);
    let director = director(&stage).await;
    let path = format!("/api/v1/posts/{}", stage.post);
    let at = stage.mara.get(&path).await.json["version"].as_i64().unwrap();
    let body = json!({ "title": { "en": "Chief", "zh": "主任" }, "from": "2099-01-01" });
    let planned = stage.mara.patch(&path, at, body).await;
    assert_eq!(planned.status, 200, "{:?}", planned.json);
    let call_off = async |by: &Client| {
        let at = stage.mara.get(&path).await.json["version"].as_i64();
        let body = json!({ "noun": "post", "id": stage.post, "at": "2099-01-01" }).to_string();
        by.send("POST", "/api/v1/directory/coming-changes/cancel", Some(body), at).await
    };
    let refused = call_off(&director).await;
    assert_eq!(refused.status, 403, "{:?}", refused.json);
    assert!(refused.json["detail"].as_str().unwrap().contains("provider.change"));
    assert_eq!(call_off(&stage.mara).await.status, 204);
}
