use std::{sync::Arc, time::Duration};

use access::Access;
use http_kit::{guard::OutboundGuard, guard::Reach, outgoing::Outgoing};
use kernel::Clock;
use serde_json::{Map, Value, json};
use testkit::{Answer, Client};

use crate::{
    oidc_provider::{Answers, CLIENT_ID, CLIENT_SECRET, Manners, Provider, Signs},
    scene::{PASSWORD, Scene, cookie_of, id_of, own_id, refusal},
};

const ADDRESS: &str = "https://ops.example.org";
pub(crate) const ARRIVAL: &str = "/api/v1/session/arrival";

/// A scene with a provider that the administrator has made known.
pub(crate) struct Stage {
    pub(crate) scene: Scene,
    pub(crate) provider: Provider,
    pub(crate) mara: Client,
    pub(crate) id: String,
}

/// What a provider does wrong.
type Misbehaviour = Box<dyn Fn(&mut Manners)>;

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other}"),
    }
}

fn settings(provider: &Provider, more: Value) -> Value {
    let mut settings = json!({ "issuer": provider.issuer, "client_id": CLIENT_ID });
    for (name, value) in object(more) {
        settings[name] = value;
    }
    settings
}

pub(crate) fn ready(access: &Access) {
    let guard = Arc::new(OutboundGuard::default());
    access.learn_outgoing(Outgoing::new(guard, Duration::from_secs(2), 64 * 1024));
    access.apply_address(Some(format!("{ADDRESS}/")));
}

impl Stage {
    /// With these settings besides the usual ones.
    pub(crate) async fn with(more: Value) -> Self {
        let scene = Scene::staffed().await;
        ready(&scene.access);
        let now_s = scene.clock.now().micros() / 1_000_000;
        let provider = Provider::start(now_s).await;
        provider.manners().claims = object(json!({ "preferred_username": "lin", "name": "林" }));
        let mara = scene.signed_in("mara").await;
        let body = json!({ "label": "统一认证", "settings": settings(&provider, more),
            "client_secret": CLIENT_SECRET });
        let id = id_of(&mara.post("/api/v1/providers", body).await);
        Self { scene, provider, mara, id }
    }

    fn misbehave(&self, how: impl FnOnce(&mut Manners)) {
        how(&mut self.provider.manners());
    }

    pub(crate) fn claim(&self, name: &str, value: Value) {
        self.provider.manners().claims.insert(name.to_owned(), value);
    }

    pub(crate) async fn depart(&self, from: &Client) -> Answer {
        let answer = from.post(&format!("/api/v1/session/ways/{}", self.id), json!({})).await;
        assert_eq!(answer.status, 200, "{:?}", answer.json);
        answer
    }

    /// A whole sign-in.
    pub(crate) async fn sign_in(&self) -> Answer {
        self.sign_in_as(&self.scene.stranger()).await
    }

    pub(crate) async fn sign_in_as(&self, stranger: &Client) -> Answer {
        let departure = self.depart(stranger).await;
        let browser = stranger.clone().with_header("cookie", &cookie_of(&departure));
        let (code, state) = self.came_back(&departure);
        browser.post(ARRIVAL, json!({ "state": state, "code": code })).await
    }

    pub(crate) fn came_back(&self, departure: &Answer) -> (String, String) {
        let url = departure.json["url"].as_str().unwrap();
        let state = url::Url::parse(url).unwrap();
        let state = state.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        (self.provider.authorize(url), state)
    }
}

