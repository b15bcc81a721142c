//! Processes of this machine: are there as many as there should be?

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::Text;
use probe::outcome::{
    Check, CheckContext, Figure, Outcome, Protocol, Running, SpecFault, Threshold,
};
use procfs::process::Process;
use regex::Regex;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::spec::{self, Limits, limits_schema, property, unexpected};
use super::verdict::{Verdict, readable};

/// The most processes that are looked at in one run (the kernel's own limit is 4,194,304).
const PROCESSES_MAX: usize = 500_000;
/// The most bytes of a command line that a pattern sees.
const CMDLINE_BYTES_MAX: usize = 64 * 1024;

/// Makes checks of processes.
#[derive(Debug)]
pub struct ProcessProtocol {
    root: Arc<PathBuf>,
}

impl ProcessProtocol {
    /// `root`: where the proc file system is mounted.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root: Arc::new(root) }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProcessSpec {
    name: Option<String>,
    cmdline: Option<CommandLine>,
    uid: Option<u32>,
    #[serde(default = "at_least_one")]
    count: Limits,
    #[serde(default)]
    memory_bytes: Limits,
    #[serde(default)]
    age_s: Limits,
}

fn at_least_one() -> Limits {
    Limits { warning: None, critical: Some(Threshold::below(1.0)) }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct CommandLine(Regex);

impl TryFrom<String> for CommandLine {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let built = regex::RegexBuilder::new(&text).size_limit(1024 * 1024).build().ok();
        built.filter(|_| (1..=1024).contains(&text.len())).map(Self).ok_or_else(|| {
            unexpected(
                &text,
                "a regular expression of 1 to 1024 bytes",
                "正则表达式，1 到 1024 字节",
            )
        })
    }
}

#[derive(Debug)]
struct ProcessCheck {
    spec: ProcessSpec,
    root: Arc<PathBuf>,
}

/// The processes found, added up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Found {
    count: u32,
    memory_bytes: u64,
    youngest_age_s: Option<f64>,
    first_pid: Option<i32>,
}

impl Protocol for ProcessProtocol {
    fn name(&self) -> &'static str {
        "process"
    }

    fn title(&self) -> Text {
        Text::new("Process", "进程")
    }

    fn looks_here(&self) -> bool {
        true
    }

    fn parse(&self, spec: Value) -> Result<Box<dyn Check>, SpecFault> {
        let spec: ProcessSpec = spec::read(spec)?;
        if spec.name.is_none() && spec.cmdline.is_none() && spec.uid.is_none() {
            let expected =
                Text::new("at least one of name, cmdline, uid", "name、cmdline、uid 至少填一项");
            return Err(spec::fault("name", "", expected));
        }
        if let Some(name) = spec.name.as_ref().filter(|n| n.is_empty() || n.len() > 255) {
            let expected = Text::new("1 to 255 bytes", "1 到 255 字节");
            return Err(spec::fault("name", name, expected));
        }
        Ok(Box::new(ProcessCheck { spec, root: Arc::clone(&self.root) }))
    }

    fn schema(&self) -> Value {
        let name = json!({ "type": "string", "maxLength": 255 });
        let pattern = json!({ "type": "string", "format": "regex", "maxLength": 1024 });
        spec::schema(
            &[],
            &json!({
                "name": property("Program name", "程序名", name),
                "cmdline": property("Command line matches", "命令行匹配正则", pattern),
                "uid": property("User id", "用户 ID", json!({ "type": "integer", "minimum": 0 })),
                "count": limits_schema("Number of processes", "进程数", ""),
                "memory_bytes": limits_schema("Memory of all (bytes)", "内存合计（字节）", "B"),
                "age_s": limits_schema("Age of the youngest (s)", "最新进程的运行时长（秒）", "s"),
            }),
        )
    }
}

