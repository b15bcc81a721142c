use std::{collections::HashSet, sync::Arc};

use directory::{
    AttributeNames, PlainSecrets, Source, SourceSettings, SourceSignIn, Sources, SyncMode,
};
use http_kit::guard::OutboundGuard;
use kernel::Caller;
use ldap3::Mod;
use serde_json::json;

use crate::{
    ldap_relay::{BIND, Relay, SEARCH},
    leavers::look,
    scene::{PASSWORD, Scene, own_id, refusal},
    slapd::{Slapd, people},
};

const SECRET: &str = "Heron-marsh-41 鹭";

/// A scene with a directory of others by which people sign in; u101 and u102 have passwords there.
struct Stage {
    scene: Scene,
    slapd: Option<Slapd>,
    sources: Sources,
    source: Source,
}

fn on() -> SourceSignIn {
    SourceSignIn { enabled: true, creates_users: true, ..SourceSignIn::default() }
}

fn set(value: &str) -> HashSet<String> {
    HashSet::from([value.to_owned()])
}

fn dn(name: &str) -> String {
    format!("uid={name},ou=people,dc=example")
}

impl Stage {
    /// None where slapd is not installed.
    async fn with(sign_in: SourceSignIn) -> Option<Self> {
        let slapd = Slapd::start(&people(101..=103)).await?;
        let mut admin = slapd.admin().await;
        for name in ["u101", "u102"] {
            let change = vec![Mod::Replace("userPassword".to_owned(), set(SECRET))];
            admin.modify(&dn(name), change).await.unwrap().success().unwrap();
        }
        let scene = Scene::staffed().await;
        let secrets = Arc::new(PlainSecrets { folder: scene.keys.path().join("secrets") });
        let sources = Sources::new(scene.directory.clone(), secrets, OutboundGuard::default());
        scene.access.learn_sources(sources.clone());
        let settings = SourceSettings {
            url: format!("ldaps://127.0.0.1:{}", slapd.tls_port),
            ca_pem: slapd.certificate.authority_pem.clone(),
            base: "ou=people,dc=example".to_owned(),
            leavers_percent_max: 100,
            ..SourceSettings::default()
        };
        let caller = Caller::system("test");
        let source = sources.create(&caller, "AD", settings).await.unwrap();
        let source = sources.change_sign_in(&caller, source.id, 1, sign_in).await.unwrap();
        Some(Self { scene, slapd: Some(slapd), sources, source })
    }

    async fn change(&self, name: &str, attribute: &str, value: &str) {
        let mut admin = self.slapd.as_ref().unwrap().admin().await;
        let change = vec![Mod::Replace(attribute.to_owned(), set(value))];
        admin.modify(&dn(name), change).await.unwrap().success().unwrap();
    }

    async fn code(&self, name: &str, password: &str) -> u16 {
        self.scene.try_sign_in(name, password).await.status.as_u16()
    }
}