#[tokio::test]
async fn new_person_gets_an_account_and_the_same_one_the_next_time() {
    let stage = Stage::with(json!({ "creates_users": true })).await;
    let first = stage.sign_in().await;
    assert_eq!(first.status, 200, "{:?}", first.json);
    let lin = stage.scene.browser(&first);
    let id = own_id(&lin).await;
    assert_eq!(first.json["user"]["display_name"], "林");
    // Another name there is the same person all the same.
    stage.claim("preferred_username", json!("lin.new"));
    let again = stage.sign_in().await;
    assert_eq!(own_id(&stage.scene.browser(&again)).await, id);
    let identities = stage.mara.get(&format!("/api/v1/users/{id}/identities")).await.json;
    assert_eq!(identities["items"][0]["subject"], "s-1");
    assert_eq!(identities["items"][0]["name"], "lin.new");
    let verbs = stage.scene.verbs().await;
    for verb in ["provider.created", "user.created", "user.linked", "user.signed_in"] {
        assert!(verbs.iter().any(|one| one == verb), "{verb}: {verbs:?}");
    }
    assert_eq!(stage.scene.facts("user.linked").await.len(), 1);
    let signed_in = stage.scene.facts("user.signed_in").await;
    assert_eq!(signed_in.last().unwrap().detail["vouched_by"], "统一认证");
    let own = lin.get("/api/v1/profile/identities").await.json;
    assert_eq!(own["items"][0]["authority"], stage.provider.issuer);
    let last = format!(
        "/api/v1/profile/identities?authority={}&subject=s-1",
        own["items"][0]["authority"].as_str().unwrap()
    );
    assert_eq!(refusal(&lin.delete(&last, None).await), (409, "last-way-in"));
    let change = json!({ "current": "", "new": PASSWORD });
    let own_password = lin.post("/api/v1/profile/password", change).await;
    assert_eq!(refusal(&own_password), (409, "no-own-password"));
    let kept = stage.scene.into_bytes_on_disk().await;
    assert!(!kept.contains(CLIENT_SECRET), "it is sealed");
}

#[tokio::test]
async fn ways_in_tell_strangers_what_the_buttons_say_and_nothing_else() {
    let stage = Stage::with(json!({})).await;
    let stranger = stage.scene.stranger();
    let ways = stranger.get("/api/v1/session/ways").await.json;
    assert_eq!(ways, json!({ "providers": [{ "id": stage.id, "label": "统一认证" }] }));
    assert_eq!(stranger.get("/api/v1/providers").await.status, 401);
    let wei = stage.scene.signed_in("wei").await;
    assert_eq!(wei.get("/api/v1/providers").await.status, 403);
    let seen = stage.mara.get(&format!("/api/v1/providers/{}", stage.id)).await;
    assert_eq!(seen.json["client_secret_set"], true);
    assert_eq!(seen.json["redirect_uri"], format!("{ADDRESS}/sign-in/back"));
    assert!(!seen.json.to_string().contains(CLIENT_SECRET));
    stage.scene.access.apply_address(None);
    let ways = stranger.get("/api/v1/session/ways").await.json;
    assert_eq!(ways, json!({ "providers": [] }), "nobody could come back");
    let refused = stranger.post(&format!("/api/v1/session/ways/{}", stage.id), json!({})).await;
    assert_eq!(refusal(&refused), (409, "no-server-url"));
}

#[tokio::test]
async fn whoever_has_no_account_is_refused_unless_somebody_said_otherwise() {
    let stage = Stage::with(json!({})).await;
    stage.claim("preferred_username", json!("wei"));
    let refused = stage.sign_in().await;
    assert_eq!(refusal(&refused), (403, "not-welcome"));
    let fact = &stage.scene.facts("user.sign_in_refused").await[0];
    assert_eq!(fact.detail["reason"], json!({ "unwelcome": "no_account" }));
    assert_eq!(fact.detail["subject"], "s-1");
    let path = format!("/api/v1/providers/{}", stage.id);
    let body = json!({ "label": "SSO",
        "settings": settings(&stage.provider, json!({ "links_by_name": true })) });
    let changed = stage.mara.send("PUT", &path, Some(body.to_string()), Some(1)).await;
    assert_eq!(changed.status, 200, "{:?}", changed.json);
    assert_eq!(changed.json["client_secret_set"], true, "what is not given stays");
    let linked = stage.sign_in().await;
    assert_eq!(linked.json["user"]["name"], "wei", "{:?}", linked.json);
}

#[tokio::test]
async fn name_that_is_taken_makes_nobody_and_links_nobody() {
    let stage = Stage::with(json!({ "creates_users": true })).await;
    stage.claim("preferred_username", json!("WEI"));
    let refused = stage.sign_in().await;
    assert_eq!(refusal(&refused), (403, "not-welcome"));
    let fact = &stage.scene.facts("user.sign_in_refused").await[0];
    assert_eq!(fact.detail["reason"], json!({ "unwelcome": "name_taken" }));
}

