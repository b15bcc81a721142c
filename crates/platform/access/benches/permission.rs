//! What a permission check costs, and what working out somebody's rights costs: ten grants, each
//! over a subtree of 5,000 units.

use std::{collections::BTreeSet, hint::black_box, sync::Arc, time::Instant};

use access::{
    Access, AccessSettings, GrantScope, Holder, HolderKind, NewGrant, NewToken, NewUser, Password,
};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use directory::{Directory, UnitChange};
use http_kit::Gate;
use jiff::tz::TimeZone;
use kernel::{Caller, Grant, Held, Permission, Place, Scope, Text, Time, Within};
use testkit::{ManualClock, SeededIds, TemporaryDb};

const UNITS: usize = 5_000;
const GRANTS: usize = 10;
const CHECKS: u32 = 1_000_000;
const REQUESTS: u32 = 2_000;
const CHANGES: u32 = 20;

fn main() {
    checks();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(requests());
}

/// The check itself, on what a request's caller carries.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
fn checks() {
    let ids: Vec<String> =
        (0..UNITS).map(|number| uuid::Uuid::from_u128(number as u128 * 77).to_string()).collect();
    let units: BTreeSet<String> = ids.iter().cloned().collect();
    let scope = Scope::Within(Arc::new(Within { units, ..Within::default() }));
    let mut held = Held::default();
    for number in 0..100 {
        held.add(&format!("noun{number}.read"), scope.clone());
    }
    held.add("resource.change", scope);
    let caller = Caller { grant: Grant::Held(Arc::new(held)), ..Caller::stranger() };
    let permission = Permission("resource.change");
    let started = Instant::now();
    for number in 0..CHECKS {
        let unit_id = Some(ids[number as usize * 31 % UNITS].as_str());
        let place = Place { unit_id, ..Place::default() };
        assert!(black_box(caller.may_at(permission, &place)));
    }
    let ns = started.elapsed().as_nanos() / u128::from(CHECKS);
    println!("check over {UNITS} units: {ns} ns");
    let started = Instant::now();
    for _ in 0..CHECKS {
        assert!(black_box(caller.may(black_box(permission))));
    }
    let ns = started.elapsed().as_nanos() / u128::from(CHECKS);
    println!("whether it is held at all: {ns} ns");
}

/// A request's way through the gate: with the rights remembered, and worked out anew.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
async fn requests() {
    let (access, _records, root, other, headers) = house().await;
    let console = Caller::console();
    let authenticate = async || {
        let found = access.authenticate(&Method::GET, &headers, None, "bench").await;
        found.expect("the token is good")
    };
    let mut cold = Vec::new();
    for number in 0..CHANGES {
        // Another user's right: everybody's is worked out anew after any change.
        let wanted = wanted(&other, "viewer", &root, &format!("change {number}"));
        access.grant(&console, &wanted).await.expect("it can be granted");
        let started = Instant::now();
        black_box(authenticate().await);
        cold.push(started.elapsed());
    }
    cold.sort();
    println!("rights of {GRANTS} grants x {UNITS} units, anew: p50 {:?}", cold[cold.len() / 2]);
    let started = Instant::now();
    for _ in 0..REQUESTS {
        black_box(authenticate().await);
    }
    let each = started.elapsed() / REQUESTS;
    println!("rights remembered, with the token's one query: {each:?}");
}

async fn house() -> (Access, TemporaryDb, String, String, HeaderMap) {
    let migrations = [journal::MIGRATIONS, directory::MIGRATIONS, access::MIGRATIONS];
    let records = testkit::temporary_db(&migrations).await;
    let clock = ManualClock::at(Time::from_seconds(1_800_000_000));
    let db = records.db.clone();
    let ids = Arc::new(SeededIds::new(1));
    let directory = Directory::new(db.clone(), Arc::new(clock.clone()), ids.clone(), TimeZone::UTC);
    let access = Access::new(db, Arc::new(clock), ids, AccessSettings::default());
    access.learn_directory(directory.clone());
    let console = Caller::console();
    let mut root = None;
    for number in 0..UNITS {
        let new = UnitChange {
            code: Some(format!("U{number}")),
            name: Some(Text::same(format!("Unit {number}"))),
            ..UnitChange::default()
        };
        let made = directory.create_unit(&console, &new, root, Time::from_seconds(1)).await;
        let made = made.expect("the unit can be made");
        root = root.or(Some(made.id));
    }
    let root = root.expect("there is a first one").to_string();
    let wanted_user = NewUser {
        name: "bench".to_owned(),
        display_name: None,
        role: None,
        reason: None,
        person_id: None,
        password: Some(Password::new("Tern-river-88 湖")),
    };
    let user = access.create_user(&console, &wanted_user).await.expect("the user can be made");
    let holder = user.id.to_string();
    for number in 0..GRANTS {
        let wanted = wanted(&holder, "operator", &root, &format!("duty {number}"));
        access.grant(&console, &wanted).await.expect("it can be granted");
    }
    let token =
        NewToken { user_id: user.id, name: "bench".to_owned(), limits: None, expires_in_days: 1 };
    let (_, text) = access.create_token(&console, &token).await.expect("the token can be made");
    let bearer = HeaderValue::from_str(&format!("Bearer {text}")).expect("a token is ASCII");
    let headers = HeaderMap::from_iter([(header::AUTHORIZATION, bearer)]);
    let wanted_user = NewUser { name: "other".to_owned(), ..wanted_user };
    let other = access.create_user(&console, &wanted_user).await.expect("the user can be made");
    (access, records, root, other.id.to_string(), headers)
}

fn wanted(user: &str, role: &str, unit: &str, reason: &str) -> NewGrant {
    NewGrant {
        holder: Holder { kind: HolderKind::User, id: user.to_owned() },
        role: role.to_owned(),
        scope: GrantScope::Unit(unit.to_owned()),
        valid_from: None,
        valid_to: None,
        reason: reason.to_owned(),
    }
}