impl Check for ProcessCheck {
    fn run<'a>(&'a self, cx: &'a CheckContext) -> Running<'a> {
        Box::pin(async move {
            let (spec, root) = (self.spec.clone(), Arc::clone(&self.root));
            // Reading a busy machine's /proc takes tens of milliseconds of system calls.
            let reading = tokio::task::spawn_blocking(move || count(&spec, &root));
            match timeout(cx.timeout, reading).await {
                Ok(Ok(Ok(found))) => self.judge(found),
                Ok(Ok(Err(error))) => Outcome::unknown(Text::new(
                    format!("the process list cannot be read: {error}"),
                    format!("无法读取进程列表：{error}"),
                )),
                Ok(Err(_)) | Err(_) => Outcome::unknown(Text::new(
                    format!("the process list was not read within {}", readable(cx.timeout)),
                    format!("{} 内未能读完进程列表", readable(cx.timeout)),
                )),
            }
        })
    }

    fn target(&self) -> String {
        let spec = &self.spec;
        let parts = [
            spec.name.clone(),
            spec.cmdline.as_ref().map(|pattern| format!("/{}/", pattern.0)),
            spec.uid.map(|uid| format!("uid {uid}")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

impl ProcessCheck {
    #[expect(clippy::cast_precision_loss, reason = "bytes of memory stay below 2^53")]
    fn judge(&self, found: Found) -> Outcome {
        let mut verdict = Verdict::default();
        let figure = Figure::new("processes", f64::from(found.count), "");
        let what = Text::new("number of processes", "进程数");
        verdict.judge(figure.with_bounds(Some(0.0), None), &self.spec.count, &what);
        if found.count > 0 {
            let memory = Figure::new("memory", found.memory_bytes as f64, "B");
            let what = Text::new("memory", "内存");
            verdict.judge(memory, &self.spec.memory_bytes, &what);
        }
        if let Some(age_s) = found.youngest_age_s {
            let what = Text::new("age of the youngest process", "最新进程的运行时长");
            verdict.judge(Figure::new("age", age_s, "s"), &self.spec.age_s, &what);
        }
        let (target, count) = (self.target(), found.count);
        let pid = found.first_pid.map_or_else(String::new, |pid| format!(", PID {pid}"));
        verdict.finish(Text::new(
            format!("{target}: {count} running{pid}"),
            format!("{target}：{count} 个进程{pid}"),
        ))
    }
}

/// Adds up the processes that match. One that ends while it is looked at does not count.
fn count(spec: &ProcessSpec, root: &Path) -> Result<Found, String> {
    let uptime = std::fs::read_to_string(root.join("uptime")).ok();
    let uptime_s: Option<f64> =
        uptime.and_then(|text| text.split_whitespace().next()?.parse().ok());
    let all = procfs::process::all_processes_with_root(root).map_err(|error| error.to_string())?;
    let mut found = Found::default();
    for process in all.flatten().take(PROCESSES_MAX) {
        let Ok(stat) = process.stat() else { continue };
        if stat.state == 'Z' || !matches(spec, &process, &stat.comm) {
            continue;
        }
        found.count += 1;
        found.first_pid.get_or_insert(stat.pid);
        found.memory_bytes += stat.rss.saturating_mul(procfs::page_size());
        #[expect(clippy::cast_precision_loss, reason = "ticks since boot stay below 2^53")]
        let started_s = stat.starttime as f64 / procfs::ticks_per_second() as f64;
        if let Some(uptime_s) = uptime_s {
            let age_s = (uptime_s - started_s).max(0.0);
            found.youngest_age_s =
                Some(found.youngest_age_s.map_or(age_s, |least| least.min(age_s)));
        }
    }
    Ok(found)
}

fn matches(spec: &ProcessSpec, process: &Process, comm: &str) -> bool {
    let arguments = || process.cmdline().unwrap_or_default();
    if let Some(name) = &spec.name {
        // The kernel cuts its name for a process at 15 bytes: the rest is in the command line.
        let cut = name.len() > 15 && name.as_bytes().starts_with(comm.as_bytes());
        let whole = || {
            let first = arguments().into_iter().next().unwrap_or_default();
            first.rsplit('/').next() == Some(name)
        };
        if comm != name && !(cut && comm.len() == 15 && whole()) {
            return false;
        }
    }
    if let Some(uid) = spec.uid
        && process.status().map_or(true, |status| status.euid != uid)
    {
        return false;
    }
    spec.cmdline.as_ref().is_none_or(|pattern| {
        let mut line = arguments().join(" ");
        line.truncate(line.floor_char_boundary(CMDLINE_BYTES_MAX));
        pattern.0.is_match(&line)
    })
}
