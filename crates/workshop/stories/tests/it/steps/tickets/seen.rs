//! What a ticket, its clocks and the figures show.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use stories::{PatternFault, Told};

use super::{page, path};
use crate::{asked::id_of, bureau::Bureau, steps::Book};

pub(super) fn add(book: &mut Book) -> Result<(), PatternFault> {
    itself(book)?;
    clocks(book)?;
    let figures = [
        "the figures of {unit:name} count {n:count} opened and {kept:count} solved in time",
        "{unit:name}统计：受理 {n:count} 件，按时解决 {kept:count} 件",
    ];
    book.add(figures, |b, told| Box::pin(figures_count(b, told)))
}

fn itself(book: &mut Book) -> Result<(), PatternFault> {
    let of_incident =
        ["there is {n:count} ticket for it in {unit:name}", "{unit:name}为此有 {n:count} 张工单"];
    book.add(of_incident, |b, told| {
        Box::pin(async move {
            let unit = b.unit(told.text("unit")?)?;
            let found = b.listed(&format!("/api/v1/tickets?type=incident&unit_id={unit}")).await?;
            ensure!(found.len() == told.count("n")?, "there are {}: {found:?}", found.len());
            b.ticket = found.first().map(id_of).transpose()?;
            Ok(())
        })
    })?;
    book.add(["the ticket is {state:text}", "工单状态为{state:text}"], |b, told| {
        Box::pin(async move {
            let (page, state) = (page(b).await?, told.text("state")?);
            let name = &page["state_name"];
            ensure!(name["en"] == state || name["zh"] == state, "it is {name}");
            Ok(())
        })
    })?;
    book.add(
        ["the ticket is due at {at:moment}", "工单应于 {at:moment} 前办结"],
        |b, told| {
            Box::pin(async move {
                let due_at = page(b).await?["due_at"].clone();
                let due_at = b.wall_clock(&due_at)?;
                ensure!(due_at == told.text("at")?, "it is due at {due_at}");
                Ok(())
            })
        },
    )?;
    book.add(["the ticket is not due", "工单暂不计时"], |b, _| {
        Box::pin(async move {
            let due_at = page(b).await?["due_at"].clone();
            ensure!(due_at.is_null(), "it is due at {due_at}");
            Ok(())
        })
    })?;
    book.add(
        ["{unit:name} is in charge of the ticket", "工单由{unit:name}主办"],
        |b, told| {
            Box::pin(async move {
                let (page, unit) = (page(b).await?, b.unit(told.text("unit")?)?);
                ensure!(page["unit"]["id"] == unit, "it is {}", page["unit"]);
                Ok(())
            })
        },
    )?;
    let entry = ["the ticket's history has {what:text} once", "工单经过中{what:text}仅出现一次"];
    book.add(entry, |b, told| {
        Box::pin(async move {
            let path = format!("{}/entries", path(b)?);
            let entries = b.listed(&path).await?;
            let what = told.text("what")?;
            let count = entries.iter().filter(|entry| entry["text"] == what).count();
            ensure!(count == 1, "{count} times in {entries:#?}");
            Ok(())
        })
    })
}

fn clocks(book: &mut Book) -> Result<(), PatternFault> {
    let shows = [
        "the clock {clock:word} is {state:word} at {n:count} of {target:count} minutes",
        "计时 {clock:word} 为 {state:word}，已用 {n:count} 分钟，时限 {target:count} 分钟",
    ];
    book.add(shows, |b, told| {
        Box::pin(async move {
            let clock = clock(b, told.text("clock")?).await?;
            let minutes =
                |field: &str| clock[field].as_i64().map_or(-1, |seconds| (seconds + 30) / 60);
            let state = clock["state"].as_str().unwrap_or_default();
            let found = format!("{state} {} {}", minutes("elapsed_s"), minutes("target_s"));
            let (state, n, target) = (told.text("state")?, told.count("n")?, told.count("target")?);
            ensure!(found == format!("{state} {n} {target}"), "it is {found}");
            Ok(())
        })
    })?;
    let counts =
        ["{day:date} counts in the clock {clock:word}", "计时 {clock:word} 计入 {day:date}"];
    book.add(counts, |b, told| Box::pin(async move { day_counts(b, told).await }))
}

async fn clock(bureau: &mut Bureau, name: &str) -> anyhow::Result<Value> {
    let clocks = bureau.seen(&format!("{}/clocks", path(bureau)?)).await?;
    let found = clocks["clocks"].as_array().into_iter().flatten();
    let clock = found.into_iter().find(|clock| clock["clock"] == name).cloned();
    clock.with_context(|| format!("there is no clock {name} in {clocks}"))
}

/// Some working time of a day was counted.
async fn day_counts(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let clock = clock(bureau, told.text("clock")?).await?;
    let (spans, day) = (clock["spans"].as_array().context("it has spans")?, told.text("day")?);
    for span in spans.iter().filter(|span| span["counting"] == "counts") {
        if bureau.wall_clock(&span["from"])?.starts_with(day) {
            return Ok(());
        }
    }
    anyhow::bail!("it does not count: {spans:#?}")
}

async fn figures_count(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let unit = bureau.unit(told.text("unit")?)?;
    let figures = bureau.seen("/api/v1/ticket-figures?by=unit").await?;
    let rows = figures["items"].as_array().or(figures.as_array()).context("they are a list")?;
    let row = rows.iter().find(|row| row["key"] == json!(unit));
    let row = row.with_context(|| format!("the unit is not in {figures}"))?;
    let (opened, kept) = (json!(told.count("n")?), json!(told.count("kept")?));
    ensure!(row["opened"] == opened && row["resolution_kept"] == kept, "they are {row}");
    Ok(())
}
