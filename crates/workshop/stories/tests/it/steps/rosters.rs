//! Rosters and what changes them: swaps and leave.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use stories::{PatternFault, Told};

use super::Book;
use crate::{
    asked::{Asked, id_of, items},
    bureau::Bureau,
};

pub(super) fn add(book: &mut Book) -> Result<(), PatternFault> {
    let roster = [
        "in the roster of {unit:name} {whom:names} take turns by the {turn:word} from {at:moment}",
        "{unit:name}值班表：{whom:names}从 {at:moment} 起按{turn:word}轮值",
    ];
    book.add(roster, |b, told| Box::pin(make(b, told)))?;
    let on = ["{who:name} is on duty in {unit:name}", "{unit:name}当班的是{who:name}"];
    book.add(on, |b, told| Box::pin(is_on(b, told)))?;
    let begins = [
        "the shift of {day:date} in {unit:name} begins at {at:moment}",
        "{unit:name} {day:date} 的班次始于 {at:moment}",
    ];
    book.add(begins, |b, told| Box::pin(begins_at(b, told)))?;
    let ask = [
        "{who:name} asks {whom:name} to take the shift of {day:date} in {unit:name}",
        "{who:name}请{whom:name}代{unit:name} {day:date} 的班",
    ];
    book.add(ask, |b, told| Box::pin(ask_swap(b, told)))?;
    book.add(["{who:name} agrees to the swap", "{who:name}同意换班"], |b, told| {
        Box::pin(answer_swap(b, told, "agree"))
    })?;
    book.add(["{who:name} approves the swap", "{who:name}批准换班"], |b, told| {
        Box::pin(answer_swap(b, told, "approve"))
    })?;
    let leave = [
        "{who:name} asks for leave from {from:moment} to {to:moment}",
        "{who:name}申请 {from:moment} 至 {to:moment} 休假",
    ];
    book.add(leave, |b, told| Box::pin(ask_leave(b, told)))?;
    book.add(["{who:name} approves the leave", "{who:name}批准休假"], |b, told| {
        Box::pin(approve_leave(b, told))
    })?;
    let gap = [
        "the roster of {unit:name} has a gap on {day:date}",
        "{unit:name}值班表在 {day:date} 有空岗",
    ];
    book.add(gap, |b, told| Box::pin(async move { has_gap(b, told).await }))?;
    let told_ahead = ["the journal tells of the gap", "日志已记录空岗"];
    book.add(told_ahead, |b, _| {
        Box::pin(async move {
            let facts = b.listed("/api/v1/journal?verb=duty.problem_found").await?;
            let gaps = facts.iter().filter(|fact| fact["detail"]["kind"] == "gap").count();
            ensure!(gaps == 1, "{gaps} gaps are told: {facts:?}");
            Ok(())
        })
    })
}

/// One position, around the clock, from the time of day at which the turns begin.
async fn make(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let (unit, start) = (told.text("unit")?, told.moment("at")?);
    let turn = match told.text("turn")? {
        "day" | "天" => "days",
        "week" | "周" => "weeks",
        other => anyhow::bail!("turns are by the day or week, not by the {other}"),
    };
    let mut blocks = Vec::new();
    for name in told.names("whom")? {
        blocks.push(json!({"people": [bureau.colleague(&name)?.person_id]}));
    }
    let (start, at) = (start.to_string(), start.time().strftime("%H:%M").to_string());
    let zone = bureau.zone.iana_name().context("the zone has a name")?;
    let body = json!({
        "name": unit, "unit_id": bureau.unit(unit)?, "zone": zone, "calendar": "china",
        "swap_approval": true,
        "shifts": [{"key": "day", "name": "day", "from": at, "to": at}],
        "positions": [{"key": "main", "name": "main",
            "rotations": [{"start": start, "unit": turn, "blocks": blocks}]}],
    });
    let id = id_of(&bureau.done(Asked::post("/api/v1/duty/rosters", body)).await?)?;
    bureau.rosters.insert(unit.to_owned(), id);
    Ok(())
}

