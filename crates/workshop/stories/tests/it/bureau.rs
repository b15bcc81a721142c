use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::{Context, anyhow};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use kernel::{Clock, Time};
use mainstay::{ByHand, Surroundings};
use serde_json::Value;
use tempfile::TempDir;
use testkit::{Answer, Client, ManualClock, ManualTimer, SeededIds};

use crate::{
    asked::{Asked, done, items},
    far_side::{FarSides, Pigeonholes},
    machine::Machine,
    staff::{self, Colleague},
};

/// Far sides are on loopback, and this machine is none of the bureau's.
const SETTINGS: [(&str, &str); 3] =
    [("host.watch", "false"), ("outbound.loopback", "true"), ("log.level", "error")];
/// How finely time passes where something may happen at any moment.
const FINE: Duration = Duration::from_secs(5);
/// For how long it passes so after something happened.
const FINE_FOR: Duration = Duration::from_secs(90);
/// Steps that the rest is passed in, at most.
const STEPS_MAX: u32 = 24;
/// What is made in one millisecond has no order.
const BEAT: Duration = Duration::from_millis(1);

/// A bureau with the whole house in it, its people and what it runs.
pub(crate) struct Bureau {
    pub(crate) clock: ManualClock,
    pub(crate) zone: TimeZone,
    house: Option<ByHand>,
    administrator: String,
    pub(crate) staff: BTreeMap<String, Colleague>,
    pub(crate) units: BTreeMap<String, String>,
    pub(crate) machines: BTreeMap<String, Machine>,
    /// By the unit's name.
    pub(crate) rosters: BTreeMap<String, String>,
    pub(crate) chains: BTreeMap<String, String>,
    /// The ticket that the story is about.
    pub(crate) ticket: Option<String>,
    /// The incident that the story is about.
    pub(crate) incident: Option<String>,
    /// What is remembered under a name for a later step.
    pub(crate) kept: BTreeMap<&'static str, Value>,
    pub(crate) holes: Pigeonholes,
    pub(crate) far_sides: FarSides,
    dir: TempDir,
}

impl Bureau {
    /// Opens a house that nobody has been in, at a moment of the wall clock.
    pub(crate) async fn open(at: DateTime, zone: &str) -> anyhow::Result<Self> {
        let zone = TimeZone::get(zone)?;
        let clock = ManualClock::at(time_of(at, &zone)?);
        let holes = Pigeonholes::default();
        let far_sides = FarSides::open(&holes).await?;
        let dir = tempfile::tempdir()?;
        let mut bureau = Self {
            clock,
            zone,
            house: None,
            administrator: String::new(),
            staff: BTreeMap::new(),
            units: BTreeMap::new(),
            machines: BTreeMap::new(),
            rosters: BTreeMap::new(),
            chains: BTreeMap::new(),
            ticket: None,
            incident: None,
            kept: BTreeMap::new(),
            holes,
            far_sides,
            dir,
        };
        bureau.begin(1).await?;
        bureau.administrator = staff::administrator(&mut bureau).await?;
        staff::make_roles(&mut bureau).await?;
        Ok(bureau)
    }

    async fn begin(&mut self, seed: u64) -> anyhow::Result<()> {
        let around = Surroundings {
            clock: Arc::new(self.clock.clone()),
            timer: Arc::new(ManualTimer(self.clock.clone())),
            ids: Arc::new(SeededIds::new(seed)),
            zone: self.zone.clone(),
        };
        let house = ByHand::open(&self.dir.path().join("data"), &SETTINGS, around).await?;
        self.house = Some(house);
        Ok(())
    }

    /// Ends the server and starts another on what is kept.
    pub(crate) async fn restart(&mut self) -> anyhow::Result<()> {
        self.house.take().context("the house is open")?.close().await?;
        self.begin(2).await?;
        self.settle().await
    }

    pub(crate) async fn close(mut self) -> anyhow::Result<()> {
        self.house.take().context("the house is open")?.close().await
    }

