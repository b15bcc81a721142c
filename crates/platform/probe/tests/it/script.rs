use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use kernel::Text;
use probe::guard::Reach;
use probe::outcome::{Check, CheckContext, Figure, Outcome, Protocol, Running, SpecFault, State};
use serde_json::{Value, json};
use tokio::sync::watch;

/// A protocol whose targets answer as the test says: `{"host": "db1", "port": 5432}`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script {
    hosts: Arc<Mutex<BTreeMap<String, Host>>>,
}

#[derive(Debug)]
struct Host {
    state: State,
    silent: watch::Sender<bool>,
    panics: bool,
    outward: bool,
    asked: u32,
    at_once: u32,
    at_once_max: u32,
}

impl Default for Host {
    fn default() -> Self {
        let silent = watch::channel(false).0;
        let (panics, outward) = (false, false);
        Self { state: State::Ok, silent, panics, outward, asked: 0, at_once: 0, at_once_max: 0 }
    }
}

impl Script {
    pub(crate) fn answer(&self, host: &str, state: State) {
        self.with(host, |host| host.state = state);
    }

    /// From now on the host answers only when it is told to again.
    pub(crate) fn be_silent(&self, host: &str) {
        self.with(host, |host| host.silent.send_replace(true));
    }

    pub(crate) fn speak(&self, host: &str) {
        self.with(host, |host| host.silent.send_replace(false));
    }

    pub(crate) fn panic(&self, host: &str) {
        self.with(host, |host| host.panics = true);
    }

    pub(crate) fn asked(&self, host: &str) -> u32 {
        self.with(host, |host| host.asked)
    }

    /// Whether the last run against it was one that may not reach the server's own machine.
    pub(crate) fn was_outward(&self, host: &str) -> bool {
        self.with(host, |host| host.outward)
    }

    pub(crate) fn asked_in_all(&self) -> u32 {
        self.hosts.lock().unwrap().values().map(|host| host.asked).sum()
    }

    /// The most runs against it that there ever were at once.
    pub(crate) fn at_once_max(&self, host: &str) -> u32 {
        self.with(host, |host| host.at_once_max)
    }

    fn with<T>(&self, host: &str, work: impl FnOnce(&mut Host) -> T) -> T {
        work(self.hosts.lock().unwrap().entry(host.to_owned()).or_default())
    }
}

#[derive(Debug)]
struct ScriptedCheck {
    script: Script,
    host: String,
    port: u64,
}

/// Counts a run for as long as it lives.
struct AtOnce<'c>(&'c ScriptedCheck);

impl Drop for AtOnce<'_> {
    fn drop(&mut self) {
        self.0.script.with(&self.0.host, |host| host.at_once -= 1);
    }
}

impl Check for ScriptedCheck {
    fn run<'a>(&'a self, cx: &'a CheckContext) -> Running<'a> {
        Box::pin(async move {
            let mut silent = self.script.with(&self.host, |host| {
                host.asked += 1;
                host.outward = cx.guard.own_machine == Reach::Refused;
                host.at_once += 1;
                host.at_once_max = host.at_once_max.max(host.at_once);
                host.silent.subscribe()
            });
            let _at_once = AtOnce(self);
            // A run takes a turn of the scheduler even when nothing is slow.
            tokio::task::yield_now().await;
            silent.wait_for(|silent| !silent).await.unwrap();
            let (state, panics) = self.script.with(&self.host, |host| (host.state, host.panics));
            assert!(!panics, "the check breaks, as the test wants it to");
            Outcome::new(state, Text::new(format!("it is {state}"), format!("状态 {state}")))
                .with_figure(Figure::new("time", 0.25, "s"))
                .with_figure(Figure::new("lost", f64::NAN, ""))
        })
    }

    fn target(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

/// A script that looks into the machine that the server runs on.
#[derive(Debug)]
pub(crate) struct Inward(pub(crate) Script);

impl Protocol for Inward {
    fn name(&self) -> &'static str {
        "within"
    }

    fn title(&self) -> Text {
        Text::new("Inward", "本机")
    }

    fn looks_here(&self) -> bool {
        true
    }

    fn parse(&self, spec: Value) -> Result<Box<dyn Check>, SpecFault> {
        self.0.parse(spec)
    }

    fn schema(&self) -> Value {
        self.0.schema()
    }
}

impl Protocol for Script {
    fn name(&self) -> &'static str {
        "script"
    }

    fn title(&self) -> Text {
        Text::new("Script", "脚本")
    }

    fn parse(&self, spec: Value) -> Result<Box<dyn Check>, SpecFault> {
        let port = spec["port"].as_u64().unwrap_or(80);
        if !(1..=65_535).contains(&port) {
            return Err(SpecFault::new("port", port, Text::new("1 to 65535", "1 到 65535")));
        }
        match spec["host"].as_str() {
            Some(host) => {
                Ok(Box::new(ScriptedCheck { script: self.clone(), host: host.to_owned(), port }))
            }
            None => Err(SpecFault::new("host", &spec["host"], Text::new("a host", "主机"))),
        }
    }

    fn schema(&self) -> Value {
        json!({ "type": "object", "properties": { "host": { "type": "string" } } })
    }
}
