use std::{collections::HashSet, sync::Arc};

use directory::{GroupPost, PlainSecrets, SourceSettings, Sources, SyncMode, SyncReport};
use http_kit::guard::{OutboundGuard, Reach};
use kernel::Caller;
use ldap3::Mod;
use serde_json::json;
use testkit::{Client, Shown};

use crate::{
    house::{House, all, fields, house, refusal},
    slapd::{ADMIN, PASSWORD, Slapd, people},
};

fn sources(house: &House) -> Sources {
    let folder = house.records.dir.path().join("secrets");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("ldap"), format!("{PASSWORD}\n")).unwrap();
    let secrets = Arc::new(PlainSecrets { folder });
    Sources::new(house.directory.clone(), secrets, OutboundGuard::default())
}

fn settings(slapd: &Slapd) -> SourceSettings {
    SourceSettings {
        url: format!("ldap://127.0.0.1:{}", slapd.port),
        base: "ou=people,dc=example".to_owned(),
        leavers_percent_max: 100,
        ..SourceSettings::default()
    }
}

async fn run(sources: &Sources, settings: SourceSettings, mode: SyncMode) -> SyncReport {
    let caller = Caller::system("test");
    let source = sources.create(&caller, "ldap", settings).await.unwrap();
    sources.sync(&caller, source.id, mode).await.unwrap()
}

#[tokio::test]
async fn people_are_taken_page_by_page_and_the_second_time_nothing_changes() {
    let Some(slapd) = Slapd::start(&people(1..=350)).await else { return };
    let house = house().await;
    house.unit("A", None).await;
    let sources = sources(&house);
    let caller = Caller::system("test");
    // The server gives no more than 100 entries at once.
    let settings = SourceSettings { page_size: 100, ..settings(&slapd) };
    let source = sources.create(&caller, "ldap", settings).await.unwrap();
    let dry = sources.sync(&caller, source.id, SyncMode::DryRun).await.unwrap();
    assert_eq!((dry.read, dry.created, dry.applied), (350, 350, false), "{:?}", dry.failure);
    assert_eq!(house.client.get("/api/v1/people").await.json["items"], json!([]));
    let done = sources.sync(&caller, source.id, SyncMode::Apply).await.unwrap();
    assert_eq!((done.created, done.applied, done.problems_total), (350, true, 0));
    let person = house.client.get("/api/v1/people?number=0001").await.json;
    assert_eq!(person["items"][0]["name"], "Person 1");
    assert_eq!(person["items"][0]["contacts"][0]["value"], "u1@example.gov.cn");
    assert!(person["items"][0]["unit_id"].is_string());
    let again = sources.sync(&caller, source.id, SyncMode::Apply).await.unwrap();
    assert_eq!((again.unchanged, again.created, again.changed, again.left), (350, 0, 0, 0));
}

