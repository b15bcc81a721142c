//! Routes and wire structs.

pub(crate) mod beside;
pub(crate) mod bulk;
pub(crate) mod calls;
pub(crate) mod canned;
pub(crate) mod enquiries;
pub(crate) mod figures;
pub(crate) mod files;
pub(crate) mod mailboxes;
pub(crate) mod mails;
pub(crate) mod majors;
pub(crate) mod merges;
pub(crate) mod moves;
pub(crate) mod policies;
pub(crate) mod publications;
pub(crate) mod satisfaction;
mod search;
mod ticket_ties;
pub(crate) mod ticket_views;
pub(crate) mod tickets;
pub(crate) mod types;

use std::str::FromStr;

use kernel::{Fault, Text, Time};

use crate::{
    DeskError,
    model::{ticket::Assignee, ticket::TicketId},
};

/// An id that was given.
fn id_or_none<T: FromStr>(field: &str, found: Option<&str>) -> Result<Option<T>, Fault> {
    let found = found.filter(|text| !text.is_empty());
    found.map(|text| id_of(field, text)).transpose()
}

/// An id that must be given.
fn id_of<T: FromStr>(field: &str, found: &str) -> Result<T, Fault> {
    let expected = Text::new("a UUID", "UUID 格式的编号");
    found.parse().map_err(|_| Fault::invalid(field, found, expected))
}

/// A time that was given.
fn time_or_none(field: &str, found: Option<&str>) -> Result<Option<Time>, Fault> {
    let found = found.filter(|text| !text.is_empty());
    found.map(|text| time_of(field, text)).transpose()
}

/// A time that must be given.
fn time_of(field: &str, found: &str) -> Result<Time, Fault> {
    let expected = Text::new("RFC 3339, such as 2026-01-31T08:00:00Z", "RFC 3339 时间");
    found.parse().map_err(|_| Fault::invalid(field, found, expected))
}

/// The id of a ticket and the number of something of it, from the path.
fn numbered(path: &(String, String)) -> Result<(TicketId, u32), Fault> {
    let number = path
        .1
        .parse()
        .map_err(|_| Fault::invalid("number", &path.1, Text::new("a whole number", "整数")))?;
    Ok((id_of("id", &path.0)?, number))
}

/// One of several names.
fn one_of<T>(
    field: &str,
    found: Option<&str>,
    (from_name, names): (impl FnOnce(&str) -> Option<T>, &str),
) -> Result<Option<T>, Fault> {
    let Some(found) = found.filter(|text| !text.is_empty()) else { return Ok(None) };
    match from_name(found) {
        Some(one) => Ok(Some(one)),
        None => Err(Fault::invalid(field, found, Text::same(names))),
    }
}

/// A person or a post, not both.
fn assignee(person: Option<&str>, post: Option<&str>) -> Result<Option<Assignee>, DeskError> {
    match (id_or_none("person_id", person)?, id_or_none("post_id", post)?) {
        (Some(_), Some(post)) => {
            let expected = Text::new("none beside `person_id`", "与 person_id 二选一");
            Err(DeskError::field("post_id", post, expected))
        }
        (Some(person), None) => Ok(Some(Assignee::Person(person))),
        (None, Some(post)) => Ok(Some(Assignee::Post(post))),
        (None, None) => Ok(None),
    }
}