#[tokio::test]
async fn person_signs_in_by_their_directory_and_is_the_same_one_when_renamed() {
    let Some(stage) = Stage::with(on()).await else { return };
    let first = stage.scene.signed_in_with("u101", SECRET).await;
    let id = own_id(&first).await;
    assert_eq!(first.get("/api/v1/session").await.json["user"]["display_name"], "Person 101");
    let mut admin = stage.slapd.as_ref().unwrap().admin().await;
    admin.modifydn(&dn("u101"), "uid=renamed", true, None).await.unwrap().success().unwrap();
    let again = stage.scene.signed_in_with("renamed", SECRET).await;
    assert_eq!(own_id(&again).await, id, "known by what stays the same");
    assert_eq!(stage.scene.facts("user.linked").await.len(), 1);
    let signed_in = stage.scene.facts("user.signed_in").await;
    assert_eq!(signed_in.last().unwrap().detail["vouched_by"], "AD");
    assert_eq!(
        stage.scene.facts("user.created").await.last().unwrap().actor.name,
        "access.sign-in"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn person_who_signs_in_twice_at_once_is_one_user() {
    let Some(stage) = Stage::with(on()).await else { return };
    let (one, two, three) = tokio::join!(
        stage.scene.try_sign_in("u101", SECRET),
        stage.scene.try_sign_in("u101", SECRET),
        stage.scene.try_sign_in("u101", SECRET),
    );
    for answer in [one, two, three] {
        assert_eq!(answer.status, 200, "{:?}", answer.json);
    }
    assert_eq!(stage.scene.facts("user.linked").await.len(), 1);
}

#[tokio::test]
async fn wrong_and_empty_passwords_and_signs_of_filters_let_nobody_in() {
    let Some(stage) = Stage::with(on()).await else { return };
    for (name, password) in [
        ("u101", "not this one"),
        ("u101", ""),
        ("u103", ""),
        ("*", SECRET),
        ("u10*", SECRET),
        ("u101)(uid=*", SECRET),
        ("u101)(|(uid=*", SECRET),
        ("u101\u{0}", SECRET),
        ("nobody", SECRET),
    ] {
        assert_eq!(stage.code(name, password).await, 401, "{name:?}");
    }
    assert_eq!(stage.code("u101", SECRET).await, 200, "and that forgives the failures");
    for _ in 0..5 {
        assert_eq!(stage.code("u102", "not this one").await, 401);
    }
    let locked = stage.scene.try_sign_in("u102", SECRET).await;
    assert_eq!(refusal(&locked), (429, "locked-out"), "as with passwords that are kept here");
}

#[tokio::test]
async fn password_of_our_own_is_not_sent_elsewhere_and_names_do_not_link() {
    let Some(stage) = Stage::with(on()).await else { return };
    stage.scene.add("u101", "viewer").await;
    assert_eq!(stage.code("u101", PASSWORD).await, 200);
    assert_eq!(stage.code("u101", SECRET).await, 401, "another person of the same name");
    let caller = Caller::system("test");
    let by_name = SourceSignIn { links_by_name: true, creates_users: false, ..on() };
    let version = stage.source.version;
    stage.sources.change_sign_in(&caller, stage.source.id, version, by_name).await.unwrap();
    assert_eq!(stage.code("u101", SECRET).await, 401, "a password here goes first");
    let refused = stage.scene.try_sign_in("u102", SECRET).await;
    assert_eq!(refusal(&refused), (403, "not-welcome"), "nobody of that name");
    let fact = &stage.scene.facts("user.sign_in_refused").await[0];
    assert_eq!(fact.detail["authority_label"], "AD");
}

/// Once only names that had no password here were asked about elsewhere: how long the answer took
/// told who had one.
#[tokio::test]
async fn every_wrong_password_is_as_much_work() {
    let Some(stage) = Stage::with(on()).await else { return };
    let relay = Relay::before(stage.slapd.as_ref().unwrap().port).await;
    let settings = SourceSettings {
        url: relay.url.clone(),
        ca_pem: relay.ca_pem.clone(),
        ..stage.source.settings.clone()
    };
    let (caller, source) = (Caller::system("test"), &stage.source);
    stage.sources.change(&caller, source.id, source.version, "AD", settings).await.unwrap();
    stage.scene.add("u102", "viewer").await;
    assert_eq!(stage.code("u101", SECRET).await, 200, "{:?}", relay.asked());
    let mut admin = stage.slapd.as_ref().unwrap().admin().await;
    let class = vec![Mod::Add("objectClass".to_owned(), set("adAccount"))];
    admin.modify(&dn("u103"), class).await.unwrap().success().unwrap();
    stage.change("u103", "userAccountControl", "514").await;
    relay.asked();
    for (who, name) in [
        ("nobody anywhere", "nobody"),
        ("has a password here", "wei"),
        ("has one here, and another person there has the name", "u102"),
        ("signs in there", "u101"),
        ("is disabled there", "u103"),
        ("cannot be looked for as it is", "u10*"),
    ] {
        assert_eq!(stage.code(name, "not this one").await, 401, "{who}");
        assert_eq!(relay.asked(), [SEARCH, BIND], "{who}");
    }
    for name in ["wei", "nobody"] {
        assert_eq!(stage.code(name, "").await, 401);
        assert!(relay.asked().is_empty(), "nothing can be proved without a password");
    }
    assert_eq!(stage.code("wei", PASSWORD).await, 200);
    assert!(relay.asked().is_empty(), "a password of our own goes nowhere");
}

#[tokio::test]
async fn disabled_account_and_whoever_has_left_are_refused() {
    let Some(stage) = Stage::with(on()).await else { return };
    stage.change("u101", "objectClass", "inetOrgPerson").await;
    let mut admin = stage.slapd.as_ref().unwrap().admin().await;
    let class = vec![Mod::Add("objectClass".to_owned(), set("adAccount"))];
    admin.modify(&dn("u101"), class).await.unwrap().success().unwrap();
    stage.change("u101", "userAccountControl", "514").await;
    assert_eq!(stage.code("u101", SECRET).await, 401);
    stage.change("u101", "userAccountControl", "512").await;
    assert_eq!(stage.code("u101", SECRET).await, 200);
    let caller = Caller::system("test");
    let report = stage.sources.sync(&caller, stage.source.id, SyncMode::Apply).await.unwrap();
    assert_eq!(report.created, 3, "{report:?}");
    let two = stage.scene.signed_in_with("u102", SECRET).await;
    let person = two.get("/api/v1/session").await.json["user"]["person_id"].clone();
    assert!(person.is_string(), "the person whom they were taken over as");
    let path = format!("/api/v1/people/{}/leave", person.as_str().unwrap());
    stage.scene.clock.advance(std::time::Duration::from_secs(60));
    let left = stage.scene.directory_client().send("POST", &path, Some("{}".into()), Some(1)).await;
    assert!(left.status.is_success(), "{:?}", left.json);
    assert_eq!(stage.code("u102", SECRET).await, 401);
}

/// Once they had an account for good: no reading of the directory ever told who that was.
#[tokio::test]
async fn who_came_before_the_directory_was_read_leaves_with_their_entry() {
    let Some(stage) = Stage::with(on()).await else { return };
    let caller = Caller::system("test");
    let in_session = async |client: &testkit::Client| {
        let session = client.get("/api/v1/session").await;
        (session.status.as_u16(), session.json["user"]["person_id"].is_string())
    };
    stage.change("u103", "userPassword", SECRET).await;
    let one = stage.scene.signed_in_with("u101", SECRET).await;
    let two = stage.scene.signed_in_with("u102", SECRET).await;
    let three = stage.scene.signed_in_with("u103", SECRET).await;
    // Who lacks a number is never taken as a person.
    let mut admin = stage.slapd.as_ref().unwrap().admin().await;
    let lacks = vec![Mod::Delete("employeeNumber".to_owned(), HashSet::new())];
    admin.modify(&dn("u102"), lacks).await.unwrap().success().unwrap();
    stage.scene.clock.advance(std::time::Duration::from_secs(60));
    let report = stage.sources.sync(&caller, stage.source.id, SyncMode::Apply).await.unwrap();
    assert_eq!(report.created, 2, "{report:?}");
    assert_eq!(look(&stage.scene).await, None);
    let again = stage.scene.signed_in_with("u103", SECRET).await;
    assert_eq!(in_session(&again).await, (200, true), "tied to the person since");
    assert_eq!(in_session(&one).await, (200, false));
    assert_eq!(in_session(&two).await, (200, false));
    for name in ["u101", "u102", "u103"] {
        admin.delete(&dn(name)).await.unwrap().success().unwrap();
    }
    stage.scene.clock.advance(std::time::Duration::from_secs(60));
    let report = stage.sources.sync(&caller, stage.source.id, SyncMode::Apply).await.unwrap();
    assert_eq!((report.left, report.failure), (2, None));
    assert_eq!(look(&stage.scene).await, None);
    for client in [&one, &two, &three, &again] {
        assert_eq!(in_session(client).await.0, 401);
    }
}

#[tokio::test]
async fn directory_that_is_away_keeps_only_its_own_people_out() {
    let Some(mut stage) = Stage::with(on()).await else { return };
    assert_eq!(stage.code("u101", SECRET).await, 200);
    stage.slapd = None;
    for _ in 0..6 {
        let away = stage.scene.try_sign_in("u101", SECRET).await;
        assert_eq!(refusal(&away), (503, "directory-away"), "and it does not count");
        assert!(!away.json.to_string().contains("127.0.0.1"), "{:?}", away.json);
    }
    for name in ["nobody", "wei"] {
        let away = stage.scene.try_sign_in(name, "not this one").await;
        assert_eq!(refusal(&away), (503, "directory-away"), "{name} is told the same");
    }
    assert_eq!(stage.code("wei", PASSWORD).await, 200);
}

#[tokio::test]
async fn directory_is_asked_again_before_a_second_factor_and_changes_no_password() {
    let Some(stage) = Stage::with(on()).await else { return };
    let one = stage.scene.signed_in_with("u101", SECRET).await;
    let totp = "/api/v1/profile/totp";
    let wrong = one.post(totp, json!({ "password": "not this one" })).await;
    assert_eq!(wrong.json["fields"][0]["field"], "password");
    // The same password of somebody else proves nothing.
    let mut admin = stage.slapd.as_ref().unwrap().admin().await;
    admin.modifydn(&dn("u101"), "uid=other", true, None).await.unwrap().success().unwrap();
    admin.modifydn(&dn("u102"), "uid=u101", true, None).await.unwrap().success().unwrap();
    let others = one.post(totp, json!({ "password": SECRET })).await;
    assert_eq!(others.json["fields"][0]["field"], "password", "{:?}", others.json);
    let again = stage.scene.signed_in_with("other", SECRET).await;
    let begun = again.post(totp, json!({ "password": SECRET })).await;
    assert_eq!(begun.status, 200, "{:?}", begun.json);
    let change = json!({ "current": SECRET, "new": PASSWORD });
    let refused = again.post("/api/v1/profile/password", change).await;
    assert_eq!(refusal(&refused), (409, "no-own-password"));
}

#[tokio::test]
async fn sign_in_is_another_ones_business_than_where_people_come_from() {
    let Some(stage) = Stage::with(on()).await else { return };
    let grant = kernel::Grant::everywhere(&["directory.read", "directory.change"]).unwrap();
    let system = Caller { grant, ..Caller::system("sys") };
    let (sources, id, off) = (&stage.sources, stage.source.id, SourceSignIn::default());
    let refused = sources.change_sign_in(&system, id, 2, off).await.unwrap_err();
    assert_eq!(kernel::Fault::from(refused).lacking(), Some("provider.change"));
    let slower = SourceSettings { interval_s: 600, ..stage.source.settings.clone() };
    let kept = sources.change(&system, id, 2, "AD", slower.clone()).await.unwrap();
    assert!(kept.settings.sign_in.enabled, "where it leads is the same");
    let elsewhere =
        SourceSettings { url: "ldaps://elsewhere.example.org".to_owned(), ..slower.clone() };
    let moved = sources.change(&system, id, 3, "AD", elsewhere).await.unwrap();
    assert!(!moved.settings.sign_in.enabled);
    // By its number an entry becomes one of our people.
    sources.change_sign_in(&Caller::system("test"), id, 4, on()).await.unwrap();
    let attributes = AttributeNames { number: "title".to_owned(), ..AttributeNames::default() };
    let renumbered = SourceSettings { attributes, ..slower };
    let kept = sources.change(&system, id, 5, "AD", renumbered).await.unwrap();
    assert!(!kept.settings.sign_in.enabled);
    assert_eq!(stage.code("u101", SECRET).await, 401, "nobody is asked");
}
