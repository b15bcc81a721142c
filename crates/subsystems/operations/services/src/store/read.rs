use db::DbError;
use kernel::{Id, Text, Time};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Row as _, any::AnyRow};

use crate::{
    error::ServicesError,
    known::Transport,
    model::{Discovered, DiscoveryState, ServiceKey, confidence_from_name, transport_name},
};

/// One service from its row.
pub(super) fn from_row(row: &AnyRow) -> Result<Discovered, ServicesError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    let optional = |column: &str| row.try_get::<Option<String>, _>(column).map_err(DbError::from);
    let number = |column: &str| row.try_get::<i64, _>(column).map_err(DbError::from);
    let port = number("port")?;
    let port = u16::try_from(port).map_err(|_| unreadable("port", port.to_string()))?;
    let proto = text("proto")?;
    let proto = [Transport::Tcp, Transport::Udp]
        .map(transport_name)
        .into_iter()
        .find(|name| **name == *proto)
        .ok_or_else(|| unreadable("proto", proto))?;
    let state = text("state")?;
    let state = DiscoveryState::from_name(&state).ok_or_else(|| unreadable("state", state))?;
    Ok(Discovered {
        id: read_id("id", text("id")?)?,
        host_resource_id: read_id("host_resource_id", text("host_resource_id")?)?,
        key: ServiceKey { proto, port, name: text("name")? },
        addresses: read_json("addresses", &text("addresses")?)?,
        process: read_optional("process", optional("process")?)?,
        kind: text("kind")?,
        title: Text::new(text("title_en")?, text("title_zh")?),
        confidence: confidence_from_name(&text("confidence")?),
        suggested_check: read_optional("suggested_check", optional("suggested_check")?)?,
        state,
        listening: number("listening")? != 0,
        resource_id: optional("resource_id")?.map(|id| read_id("resource_id", id)).transpose()?,
        check_id: optional("check_id")?.map(|id| read_id("check_id", id)).transpose()?,
        first_seen_at: Time::from_micros(number("first_seen_at")?),
        last_seen_at: Time::from_micros(number("last_seen_at")?),
    })
}

pub(super) fn addresses_text(item: &Discovered) -> Result<String, DbError> {
    json_text(&item.addresses)
}

pub(super) fn process_text(item: &Discovered) -> Result<Option<String>, DbError> {
    item.process.as_ref().map(json_text).transpose()
}

pub(super) fn suggestion_text(item: &Discovered) -> Result<Option<String>, DbError> {
    item.suggested_check.as_ref().map(json_text).transpose()
}

fn json_text(value: &impl Serialize) -> Result<String, DbError> {
    let text = serde_json::to_string(value);
    text.map_err(|error| DbError::Sql(sqlx::Error::Encode(error.into())))
}

fn read_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, ServicesError> {
    serde_json::from_str(text).map_err(|error| unreadable(what, error.to_string()))
}

fn read_optional<T: DeserializeOwned>(
    what: &'static str,
    text: Option<String>,
) -> Result<Option<T>, ServicesError> {
    text.map(|text| read_json(what, &text)).transpose()
}

fn read_id<K>(what: &'static str, text: String) -> Result<Id<K>, ServicesError> {
    text.parse().map_err(|_| unreadable(what, text))
}

fn unreadable(what: &'static str, found: String) -> ServicesError {
    ServicesError::Unreadable { what, found }
}
