//! How long reads of a large register take: 200,000 resources and 600,000 relations in 2,000 units
//! of 170 regions, filled in once. Prints `name p50 p95` in milliseconds.
//!
//! `MAINSTAY_BENCH_RESOURCES` makes it smaller.

use std::{future::Future, sync::Arc, time::Instant};

use db::{Dialect, QueryBuilder};
use directory::Directory;
use jiff::tz::TimeZone;
use kernel::{Caller, Page, Scope, Time, Within};
use resources::{
    AsOf, FOREVER, ResourceFilter, ResourceId, ResourceSearch, Resources, ResourcesError, Sort,
};
use testkit::{ManualClock, SeededIds, TemporaryDb, temporary_db};

const UNITS: usize = 2_000;
const REGIONS: usize = 170;
const ROUNDS: usize = 100;
const ROWS_AT_ONCE: usize = 500;
const KINDS: [&str; 6] = ["host", "service", "disk", "network-interface", "file-system", "website"];
const BEGUN_S: i64 = 1_700_000_000;

#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
fn main() {
    let count = std::env::var("MAINSTAY_BENCH_RESOURCES").ok();
    let count = count.and_then(|count| count.parse().ok()).unwrap_or(200_000);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(async {
        let started = Instant::now();
        let crates = [journal::MIGRATIONS, directory::MIGRATIONS, resources::MIGRATIONS];
        let records = temporary_db(&crates).await;
        fill(&records, count).await.expect("the register can be filled");
        let relations = count * 3;
        println!("fill {count} resources, {relations} relations: {:.1?}", started.elapsed());
        let clock = Arc::new(ManualClock::at(Time::from_seconds(BEGUN_S + 1_000_000)));
        let (db, ids) = (records.db.clone(), Arc::new(SeededIds::new(7)));
        let directory = Directory::new(db.clone(), clock.clone(), ids.clone(), TimeZone::UTC);
        let register = Resources::new(db, clock, ids).with_directory(directory);
        measure_all(&register, count).await.expect("the register can be read");
    });
}

async fn measure_all(register: &Resources, count: usize) -> Result<(), ResourcesError> {
    let everywhere = Scope::Everywhere;
    let in_use = ResourceFilter { retired: Some(false), ..ResourceFilter::default() };
    let hosts = ResourceFilter { kind: Some("host".to_owned()), ..in_use.clone() };
    let named = ResourceFilter { text: Some("-0777".to_owned()), ..in_use.clone() };
    let page = |round: usize| {
        let after = (round > 0).then(|| id(nth(round, count)).to_string());
        Page { after, limit: 50 }
    };
    let pages: Vec<Page> = (0..ROUNDS).map(page).collect();
    let first = &pages[0];
    measure("list, any page", |round| register.list(&everywhere, &in_use, &pages[round])).await?;
    measure("list of a kind", |round| register.list(&everywhere, &hosts, &pages[round])).await?;
    measure("list by text", |_| register.list(&everywhere, &named, first)).await?;
    for (name, units) in [("county", 12), ("city", 150), ("province", UNITS)] {
        let scope = units_from(units);
        let (list, hosts) = (format!("list in a {name}"), format!("hosts in a {name}"));
        measure(&list, |_| register.list(&scope, &in_use, first)).await?;
        let filter = hosts.clone();
        let of_kind = ResourceFilter { kind: Some("host".to_owned()), ..in_use.clone() };
        measure(&filter, |_| register.list(&scope, &of_kind, first)).await?;
        measure(&format!("count in a {name}"), |_| register.count(&scope, &in_use)).await?;
    }
    let caller = Caller::system("bench");
    measure_regions(register, &caller, &in_use).await?;
    measure("object page", |round| {
        let (caller, id) = (&caller, id(nth(round, count)));
        async move {
            register.get_seen(caller, id).await?;
            register.relations_of(caller, id, &Page { after: None, limit: 50 }).await
        }
    })
    .await?;
    let before = AsOf::known_now(Time::from_seconds(BEGUN_S + 1_500));
    measure("object as of", |round| register.as_of(&caller, id(nth(round, count)), before)).await?;
    let span = (Time::from_seconds(BEGUN_S + 1_500), Time::from_seconds(BEGUN_S + 2_000));
    measure("object diff", |round| {
        register.difference(&caller, id(nth(round, count)), span, FOREVER)
    })
    .await?;
    let ids: Vec<ResourceId> = (0..500).map(|round| id(nth(round, count))).collect();
    measure("places of 500", |_| register.places_of(&ids)).await?;
    Ok(())
}