#[tokio::test]
async fn what_cannot_be_trusted_lets_nobody_in() {
    let stage = Stage::with(json!({ "creates_users": true })).await;
    let now_s = stage.provider.manners().now_s;
    let wrong: [(&str, Misbehaviour); 9] = [
        ("nonce", Box::new(|it| drop(it.claims.insert("nonce".into(), json!("another"))))),
        ("audience", Box::new(|it| drop(it.claims.insert("aud".into(), json!("another"))))),
        ("issuer", Box::new(|it| drop(it.claims.insert("iss".into(), json!("http://other"))))),
        ("expired", Box::new(move |it| drop(it.claims.insert("exp".into(), json!(now_s - 121))))),
        ("future", Box::new(move |it| drop(it.claims.insert("iat".into(), json!(now_s + 999))))),
        ("none", Box::new(|it| it.signs = Signs::Not)),
        ("by the secret", Box::new(|it| it.signs = Signs::BySecret)),
        ("another key", Box::new(|it| it.signs = Signs::ByAnotherKey)),
        (
            "two audiences",
            Box::new(|it| {
                drop(it.claims.insert("aud".into(), json!([CLIENT_ID, "another"])));
            }),
        ),
    ];
    for (what, how) in &wrong {
        let claims = stage.provider.manners().claims.clone();
        stage.misbehave(how);
        let answer = stage.sign_in().await;
        assert_eq!(refusal(&answer), (401, "provider-distrusted"), "{what}: {:?}", answer.json);
        assert!(answer.headers.get("set-cookie").is_none(), "{what}");
        stage.misbehave(|it| {
            it.claims = claims;
            it.signs = Signs::Properly;
        });
    }
    assert_eq!(stage.scene.facts("user.sign_in_refused").await.len(), wrong.len());
    assert_eq!(stage.sign_in().await.status, 200, "and then it behaves");
}

#[tokio::test]
async fn another_key_is_learnt_and_an_unknown_one_is_not_believed() {
    let stage = Stage::with(json!({ "creates_users": true })).await;
    assert_eq!(stage.sign_in().await.status, 200);
    assert_eq!(stage.provider.manners().keys_read, 1);
    assert_eq!(stage.sign_in().await.status, 200);
    assert_eq!(stage.provider.manners().keys_read, 1, "they are believed for a while");
    stage.misbehave(|it| it.key = 7);
    assert_eq!(stage.sign_in().await.status, 200, "the key was rotated");
    assert_eq!(stage.provider.manners().keys_read, 2);
}

#[tokio::test]
async fn provider_that_is_away_or_talks_nonsense_is_named() {
    let stage = Stage::with(json!({ "creates_users": true })).await;
    for how in [Answers::Hugely, Answers::Never, Answers::Nonsense] {
        stage.misbehave(|it| it.token_endpoint = how);
        let answer = stage.sign_in().await;
        assert_eq!(refusal(&answer), (503, "provider-away"), "{how:?}: {:?}", answer.json);
    }
    stage.misbehave(|it| it.token_endpoint = Answers::Properly);
    let test = format!("/api/v1/providers/{}/test", stage.id);
    let fine = stage.mara.post(&test, json!({})).await;
    assert_eq!(fine.json["keys"], 1, "{:?}", fine.json);
    for how in [Answers::Hugely, Answers::Never, Answers::Nonsense] {
        stage.misbehave(|it| it.discovery = how);
        let answer = stage.mara.post(&test, json!({})).await;
        assert_eq!(refusal(&answer), (409, "provider-unusable"), "{how:?}: {:?}", answer.json);
        let departure = format!("/api/v1/session/ways/{}", stage.id);
        let away = stage.scene.stranger().post(&departure, json!({})).await;
        assert_eq!(refusal(&away), (503, "provider-away"), "{how:?}");
    }
    stage.misbehave(|it| {
        it.discovery = Answers::Properly;
        it.issuer = Some("https://elsewhere.example.org".to_owned());
    });
    let answer = stage.mara.post(&test, json!({})).await;
    assert_eq!(refusal(&answer), (409, "provider-unusable"), "{:?}", answer.json);
    assert_eq!(stage.scene.try_sign_in("wei", PASSWORD).await.status, 200, "passwords work");
}