pub(super) fn roster(bureau: &Bureau, unit: &str) -> anyhow::Result<String> {
    let roster = bureau.rosters.get(unit);
    Ok(roster.with_context(|| format!("{unit} has no roster"))?.clone())
}

async fn is_on(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let roster = roster(bureau, told.text("unit")?)?;
    let on = bureau.seen(&format!("/api/v1/duty/on-duty?roster_id={roster}")).await?;
    let names: Vec<&Value> = items(&on).iter().map(|span| &span["person"]["name"]).collect();
    ensure!(names == [&json!(told.text("who")?)], "on duty: {names:?}");
    Ok(())
}

/// The spans and problems of a roster within the four weeks around now.
async fn stretch(bureau: &mut Bureau, unit: &str) -> anyhow::Result<Value> {
    let now = kernel::Clock::now(&bureau.clock);
    let weeks = std::time::Duration::from_secs(14 * 86_400);
    let (from, to, roster) = (now.minus(weeks), now.plus(weeks), roster(bureau, unit)?);
    bureau.seen(&format!("/api/v1/duty/rosters/{roster}/spans?from={from}&to={to}")).await
}

async fn begins_at(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let stretch = stretch(bureau, told.text("unit")?).await?;
    let day = told.text("day")?;
    let spans = stretch["spans"].as_array().into_iter().flatten();
    let begun: Vec<&Value> =
        spans.filter(|span| span["day"] == day).map(|span| &span["from"]).collect();
    let first = begun.first().with_context(|| format!("there is no shift in {stretch}"))?;
    let begun = bureau.wall_clock(first)?;
    ensure!(begun == told.text("at")?, "it begins at {begun}");
    Ok(())
}

async fn ask_swap(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let roster = roster(bureau, told.text("unit")?)?;
    let taker = bureau.colleague(told.text("whom")?)?.person_id.clone();
    let slot = json!({"day": told.text("day")?, "shift": "day", "position": "main"});
    let body = json!({"roster_id": roster, "slot": slot, "taker": taker, "reason": "family"});
    let swap = bureau.done_by(told.text("who")?, Asked::post("/api/v1/duty/swaps", body)).await?;
    bureau.kept.insert("swap", swap);
    Ok(())
}

async fn answer_swap(bureau: &mut Bureau, told: Told, answer: &str) -> anyhow::Result<()> {
    let swap = bureau.kept.get("swap").context("nobody asked for a swap")?.clone();
    let path = format!("/api/v1/duty/swaps/{}/answer", id_of(&swap)?);
    let asked = Asked::post(path, json!({"answer": answer})).of(&swap);
    let swap = bureau.done_by(told.text("who")?, asked).await?;
    bureau.kept.insert("swap", swap);
    Ok(())
}

async fn ask_leave(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let (from, to) = (bureau.time(told.moment("from")?)?, bureau.time(told.moment("to")?)?);
    let body = json!({"from": from.to_string(), "to": to.to_string(), "reason": "family"});
    let leave = bureau.done_by(told.text("who")?, Asked::post("/api/v1/duty/leaves", body)).await?;
    bureau.kept.insert("leave", leave);
    Ok(())
}

async fn approve_leave(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let leave = bureau.kept.get("leave").context("nobody asked for leave")?.clone();
    let path = format!("/api/v1/duty/leaves/{}/decide", id_of(&leave)?);
    let asked = Asked::post(path, json!({"state": "approved"})).of(&leave);
    bureau.done_by(told.text("who")?, asked).await.map(drop)
}

async fn has_gap(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let stretch = stretch(bureau, told.text("unit")?).await?;
    let day = told.text("day")?;
    let is_gap = |problem: &Value| problem["kind"] == "gap" && problem["span"]["day"] == day;
    let found = stretch["problems"].as_array().is_some_and(|all| all.iter().any(is_gap));
    ensure!(found, "wrong are only {}", stretch["problems"]);
    Ok(())
}
