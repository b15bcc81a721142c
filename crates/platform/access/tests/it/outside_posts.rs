use std::{collections::HashSet, sync::Arc, time::Duration};

use directory::{
    DirectoryError, GroupPost, PlainSecrets, Source, SourcePosts, SourceSettings, Sources,
    SyncMode, SyncReport,
};
use http_kit::guard::OutboundGuard;
use kernel::{Caller, Clock as _, Grant, Held, Scope, Within};
use ldap3::Mod;
use serde_json::json;

use crate::{
    scene::{Scene, everything, id_of, refusal},
    slapd::{Slapd, people},
};

const STAFF: &str = "cn=staff,dc=example";

/// A directory of others whose group `staff` (u101, u102) is to fill the posts `duty` and `desk`;
/// u103 is appointed to `duty` here.
struct Stage {
    scene: Scene,
    slapd: Slapd,
    sources: Sources,
    source: Source,
    duty: String,
    desk: String,
}

impl Stage {
    /// None where slapd is not installed.
    async fn set() -> Option<Self> {
        let mut ldif = people(101..=103);
        ldif.push_str(&format!("dn: {STAFF}\nobjectClass: groupOfNames\ncn: staff\n"));
        for name in ["u101", "u102"] {
            ldif.push_str(&format!("member: uid={name},ou=people,dc=example\n"));
        }
        ldif.push('\n');
        let slapd = Slapd::start(&ldif).await?;
        let scene = Scene::staffed().await;
        let secrets = PlainSecrets { folder: scene.keys.path().join("secrets") };
        let (directory, guard) = (scene.directory.clone(), OutboundGuard::default());
        let sources = Sources::new(directory, Arc::new(secrets), guard);
        let caller = Caller::system("test");
        let plain = settings(&slapd, Vec::new());
        let source = sources.create(&caller, "AD", plain).await.unwrap();
        sources.sync(&caller, source.id, SyncMode::Apply).await.unwrap();
        let hr = scene.directory_client();
        let body = json!({ "code": "A", "name": { "en": "A", "zh": "" } });
        let unit = id_of(&hr.post("/api/v1/units", body).await);
        let mut posts = Vec::new();
        for code in ["duty", "desk"] {
            let body = json!({ "code": code, "title": { "en": code, "zh": "" }, "unit_id": unit });
            posts.push(id_of(&hr.post("/api/v1/posts", body).await));
        }
        let person = hr.get("/api/v1/people?number=0103").await.json["items"][0]["id"].clone();
        let body = json!({ "post_id": posts[0], "person_id": person });
        assert!(hr.post("/api/v1/holdings", body).await.status.is_success());
        let mara = scene.signed_in("mara").await;
        for (post, role) in posts.iter().zip(["audit-administrator", "operator"]) {
            let given = scene.grant(&mara, ("post", post.as_str()), role, everything()).await;
            assert_eq!(given.status, 201, "{:?}", given.json);
        }
        scene.clock.advance(Duration::from_secs(60));
        let mapped = ["duty", "desk"]
            .map(|post| GroupPost { group: STAFF.to_owned(), post: post.to_owned() });
        let mapped = settings(&slapd, mapped.to_vec());
        let source = sources.change(&caller, source.id, 1, "AD", mapped).await.unwrap();
        let (duty, desk) = (posts[0].clone(), posts[1].clone());
        Some(Self { scene, slapd, sources, source, duty, desk })
    }

    async fn run(&self, mode: SyncMode) -> SyncReport {
        self.scene.clock.advance(Duration::from_secs(60));
        let caller = Caller::system("test");
        let report = self.sources.sync(&caller, self.source.id, mode).await.unwrap();
        assert_eq!(report.failure, None);
        report
    }

    /// The numbers of who holds `duty`, and of who holds `desk`.
    async fn holders(&self) -> [Vec<String>; 2] {
        let mut all = [Vec::new(), Vec::new()];
        for (post, numbers) in [&self.duty, &self.desk].into_iter().zip(&mut all) {
            let (post, now) = (post.parse().unwrap(), self.scene.clock.now());
            for holding in self.scene.directory.holders(post, now).await.unwrap() {
                let person = self.scene.directory.person(holding.state.person).await.unwrap();
                numbers.push(person.unwrap().state.number);
            }
            numbers.sort();
        }
        all
    }

    async fn facts(&self) -> usize {
        let verbs = self.scene.verbs().await;
        verbs.iter().filter(|verb| *verb == "holding.refused").count()
    }
}

fn settings(slapd: &Slapd, posts: Vec<GroupPost>) -> SourceSettings {
    SourceSettings {
        url: format!("ldap://127.0.0.1:{}", slapd.port),
        base: "ou=people,dc=example".to_owned(),
        leavers_percent_max: 100,
        posts,
        ..SourceSettings::default()
    }
}

fn dn(name: &str) -> String {
    format!("uid={name},ou=people,dc=example")
}

