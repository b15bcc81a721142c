//! How long impact, filters and bringing in a file take on a large register. Prints
//! `name p50 p95` in milliseconds, and rows a second.
//!
//! `MAINSTAY_BENCH_RESOURCES` says how many resources there are (20,000 when not given), each with
//! three relations; impact is measured on a pyramid of 5,000 of its own beside them.

use std::{future::Future, sync::Arc, time::Instant};

use kernel::{Caller, Id, Time};
use resources::{
    Edge, Enough, FailureDirection, FailureRule, Graph, ImpactBounds, ImpactDirection, ImportMode,
    Redundancy, ResourceId, ResourceSearch, Resources, ResourcesError, Severity, Sheet, Sheets,
    spread,
};
use testkit::{ManualClock, SeededIds, TemporaryDb, temporary_db};
use uuid::Uuid;

/// What one failure reaches.
const REACHED: u64 = 5_000;
const ROUNDS: usize = 40;
const FILTERS: [&str; 6] = [
    "kind = host and memory_bytes > 8GiB",
    "name ~ \"host-1234*\"",
    "runs_on.name = \"host-7\"",
    "address in 10.0.1.0/24",
    "updated_at > now - 7d and not retired",
    "kind = host and memory_bytes = 3",
];

#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
fn main() {
    let count = std::env::var("MAINSTAY_BENCH_RESOURCES").ok();
    let count = count.and_then(|count| count.parse().ok()).unwrap_or(20_000);
    pure();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(async {
        let records =
            temporary_db(&[journal::MIGRATIONS, directory::MIGRATIONS, resources::MIGRATIONS])
                .await;
        let clock = Arc::new(ManualClock::at(Time::from_seconds(1_700_000_000)));
        let register = Resources::new(records.db.clone(), clock, Arc::new(SeededIds::new(7)));
        let started = Instant::now();
        import(&register).await.expect("the file can be brought in");
        fill(&records, count).await.expect("the register can be filled");
        println!("fill {count} resources: {:.1?}", started.elapsed());
        measure_all(&register).await.expect("the register can be read");
    });
}

/// Impact without a database: a pyramid in which each resource needs one of two.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
fn pure() {
    let (edges, redundancies) = pyramid();
    let rules = [FailureRule {
        relation: "depends-on".to_owned(),
        goes: FailureDirection::ToSource,
        worst: Severity::Down,
    }];
    let mut times = Vec::new();
    let mut affected = 0;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let graph = Graph::new(&edges, &rules, &redundancies);
        affected = spread(&graph, &[id(0)]).affected.len();
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    report(&format!("impact in memory, {affected} affected"), times);
}

/// Resource n depends on (n − 1) / 2; every tenth has a group of which one suffices.
fn pyramid() -> (Vec<Edge>, Vec<Redundancy>) {
    let mut edges = Vec::new();
    let mut redundancies = Vec::new();
    for number in 1..REACHED {
        let edge = |source: u64, target: u64| Edge {
            relation: "depends-on".to_owned(),
            source: id(source),
            target: id(target),
            weight: 100,
        };
        edges.push(edge(number, (number - 1) / 2));
        if number % 10 == 0 {
            edges.push(edge(number, number / 3));
            redundancies.push(Redundancy {
                id: Id::from_uuid(Uuid::from_u64_pair(3, number)),
                resource: id(number),
                name: "pair".to_owned(),
                relation: "depends-on".to_owned(),
                members: Vec::new(),
                enough: Enough::Count(1),
            });
        }
    }
    (edges, redundancies)
}

fn id(number: u64) -> ResourceId {
    Id::from_uuid(Uuid::from_u64_pair(1, number))
}

