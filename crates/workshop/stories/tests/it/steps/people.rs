//! Who works where, and how they are reached.

use anyhow::bail;
use serde_json::{Value, json};
use stories::{PatternFault, Told};

use super::Book;
use crate::{
    asked::{Asked, id_of},
    bureau::Bureau,
    staff,
};

pub(super) fn add(book: &mut Book) -> Result<(), PatternFault> {
    book.add(
        ["the unit {unit:name} with {whom:names}", "部门{unit:name}有{whom:names}"],
        |b, told| Box::pin(unit(b, told)),
    )?;
    book.add(
        ["{who:name} heads {unit:name}", "{who:name}是{unit:name}的负责人"],
        |b, told| Box::pin(heads(b, told)),
    )?;
    book.add(["{who:name} heads every unit", "{who:name}统管各部门"], |b, told| {
        Box::pin(async move {
            let user_id = b.colleague(told.text("who")?)?.user_id.clone();
            staff::grant(b, &user_id, "head", json!({"kind": "everything"})).await
        })
    })?;
    book.add(["people are reached by {ways:names}", "通知方式是{ways:names}"], |b, told| {
        Box::pin(reached(b, told))
    })?;
    let taken = [
        "people are reached by {first:word}, then by {second:word} unless it was taken within \
         {span:span}",
        "通知方式先{first:word}，{span:span}内未送达再{second:word}",
    ];
    book.add(taken, |b, told| Box::pin(reached_in_turn(b, told, "taken")))?;
    let acknowledged = [
        "people are reached by {first:word}, then by {second:word} unless it was acknowledged \
         within {span:span}",
        "通知方式先{first:word}，{span:span}内未确认再{second:word}",
    ];
    book.add(acknowledged, |b, told| Box::pin(reached_in_turn(b, told, "acknowledged")))?;
    book.add(["the {way:word} gateway is out of order", "{way:word}网关故障"], |b, told| {
        Box::pin(async move {
            b.holes.break_down(way_of(told.text("way")?)?);
            Ok(())
        })
    })?;
    book.add(["the {way:word} gateway works again", "{way:word}网关恢复"], |b, told| {
        Box::pin(async move {
            b.holes.repair(way_of(told.text("way")?)?);
            Ok(())
        })
    })
}

/// A way by its word in either language.
pub(super) fn way_of(word: &str) -> anyhow::Result<&'static str> {
    Ok(match word {
        "sms" | "短信" => "sms",
        "mail" | "邮件" => "mail",
        "chat" | "群机器人" => "chat",
        _ => bail!("`{word}` is no way to reach people: sms, mail or chat"),
    })
}

async fn unit(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let (name, whom) = (told.text("unit")?, told.names("whom")?);
    let code = format!("u{}", bureau.units.len() + 1);
    let body = json!({"code": code, "name": {"en": name, "zh": name}, "from": "2020-01-01"});
    let id = id_of(&bureau.done(Asked::post("/api/v1/units", body)).await?)?;
    bureau.units.insert(name.to_owned(), id.clone());
    for name in whom {
        staff::join(bureau, &name, &id).await?;
    }
    Ok(())
}

async fn heads(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let user_id = bureau.colleague(told.text("who")?)?.user_id.clone();
    let unit = bureau.unit(told.text("unit")?)?;
    staff::grant(bureau, &user_id, "head", json!({"kind": "unit", "ids": [unit]})).await
}

/// Makes the channels; everybody wants to be told by these ways, urgent or not.
async fn reached(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let mut ways = Vec::new();
    for word in told.names("ways")? {
        let (way, kind) = made(bureau, &word).await?;
        // The group is nobody's own way.
        if way != "chat" {
            ways.push(kind);
        }
    }
    preferred(bureau, json!({"ways": ways, "urgent_ways": ways})).await
}

/// Makes two channels; everybody wants to be told by the second only when the first did not do.
async fn reached_in_turn(bureau: &mut Bureau, told: Told, until: &str) -> anyhow::Result<()> {
    let (_, first) = made(bureau, told.text("first")?).await?;
    let (_, second) = made(bureau, told.text("second")?).await?;
    let ways = [first, second];
    let turns = json!({"wait_minutes": told.span("span")?.as_secs() / 60, "until": until});
    let body = json!({"ways": ways, "urgent_ways": ways, "turns": turns, "urgent_turns": turns});
    preferred(bureau, body).await
}

/// Makes a channel by its word: the way, and the kind of channel that it is.
async fn made(bureau: &mut Bureau, word: &str) -> anyhow::Result<(&'static str, &'static str)> {
    let way = way_of(word)?;
    let (kind, settings) = channel(bureau, way).await?;
    let body = json!({"name": way, "kind": kind, "settings": settings});
    let id = id_of(&bureau.done(Asked::post("/api/v1/channels", body)).await?)?;
    if way == "chat" {
        bureau.kept.insert("chat", json!(id));
    }
    Ok((way, kind))
}

async fn preferred(bureau: &mut Bureau, body: Value) -> anyhow::Result<()> {
    let names: Vec<String> = bureau.staff.keys().cloned().collect();
    for name in names {
        let path = "/api/v1/notification-preference";
        let seen = bureau.done_by(&name, Asked::get(path)).await?;
        bureau.done_by(&name, Asked::put(path, body.clone()).of(&seen)).await?;
    }
    Ok(())
}

async fn channel(bureau: &mut Bureau, way: &str) -> anyhow::Result<(&'static str, Value)> {
    let (http, mail) = (bureau.far_sides.http_port, bureau.far_sides.mail_port);
    Ok(match way {
        "sms" => {
            let (url, success) = (
                format!("http://127.0.0.1:{http}/sms"),
                json!({"pointer": "/code",
                "equals": "OK"}),
            );
            let body = r#"{"to": {{ address }}, "text": {{ text }}}"#;
            let headers = json!({"content-type": "application/json"});
            ("sms", json!({"url": url, "headers": headers, "body": body, "success": success}))
        }
        "mail" => {
            let from = "Mainstay <ops@bureau.example>";
            ("mail", json!({"host": "127.0.0.1", "port": mail, "tls": "none", "from": from}))
        }
        _ => {
            let secret = json!({"name": "robot", "kind": "password", "value": "robot-key"});
            let token = id_of(&bureau.done(Asked::post("/api/v1/secrets", secret)).await?)?;
            let url = format!("http://127.0.0.1:{http}/robot");
            ("wecom", json!({"url": url, "token_secret": token}))
        }
    })
}