#[tokio::test]
async fn code_and_state_work_once_soon_and_in_the_browser_that_set_out() {
    let stage = Stage::with(json!({ "creates_users": true })).await;
    let departure = stage.depart(&stage.scene.stranger()).await;
    let cookie = cookie_of(&departure);
    let (code, state) = stage.came_back(&departure);
    let back = |state: &str| json!({ "state": state, "code": code });
    let bare = stage.scene.stranger().post(ARRIVAL, back(&state)).await;
    assert_eq!(refusal(&bare), (401, "sign-in-over"), "without the cookie");
    let other = stage.depart(&stage.scene.stranger()).await;
    let thief = stage.scene.stranger().with_header("cookie", &cookie_of(&other));
    let (_, other_state) = stage.came_back(&other);
    let stolen = thief.post(ARRIVAL, back(&state)).await;
    assert_eq!(refusal(&stolen), (401, "sign-in-over"), "another browser");
    let browser = stage.scene.stranger().with_header("cookie", &cookie);
    let spent = browser.post(ARRIVAL, back(&state)).await;
    assert_eq!(refusal(&spent), (401, "sign-in-over"), "a state is good once, whoever tries");
    // A code of somebody else's trip: its token has another nonce, and another verifier.
    let injected = thief.post(ARRIVAL, back(&other_state)).await;
    assert_eq!(refusal(&injected), (401, "provider-distrusted"));
    let whole = stage.depart(&stage.scene.stranger()).await;
    let browser = stage.scene.stranger().with_header("cookie", &cookie_of(&whole));
    let (code, state) = stage.came_back(&whole);
    let body = json!({ "state": state, "code": code });
    assert_eq!(browser.post(ARRIVAL, body.clone()).await.status, 200);
    assert_eq!(refusal(&browser.post(ARRIVAL, body).await), (401, "sign-in-over"), "replayed");
    let late = stage.depart(&stage.scene.stranger()).await;
    let browser = stage.scene.stranger().with_header("cookie", &cookie_of(&late));
    let (code, state) = stage.came_back(&late);
    stage.scene.clock.advance(Duration::from_secs(600));
    let answer = browser.post(ARRIVAL, json!({ "state": state, "code": code })).await;
    assert_eq!(refusal(&answer), (401, "sign-in-over"), "too late");
    let kept = stage.scene.into_bytes_on_disk().await;
    assert!(!kept.contains(&state), "hashes only");
}

#[tokio::test]
async fn replayed_code_is_refused_by_the_provider_and_so_by_us() {
    let stage = Stage::with(json!({ "creates_users": true })).await;
    let departure = stage.depart(&stage.scene.stranger()).await;
    let browser = stage.scene.stranger().with_header("cookie", &cookie_of(&departure));
    let (_, state) = stage.came_back(&departure);
    let answer = browser.post(ARRIVAL, json!({ "state": state, "code": "code-99" })).await;
    assert_eq!(refusal(&answer), (401, "provider-distrusted"));
    let fact = &stage.scene.facts("user.sign_in_refused").await[0];
    assert!(fact.detail["reason"]["provider"].as_str().unwrap().contains("invalid_grant"));
}

#[tokio::test]
async fn who_turns_back_at_the_provider_is_told_so() {
    let stage = Stage::with(json!({})).await;
    for (error, said) in [("access_denied", "access_denied"), ("<b>x", "an error that cannot")] {
        let departure = stage.depart(&stage.scene.stranger()).await;
        let browser = stage.scene.stranger().with_header("cookie", &cookie_of(&departure));
        let (_, state) = stage.came_back(&departure);
        let body = json!({ "state": state, "error": error });
        let answer = browser.post(ARRIVAL, body).await;
        assert_eq!(refusal(&answer), (401, "provider-declined"));
        assert!(answer.json.to_string().contains(said), "{:?}", answer.json);
    }
    let departure = stage.depart(&stage.scene.stranger()).await;
    let browser = stage.scene.stranger().with_header("cookie", &cookie_of(&departure));
    let (code, state) = stage.came_back(&departure);
    let body = json!({ "state": state, "code": code, "iss": "https://mixed.example.org" });
    assert_eq!(refusal(&browser.post(ARRIVAL, body).await), (401, "provider-distrusted"));
}

