//! What people do with a ticket.

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use stories::{PatternFault, Told};

use super::{page, path};
use crate::{asked::Asked, bureau::Bureau, steps::Book};

pub(super) fn add(book: &mut Book) -> Result<(), PatternFault> {
    step_by_step(book)?;
    beside(book)?;
    at_once(book)
}

fn step_by_step(book: &mut Book) -> Result<(), PatternFault> {
    book.add(["{who:name} does {way:text}", "{who:name}{way:text}工单"], |b, told| {
        Box::pin(moves(b, told, json!({})))
    })?;
    let saying = [
        "{who:name} does {way:text} saying {what:text}",
        "{who:name}{way:text}工单，说明{what:text}",
    ];
    book.add(saying, |b, told| {
        Box::pin(async move {
            let with = json!({"text": told.text("what")?});
            moves(b, told, with).await
        })
    })?;
    let to = ["{who:name} does {way:text} to {unit:name}", "{who:name}{way:text}工单至{unit:name}"];
    book.add(to, |b, told| {
        Box::pin(async move {
            let with = json!({"unit_id": b.unit(told.text("unit")?)?, "text": "请办理"});
            moves(b, told, with).await
        })
    })?;
    let refused = [
        "{who:name} may not do {way:text} because of {code:word}",
        "{who:name}不能{way:text}工单，原因 {code:word}",
    ];
    book.add(refused, |b, told| {
        Box::pin(async move {
            let asked = step(b, &told, json!({"text": "不属本单位职责"})).await?;
            let answer = b.ask(told.text("who")?, &asked).await?;
            let code = &answer.json["code"];
            ensure!(code == told.text("code")?, "the answer is {} {}", answer.status, answer.json);
            Ok(())
        })
    })?;
    book.add(["{who:name} takes the ticket", "{who:name}领取工单"], |b, told| {
        Box::pin(async move {
            let person = b.colleague(told.text("who")?)?.person_id.clone();
            act(b, &told, "assignment", json!({"person_id": person})).await
        })
    })
}

fn beside(book: &mut Book) -> Result<(), PatternFault> {
    let help = ["{who:name} asks {unit:name} to help", "{who:name}请{unit:name}协办"];
    book.add(help, |b, told| {
        Box::pin(async move {
            let unit = b.unit(told.text("unit")?)?;
            act(b, &told, "assists", json!({"unit_id": unit, "text": "请提供数据"})).await
        })
    })?;
    let helps = ["{who:name} gives the help {what:text}", "{who:name}反馈协办意见{what:text}"];
    book.add(helps, |b, told| {
        Box::pin(async move {
            let page = page(b).await?;
            let hops = page["hops"].as_array().context("it has hops")?;
            let open = hops.iter().find(|hop| hop["kind"] == "assist" && hop["ended_at"].is_null());
            let number = &open.context("nobody was asked to help")?["number"];
            let path = format!("assists/{number}/answer");
            act(b, &told, &path, json!({"text": told.text("what")?})).await
        })
    })?;
    let more = [
        "{who:name} asks for {span:span} more because {why:text}",
        "{who:name}申请延期 {span:span}，理由{why:text}",
    ];
    book.add(more, |b, told| {
        Box::pin(async move {
            let minutes = told.span("span")?.as_secs() / 60;
            let body = json!({"minutes": minutes, "reason": told.text("why")?});
            act(b, &told, "extensions", body).await
        })
    })?;
    book.add(["{who:name} grants the extension", "{who:name}批准延期"], |b, told| {
        Box::pin(act_owned(b, told, "extensions/1/decision", json!({"granted": true})))
    })?;
    let replies = ["{who:name} replies {what:text}", "{who:name}答复用户{what:text}"];
    book.add(replies, |b, told| {
        Box::pin(async move {
            let body = json!({"text": told.text("what")?, "public": true});
            act(b, &told, "comments", body).await
        })
    })
}

/// Two who have looked at the same version.
fn at_once(book: &mut Book) -> Result<(), PatternFault> {
    let look = ["{who:name} looks at the ticket", "{who:name}打开工单"];
    book.add(look, |b, told| {
        Box::pin(async move {
            let path = path(b)?;
            let page = b.done_by(told.text("who")?, Asked::get(path)).await?;
            b.kept.insert("seen", page);
            Ok(())
        })
    })?;
    let late = [
        "{who:name} replies {what:text} to what was seen and is told that it has changed",
        "{who:name}按先前所见答复{what:text}，被告知工单已变化",
    ];
    book.add(late, |b, told| {
        Box::pin(async move {
            let seen = b.kept.get("seen").context("nobody has looked")?.clone();
            let body = json!({"text": told.text("what")?, "public": true});
            let asked = Asked::post(format!("{}/comments", path(b)?), body).of(&seen);
            let answer = b.ask(told.text("who")?, &asked).await?;
            ensure!(answer.status == 412, "{} {}", answer.status, answer.json);
            Ok(())
        })
    })
}

async fn moves(bureau: &mut Bureau, told: Told, with: Value) -> anyhow::Result<()> {
    let asked = step(bureau, &told, with).await?;
    bureau.done_by(told.text("who")?, asked).await.map(drop)
}

/// The way of the ticket's type that has this name in either language.
async fn step(bureau: &mut Bureau, told: &Told, with: Value) -> anyhow::Result<Asked> {
    let (page, name) = (page(bureau).await?, told.text("way")?);
    let kind = page["type"].as_str().context("it has a type")?;
    let kind = bureau.seen(&format!("/api/v1/ticket-types/{kind}")).await?;
    let ways = kind["type"]["transitions"].as_array().context("it has ways")?;
    let way = ways.iter().find(|way| way["name"]["en"] == name || way["name"]["zh"] == name);
    let mut body = with;
    body["transition"] = way.with_context(|| format!("no way is called {name}"))?["key"].clone();
    Ok(Asked::post(format!("{}/transitions", path(bureau)?), body).of(&page))
}

async fn act(bureau: &mut Bureau, told: &Told, verb: &str, body: Value) -> anyhow::Result<()> {
    let page = page(bureau).await?;
    let asked = Asked::post(format!("{}/{verb}", path(bureau)?), body).of(&page);
    bureau.done_by(told.text("who")?, asked).await.map(drop)
}

async fn act_owned(bureau: &mut Bureau, told: Told, verb: &str, body: Value) -> anyhow::Result<()> {
    act(bureau, &told, verb, body).await
}
