//! What is watched, what fails, and the incidents behind it.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use stories::{PatternFault, Told};

use super::Book;
use crate::{
    asked::{Asked, id_of},
    bureau::Bureau,
    machine::Machine,
};

/// How often a machine is asked, and how soon again when it did not answer.
const INTERVAL_S: u32 = 60;
const RETRY_S: u32 = 10;

pub(super) fn add(book: &mut Book) -> Result<(), PatternFault> {
    watched(book)?;
    policies(book)?;
    seen(book)?;
    done(book)
}

fn watched(book: &mut Book) -> Result<(), PatternFault> {
    let switch = [
        "the switch {switch:name} of {unit:name} with {n:count} servers behind it",
        "{unit:name}的交换机 {switch:name} 下接 {n:count} 台服务器",
    ];
    book.add(switch, |b, told| Box::pin(switch_stands(b, told)))?;
    book.add(["{what:name} stops answering", "{what:name} 停止应答"], |b, told| {
        Box::pin(async move {
            for name in with_those_behind(b, told.text("what")?)? {
                machine(b, &name)?.fall_silent().await;
            }
            Ok(())
        })
    })?;
    book.add(["{what:name} answers again", "{what:name} 恢复应答"], |b, told| {
        Box::pin(async move {
            for name in with_those_behind(b, told.text("what")?)? {
                machine(b, &name)?.answer_again().await?;
            }
            Ok(())
        })
    })?;
    book.add(["only {what:name} answers again", "仅 {what:name} 恢复应答"], |b, told| {
        Box::pin(async move { machine(b, told.text("what")?)?.answer_again().await })
    })?;
    let every = ["{what:name} is asked every {span:span}", "{what:name} 每 {span:span}检查一次"];
    book.add(every, |b, told| {
        Box::pin(async move {
            let id = b.machine(told.text("what")?)?.id.clone();
            let check = b.listed(&format!("/api/v1/checks?resource_id={id}")).await?.remove(0);
            let path = format!("/api/v1/checks/{}", id_of(&check)?);
            let body = json!({"interval_s": told.span("span")?.as_secs()});
            b.done(Asked { method: "PATCH", ..Asked::put(path, body) }.of(&check)).await.map(drop)
        })
    })
}

fn policies(book: &mut Book) -> Result<(), PatternFault> {
    let policy = ["critical incidents are told to {who:name}", "严重故障通知{who:name}"];
    book.add(policy, |b, told| {
        Box::pin(async move {
            let id = b.colleague(told.text("who")?)?.person_id.clone();
            let name = told.text("who")?;
            policy_of(b, json!({"recipients": [{"kind": "person", "id": id, "name": name}]})).await
        })
    })?;
    book.add(
        ["critical incidents are told to the group", "严重故障通知群机器人"],
        |b, _| {
            Box::pin(async move {
                let id = b.kept.get("chat").context("people are reached by chat")?.clone();
                policy_of(b, json!({"recipients": [{"kind": "channel", "id": id, "name": "chat"}]}))
                    .await
            })
        },
    )?;
    let chain =
        ["critical incidents call the chain of {unit:name}", "严重故障呼叫{unit:name}的升级链"];
    book.add(chain, |b, told| {
        Box::pin(async move {
            let unit = told.text("unit")?;
            let id = b.chains.get(unit).with_context(|| format!("no chain of {unit}"))?.clone();
            policy_of(b, json!({"chains": [{"id": id}]})).await
        })
    })
}

