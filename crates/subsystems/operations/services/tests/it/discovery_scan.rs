use std::time::Duration;

use kernel::{Caller, Fault, FaultKind, Page};
use resources::Direction;
use serde_json::json;
use services::model::DiscoveryState;

use crate::discovery_house::{House, caller, socket};

#[tokio::test]
async fn accepting_makes_resource_relation_and_check_with_their_facts() {
    let house = House::new(false).await;
    house.scan(vec![socket("0.0.0.0", 80, "nginx", 10), socket("::", 80, "nginx", 10)]).await;
    let item = house.items().await.remove(0);
    assert_eq!((item.state, item.listening), (DiscoveryState::Suggested, true));
    assert_eq!(house.verbs().await, ["service.discovered"]);

    let administrator = caller(testkit::administrator_grant());
    let accepted = house.services.accept(&administrator, item.id).await.unwrap();
    assert_eq!(
        house.verbs().await,
        [
            "service.discovered",
            "resource.created",
            "relation.created",
            "check.created",
            "service.accepted"
        ]
    );
    let resource = house.resources.get(accepted.resource_id.unwrap()).await.unwrap();
    assert_eq!(
        (resource.kind.as_str(), resource.name.as_str()),
        ("service", "nginx web server :80")
    );
    assert_eq!(resource.attributes["unit"], json!("nginx.service"));
    assert_eq!(resource.attributes["port"], json!(80));
    let page = Page { after: None, limit: 10 };
    let system = Caller::system("test");
    let relations = house.resources.relations_of(&system, resource.id, &page).await.unwrap();
    let relation = &relations.items[0];
    assert_eq!((relation.kind.as_str(), relation.direction), ("runs-on", Direction::Forward));
    assert_eq!(relation.other.id, house.host);
    house.probe.sync().await.unwrap();
    let check = house.probe.check(accepted.check_id.unwrap()).await.unwrap().definition;
    let settings = &check.settings;
    assert_eq!((settings.protocol.as_str(), check.source.as_str()), ("http", "discovery"));
    assert_eq!(settings.spec["url"], json!("http://127.0.0.1:80/"));
    assert_eq!((settings.interval_s, settings.retry_interval_s, settings.attempts_max), (10, 3, 3));

    let again = house.services.accept(&administrator, item.id).await.unwrap_err();
    let again = Fault::from(again);
    assert_eq!((again.kind, again.code), (FaultKind::Conflict, "already-accepted"));
    let dismissed = house.services.dismiss(&administrator, item.id).await.unwrap_err();
    assert_eq!(Fault::from(dismissed).code, "already-accepted");
    assert_eq!(house.verbs().await.len(), 5, "nothing more was done");
}

#[tokio::test]
async fn refused_acceptance_leaves_nothing_behind() {
    let house = House::new(false).await;
    house.scan(vec![socket("0.0.0.0", 80, "nginx", 10)]).await;
    let item = house.items().await.remove(0);
    let administrator = caller(testkit::administrator_grant());
    house.resources.retire(&administrator, house.host, 1).await.unwrap();
    let refused = house.services.accept(&administrator, item.id).await.unwrap_err();
    assert_eq!(Fault::from(refused).code, "resource-retired");
    assert_eq!(house.verbs().await, ["service.discovered", "resource.retired"]);
    assert_eq!(house.items().await[0].state, DiscoveryState::Suggested);
}

#[tokio::test]
async fn automatic_discovery_accepts_what_it_finds_because_it_found_it() {
    let house = House::new(true).await;
    house.scan(vec![socket("127.0.0.1", 5432, "postgres", 10)]).await;
    let item = house.items().await.remove(0);
    assert_eq!(item.state, DiscoveryState::Accepted);
    assert!(item.check_id.is_some());
    let facts = house.facts().await;
    let found = facts.iter().find(|row| row.verb == "service.discovered").unwrap();
    for verb in ["resource.created", "relation.created", "check.created", "service.accepted"] {
        let row = facts.iter().rfind(|row| row.verb == verb).unwrap();
        assert_eq!(row.cause, Some(found.seq), "{verb}");
        assert_eq!(row.actor.name, "discovery");
    }
}

#[tokio::test]
async fn automatic_acceptance_that_is_refused_stops_no_other() {
    let house = House::new(true).await;
    house.scan(vec![]).await;
    house.resources.retire(&caller(testkit::administrator_grant()), house.host, 1).await.unwrap();
    let nginx = || vec![socket("0.0.0.0", 80, "nginx", 10)];
    *house.sockets() = nginx();
    assert!(house.services.scan().await.is_err());
    house.scan(nginx()).await;
    house.scan(nginx()).await;
    assert_eq!(house.items().await[0].state, DiscoveryState::Suggested);
}

#[tokio::test]
async fn unknown_program_counts_at_its_second_scan_and_a_passing_one_never() {
    let house = House::new(true).await;
    let tool = || socket("127.0.0.1", 1, "tool", 10);
    house.scan(vec![tool(), socket("127.0.0.1", 2, "passing", 11)]).await;
    assert_eq!(house.items().await, []);
    house.scan(vec![tool()]).await;
    let items = house.items().await;
    assert_eq!(items.len(), 1);
    assert_eq!((items[0].key.name.as_str(), items[0].kind.as_str()), ("tool", "unknown"));
    let check = items[0].suggested_check.as_ref().unwrap();
    assert_eq!((check.protocol.as_str(), &check.spec["port"]), ("tcp", &json!(1)));
}

