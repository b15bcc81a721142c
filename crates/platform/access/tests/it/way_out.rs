use std::collections::HashMap;

use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    oidc_provider::{Answers, CLIENT_ID},
    providers::Stage,
};

const SESSION: &str = "/api/v1/session";

/// A provider that is to be signed out of, and has this page for it.
async fn stage(endpoint: Option<&str>) -> Stage {
    let stage = Stage::with(json!({ "creates_users": true, "ends_session": true })).await;
    let issuer = stage.provider.issuer.clone();
    let endpoint = endpoint.map(|path| match path.strip_prefix('/') {
        Some(_) => format!("{issuer}{path}"),
        None => path.to_owned(),
    });
    stage.provider.manners().end_session_endpoint = endpoint;
    stage
}

async fn sign_out(stage: &Stage) -> (Client, Answer) {
    let signed_in = stage.sign_in().await;
    assert_eq!(signed_in.status, 200, "{:?}", signed_in.json);
    let browser = stage.scene.browser(&signed_in);
    let answer = browser.delete(SESSION, None).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("Max-Age=0"), "{cookie}");
    (browser, answer)
}

/// Once whoever signed out was signed in again by the next click on the provider's button.
#[tokio::test]
async fn signing_out_leads_to_the_providers_own_page() {
    let stage = stage(Some("/logout?kc=1")).await;
    let (browser, answer) = sign_out(&stage).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    let url = url::Url::parse(answer.json["url"].as_str().unwrap()).unwrap();
    assert_eq!(url.path(), "/realms/gov/logout");
    let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
    let expected = [
        ("kc", "1"),
        ("client_id", CLIENT_ID),
        ("logout_hint", "lin"),
        ("post_logout_redirect_uri", "https://ops.example.org/sign-in"),
    ];
    assert_eq!(asked, HashMap::from(expected.map(|(name, value)| (name.into(), value.into()))));
    assert_eq!(browser.get(SESSION).await.status, 401, "here it is over at once");
    assert_eq!(stage.scene.verbs().await.last().unwrap(), "user.signed_out");
    let seen = stage.mara.get(&format!("/api/v1/providers/{}", stage.id)).await.json;
    assert_eq!(seen["post_logout_redirect_uri"], "https://ops.example.org/sign-in");
    let test = stage.mara.post(&format!("/api/v1/providers/{}/test", stage.id), json!({})).await;
    assert!(test.json["end_session_endpoint"].as_str().unwrap().ends_with("/logout?kc=1"));
}

#[tokio::test]
async fn signing_out_goes_nowhere_else() {
    // A provider without such a page, and pages that are none.
    for endpoint in [None, Some("javascript:alert(1)"), Some("http://sso.example.org/logout")] {
        let stage = stage(endpoint).await;
        let (browser, answer) = sign_out(&stage).await;
        assert_eq!((answer.status.as_u16(), &answer.json), (204, &Value::Null), "{endpoint:?}");
        assert_eq!(browser.get(SESSION).await.status, 401);
    }
    // Where nobody asked for it, and for who came by a password.
    let stage = Stage::with(json!({ "creates_users": true })).await;
    let issuer = stage.provider.issuer.clone();
    stage.provider.manners().end_session_endpoint = Some(format!("{issuer}/logout"));
    assert_eq!(sign_out(&stage).await.1.status, 204);
    let wei = stage.scene.signed_in("wei").await;
    assert_eq!(wei.delete(SESSION, None).await.status, 204);
}

#[tokio::test]
async fn provider_that_is_away_keeps_nobody_signed_in() {
    let stage = stage(Some("/logout")).await;
    let signed_in = stage.sign_in().await;
    let browser = stage.scene.browser(&signed_in);
    stage.provider.manners().discovery = Answers::Never;
    stage.scene.clock.advance(std::time::Duration::from_secs(601));
    assert_eq!(browser.delete(SESSION, None).await.status, 204);
    assert_eq!(browser.get(SESSION).await.status, 401);
}