#[tokio::test]
async fn domains_and_groups_say_who_is_let_in_and_where_they_belong() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let group =
        |name: &str| mara.post("/api/v1/groups", json!({ "name": name, "description": "" }));
    let (ops, dba) = (id_of(&group("ops").await), id_of(&group("dba").await));
    ready(&scene.access);
    let now_s = scene.clock.now().micros() / 1_000_000;
    let provider = Provider::start(now_s).await;
    let memberships =
        json!([{ "group": "ops", "group_id": ops }, { "group": "dba", "group_id": dba }]);
    let more = json!({ "creates_users": true, "mail_domains": ["Gov.Example"],
        "groups": ["staff"], "memberships": memberships });
    let body = json!({ "label": "SSO", "settings": settings(&provider, more),
        "client_secret": CLIENT_SECRET });
    let id = id_of(&mara.post("/api/v1/providers", body).await);
    let stage = Stage { scene, provider, mara, id };
    stage.misbehave(|it| it.claims = object(json!({ "preferred_username": "lin" })));
    let reason = async |stage: &Stage| {
        assert_eq!(refusal(&stage.sign_in().await), (403, "not-welcome"));
        stage.scene.facts("user.sign_in_refused").await.last().unwrap().detail["reason"].clone()
    };
    stage.misbehave(|it| it.userinfo = object(json!({ "sub": "s-1" })));
    assert_eq!(reason(&stage).await["unwelcome"], "mail_domain");
    stage.claim("email", json!("lin@gov.example"));
    assert_eq!(reason(&stage).await["unwelcome"], "mail_domain", "nobody has verified it");
    stage.claim("email_verified", json!(true));
    assert_eq!(reason(&stage).await["unwelcome"], "group");
    // A provider that keeps its tokens small says it only when asked.
    let groups = json!({ "sub": "s-1", "groups": ["staff", "ops"] });
    stage.misbehave(|it| it.userinfo = object(groups));
    let first = stage.sign_in().await;
    assert_eq!(first.status, 200, "{:?}", first.json);
    let members = async |id: &str| {
        let all = stage.mara.get(&format!("/api/v1/groups/{id}/members")).await.json;
        all["items"].as_array().unwrap().len()
    };
    assert_eq!((members(&ops).await, members(&dba).await), (1, 0));
    let groups = json!({ "sub": "s-1", "groups": ["staff", "dba"] });
    stage.misbehave(|it| it.userinfo = object(groups));
    assert_eq!(stage.sign_in().await.status, 200);
    assert_eq!((members(&ops).await, members(&dba).await), (0, 1));
    let elsewhere = json!({ "sub": "s-2", "groups": ["staff", "ops"] });
    stage.misbehave(|it| it.userinfo = object(elsewhere));
    assert_eq!(refusal(&stage.sign_in().await), (401, "provider-distrusted"), "somebody else's");
}

#[tokio::test]
async fn signed_in_user_links_their_account_and_nobody_elses() {
    let stage = Stage::with(json!({})).await;
    let wei = stage.scene.signed_in("wei").await;
    let path = format!("/api/v1/profile/identities/{}", stage.id);
    let departure = wei.post(&path, json!({})).await;
    assert_eq!(departure.status, 200, "{:?}", departure.json);
    let trip = cookie_of(&departure);
    let (code, state) = stage.came_back(&departure);
    let back = json!({ "state": state, "code": code });
    let stranger = stage.scene.stranger().with_header("cookie", &trip);
    let alone = stranger.post(ARRIVAL, back).await;
    assert_eq!(refusal(&alone), (401, "sign-in-over"), "not without the session");
    let link = async |name: &str| {
        let signed_in = stage.scene.try_sign_in(name, PASSWORD).await;
        let browser = stage.scene.browser(&signed_in);
        let departure = browser.post(&path, json!({})).await;
        let both = format!("{}; {}", cookie_of(&signed_in), cookie_of(&departure));
        let (code, state) = stage.came_back(&departure);
        let browser = stage
            .scene
            .stranger()
            .with_header("cookie", &both)
            .with_header("x-csrf-token", signed_in.json["csrf_token"].as_str().unwrap());
        browser.post(ARRIVAL, json!({ "state": state, "code": code })).await
    };
    assert_eq!(link("wei").await.status, 204);
    assert_eq!(refusal(&link("mara").await), (409, "identity-taken"));
    let signed_in = stage.sign_in().await;
    assert_eq!(signed_in.json["user"]["name"], "wei");
    let query = format!("authority={}&subject=s-1", stage.provider.issuer);
    let own = format!("/api/v1/profile/identities?{query}");
    assert_eq!(wei.delete(&own, None).await.status, 204);
    assert_eq!(refusal(&stage.sign_in().await), (403, "not-welcome"));
    assert_eq!(stage.scene.facts("user.unlinked").await.len(), 1);
}

