//! An organisation of 30,000 people in 2,000 units: how long lists, searches, subtrees and looks
//! into the past take, and how fast people come in.

use std::{
    fmt::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{body::Body, http::Request};
use directory::{
    AsOf, Directory, HoldingChange, HoldingFilter, Person, PersonChange, PersonFilter, PersonId,
    PostChange, PostId, UnitChange, UnitFilter, UnitId,
};
use jiff::tz::TimeZone;
use kernel::{Caller, Clock, Page, Text, Time};
use testkit::{ManualClock, SeededIds, temporary_db};
use tower::ServiceExt;

const UNITS: usize = 2_000;
const PEOPLE: usize = 30_000;
/// Each measurement is made so many times.
const ROUNDS: u32 = 50;

const SURNAMES: [&str; 10] = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴"];
const GIVEN: [&str; 10] = ["伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "小明"];

struct Organisation {
    directory: Directory,
    clock: ManualClock,
    caller: Caller,
    units: Vec<UnitId>,
    people: Vec<PersonId>,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(async {
        let records = temporary_db(&[journal::MIGRATIONS, directory::MIGRATIONS]).await;
        let clock = ManualClock::at(Time::from_seconds(1_780_000_000));
        let ids = Arc::new(SeededIds::new(1));
        let directory =
            Directory::new(records.db.clone(), Arc::new(clock.clone()), ids, TimeZone::UTC);
        let caller = Caller::system("bench");
        let (units, people) = (Vec::new(), Vec::new());
        let mut all = Organisation { directory, clock, caller, units, people };
        all.fill().await;
        all.measure().await;
        all.measure_units().await;
        all.import().await;
    });
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
fn now() -> Instant {
    Instant::now()
}

fn born() -> Time {
    Time::from_seconds(1_600_000_000)
}

impl Organisation {
    /// Units in a tree of ten each, a post for every second person, each held.
    async fn fill(&mut self) {
        let started = now();
        for number in 0..UNITS {
            self.clock.advance(Duration::from_millis(1));
            let parent = (number > 0).then(|| self.units[(number - 1) / 10]);
            let change = UnitChange {
                code: Some(format!("U{number:04}")),
                name: Some(Text::new(format!("Office {number}"), format!("第{number}处"))),
                ..UnitChange::default()
            };
            let unit = self.directory.create_unit(&self.caller, &change, parent, born()).await;
            self.units.push(unit.expect("the unit is new").id);
        }
        print("units one by one", UNITS, started.elapsed());
        let started = now();
        for number in 0..PEOPLE {
            self.clock.advance(Duration::from_millis(1));
            let name = SURNAMES[number % 10].to_owned() + GIVEN[number / 10 % 10];
            let change = PersonChange {
                number: Some(format!("{number:05}")),
                name: Some(name),
                unit: Some(Some(self.units[number % UNITS])),
                ..PersonChange::default()
            };
            let person = self.directory.create_person(&self.caller, &change, born()).await;
            self.people.push(person.expect("the person is new").id);
        }
        print("people one by one", PEOPLE, started.elapsed());
        for number in 0..UNITS {
            self.clock.advance(Duration::from_millis(1));
            let change = PostChange {
                code: Some(format!("P{number:04}")),
                title: Some(Text::same("处长")),
                head: Some(true),
                ..PostChange::default()
            };
            let unit = self.units[number];
            let post = self.directory.create_post(&self.caller, &change, unit, born()).await;
            self.hold(self.people[number], post.expect("the post is new").id).await;
        }
    }

    async fn hold(&self, person: PersonId, post: PostId) {
        let span = (born(), None);
        let new = HoldingChange::default();
        let held = self.directory.create_holding(&self.caller, &new, (person, post), span).await;
        held.expect("nobody holds the post");
    }

    /// As many people again by one CSV file, tried, done, and done again.
    async fn import(&self) {
        let mut file = String::from("number,name,unit_code,mobile,from\n");
        for number in 0..PEOPLE {
            let unit = number % UNITS;
            let _ = writeln!(file, "N{number:05},王小明,U{unit:04},138{number:08},2021-01-01");
        }
        let time = Arc::new(self.clock.clone());
        let routes = directory::routes(self.directory.clone()).into_parts().0;
        let gate = Arc::new(testkit::StandInGate);
        let router = testkit::stack(gate, time, Arc::new(SeededIds::new(3)), routes);
        for (what, query) in [
            ("import of 30,000 people, tried", "&dry_run=true"),
            ("import of 30,000 people", ""),
            ("the same again, unchanged", ""),
        ] {
            self.clock.advance(Duration::from_secs(1));
            let request = Request::builder()
                .method("POST")
                .uri(format!("/api/v1/directory/import?sheet=people{query}"))
                .header("x-test-caller", "administrator")
                .body(Body::from(file.clone()))
                .expect("a valid request");
            let started = now();
            let answer = router.clone().oneshot(request).await.expect("the route answers");
            assert_eq!(answer.status(), 200, "{what}");
            print(what, PEOPLE, started.elapsed());
        }
    }

    async fn measure(&self) {
        let page = Page { after: None, limit: 50 };
        let now = AsOf::at(self.clock.now());
        let past = AsOf::at(Time::from_seconds(1_650_000_000));
        let known = AsOf { known_at: Some(self.clock.now()), ..past };
        let (directory, caller) = (&self.directory, &self.caller);
        let people = async |filter: PersonFilter, as_of: AsOf| {
            let found = directory.people(caller, &filter, as_of, &page).await;
            found.expect("the list can be read").items.len()
        };
        let text =
            |text: &str| PersonFilter { text: Some(text.to_owned()), ..PersonFilter::default() };
        let under = |unit| PersonFilter { under: Some(unit), ..PersonFilter::default() };
        timed("people, first page", || people(PersonFilter::default(), now)).await;
        timed("people, search of a common name", || people(text("wangwei"), now)).await;
        timed("people, search of one number", || people(text("29999"), now)).await;
        timed("people, search of what is not there", || people(text("zzzz"), now)).await;
        timed("people of a subtree of 111 units", || people(under(self.units[3]), now)).await;
        timed("people, first page, 4 years ago", || people(PersonFilter::default(), past)).await;
        timed("people, as known then", || people(PersonFilter::default(), known)).await;
        timed("one person", async || {
            let person: Option<directory::Dated<Person>> =
                directory.person(self.people[777]).await.expect("the person can be read");
            usize::from(person.is_some())
        })
        .await;
        timed("who heads a unit at a moment", async || {
            let filter = HoldingFilter {
                unit: Some(self.units[500]),
                head: true,
                ..HoldingFilter::default()
            };
            let found = directory.holdings(caller, &filter, past, &page).await;
            found.expect("the list can be read").items.len()
        })
        .await;
    }

    async fn measure_units(&self) {
        let page = Page { after: None, limit: 50 };
        let now = AsOf::at(self.clock.now());
        let (directory, caller) = (&self.directory, &self.caller);
        timed("units under another", async || {
            let filter = UnitFilter { under: Some(self.units[1]), ..UnitFilter::default() };
            let found = directory.units(caller, &filter, now, &page).await;
            found.expect("the list can be read").items.len()
        })
        .await;
        timed("trees, kept", async || {
            let trees = directory.trees().await.expect("the trees can be read");
            trees.unit_subtree(&self.units[1].to_string()).len()
        })
        .await;
        timed("trees, read again after a change", async || {
            self.clock.advance(Duration::from_millis(1));
            let code = self.clock.now().micros().to_string();
            let change = UnitChange {
                code: Some(code.clone()),
                name: Some(Text::same(code)),
                ..UnitChange::default()
            };
            let made = directory.create_unit(caller, &change, None, born()).await;
            made.expect("the unit is new");
            directory.trees().await.expect("the trees can be read").units().count()
        })
        .await;
    }
}

fn print(what: &str, count: usize, took: Duration) {
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let rate = count as f64 / took.as_secs_f64();
    println!("{what}: {rate:.0}/s");
}

/// Prints the median and the 95th percentile, in milliseconds.
async fn timed(what: &str, work: impl AsyncFn() -> usize) {
    let mut took = Vec::new();
    let mut found = 0;
    for _ in 0..ROUNDS {
        let started = now();
        found = work().await;
        took.push(started.elapsed());
    }
    took.sort_unstable();
    let ms = |at: usize| took[at].as_secs_f64() * 1000.0;
    println!("{what}, {found} found: {:.2} {:.2}", ms(took.len() / 2), ms(47));
}