#[tokio::test]
async fn renamed_missing_and_gone_people_are_told_apart() {
    let Some(slapd) = Slapd::start(&people(1..=5)).await else { return };
    let house = house().await;
    let unit = house.unit("A", None).await;
    let sources = sources(&house);
    let caller = Caller::system("test");
    let source = sources.create(&caller, "ldap", settings(&slapd)).await.unwrap();
    sources.sync(&caller, source.id, SyncMode::Apply).await.unwrap();
    let before = house.client.get("/api/v1/people?number=0003").await.json;
    let post = house.post("p", &unit, false).await;
    let five = house.client.get("/api/v1/people?number=0005").await.json["items"][0].clone();
    let holding = json!({"person_id": five["id"], "post_id": post.id});
    house.make("holdings", holding).await;

    let mut admin = slapd.admin().await;
    let set = |value: &str| HashSet::from([value.to_owned()]);
    let three = "uid=u3,ou=people,dc=example";
    admin.modifydn(three, "uid=renamed", true, None).await.unwrap().success().unwrap();
    let renamed = "uid=renamed,ou=people,dc=example";
    let mods = vec![
        Mod::Replace("cn".to_owned(), set("Somebody Else")),
        Mod::Replace("employeeNumber".to_owned(), set("9003")),
    ];
    admin.modify(renamed, mods).await.unwrap().success().unwrap();
    let four = "uid=u4,ou=people,dc=example";
    let mods = vec![Mod::Delete("employeeNumber".to_owned(), HashSet::new())];
    admin.modify(four, mods).await.unwrap().success().unwrap();
    admin.delete("uid=u5,ou=people,dc=example").await.unwrap().success().unwrap();

    house.clock.advance(std::time::Duration::from_secs(60));
    let report = sources.sync(&caller, source.id, SyncMode::Apply).await.unwrap();
    assert_eq!((report.changed, report.left, report.problems_total), (1, 1, 1), "{report:?}");
    assert_eq!(report.problems[0].dn, four);
    let changed = report.changes.iter().find(|change| change.what == "changed").unwrap();
    let values: Vec<_> =
        changed.values.iter().map(|one| (one.field.as_str(), &one.before, &one.after)).collect();
    let (names, numbers) =
        ([json!("Person 3"), json!("Somebody Else")], [json!("0003"), json!("9003")]);
    let expected = [("name", &names[0], &names[1]), ("number", &numbers[0], &numbers[1])];
    assert_eq!(values, expected);
    assert!(report.problems[0].text.en.contains("employeeNumber"));
    let after = house.client.get("/api/v1/people?number=9003").await.json;
    assert_eq!(after["items"][0]["id"], before["items"][0]["id"]);
    // Who left holds nothing more, and is still in the directory.
    let person = format!("/api/v1/people/{}", five["id"].as_str().unwrap());
    assert_ne!(house.client.get(&person).await.json["valid_to"], json!(null));
    assert_eq!(house.client.get("/api/v1/holdings").await.json["items"], json!([]));
    assert!(house.verbs().await.contains(&"person.left".to_owned()));
    // Whoever lacks an attribute has not left.
    assert_eq!(all(&house.client.get("/api/v1/people?q=Person+4").await.json, "number"), ["0004"]);
}

#[tokio::test]
async fn unit_that_is_not_here_is_a_problem_in_trials_and_runs() {
    let ldif = people(1..=2).replacen("departmentNumber: A", "departmentNumber: NOPE", 1);
    let Some(slapd) = Slapd::start(&ldif).await else { return };
    let house = house().await;
    house.unit("A", None).await;
    let sources = sources(&house);
    let caller = Caller::system("test");
    let source = sources.create(&caller, "ldap", settings(&slapd)).await.unwrap();
    for mode in [SyncMode::DryRun, SyncMode::Apply, SyncMode::Apply] {
        let report = sources.sync(&caller, source.id, mode).await.unwrap();
        let taken = report.created + report.unchanged;
        assert_eq!((taken, report.problems_total, &report.failure), (2, 1, &None), "{report:?}");
        assert_eq!(report.problems[0].dn, "uid=u1,ou=people,dc=example");
        let said = &report.problems[0].text.en;
        for part in ["`departmentNumber` is `NOPE`", "expected the code of a unit"] {
            assert!(said.contains(part), "{said}");
        }
    }
    let one = house.client.get("/api/v1/people?number=0001").await.json;
    assert!(one["items"][0]["unit_id"].is_null(), "{one}");
}

#[tokio::test]
async fn whoever_is_there_again_is_the_same_person() {
    let Some(slapd) = Slapd::start(&people(1..=2)).await else { return };
    let house = house().await;
    let sources = sources(&house);
    let caller = Caller::system("test");
    let source = sources.create(&caller, "ldap", settings(&slapd)).await.unwrap();
    sources.sync(&caller, source.id, SyncMode::Apply).await.unwrap();
    let before = house.client.get("/api/v1/people?number=0002").await.json;
    for (filter, there) in [("(uid=u1)", 1), ("(objectClass=inetOrgPerson)", 2)] {
        house.clock.advance(std::time::Duration::from_secs(60));
        let settings = SourceSettings { filter: filter.to_owned(), ..settings(&slapd) };
        let version = sources_version(&sources, source.id).await;
        sources.change(&caller, source.id, version, "ldap", settings).await.unwrap();
        let report = sources.sync(&caller, source.id, SyncMode::Apply).await.unwrap();
        assert_eq!((report.left + report.created, report.failure), (1, None));
        let people = house.client.get("/api/v1/people").await.json;
        assert_eq!(people["items"].as_array().unwrap().len(), there);
    }
    let after = house.client.get("/api/v1/people?number=0002").await.json;
    assert_eq!(after["items"][0]["id"], before["items"][0]["id"]);
}

