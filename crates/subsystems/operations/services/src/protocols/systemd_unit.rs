//! systemd units: is it active? Asked of `systemctl show`, without a shell.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

use kernel::Text;
use probe::outcome::{Check, CheckContext, Figure, Outcome, Protocol, Running, SpecFault, State};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::timeout;

use super::spec::{self, property, unexpected};
use super::verdict::{Verdict, excerpt, readable};

/// The most bytes that are read of systemctl's answer.
const OUTPUT_BYTES_MAX: u64 = 64 * 1024;
const PROPERTIES: &str =
    "--property=Id,LoadState,ActiveState,SubState,Result,NRestarts,MainPID,MemoryCurrent";

/// Makes checks of systemd units on this machine.
#[derive(Debug)]
pub struct SystemdUnitProtocol {
    systemctl: Arc<PathBuf>,
}

impl SystemdUnitProtocol {
    /// `systemctl`: the program that is asked.
    #[must_use]
    pub fn new(systemctl: PathBuf) -> Self {
        Self { systemctl: Arc::new(systemctl) }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SystemdUnitSpec {
    unit: UnitName,
    #[serde(default)]
    expect: Expected,
}

/// What the unit should be doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expected {
    /// Active: running, or done and remembered (`RemainAfterExit`).
    #[default]
    Active,
    /// Active, or inactive after success: what timers start now and then.
    NotFailed,
}

/// A unit's name (systemd.unit(5)): its type may be left out for services.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct UnitName(String);

impl TryFrom<String> for UnitName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || ":_.@\\-".contains(c);
        let fits = (1..=255).contains(&name.len()) && name.chars().all(plain);
        if fits && !name.starts_with('-') {
            return Ok(Self(name));
        }
        Err(unexpected(
            &name,
            "a unit name of letters, digits and :_.@\\-, at most 255 characters",
            "单元名称，由字母、数字和 :_.@\\- 组成，最长 255 个字符",
        ))
    }
}

#[derive(Debug)]
struct SystemdUnitCheck {
    spec: SystemdUnitSpec,
    systemctl: Arc<PathBuf>,
}

impl Protocol for SystemdUnitProtocol {
    fn name(&self) -> &'static str {
        "systemd_unit"
    }

    fn title(&self) -> Text {
        Text::new("systemd unit", "systemd 单元")
    }

    fn looks_here(&self) -> bool {
        true
    }

    fn parse(&self, spec: Value) -> Result<Box<dyn Check>, SpecFault> {
        let spec = spec::read(spec)?;
        Ok(Box::new(SystemdUnitCheck { spec, systemctl: Arc::clone(&self.systemctl) }))
    }

    fn schema(&self) -> Value {
        let expect = json!({ "enum": ["active", "not_failed"], "default": "active" });
        spec::schema(
            &["unit"],
            &json!({
                "unit": property("Unit", "单元", json!({ "type": "string", "maxLength": 255 })),
                "expect": property("Expected", "期望状态", expect),
            }),
        )
    }
}

impl Check for SystemdUnitCheck {
    fn run<'a>(&'a self, cx: &'a CheckContext) -> Running<'a> {
        Box::pin(async move {
            timeout(cx.timeout, self.ask()).await.unwrap_or_else(|_| {
                let limit = readable(cx.timeout);
                Outcome::unknown(Text::new(
                    format!("systemctl did not answer within {limit}"),
                    format!("systemctl 在 {limit} 内没有应答"),
                ))
            })
        })
    }

    fn target(&self) -> String {
        self.spec.unit.0.clone()
    }
}

impl SystemdUnitCheck {
    async fn ask(&self) -> Outcome {
        let spawned = Command::new(&*self.systemctl)
            .args(["show", "--no-pager", PROPERTIES, "--", &self.spec.unit.0])
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let mut child = match spawned {
            Ok(child) => child,
            Err(error) => {
                let program = self.systemctl.display();
                return Outcome::unknown(Text::new(
                    format!("systemd cannot be asked: {program}: {error}"),
                    format!("无法查询 systemd（{program}）：{error}"),
                ));
            }
        };
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let out = child.stdout.take().map(|out| out.take(OUTPUT_BYTES_MAX));
        let err = child.stderr.take().map(|err| err.take(OUTPUT_BYTES_MAX));
        if let (Some(mut out), Some(mut err)) = (out, err) {
            let _ = tokio::join!(out.read_to_end(&mut stdout), err.read_to_end(&mut stderr));
        }
        match child.wait().await {
            Ok(status) if status.success() => {
                self.judge(&properties(&String::from_utf8_lossy(&stdout)))
            }
            _ => {
                let why = excerpt(&stderr);
                Outcome::unknown(Text::new(
                    format!("systemd does not answer here: {why}"),
                    format!("此处 systemd 没有应答：{why}"),
                ))
            }
        }
    }

    fn judge(&self, unit: &BTreeMap<&str, &str>) -> Outcome {
        let property = |key: &str| unit.get(key).copied().unwrap_or("");
        let name = &self.spec.unit.0;
        let (active, sub) = (property("ActiveState"), property("SubState"));
        let mut verdict = Verdict::default();
        match (property("LoadState"), active) {
            ("" | "not-found", _) => verdict.find(
                State::Critical,
                Text::new(format!("there is no unit {name}"), format!("没有名为 {name} 的单元")),
            ),
            ("masked", _) => verdict.find(
                State::Critical,
                Text::new(format!("{name} is masked"), format!("{name} 已被屏蔽（masked）")),
            ),
            (_, "active" | "reloading" | "refreshing") => {}
            (_, "activating" | "deactivating") => verdict.find(
                State::Warning,
                Text::new(
                    format!("{name} is {active} ({sub})"),
                    format!("{name} 处于 {active}({sub})"),
                ),
            ),
            (_, "inactive") if self.spec.expect == Expected::NotFailed => {}
            _ => {
                let result = property("Result");
                verdict.find(
                    State::Critical,
                    Text::new(
                        format!("{name} is {active} ({sub}), last result {result}"),
                        format!("{name} 处于 {active}（{sub}），最近结果 {result}"),
                    ),
                );
            }
        }
        for (key, label, uom) in [("NRestarts", "restarts", "c"), ("MemoryCurrent", "memory", "B")]
        {
            // systemd writes "[not set]", or 2^64 - 1, where it does not know.
            if let Some(value) = property(key).parse::<u64>().ok().filter(|v| *v != u64::MAX) {
                #[expect(clippy::cast_precision_loss, reason = "bytes of memory stay below 2^53")]
                verdict.figure(Figure::new(label, value as f64, uom));
            }
        }
        verdict.finish(Text::new(
            format!("{name} is {active} ({sub})"),
            format!("{name} 处于 {active}({sub})"),
        ))
    }
}

fn properties(text: &str) -> BTreeMap<&str, &str> {
    text.lines().filter_map(|line| line.split_once('=')).collect()
}