fn seen(book: &mut Book) -> Result<(), PatternFault> {
    let cause = [
        "there is {n:count} open incident and its cause is {cause:name}",
        "有 {n:count} 起未恢复的故障，根因是 {cause:name}",
    ];
    book.add(cause, |b, told| {
        Box::pin(async move {
            let incidents = open(b, told.count("n")?).await?;
            let (name, cause) = (&incidents[0]["cause"]["name"], told.text("cause")?);
            ensure!(name == cause, "its cause is {name}: {}", incidents[0]);
            b.incident = Some(id_of(&incidents[0])?);
            Ok(())
        })
    })?;
    let count = ["{n:count} incident[s] (is|are) open", "有 {n:count} 起未恢复的故障"];
    book.add(count, |b, told| Box::pin(async move { open(b, told.count("n")?).await.map(drop) }))?;
    let follow = ["{n:count} alerts follow from it", "由此引发 {n:count} 条告警"];
    book.add(follow, |b, told| {
        Box::pin(async move {
            let (incident, count) = (incident(b).await?, told.count("n")?);
            ensure!(incident["follow"] == json!(count), "{}: {}", incident["follow"], incident);
            Ok(())
        })
    })?;
    let by = ["the incident is acknowledged by {who:name}", "故障已由{who:name}确认"];
    book.add(by, |b, told| {
        Box::pin(async move {
            let account = b.colleague(told.text("who")?)?.account.clone();
            let acknowledged = incident(b).await?["acknowledged"].clone();
            let by = acknowledged["by"].as_str().unwrap_or_default();
            // A program of somebody's is named after them.
            ensure!(by.split('/').next() == Some(&account), "it is {acknowledged}");
            Ok(())
        })
    })?;
    book.add(["the incident is closed", "故障已关闭"], |b, _| {
        Box::pin(async move {
            let incident = incident(b).await?;
            ensure!(incident["state"] == "closed", "it is {incident}");
            Ok(())
        })
    })
}

fn done(book: &mut Book) -> Result<(), PatternFault> {
    book.add(["{who:name} acknowledges the incident", "{who:name}确认故障"], |b, told| {
        Box::pin(async move { act(b, told.text("who")?, "acknowledge", json!({})).await })
    })?;
    let correct = [
        "{who:name} says that the cause of {what:name} is {cause:name}",
        "{who:name}更正 {what:name} 的根因为 {cause:name}",
    ];
    book.add(correct, |b, told| {
        Box::pin(async move {
            let (what, cause) = (told.text("what")?, b.machine(told.text("cause")?)?.id.clone());
            let open = b.listed("/api/v1/incidents?state=open").await?;
            let found = open.iter().find(|incident| incident["cause"]["name"] == what);
            b.incident = Some(id_of(found.with_context(|| format!("{what} causes nothing"))?)?);
            act(b, told.text("who")?, "cause", json!({"resource_id": cause})).await
        })
    })?;
    book.add(
        ["{who:name} confirms what was learned", "{who:name}确认所学规则"],
        |b, told| {
            Box::pin(async move {
                let lessons = b.listed("/api/v1/incident-lessons").await?;
                ensure!(lessons.len() == 1, "{} lessons wait", lessons.len());
                let path = format!("/api/v1/incident-lessons/{}/decide", id_of(&lessons[0])?);
                let asked = Asked::post(path, json!({"state": "confirmed"})).of(&lessons[0]);
                b.done_by(told.text("who")?, asked).await.map(drop)
            })
        },
    )?;
    let silence = [
        "{who:name} silences {what:name} for {span:span}",
        "{who:name}将 {what:name} 静默 {span:span}",
    ];
    book.add(silence, |b, told| {
        Box::pin(async move {
            let id = b.machine(told.text("what")?)?.id.clone();
            let ends_at = kernel::Clock::now(&b.clock).plus(told.span("span")?).to_string();
            let body = json!({"resource_id": id, "reason": "maintenance", "ends_at": ends_at});
            b.done_by(told.text("who")?, Asked::post("/api/v1/silences", body)).await.map(drop)
        })
    })?;
    let prometheus = [
        "Prometheus tells of the critical alert {alert:word} on {what:name}",
        "Prometheus 送来 {what:name} 的严重告警 {alert:word}",
    ];
    book.add(prometheus, |b, told| {
        Box::pin(async move {
            let labels = json!({"alertname": told.text("alert")?, "severity": "critical",
                "instance": told.text("what")?});
            let body = json!([{"labels": labels, "annotations": {"summary": "from afar"}}]);
            b.done(Asked::post("/alertmanager/api/v2/alerts", body)).await.map(drop)
        })
    })
}

