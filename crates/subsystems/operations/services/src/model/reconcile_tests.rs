use std::fmt::Write as _;

use expect_test::{Expect, expect};
use kernel::{Id, Time};
use uuid::Uuid;

use super::*;
use crate::model::seen::tests::{seen, seen_all, socket};
use crate::model::{Discovered, DiscoveryState, SeenService};

const NOW: Time = Time::from_seconds(1_700_000_000);

fn item(id: u128, seen: SeenService) -> Discovered {
    Discovered {
        id: Id::from_uuid(Uuid::from_u128(id)),
        host_resource_id: Id::from_uuid(Uuid::nil()),
        key: seen.key,
        addresses: seen.addresses,
        process: seen.process,
        kind: seen.kind,
        title: seen.title,
        confidence: seen.confidence,
        suggested_check: seen.suggested_check,
        state: DiscoveryState::Suggested,
        listening: true,
        resource_id: None,
        check_id: None,
        first_seen_at: NOW,
        last_seen_at: NOW,
    }
}

fn lost(item: Discovered) -> Discovered {
    Discovered { listening: false, ..item }
}

fn check(known: &[Discovered], seen: &[SeenService], now: Time, expected: &Expect) {
    let mut shown = String::new();
    for change in reconcile(known, seen, now) {
        let number = |id: DiscoveredId| id.uuid().as_u128();
        let pid = |seen: &SeenService| seen.process.as_ref().map_or(0, |process| process.pid);
        let line = match &change {
            Change::New(seen) => format!("new {}:{}", seen.key.name, seen.key.port),
            Change::Returned(id, seen) => format!("{} returned as {}", number(*id), pid(seen)),
            Change::Lost(id) => format!("{} lost", number(*id)),
            Change::ProcessChanged(id, seen) => format!("{} process {}", number(*id), pid(seen)),
            Change::DetailsChanged(id, seen) => {
                format!("{} {} at {:?}", number(*id), seen.kind, seen.addresses)
            }
            Change::LastSeen(id) => format!("{} last seen", number(*id)),
        };
        writeln!(shown, "{line}").unwrap();
    }
    expected.assert_eq(&shown);
}

#[test]
fn new_lost_returned_and_unchanged_are_told_apart() {
    let known = [
        item(1, seen(80, "nginx", 10)),
        item(2, seen(5432, "postgres", 11)),
        lost(item(3, seen(6379, "redis-server", 12))),
        lost(item(4, seen(9000, "tool", 13))),
    ];
    let now = [seen(80, "nginx", 10), seen(6379, "redis-server", 99), seen(22, "sshd", 14)];
    check(
        &known,
        &now,
        NOW,
        &expect![[r"
            2 lost
            3 returned as 99
            new ssh/sshd:22
        "]],
    );
}

#[test]
fn restarted_service_is_the_same_with_another_process() {
    let known = [item(1, seen(80, "nginx", 10))];
    check(
        &known,
        &[seen(80, "nginx", 20)],
        NOW,
        &expect![[r"
            1 process 20
        "]],
    );
}

#[test]
fn another_program_on_the_same_port_is_another_service() {
    let known = [item(1, seen(80, "nginx", 10))];
    check(
        &known,
        &[seen(80, "apache2", 20)],
        NOW,
        &expect![[r"
            1 lost
            new apache/apache2:80
        "]],
    );
}

#[test]
fn another_program_of_the_same_kind_is_the_same_service() {
    let known = [item(1, seen(3306, "mysqld", 10))];
    check(
        &known,
        &[seen(3306, "mariadbd", 20)],
        NOW,
        &expect![[r"
            1 process 20
        "]],
    );
}

#[test]
fn another_application_in_the_same_program_is_another_service() {
    let java = |kind: &str| {
        let mut java = seen(8080, "java", 10);
        (java.key.name, java.kind) = (format!("{kind}/java"), kind.to_owned());
        java.confidence = Some(crate::known::Confidence::Certain);
        java
    };
    check(
        &[item(1, java("tomcat"))],
        &[java("weblogic")],
        NOW,
        &expect![[r"
            1 lost
            new weblogic/java:8080
        "]],
    );
}

#[test]
fn process_that_cannot_be_looked_into_is_no_other_service() {
    let hidden = seen_all(&[socket("0.0.0.0", 80, None)]);
    check(&[item(1, seen(80, "nginx", 10))], &hidden, NOW, &expect![[""]]);
    // Found without its process, later seen with it: more is known, and it is the same.
    check(
        &[item(1, hidden[0].clone())],
        &[seen(80, "nginx", 10)],
        NOW,
        &expect![[r"
            1 process 10
        "]],
    );
}

#[test]
fn what_a_banner_told_once_is_not_forgotten_when_it_is_not_asked_again() {
    let mut spoken = seen(2222, "tool", 10);
    (spoken.key.name, spoken.kind) = ("ssh".to_owned(), "ssh".to_owned());
    spoken.confidence = Some(crate::known::Confidence::Likely);
    check(&[item(1, spoken)], &[seen(2222, "tool", 10)], NOW, &expect![[""]]);
}

#[test]
fn two_services_on_one_port_are_kept_apart() {
    let both = seen_all(&[
        socket("127.0.0.53", 53, Some((1, "systemd-resolve"))),
        socket("192.0.2.1", 53, Some((2, "named"))),
    ]);
    let known = [item(1, both[0].clone()), item(2, both[1].clone())];
    check(&known, &both, NOW, &expect![[""]]);
    check(
        &known,
        &both[..1],
        NOW,
        &expect![[r"
            2 lost
        "]],
    );
}

#[test]
fn further_address_is_a_detail() {
    let known = [item(1, seen(80, "nginx", 10))];
    let now = seen_all(&[
        socket("0.0.0.0", 80, Some((10, "nginx"))),
        socket("::", 80, Some((10, "nginx"))),
    ]);
    check(
        &known,
        &now,
        NOW,
        &expect![[r"
            1 nginx at [0.0.0.0, ::]
        "]],
    );
}

#[test]
fn last_sight_is_written_every_five_minutes() {
    let known = [item(1, seen(80, "nginx", 10))];
    let later = |seconds| NOW.plus(std::time::Duration::from_secs(seconds));
    check(&known, &[seen(80, "nginx", 10)], later(299), &expect![[""]]);
    check(
        &known,
        &[seen(80, "nginx", 10)],
        later(300),
        &expect![[r"
            1 last seen
        "]],
    );
}