    pub(crate) fn house(&self) -> anyhow::Result<&ByHand> {
        self.house.as_ref().context("the house is open")
    }

    /// Somebody who has not signed in.
    pub(crate) fn stranger(&self) -> Client {
        // An open house has a router; a closed one answers nobody.
        let router = self.house.as_ref().map(ByHand::router).unwrap_or_default();
        Client::new(router)
    }

    pub(crate) fn colleague(&self, name: &str) -> anyhow::Result<&Colleague> {
        self.staff.get(name).ok_or_else(|| anyhow!("nobody here is called {name}"))
    }

    pub(crate) fn unit(&self, name: &str) -> anyhow::Result<String> {
        let unit = self.units.get(name).ok_or_else(|| anyhow!("no unit is called {name}"))?;
        Ok(unit.clone())
    }

    pub(crate) fn machine(&self, name: &str) -> anyhow::Result<&Machine> {
        self.machines.get(name).ok_or_else(|| anyhow!("no machine is called {name}"))
    }

    /// Somebody asks for something; what follows from it is done. The administrator is nobody of
    /// the staff.
    pub(crate) async fn ask(&mut self, who: &str, asked: &Asked) -> anyhow::Result<Answer> {
        let bearer = match who {
            "administrator" | "管理员" => &self.administrator,
            who => &self.colleague(who)?.bearer,
        };
        let client = self.stranger().with_header("authorization", bearer);
        self.clock.advance(BEAT);
        let answer = asked.of_client(&client).await;
        if asked.method != "GET" {
            self.settle().await?;
        }
        Ok(answer)
    }

    /// The same, which must be done.
    pub(crate) async fn done_by(&mut self, who: &str, asked: Asked) -> anyhow::Result<Value> {
        let answer = self.ask(who, &asked).await?;
        done(&asked, answer)
    }

    /// The administrator asks for something, which must be done.
    pub(crate) async fn done(&mut self, asked: Asked) -> anyhow::Result<Value> {
        self.done_by("administrator", asked).await
    }

    /// The administrator looks.
    pub(crate) async fn seen(&mut self, path: &str) -> anyhow::Result<Value> {
        self.done(Asked::get(path)).await
    }

    /// The items of a list that the administrator looks at.
    pub(crate) async fn listed(&mut self, path: &str) -> anyhow::Result<Vec<Value>> {
        Ok(items(&self.seen(path).await?).to_vec())
    }

    /// What is due is done, and what follows from it.
    pub(crate) async fn settle(&self) -> anyhow::Result<()> {
        self.house()?.settle().await
    }

    pub(crate) async fn pass(&mut self, span: Duration) -> anyhow::Result<()> {
        self.pass_until(self.clock.now().plus(span)).await
    }

    /// Lets time pass, in small steps at first.
    pub(crate) async fn pass_until(&mut self, end: Time) -> anyhow::Result<()> {
        let whole = end.since(self.clock.now());
        let coarse = (whole / STEPS_MAX).max(FINE);
        loop {
            let left = end.since(self.clock.now());
            if left.is_zero() {
                return Ok(());
            }
            let step = if whole - left < FINE_FOR { FINE } else { coarse };
            self.clock.advance(step.min(left));
            self.settle().await?;
        }
    }

    /// A moment of the wall clock where the story plays.
    pub(crate) fn time(&self, at: DateTime) -> anyhow::Result<Time> {
        time_of(at, &self.zone)
    }

    /// The wall clock at a moment as the API tells it: `2026-03-02 03:00`.
    pub(crate) fn wall_clock(&self, told: &Value) -> anyhow::Result<String> {
        let told = told.as_str().with_context(|| format!("`{told}` is no moment"))?;
        let at: Timestamp = told.parse()?;
        Ok(at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string())
    }
}

fn time_of(at: DateTime, zone: &TimeZone) -> anyhow::Result<Time> {
    Ok(Time::from_micros(at.to_zoned(zone.clone())?.timestamp().as_microsecond()))
}