async fn measure_all(register: &Resources) -> Result<(), ResourcesError> {
    let caller = Caller::system("bench");
    for (name, direction, from) in [
        ("impact up", ImpactDirection::Up, id(0)),
        ("impact down", ImpactDirection::Down, id(REACHED - 1)),
    ] {
        measure(name, || register.impact(&caller, from, direction, ImpactBounds::default()))
            .await?;
    }
    for filter in FILTERS {
        let search =
            ResourceSearch { filter: Some(filter.to_owned()), ..ResourceSearch::default() };
        measure(&format!("list: {filter}"), || register.find(&caller, &search, None, 50)).await?;
        measure(&format!("count: {filter}"), || register.count_found(&caller, &search)).await?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
async fn measure<F, T>(name: &str, mut ask: impl FnMut() -> F) -> Result<(), ResourcesError>
where
    F: Future<Output = Result<T, ResourcesError>>,
{
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        ask().await?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    report(name, times);
    Ok(())
}

fn report(name: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!("{name}: {:.2} {:.2}", at(50), at(95));
}

/// Rows a second through the verbs, each with its fact and its version.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
async fn import(register: &Resources) -> Result<(), ResourcesError> {
    const ROWS: u32 = 2000;
    let headings = ["name", "memory_bytes", "address", "contact"].map(str::to_owned).to_vec();
    let row = |number: u32| {
        let address = format!("10.9.{}.{}", number / 250, number % 250);
        (number + 2, vec![format!("imported-{number}"), "8GiB".into(), address, "Mara".into()])
    };
    let rows = std::iter::once((1, headings)).chain((0..ROWS).map(row)).collect();
    let sheets =
        Sheets { sheets: vec![Sheet { name: "host".to_owned(), rows }], ..Sheets::default() };
    let caller = Caller::system("bench");
    for name in ["import of new rows", "import of the same rows"] {
        let started = Instant::now();
        let report = register.import(&caller, sheets.clone(), ImportMode::Apply).await?;
        assert!(report.faults.is_empty(), "{:?}", report.faults.first());
        println!("{name}: {:.0}/s", f64::from(ROWS) / started.elapsed().as_secs_f64());
    }
    Ok(())
}

const RESOURCE: &str = "
    INSERT INTO resources_resource (
        id, kind, name, name_folded, named_by_hand, description, attributes, source, retired,
        version, created_at, updated_at, folded, folded_as)
    VALUES ($1, $2, $3, $4, 1, '', $5, 'manual', 0, 1, $6, $7, $8, 1)";

const RELATION: &str = "
    INSERT INTO resources_relation (id, kind, source_id, target_id, created_at)
    VALUES ($1, $2, $3, $4, $5)";

/// Fills the tables themselves: a register of that size would take the verbs too long.
async fn fill(records: &TemporaryDb, count: u64) -> Result<(), db::DbError> {
    let mut tx = records.db.begin().await?;
    let at = 1_690_000_000_000_000_i64;
    for number in 0..count.max(REACHED) {
        let kind = if number % 2 == 0 { "host" } else { "service" };
        let name = format!("{kind}-{number}");
        let address = format!("10.0.{}.{}", number / 250 % 250, number % 250);
        let memory = (number % 64) * 1_073_741_824;
        let attributes = format!("{{\"memory_bytes\":{memory},\"address\":\"{address}\"}}");
        let [high, low] = [number / 250 % 250, number % 250];
        let folded = format!("{{\"address:ip\":\"40a00{high:02x}{low:02x}\"}}");
        sqlx::query(RESOURCE)
            .bind(id(number).to_string())
            .bind(kind)
            .bind(name.clone())
            .bind(name)
            .bind(attributes)
            .bind(at)
            .bind(at)
            .bind(folded)
            .execute(tx.connection())
            .await?;
    }
    let (edges, _) = pyramid();
    let mut relations: Vec<(String, ResourceId, ResourceId)> =
        edges.into_iter().map(|edge| (edge.relation, edge.source, edge.target)).collect();
    for number in REACHED..count {
        for (kind, other) in [("runs-on", number / 2 * 2), ("part-of", number - 1)] {
            let other = if other == number { number - 2 } else { other };
            relations.push((kind.to_owned(), id(number), id(other)));
        }
        relations.push(("connects-to".to_owned(), id(number), id(number / 2)));
    }
    for (at_relation, (kind, source, target)) in (0_u64..).zip(relations) {
        sqlx::query(RELATION)
            .bind(Uuid::from_u64_pair(2, at_relation).to_string())
            .bind(kind)
            .bind(source.to_string())
            .bind(target.to_string())
            .bind(at)
            .execute(tx.connection())
            .await?;
    }
    if records.db.dialect() == db::Dialect::Postgres {
        // As autovacuum does within a minute of so many changes.
        sqlx::query("ANALYZE").execute(tx.connection()).await?;
    }
    tx.commit().await?;
    records.db.gather_statistics().await
}