/// What lies in a region, by its own region or that of its unit: in one of 170, and in all.
async fn measure_regions(
    register: &Resources,
    caller: &Caller,
    in_use: &ResourceFilter,
) -> Result<(), ResourcesError> {
    let (everywhere, first) = (Scope::Everywhere, &Page { after: None, limit: 50 });
    for (name, number) in [("region", 7), ("country", 0)] {
        let filter = ResourceFilter { region_id: Some(region(number)), ..in_use.clone() };
        measure(&format!("list in a {name}"), |_| register.list(&everywhere, &filter, first))
            .await?;
        let (scope, city) = (units_from(150), filter.clone());
        measure(&format!("list of a city in a {name}"), |_| register.list(&scope, &city, first))
            .await?;
        measure(&format!("count in a {name}"), |_| register.count(&everywhere, &filter)).await?;
        for (by, sort) in [("name", "name"), ("last change", "updated_at")] {
            let filter = Some(format!("region under \"{}\"", region(number)));
            let sort = Sort::from_name(sort).ok();
            let search = ResourceSearch { filter, sort, ..ResourceSearch::default() };
            let (name, search) = (format!("filter under a {name}, by {by}"), &search);
            measure(&name, |_| register.find(caller, search, None, 50)).await?;
        }
        let filter = Some(format!("not region under \"{}\"", region(number)));
        let search = &ResourceSearch { filter, ..ResourceSearch::default() };
        measure(&format!("filter not under a {name}"), |_| register.find(caller, search, None, 50))
            .await?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
async fn measure<T, F>(name: &str, mut ask: impl FnMut(usize) -> F) -> Result<(), ResourcesError>
where
    F: Future<Output = Result<T, ResourcesError>>,
{
    let mut spans = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS {
        let started = Instant::now();
        ask(round).await?;
        spans.push(started.elapsed().as_secs_f64() * 1e3);
    }
    spans.sort_by(f64::total_cmp);
    println!("{name}: {:.2} {:.2}", spans[ROUNDS / 2], spans[ROUNDS * 95 / 100]);
    Ok(())
}

/// A number below `count` that follows from `round`.
fn nth(round: usize, count: usize) -> usize {
    round.wrapping_mul(2_654_435_761) % count
}

fn id(number: usize) -> ResourceId {
    let number = u128::try_from(number).expect("a number fits");
    ResourceId::from_uuid(uuid::Uuid::from_u128((0x0189_0a5d << 96) + (7 << 76) + number + 1))
}

fn unit(number: usize) -> String {
    let number = u128::try_from(number % UNITS).expect("a number fits");
    uuid::Uuid::from_u128((0xf << 100) + number).to_string()
}

fn region(number: usize) -> String {
    let number = u128::try_from(number % REGIONS).expect("a number fits");
    uuid::Uuid::from_u128((0xe << 100) + number).to_string()
}

fn units_from(count: usize) -> Scope {
    let units = (700..700 + count).map(unit).collect();
    Scope::Within(Arc::new(Within { units, ..Within::default() }))
}

async fn fill(records: &TemporaryDb, count: usize) -> Result<(), db::DbError> {
    let numbers: Vec<usize> = (0..count).collect();
    for numbers in numbers.chunks(ROWS_AT_ONCE * 20) {
        let mut tx = records.db.begin().await?;
        for numbers in numbers.chunks(ROWS_AT_ONCE) {
            rows_of_resources(numbers).build().execute(tx.connection()).await?;
        }
        tx.commit().await?;
    }
    for numbers in numbers.chunks(ROWS_AT_ONCE * 20) {
        let mut tx = records.db.begin().await?;
        for numbers in numbers.chunks(ROWS_AT_ONCE) {
            rows_of_relations(numbers, count).build().execute(tx.connection()).await?;
        }
        tx.commit().await?;
    }
    let mut tx = records.db.begin().await?;
    for number in 0..REGIONS {
        // All within the first.
        let above = (number > 0).then(|| region(0));
        let query = sqlx::query(REGION).bind(region(number)).bind(format!("R{number}")).bind(above);
        query.execute(tx.connection()).await?;
    }
    for number in 0..UNITS {
        let query = sqlx::query(UNIT).bind(unit(number)).bind(format!("U{number}"));
        query.bind(region(number)).execute(tx.connection()).await?;
    }
    for sql in [VERSIONS, RELATION_VERSIONS] {
        sqlx::query(sql).execute(tx.connection()).await?;
    }
    if records.db.dialect() == Dialect::Postgres {
        // As autovacuum does within a minute of so many changes.
        sqlx::query("ANALYZE").execute(tx.connection()).await?;
    }
    tx.commit().await?;
    records.db.gather_statistics().await
}

const REGION: &str = "
    INSERT INTO directory_region (
        id, version, valid_from, valid_to, recorded_at, superseded_at, code, name_en, name_zh,
        kind, parent_id, folded)
    VALUES ($1, 1, 0, 9223372036854775807, 0, 9223372036854775807, $2, '', '', '', $3, '')";

const UNIT: &str = "
    INSERT INTO directory_unit (
        id, version, valid_from, valid_to, recorded_at, superseded_at, code, name_en, name_zh,
        short_name, kind, parent_id, region_id, folded)
    VALUES ($1, 1, 0, 9223372036854775807, 0, 9223372036854775807, $2, '', '', '', '', NULL, $3,
        '')";

const VERSIONS: &str = "
    INSERT INTO resources_version (
        resource_id, entry, version, valid_from, valid_to, recorded_at, recorded_by, kind, name,
        named_by_hand, description, attributes, origins, source, confidence, unit_id, region_id,
        life_cycle, tags, retired_at, merged_into)
    SELECT id, 1, 1, created_at, 9223372036854775807, created_at, 'bench', kind, name, 1,
        description, attributes, origins, source, confidence, unit_id, region_id, life_cycle,
        tags, retired_at, merged_into
    FROM resources_resource";

const RELATION_VERSIONS: &str = "
    INSERT INTO resources_relation_version (
        relation_id, entry, kind, source_id, target_id, present, valid_from, valid_to,
        recorded_at, recorded_by, source, confidence, weight, created_at)
    SELECT id, 1, kind, source_id, target_id, 1, created_at, 9223372036854775807, created_at,
        'bench', source, confidence, weight, created_at
    FROM resources_relation";

fn rows_of_resources(numbers: &[usize]) -> QueryBuilder<sqlx::Any> {
    let mut query = QueryBuilder::<sqlx::Any>::new(
        "INSERT INTO resources_resource (
            id, kind, name, name_folded, named_by_hand, description, attributes, source, retired,
            version, created_at, updated_at, unit_id, region_id) VALUES ",
    );
    for (at, number) in numbers.iter().enumerate() {
        let kind = KINDS[number % KINDS.len()];
        let name = format!("{kind}-{number:06}");
        let attributes = format!(
            r#"{{"hostname":"{name}","address":"10.{}.{}.{}","memory_bytes":{},"location":"R{}"}}"#,
            number / 65_536 % 256,
            number / 256 % 256,
            number % 256,
            (number % 64 + 1) * 1_073_741_824,
            number % 40
        );
        let created = (BEGUN_S + i64::try_from(number % 1_000).unwrap_or(0)) * 1_000_000;
        query.push(if at == 0 { "(" } else { ", (" });
        query.push_bind(id(*number).to_string()).push(", ").push_bind(kind).push(", ");
        query.push_bind(name.clone()).push(", ").push_bind(name).push(", 1, '', ");
        query.push_bind(attributes).push(", 'manual', 0, 1, ").push_bind(created);
        query.push(", ").push_bind(created).push(", ").push_bind(unit(number / 3));
        // Every second one is in the region of its unit.
        let own = (number % 2 == 0).then(|| region(number / 40));
        query.push(", ").push_bind(own).push(")");
    }
    query
}

fn rows_of_relations(numbers: &[usize], count: usize) -> QueryBuilder<sqlx::Any> {
    let mut query = QueryBuilder::<sqlx::Any>::new(
        "INSERT INTO resources_relation (id, kind, source_id, target_id, created_at) VALUES ",
    );
    let mut first = true;
    for number in numbers {
        let kinds = [(1, "part-of"), (17, "depends-on"), (1_009, "connects-to")];
        for (at, (offset, kind)) in kinds.into_iter().enumerate() {
            let uuid =
                uuid::Uuid::from_u128((0xd << 100) + u128::try_from(number * 4 + at).unwrap_or(0));
            query.push(if first { "(" } else { ", (" });
            query.push_bind(uuid.to_string()).push(", ").push_bind(kind).push(", ");
            query.push_bind(id(*number).to_string()).push(", ");
            query.push_bind(id((number + offset) % count).to_string()).push(", ");
            query.push_bind((BEGUN_S + 1_000) * 1_000_000).push(")");
            first = false;
        }
    }
    query
}
