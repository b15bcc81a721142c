//! Whom incidents call, and what a shift passes on.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use stories::{PatternFault, Told};

use super::{Book, rosters::roster};
use crate::{
    asked::{Asked, id_of, items},
    bureau::Bureau,
};

pub(super) fn add(book: &mut Book) -> Result<(), PatternFault> {
    book.add(
        ["the chain of {unit:name} calls", "{unit:name}的升级链依次呼叫"],
        |b, told| Box::pin(chain(b, told)),
    )?;
    book.add(["{who:name} answers the call", "{who:name}接听呼叫"], |b, told| {
        Box::pin(answer(b, told))
    })?;
    let begin = [
        "{who:name} writes down for {whom:name} that {what:text} is open",
        "{who:name}向{whom:name}交班，遗留事项{what:text}",
    ];
    book.add(begin, |b, told| Box::pin(begin_hand_over(b, told)))?;
    book.add(["{who:name} signs the hand-over", "{who:name}签字交班"], |b, told| {
        Box::pin(sign(b, told, "give"))
    })?;
    book.add(["{who:name} signs for taking over", "{who:name}签字接班"], |b, told| {
        Box::pin(sign(b, told, "take"))
    })?;
    let inherits = [
        "{who:name} finds {what:text} in the next hand-over to {whom:name}",
        "{who:name}向{whom:name}交下一班时仍有{what:text}",
    ];
    book.add(inherits, |b, told| Box::pin(inherits_item(b, told)))
}

/// A chain by its table: whom, and for how many minutes. `on duty` (`当班`) is who is on.
async fn chain(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let unit = told.text("unit")?.to_owned();
    let mut steps = Vec::new();
    for row in told.table.iter().skip(1) {
        let [whom, minutes] = row.as_slice() else { anyhow::bail!("a row is: whom, minutes") };
        let target = match whom.as_str() {
            "on duty" | "当班" => {
                let roster_id = roster(bureau, &unit)?;
                json!({"kind": "position", "roster_id": roster_id, "position": "main"})
            }
            name => json!({"kind": "person", "person_id": bureau.colleague(name)?.person_id}),
        };
        let minutes: u32 = minutes.parse().context("minutes are a number")?;
        steps.push(json!({"targets": [target], "wait_minutes": minutes}));
    }
    let body = json!({"name": unit, "unit_id": bureau.unit(&unit)?, "steps": steps});
    let chain = bureau.done(Asked::post("/api/v1/duty/chains", body)).await?;
    let path = format!("/api/v1/duty/chains/{}", id_of(&chain)?);
    bureau.done(Asked::post(format!("{path}/simulate"), json!({}))).await?;
    let chain = bureau.seen(&path).await?;
    let switch = Asked::post(format!("{path}/switch"), json!({"enabled": true})).of(&chain);
    bureau.done(switch).await?;
    bureau.chains.insert(unit, id_of(&chain)?);
    Ok(())
}

async fn answer(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let who = told.text("who")?;
    let calls = bureau.done_by(who, Asked::get("/api/v1/duty/calls")).await?;
    let call = items(&calls).iter().find(|call| call["state"] == "running");
    let call = call.with_context(|| format!("nobody is called: {calls}"))?;
    let path = format!("/api/v1/duty/calls/{}/answer", id_of(call)?);
    bureau.done_by(who, Asked::post(path, Value::Null).of(call)).await.map(drop)
}

/// The hand-over of the only roster.
async fn begun(bureau: &mut Bureau, told: &Told) -> anyhow::Result<Value> {
    let roster = bureau.rosters.values().next().context("there is no roster")?.clone();
    let taker = bureau.colleague(told.text("whom")?)?.person_id.clone();
    let path = format!("/api/v1/duty/rosters/{roster}/hand-overs");
    let body = json!({"position": "main", "taker": taker});
    bureau.done_by(told.text("who")?, Asked::post(path, body)).await
}

async fn begin_hand_over(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let begun = begun(bureau, &told).await?;
    let mut content = begun["content"].clone();
    content["items"] = json!([{"text": told.text("what")?}]);
    let path = format!("/api/v1/duty/hand-overs/{}", id_of(&begun)?);
    let written = bureau.done_by(told.text("who")?, Asked::put(path, content).of(&begun)).await?;
    bureau.kept.insert("hand-over", written);
    Ok(())
}

async fn sign(bureau: &mut Bureau, told: Told, verb: &str) -> anyhow::Result<()> {
    let one = bureau.kept.get("hand-over").context("there is no hand-over")?.clone();
    let path = format!("/api/v1/duty/hand-overs/{}/{verb}", id_of(&one)?);
    let signed = bureau.done_by(told.text("who")?, Asked::post(path, Value::Null).of(&one)).await?;
    bureau.kept.insert("hand-over", signed);
    Ok(())
}

async fn inherits_item(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let begun = begun(bureau, &told).await?;
    let (found, what) = (&begun["content"]["items"], told.text("what")?);
    ensure!(found[0]["text"] == what, "it has {found}");
    Ok(())
}