/// A download that came to its end was a critical alert.
#[tokio::test]
async fn unknown_program_on_a_port_that_it_was_given_waits_for_somebody_who_wants_it() {
    let house = House::new(true).await;
    let by_hand = |port, comm, unit: &str| {
        let mut socket = socket("127.0.0.1", port, comm, 10);
        socket.process.as_mut().unwrap().unit = (!unit.is_empty()).then(|| unit.to_owned());
        socket
    };
    let all = || {
        vec![
            by_hand(45_678, "download", ""),
            by_hand(45_679, "shell", "session-3.scope"),
            by_hand(45_680, "own", "user@1000.service"),
            by_hand(45_681, "service", "tool.service"),
            by_hand(8_081, "server", ""),
            by_hand(45_682, "nginx", ""),
        ]
    };
    house.scan(all()).await;
    house.scan(all()).await;
    let items = house.items().await;
    let accepted = items.iter().filter(|item| item.state == DiscoveryState::Accepted);
    let mut accepted: Vec<_> = accepted.map(|item| item.key.port).collect();
    accepted.sort_unstable();
    assert_eq!((items.len(), accepted), (6, vec![8_081, 45_681, 45_682]));
    let download = items.iter().find(|item| item.key.port == 45_678).unwrap().id;
    let administrator = caller(testkit::administrator_grant());
    let wanted = house.services.accept(&administrator, download).await.unwrap();
    assert!(wanted.check_id.is_some());
}

#[tokio::test]
async fn this_very_server_is_watched_by_its_process() {
    let house = House::new(true).await;
    house.scan(vec![socket("0.0.0.0", 8420, "mainstay", 10)]).await;
    let item = house.items().await.remove(0);
    assert_eq!((item.kind.as_str(), item.state), ("mainstay", DiscoveryState::Accepted));
    house.probe.sync().await.unwrap();
    let check = house.probe.check(item.check_id.unwrap()).await.unwrap().definition;
    assert_eq!(check.settings.protocol, "process");
    assert_eq!(check.settings.spec, json!({"name": "mainstay"}));
}

#[tokio::test]
async fn dismissed_service_stays_dismissed_until_it_is_accepted() {
    let mut house = House::new(false).await;
    let nginx = |pid| vec![socket("0.0.0.0", 80, "nginx", pid)];
    house.scan(nginx(10)).await;
    let item = house.items().await.remove(0);
    let administrator = caller(testkit::administrator_grant());
    house.services.dismiss(&administrator, item.id).await.unwrap();
    let twice = house.services.dismiss(&administrator, item.id).await.unwrap_err();
    assert_eq!(Fault::from(twice).code, "already-dismissed");
    // From here on it is automatic, and the service comes and goes.
    house.restart(true);
    house.scan(vec![]).await;
    house.scan(nginx(20)).await;
    let item = house.items().await.remove(0);
    assert_eq!((item.state, item.listening), (DiscoveryState::Dismissed, true));
    assert_eq!(house.verbs().await, ["service.discovered", "service.dismissed"]);
    let accepted = house.services.accept(&administrator, item.id).await.unwrap();
    assert_eq!(accepted.state, DiscoveryState::Accepted);
}

#[tokio::test]
async fn lost_service_returns_as_the_same_resource_and_check() {
    let mut house = House::new(true).await;
    house.scan(vec![socket("0.0.0.0", 80, "nginx", 10)]).await;
    let first = house.items().await.remove(0);
    house.scan(vec![]).await;
    let lost = house.items().await.remove(0);
    assert_eq!((lost.listening, lost.state), (false, DiscoveryState::Accepted));
    house.scan(vec![]).await;
    house.restart(true);
    house.scan(vec![]).await;
    house.scan(vec![socket("0.0.0.0", 80, "nginx", 4711)]).await;
    let items = house.items().await;
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].process.as_ref().unwrap().pid, 4711);
    assert_eq!(
        (items[0].id, items[0].resource_id, items[0].check_id, items[0].listening),
        (first.id, first.resource_id, first.check_id, true)
    );
    assert_eq!(
        house.verbs().await[5..],
        ["service.lost".to_owned(), "service.returned".to_owned()]
    );
}

#[tokio::test]
async fn restart_of_the_server_finds_nothing_new() {
    let mut house = House::new(true).await;
    let sockets = |pid| vec![socket("0.0.0.0", 80, "nginx", pid), socket("::1", 1, "tool", pid)];
    house.scan(sockets(10)).await;
    house.scan(sockets(10)).await;
    let (items, verbs) = (house.items().await, house.verbs().await);
    assert_eq!((items.len(), verbs.len()), (2, 10));
    house.restart(true);
    house.scan(sockets(20)).await;
    house.scan(sockets(20)).await;
    assert_eq!(house.items().await.len(), 2);
    assert_eq!(house.verbs().await, verbs);
}

#[tokio::test]
async fn suggestion_that_nobody_decided_about_is_forgotten_after_a_month() {
    let house = House::new(false).await;
    house.scan(vec![socket("0.0.0.0", 80, "nginx", 10)]).await;
    house.scan(vec![]).await;
    house.clock.advance(Duration::from_secs(29 * 86_400));
    house.scan(vec![]).await;
    assert_eq!(house.items().await.len(), 1);
    house.clock.advance(Duration::from_secs(2 * 86_400));
    house.scan(vec![]).await;
    assert_eq!(house.items().await, []);
}

#[tokio::test]
async fn last_sight_is_known_at_once_and_costs_no_write() {
    let house = House::new(false).await;
    let nginx = || vec![socket("0.0.0.0", 80, "nginx", 10)];
    house.scan(nginx()).await;
    let commits = house.records.db.commits();
    house.scan(nginx()).await;
    house.scan(nginx()).await;
    assert!(!commits.has_changed().unwrap());
    let item = house.items().await.remove(0);
    assert_eq!(item.last_seen_at.since(item.first_seen_at), Duration::from_secs(20));
}