#[tokio::test]
async fn provider_is_not_reached_where_the_guard_says_no_and_its_page_is_ours() {
    let scene = Scene::staffed().await;
    let guard = OutboundGuard { loopback: Reach::Refused, ..OutboundGuard::default() };
    let outgoing = Outgoing::new(Arc::new(guard), Duration::from_secs(2), 1024);
    scene.access.learn_outgoing(outgoing);
    scene.access.apply_address(Some(ADDRESS.to_owned()));
    let provider = Provider::start(0).await;
    let mara = scene.signed_in("mara").await;
    let body = json!({ "label": "SSO", "settings": settings(&provider, json!({})) });
    let id = id_of(&mara.post("/api/v1/providers", body).await);
    let test = mara.post(&format!("/api/v1/providers/{id}/test"), json!({})).await;
    assert_eq!(refusal(&test), (409, "provider-unusable"));
    assert!(test.json.to_string().contains("loopback"), "{:?}", test.json);
    let departure = format!("/api/v1/session/ways/{id}");
    let elsewhere = scene.stranger().with_header("origin", "https://10.0.0.7");
    let answer = elsewhere.post(&departure, json!({})).await;
    assert_eq!(refusal(&answer), (409, "wrong-address"));
}

#[tokio::test]
async fn second_factor_is_asked_for_after_a_provider_too() {
    let stage = Stage::with(json!({ "links_by_name": true })).await;
    stage.claim("preferred_username", json!("wei"));
    assert_eq!(stage.sign_in().await.status, 200);
    let wei = stage.scene.signed_in("wei").await;
    let begun = wei.post("/api/v1/profile/totp", json!({ "password": PASSWORD })).await;
    let secret = begun.json["secret"].as_str().unwrap();
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now_s = u64::try_from(stage.scene.clock.now().micros() / 1_000_000).unwrap();
    let code = totp.generate(now_s).to_string();
    let confirmed = wei.post("/api/v1/profile/totp/confirm", json!({ "code": code })).await;
    assert_eq!(confirmed.status, 200, "{:?}", confirmed.json);
    let first = stage.sign_in().await;
    assert_eq!(first.status, 202, "{:?}", first.json);
    assert!(first.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn wrong_settings_are_named_and_secrets_stay_with_their_issuer() {
    let stage = Stage::with(json!({})).await;
    let body = json!({ "label": "", "settings": { "issuer": "http://sso.example.org" } });
    let refused = stage.mara.post("/api/v1/providers", body).await;
    let fields: Vec<&str> = refused.json["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["issuer", "client_id", "label"]);
    let path = format!("/api/v1/providers/{}", stage.id);
    let other = json!({ "label": "SSO",
        "settings": { "issuer": "https://other.example.org", "client_id": CLIENT_ID } });
    let moved = stage.mara.send("PUT", &path, Some(other.to_string()), Some(1)).await;
    assert_eq!(moved.json["fields"][0]["field"], "client_secret", "{:?}", moved.json);
    assert_eq!(stage.mara.delete(&path, None).await.status, 204);
    assert_eq!(stage.mara.get(&path).await.status, 404);
    let verbs = stage.scene.verbs().await;
    assert_eq!(verbs.last().unwrap(), "provider.removed");
}

/// Once two buttons on the page for signing in said the same.
#[tokio::test]
async fn two_providers_are_not_called_the_same() {
    let stage = Stage::with(json!({})).await;
    let plain = settings(&stage.provider, json!({}));
    let body = |label: &str| json!({ "label": label, "settings": plain });
    for label in ["统一认证", " 统一认证 "] {
        let answer = stage.mara.post("/api/v1/providers", body(label)).await;
        assert_eq!(refusal(&answer), (400, "invalid"));
        let fault = &answer.json["fields"][0];
        assert_eq!((&fault["field"], &fault["found"]), (&json!("label"), &json!(label)));
    }
    let other = id_of(&stage.mara.post("/api/v1/providers", body("Keycloak")).await);
    let taken = stage.mara.post("/api/v1/providers", body("KEYCLOAK")).await;
    assert_eq!(taken.json["fields"][0]["field"], "label", "in any case");
    let path = format!("/api/v1/providers/{other}");
    let renamed = stage.mara.send("PUT", &path, Some(body("统一认证").to_string()), Some(1)).await;
    assert_eq!(renamed.json["fields"][0]["field"], "label", "{:?}", renamed.json);
    let own = stage.mara.send("PUT", &path, Some(body("keycloak").to_string()), Some(1)).await;
    assert_eq!(own.status, 200, "its own it may keep: {:?}", own.json);
}