#[tokio::test]
async fn groups_in_groups_say_who_is_taken_and_who_holds_a_post() {
    let mut ldif = people(1..=4);
    let member = |n: u32| format!("member: uid=u{n},ou=people,dc=example\n");
    let group = |name: &str, members: &str| {
        format!("dn: cn={name},dc=example\nobjectClass: groupOfNames\ncn: {name}\n{members}\n")
    };
    // The groups name each other, and somebody who does not exist.
    let of_all =
        format!("{}member: cn=staff,dc=example\nmember: uid=ghost,dc=example\n", member(1));
    let of_staff = format!("{}{}member: CN=All, DC=example\n", member(2), member(3));
    ldif.push_str(&group("all", &of_all));
    ldif.push_str(&group("staff", &of_staff));
    let Some(slapd) = Slapd::start(&ldif).await else { return };
    let house = house().await;
    let unit = house.unit("A", None).await;
    house.post("duty", &unit, false).await;
    let sources = sources(&house);
    let caller = Caller::system("test");
    let settings = SourceSettings {
        member_of: "cn=all,dc=example".to_owned(),
        posts: vec![GroupPost { group: "cn=staff,dc=example".to_owned(), post: "duty".to_owned() }],
        ..settings(&slapd)
    };
    let source = sources.create(&caller, "ldap", settings).await.unwrap();
    let report = sources.sync(&caller, source.id, SyncMode::Apply).await.unwrap();
    assert_eq!((report.read, report.created, report.holdings), (3, 3, 3), "{report:?}");
    let people = house.client.get("/api/v1/people").await.json;
    assert_eq!(all(&people, "number"), ["0001", "0002", "0003"]);

    let mut admin = slapd.admin().await;
    let two = HashSet::from(["uid=u2,ou=people,dc=example".to_owned()]);
    let mods = vec![Mod::Delete("member".to_owned(), two)];
    admin.modify("cn=staff,dc=example", mods).await.unwrap().success().unwrap();
    house.clock.advance(std::time::Duration::from_secs(60));
    let report = sources.sync(&caller, source.id, SyncMode::Apply).await.unwrap();
    assert_eq!((report.left, report.failure), (1, None));
    let held = house.client.get("/api/v1/holdings").await.json;
    assert_eq!(held["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn referrals_are_counted_and_not_followed() {
    let mut ldif = people(1..=2);
    // It leads back to this very server, and round again.
    ldif.push_str(
        "dn: ou=elsewhere,ou=people,dc=example\nobjectClass: referral\n\
         objectClass: extensibleObject\nou: elsewhere\n\
         ref: ldap://127.0.0.1:1/ou=people,dc=example\n\n",
    );
    let Some(slapd) = Slapd::start(&ldif).await else { return };
    let house = house().await;
    let report = run(&sources(&house), settings(&slapd), SyncMode::Apply).await;
    assert_eq!((report.read, report.referrals, report.failure), (2, 1, None));
}

#[tokio::test]
async fn encrypted_connections_trust_the_authority_that_is_named_and_no_other() {
    let Some(slapd) = Slapd::start(&people(1..=1)).await else { return };
    let house = house().await;
    let sources = sources(&house);
    let bound = SourceSettings {
        bind_dn: ADMIN.to_owned(),
        secret: "file:ldap".to_owned(),
        ca_pem: slapd.certificate.authority_pem.clone(),
        ..settings(&slapd)
    };
    let ldaps = format!("ldaps://127.0.0.1:{}", slapd.tls_port);
    for (settings, sound) in [
        (SourceSettings { start_tls: true, ..bound.clone() }, true),
        (SourceSettings { url: ldaps.clone(), ..bound.clone() }, true),
        (SourceSettings { start_tls: true, ca_pem: String::new(), ..bound.clone() }, false),
        (SourceSettings { url: ldaps, ca_pem: String::new(), ..bound.clone() }, false),
    ] {
        let report = run(&sources, settings, SyncMode::DryRun).await;
        assert_eq!(report.failure.is_none(), sound, "{report:?}");
    }
}

#[tokio::test]
async fn certificate_that_is_refused_is_told_with_host_reason_and_remedy() {
    for (shown, trusted, en, zh) in [
        (Shown::SelfSigned, true, "is self-signed", "是自签名证书"),
        (Shown::Authority, true, "is that of an authority (CA:TRUE)", "是 CA 证书"),
        (Shown::Expired, true, "has expired, on 2021-03-01", "已于 2021-03-01 过期"),
        (Shown::Early, true, "is not valid before 2400-01-01", "要到 2400-01-01 才生效"),
        (Shown::Elsewhere, true, "is for ds.example, not for that name", "属于 ds.example"),
        (Shown::Sound, false, "was issued by `CN=Test authority`", "由“CN=Test authority”签发"),
    ] {
        let Some(slapd) = Slapd::showing(&people(1..=1), shown).await else { return };
        let house = house().await;
        let sources = sources(&house);
        let ca_pem = if trusted { slapd.certificate.authority_pem.clone() } else { String::new() };
        for (url, start_tls) in [
            (format!("ldaps://127.0.0.1:{}", slapd.tls_port), false),
            (format!("ldap://127.0.0.1:{}", slapd.port), true),
        ] {
            let ca_pem = ca_pem.clone();
            let settings = SourceSettings { url, start_tls, ca_pem, ..settings(&slapd) };
            let report = run(&sources, settings, SyncMode::DryRun).await;
            let said = report.failure.expect(en);
            assert!(said.en.starts_with("the certificate of 127.0.0.1 "), "{said:?}");
            assert!(said.en.contains(en) && said.zh.contains(zh), "{shown:?}: {said:?}");
            assert!(said.zh.starts_with("127.0.0.1 的证书"), "{said:?}");
        }
    }
}

#[tokio::test]
async fn self_signed_certificate_that_is_given_is_trusted() {
    let Some(slapd) = Slapd::showing(&people(1..=1), Shown::SelfSigned).await else { return };
    let house = house().await;
    let settings = SourceSettings {
        url: format!("ldaps://127.0.0.1:{}", slapd.tls_port),
        ca_pem: slapd.certificate.pem.clone(),
        ..settings(&slapd)
    };
    let report = run(&sources(&house), settings, SyncMode::DryRun).await;
    assert_eq!((report.failure, report.read), (None, 1));
}

#[tokio::test]
async fn source_that_is_away_or_wrong_lets_nobody_leave_and_says_why() {
    let Some(slapd) = Slapd::start(&people(1..=3)).await else { return };
    let house = house().await;
    let sources = sources(&house);
    let caller = Caller::system("test");
    let good = settings(&slapd);
    let source = sources.create(&caller, "ldap", good.clone()).await.unwrap();
    sources.sync(&caller, source.id, SyncMode::Apply).await.unwrap();
    std::fs::write(house.records.dir.path().join("secrets/wrong"), "nonsense").unwrap();
    let bind = |secret: &str| SourceSettings {
        bind_dn: ADMIN.to_owned(),
        secret: secret.to_owned(),
        ..good.clone()
    };
    let cautious =
        SourceSettings { filter: "(uid=u1)".to_owned(), leavers_percent_max: 50, ..good.clone() };
    let group = "cn=none,dc=example".to_owned();
    for (settings, said) in [
        (SourceSettings { url: "ldap://127.0.0.1:1".to_owned(), ..good.clone() }, "reached"),
        (bind("file:wrong"), "refused to bind"),
        (bind("file:missing"), "no secret"),
        (SourceSettings { base: "dc=nowhere".to_owned(), ..good.clone() }, "reached"),
        (SourceSettings { member_of: group, ..good.clone() }, "no group"),
        (cautious, "2 of 3 people would leave"),
    ] {
        let version = sources_version(&sources, source.id).await;
        sources.change(&caller, source.id, version, "ldap", settings).await.unwrap();
        let report = sources.sync(&caller, source.id, SyncMode::Apply).await.unwrap();
        let failure = report.failure.expect(said);
        assert!(failure.en.contains(said), "{failure}");
        assert!(!failure.en.contains("nonsense") && !failure.en.contains(PASSWORD));
        let people = house.client.get("/api/v1/people").await.json;
        assert_eq!(people["items"].as_array().unwrap().len(), 3, "{said}");
    }
}

/// It said that nothing was applied, and had made people.
#[tokio::test]
async fn run_that_would_let_too_many_leave_takes_nobody() {
    let Some(slapd) = Slapd::start(&people(1..=4)).await else { return };
    let house = house().await;
    let sources = sources(&house);
    let caller = Caller::system("test");
    let three = "(&(objectClass=inetOrgPerson)(!(uid=u4)))".to_owned();
    let three = SourceSettings { filter: three, leavers_percent_max: 20, ..settings(&slapd) };
    let source = sources.create(&caller, "ldap", three.clone()).await.unwrap();
    let first = sources.sync(&caller, source.id, SyncMode::Apply).await.unwrap();
    assert_eq!((first.created, first.applied), (3, true), "{:?}", first.failure);
    let other = SourceSettings { filter: "(|(uid=u1)(uid=u4))".to_owned(), ..three };
    let version = sources_version(&sources, source.id).await;
    sources.change(&caller, source.id, version, "ldap", other).await.unwrap();
    for mode in [SyncMode::DryRun, SyncMode::Apply] {
        let report = sources.sync(&caller, source.id, mode).await.unwrap();
        assert!(report.failure.unwrap().en.contains("2 of 3 people would leave"));
        assert_eq!((report.applied, report.created, report.left, report.read), (false, 0, 0, 2));
        let people = house.client.get("/api/v1/people").await.json;
        let mut numbers = all(&people, "number");
        numbers.sort_unstable();
        assert_eq!(numbers, ["0001", "0002", "0003"]);
    }
}

async fn sources_version(sources: &Sources, id: directory::SourceId) -> i64 {
    let client = client(sources);
    let path = format!("/api/v1/directory/sources/{id}");
    client.get(&path).await.json["version"].as_i64().unwrap()
}

fn client(sources: &Sources) -> Client {
    let now = "2026-06-01T00:00:00Z".parse().unwrap();
    let time = Arc::new(testkit::ManualClock::at(now));
    let ids = Arc::new(testkit::SeededIds::new(5));
    Client::of_routes(directory::source_routes(sources.clone()), time, ids)
}

#[tokio::test]
async fn sources_are_for_those_who_may_change_everything() {
    let house = house().await;
    let sources = sources(&house);
    let client = client(&sources);
    let body = json!({"name": "AD", "settings": {"url": "ldap://ds.example", "base": "dc=x"}});
    let made = client.post("/api/v1/directory/sources", body.clone()).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let path = format!("/api/v1/directory/sources/{}", made.json["id"].as_str().unwrap());
    let unit = house.unit("A", None).await;
    let within = kernel::Within { units: [unit.id.clone()].into(), ..kernel::Within::default() };
    let scoped = client.holding(&["directory.read", "directory.change"], &within);
    for path in ["/api/v1/directory/sources", &path] {
        assert_eq!(refusal(&scoped.get(path).await), (403, "out-of-scope"));
    }
    let refused = scoped.post("/api/v1/directory/sources", body).await;
    assert_eq!(refusal(&refused), (403, "out-of-scope"));
    let wrong = json!({"name": "", "settings": {"url": "http://x", "base": "dc=x"}});
    let answer = client.post("/api/v1/directory/sources", wrong).await;
    assert_eq!(fields(&answer.json), ["name"]);
    assert_eq!(client.delete(&path, None).await.status, 204);
    assert_eq!(client.get(&path).await.status, 404);
}

#[tokio::test]
async fn source_at_an_address_that_is_off_limits_is_not_asked() {
    let Some(slapd) = Slapd::start(&people(1..=1)).await else { return };
    let house = house().await;
    let secrets = Arc::new(PlainSecrets { folder: house.records.dir.path().to_owned() });
    let guard = OutboundGuard { loopback: Reach::Refused, ..OutboundGuard::default() };
    let sources = Sources::new(house.directory.clone(), secrets, guard);
    let report = run(&sources, settings(&slapd), SyncMode::DryRun).await;
    assert!(report.failure.unwrap().en.contains("loopback"));
}

#[tokio::test]
async fn sources_run_when_their_time_has_come() {
    let Some(slapd) = Slapd::start(&people(1..=1)).await else { return };
    let house = house().await;
    let sources = sources(&house);
    let caller = Caller::system("test");
    let source = sources.create(&caller, "ldap", settings(&slapd)).await.unwrap();
    let off = SourceSettings { enabled: false, ..settings(&slapd) };
    sources.create(&caller, "off", off).await.unwrap();
    // Nobody has looked yet at what it would bring.
    assert_eq!(sources.run_due().await.unwrap(), (0, 0));
    sources.sync(&caller, source.id, SyncMode::DryRun).await.unwrap();
    assert_eq!(sources.run_due().await.unwrap(), (0, 0));
    sources.sync(&caller, source.id, SyncMode::Apply).await.unwrap();
    assert_eq!(sources.run_due().await.unwrap(), (0, 0));
    house.clock.advance(std::time::Duration::from_secs(3601));
    assert_eq!(sources.run_due().await.unwrap(), (1, 0));
}