async fn switch_stands(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let (switch, unit) = (told.text("switch")?, bureau.unit(told.text("unit")?)?);
    stands(bureau, switch, &unit, None).await?;
    for number in 1..=told.count("n")? {
        stands(bureau, &format!("srv-{number}"), &unit, Some(switch)).await?;
    }
    // Everything was asked once, and is well.
    bureau.pass(std::time::Duration::from_secs(INTERVAL_S.into())).await
}

/// A machine comes into the register and is watched.
async fn stands(
    bureau: &mut Bureau,
    name: &str,
    unit: &str,
    behind: Option<&str>,
) -> anyhow::Result<()> {
    let mut machine = Machine::answering(behind.map(str::to_owned)).await?;
    let body = json!({"kind": "host", "name": name, "unit_id": unit});
    machine.id = id_of(&bureau.done(Asked::post("/api/v1/resources", body)).await?)?;
    if let Some(behind) = behind {
        let to = bureau.machine(behind)?.id.clone();
        let body = json!({"kind": "depends-on", "from": machine.id, "to": to});
        bureau.done(Asked::post("/api/v1/relations", body)).await?;
    }
    let check = json!({"resource_id": machine.id, "name": format!("{name} answers"),
        "protocol": "tcp", "spec": {"host": "127.0.0.1", "port": machine.port},
        "interval_s": INTERVAL_S, "retry_interval_s": RETRY_S, "attempts_max": 2});
    bureau.done(Asked::post("/api/v1/checks", check)).await?;
    bureau.machines.insert(name.to_owned(), machine);
    Ok(())
}

fn machine<'b>(bureau: &'b mut Bureau, name: &str) -> anyhow::Result<&'b mut Machine> {
    bureau.machines.get_mut(name).with_context(|| format!("no machine is called {name}"))
}

/// A machine and all that is reached through it.
fn with_those_behind(bureau: &Bureau, name: &str) -> anyhow::Result<Vec<String>> {
    bureau.machine(name)?;
    let behind = bureau.machines.iter().filter(|(_, one)| one.behind.as_deref() == Some(name));
    Ok(behind.map(|(other, _)| other.clone()).chain([name.to_owned()]).collect())
}

async fn policy_of(bureau: &mut Bureau, whom: Value) -> anyhow::Result<()> {
    let mut body = whom;
    body["name"] = json!(format!("policy {}", bureau.listed("/api/v1/page-policies").await?.len()));
    body["severity_min"] = json!("critical");
    bureau.done(Asked::post("/api/v1/page-policies", body)).await.map(drop)
}

/// The open incidents, which must be so many.
async fn open(bureau: &mut Bureau, count: usize) -> anyhow::Result<Vec<Value>> {
    let incidents = bureau.listed("/api/v1/incidents?state=open").await?;
    let titles: Vec<&Value> = incidents.iter().map(|incident| &incident["title"]["en"]).collect();
    ensure!(incidents.len() == count, "{} are open: {titles:?}", incidents.len());
    Ok(incidents)
}

pub(super) async fn incident(bureau: &mut Bureau) -> anyhow::Result<Value> {
    let id = bureau.incident.clone().context("the story has no incident yet")?;
    bureau.seen(&format!("/api/v1/incidents/{id}")).await
}

async fn act(bureau: &mut Bureau, who: &str, verb: &str, body: Value) -> anyhow::Result<()> {
    let incident = incident(bureau).await?;
    let path = format!("/api/v1/incidents/{}/{verb}", id_of(&incident)?);
    bureau.done_by(who, Asked::post(path, body).of(&incident)).await.map(drop)
}
