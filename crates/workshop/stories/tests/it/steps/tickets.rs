//! Tickets: from an incident or a telephone call to the figures.

mod moving;
mod seen;

use anyhow::{Context, bail};
use serde_json::{Value, json};
use stories::{PatternFault, Told};

use super::Book;
use crate::{
    asked::{Asked, id_of},
    bureau::Bureau,
};

pub(super) fn add(book: &mut Book) -> Result<(), PatternFault> {
    let rule = [
        "each critical incident opens a ticket of {unit:name}",
        "每起严重故障开一张{unit:name}的工单",
    ];
    book.add(rule, |b, told| Box::pin(incidents_open_tickets(b, told)))?;
    let register = [
        "{who:name} registers the {kind:word} {subject:text} in {unit:name}",
        "{who:name}在{unit:name}登记{kind:word}{subject:text}",
    ];
    book.add(register, |b, told| Box::pin(registers(b, told)))?;
    moving::add(book)?;
    seen::add(book)
}

async fn incidents_open_tickets(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let (path, unit) = ("/api/v1/ticket-types/incident", bureau.unit(told.text("unit")?)?);
    let found = bureau.seen(path).await?;
    let mut draft = found["type"].clone();
    draft["incidents"] = json!({"severities": ["critical"], "unit_id": unit, "on_end": "resolved"});
    bureau.done(Asked::put(path, draft).of(&found)).await.map(drop)
}

async fn registers(bureau: &mut Bureau, told: Told) -> anyhow::Result<()> {
    let kind = match told.text("kind")? {
        kind @ ("request" | "incident" | "problem" | "requirement" | "enquiry") => kind,
        "服务请求" => "request",
        "外部来件" => "enquiry",
        other => bail!("`{other}` is no type of tickets"),
    };
    let content = json!({"subject": told.text("subject")?, "text": "", "impact": "medium",
        "urgency": "medium", "requester": {"name": "王先生", "contact": "8301"}});
    let unit = bureau.unit(told.text("unit")?)?;
    let body = json!({"type": kind, "unit_id": unit, "channel": "phone", "content": content});
    let ticket = bureau.done_by(told.text("who")?, Asked::post("/api/v1/tickets", body)).await?;
    bureau.ticket = Some(id_of(&ticket)?);
    Ok(())
}

fn path(bureau: &Bureau) -> anyhow::Result<String> {
    let id = bureau.ticket.as_ref().context("the story has no ticket yet")?;
    Ok(format!("/api/v1/tickets/{id}"))
}

/// The page of the ticket that the story is about.
async fn page(bureau: &mut Bureau) -> anyhow::Result<Value> {
    let path = path(bureau)?;
    bureau.seen(&path).await
}
