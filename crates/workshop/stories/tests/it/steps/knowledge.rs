//! What was learned: from a solved ticket to whoever meets it again.

use std::fmt::Write as _;

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use stories::{PatternFault, Told};

use super::Book;
use crate::{
    asked::{Asked, items},
    bureau::Bureau,
};

const ARTICLES: &str = "/api/v1/knowledge/articles";

pub(super) fn add(book: &mut Book) -> Result<(), PatternFault> {
    written(book)?;
    let finds = [
        "{who:name} searches {what:text} and finds {title:text}",
        "{who:name}搜索{what:text}，找到{title:text}",
    ];
    book.add(finds, |b, told| {
        Box::pin(async move {
            let found = found(b, &told).await?;
            let title = told.text("title")?;
            let known = found.iter().any(|one| one["article"]["title"] == title);
            ensure!(known, "what is found is {found:?}");
            Ok(())
        })
    })?;
    let nothing = [
        "{who:name} searches {what:text} and finds nothing",
        "{who:name}搜索{what:text}，没有结果",
    ];
    book.add(nothing, |b, told| {
        Box::pin(async move {
            let found = found(b, &told).await?;
            ensure!(found.is_empty(), "what is found is {found:?}");
            Ok(())
        })
    })
}

fn written(book: &mut Book) -> Result<(), PatternFault> {
    let draft = ["{who:name} makes an article of the ticket", "{who:name}由工单生成知识草稿"];
    book.add(draft, |b, told| {
        Box::pin(async move {
            let ticket = b.ticket.clone().context("the story has no ticket yet")?;
            let asked =
                Asked::post(format!("{ARTICLES}/from-ticket"), json!({"ticket_id": ticket}));
            let made = b.done_by(told.text("who")?, asked).await?;
            b.kept.insert("article", made);
            Ok(())
        })
    })?;
    book.add(["the article says {what:text}", "知识条目写着{what:text}"], |b, told| {
        Box::pin(async move {
            let article = article(b).await?;
            let says = article["article"].to_string();
            ensure!(says.contains(told.text("what")?), "it says {says}");
            Ok(())
        })
    })?;
    let open = ["{who:name} opens the article to all staff", "{who:name}将知识条目公开给全体员工"];
    book.add(open, |b, told| {
        Box::pin(async move {
            let before = article(b).await?;
            let mut body = before["article"].clone();
            body["audience"] = json!("staff");
            let asked = Asked::put(path(&before)?, body).of(&before);
            b.done_by(told.text("who")?, asked).await.map(drop)
        })
    })?;
    book.add(["{who:name} hands the article in", "{who:name}提交知识条目"], |b, told| {
        Box::pin(steps(b, told, "submit"))
    })?;
    book.add(["{who:name} publishes the article", "{who:name}发布知识条目"], |b, told| {
        Box::pin(steps(b, told, "publish"))
    })?;
    let refused = [
        "{who:name} may not publish the article because of {code:word}",
        "{who:name}不能发布知识条目，原因 {code:word}",
    ];
    book.add(refused, |b, told| {
        Box::pin(async move {
            let asked = step(b, "publish").await?;
            let answer = b.ask(told.text("who")?, &asked).await?;
            let code = &answer.json["code"];
            ensure!(code == told.text("code")?, "the answer is {} {}", answer.status, answer.json);
            Ok(())
        })
    })
}

fn path(article: &Value) -> anyhow::Result<String> {
    Ok(format!("{ARTICLES}/{}", article["id"].as_str().context("it has an id")?))
}

/// The article that the story is about, as it is now.
async fn article(bureau: &mut Bureau) -> anyhow::Result<Value> {
    let path = path(bureau.kept.get("article").context("the story has no article yet")?)?;
    bureau.seen(&path).await
}

async fn step(bureau: &mut Bureau, verb: &str) -> anyhow::Result<Asked> {
    let article = article(bureau).await?;
    Ok(Asked::post(format!("{}/{verb}", path(&article)?), Value::Null).of(&article))
}

async fn steps(bureau: &mut Bureau, told: Told, verb: &str) -> anyhow::Result<()> {
    let asked = step(bureau, verb).await?;
    bureau.done_by(told.text("who")?, asked).await.map(drop)
}

async fn found(bureau: &mut Bureau, told: &Told) -> anyhow::Result<Vec<Value>> {
    let mut path = "/api/v1/knowledge/search?q=".to_owned();
    for byte in told.text("what")?.bytes() {
        write!(path, "%{byte:02X}")?;
    }
    let answer = bureau.done_by(told.text("who")?, Asked::get(path)).await?;
    Ok(items(&answer).to_vec())
}