#[tokio::test]
async fn group_fills_no_post_that_carries_a_duty_and_without_leave_none_with_roles() {
    let Some(stage) = Stage::set().await else { return };
    for mode in [SyncMode::DryRun, SyncMode::Apply, SyncMode::Apply] {
        let report = stage.run(mode).await;
        assert_eq!((report.read, report.holdings, report.problems_total), (3, 0, 5), "{mode:?}");
        for (name, said) in [
            ("u101", "`duty` (duty) carries a role with one of the three"),
            ("u102", "roles are granted to the post `desk`"),
            ("u103", "is not in the group that is to fill the post `duty`"),
        ] {
            let mut of_entry = report.problems.iter().filter(|one| one.dn == dn(name));
            assert!(of_entry.any(|one| one.text.en.contains(said)), "{name}: {report:?}");
        }
        assert_eq!(stage.holders().await, [vec!["0103".to_owned()], Vec::new()]);
        // Told once, and by a trial not at all.
        assert_eq!(stage.facts().await, if mode == SyncMode::DryRun { 0 } else { 4 });
    }
    let (console, allowed) = (Caller::console(), SourcePosts { granted: true });
    stage.sources.change_posts(&console, stage.source.id, 2, allowed).await.unwrap();
    let report = stage.run(SyncMode::Apply).await;
    assert_eq!((report.holdings, report.problems_total), (2, 3), "{report:?}");
    let desk = || vec!["0101".to_owned(), "0102".to_owned()];
    assert_eq!(stage.holders().await, [vec!["0103".to_owned()], desk()]);
    assert_eq!(stage.facts().await, 4);
    // Who is no longer in the group loses the one, and would have lost nothing of the other.
    let mut admin = stage.slapd.admin().await;
    let gone = vec![Mod::Delete("member".to_owned(), HashSet::from([dn("u102")]))];
    admin.modify(STAFF, gone).await.unwrap().success().unwrap();
    let report = stage.run(SyncMode::Apply).await;
    assert_eq!((report.holdings, report.problems_total), (1, 2), "{report:?}");
    assert_eq!(stage.holders().await, [vec!["0103".to_owned()], vec!["0101".to_owned()]]);
    // Back again, it is news.
    let back = vec![Mod::Add("member".to_owned(), HashSet::from([dn("u102")]))];
    admin.modify(STAFF, back).await.unwrap().success().unwrap();
    stage.run(SyncMode::Apply).await;
    assert_eq!(stage.facts().await, 5);
}

#[tokio::test]
async fn who_runs_the_system_neither_allows_it_nor_leads_an_allowed_source_elsewhere() {
    let Some(stage) = Stage::set().await else { return };
    let grant = Grant::everywhere(&["directory.read", "directory.change"]).unwrap();
    let sys = Caller { grant, ..Caller::console() };
    let (id, allowed) = (stage.source.id, SourcePosts { granted: true });
    let refused = stage.sources.change_posts(&sys, id, 2, allowed).await.unwrap_err();
    assert_eq!(kernel::Fault::from(refused).lacking(), Some("provider.change"));
    let console = Caller::console();
    let stale = stage.sources.change_posts(&console, id, 1, allowed).await.unwrap_err();
    assert!(matches!(stale, DirectoryError::VersionDiffers { .. }), "{stale}");
    stage.sources.change_posts(&console, id, 2, allowed).await.unwrap();
    let same = stage.source.settings.clone();
    let later = SourceSettings { interval_s: 7200, ..same.clone() };
    let source = stage.sources.change(&sys, id, 3, "AD", later).await.unwrap();
    assert_eq!(source.posts, allowed, "where it leads is the same");
    let elsewhere = SourceSettings { base: "dc=elsewhere".to_owned(), ..same };
    let source = stage.sources.change(&sys, id, 4, "AD", elsewhere).await.unwrap();
    assert_eq!(source.posts, SourcePosts::default());
}

/// Whoever may change sources let one that was allowed to fill posts with roles fill any such post.
#[tokio::test]
async fn who_does_not_say_who_vouches_lets_a_source_fill_no_other_post_with_roles() {
    let Some(stage) = Stage::set().await else { return };
    let (system, id) = (Caller::system("test"), stage.source.id);
    let allowed = SourcePosts { granted: true };
    let version =
        stage.sources.change_posts(&system, id, stage.source.version, allowed).await.unwrap();
    let mut held = Held::default();
    for permission in ["directory.read", "directory.change"] {
        held.add(permission, Scope::Everywhere);
    }
    let clerk = Caller { grant: Grant::Held(Arc::new(held)), ..Caller::stranger() };
    let [duty, desk] =
        ["duty", "desk"].map(|post| GroupPost { group: STAFF.to_owned(), post: post.to_owned() });
    let fewer = settings(&stage.slapd, vec![duty.clone()]);
    let source = stage.sources.change(&clerk, id, version, "AD", fewer).await.unwrap();
    assert_eq!(source.posts, allowed, "what it fills no longer gives nobody anything");
    let more = settings(&stage.slapd, vec![duty, desk]);
    let source = stage.sources.change(&clerk, id, source.version, "AD", more).await.unwrap();
    assert_eq!(source.posts, SourcePosts::default());
}

/// Whoever may change posts put one with roles where such a source fills another.
#[tokio::test]
async fn who_does_not_say_who_vouches_leads_no_source_to_another_post() {
    let Some(stage) = Stage::set().await else { return };
    let path = format!("/api/v1/posts/{}", stage.desk);
    let all = stage.scene.directory_client();
    let unit = all.get(&path).await.json["unit_id"].as_str().unwrap().to_owned();
    let within = Within { units: [unit].into(), ..Within::default() };
    let hr = all.holding(&["directory.read", "directory.change"], &within);
    let rename = async |code: &str| {
        let version = hr.get(&path).await.json["version"].as_i64();
        let body = json!({ "code": code }).to_string();
        hr.send("PATCH", &path, Some(body), version).await
    };
    assert_eq!(rename("desk-2").await.status, 200, "no source may fill it");
    let (system, allowed) = (Caller::system("test"), SourcePosts { granted: true });
    let version = stage.source.version;
    stage.sources.change_posts(&system, stage.source.id, version, allowed).await.unwrap();
    let refused = rename("desk").await;
    assert_eq!(refusal(&refused), (403, "forbidden"), "{:?}", refused.json);
}
