//! What a filter says of one resource, without a database: the same as the SQL made from it.

use std::net::IpAddr;

use kernel::Time;
use serde_json::Value;

use super::{
    Check, Field, Filter,
    fold::{folded_address, listed, moment},
};
use crate::{Direction, Resource, ResourcePlace};

/// The resources at the other ends of a resource's relations.
pub trait Neighbours {
    /// Those that `resource` hangs together with by `relation`, seen in that direction.
    fn of<'s>(
        &'s self,
        resource: &Resource,
        relation: &str,
        direction: Direction,
    ) -> Vec<&'s Resource>;
}

impl Filter {
    /// Whether `resource` matches.
    #[must_use]
    pub fn matches(&self, resource: &Resource, neighbours: &dyn Neighbours) -> bool {
        match self {
            Self::Everything => true,
            Self::All(filters) => filters.iter().all(|one| one.matches(resource, neighbours)),
            Self::Any(filters) => filters.iter().any(|one| one.matches(resource, neighbours)),
            Self::Not(filter) => !filter.matches(resource, neighbours),
            Self::Related { relation, direction, filter } => {
                let others = neighbours.of(resource, relation, *direction);
                others.into_iter().any(|other| filter.matches(other, neighbours))
            }
            Self::Test(field, check) => passes(resource, field, check),
        }
    }
}

fn passes(resource: &Resource, field: &Field, check: &Check) -> bool {
    let text = |text: &str| text_passes(text, check);
    let time = |time: Time| match check {
        Check::Time(order, than) => order.holds(&time, than),
        check => *check == Check::Present,
    };
    #[expect(clippy::cast_precision_loss, reason = "versions and percents are far below 2^53")]
    let number = |number: i64| match check {
        Check::Number(order, than) => order.holds(&(number as f64), than),
        check => *check == Check::Present,
    };
    match field {
        Field::Id => text(&resource.id.to_string()),
        Field::Kind => text(&resource.kind),
        Field::Name => text(&resource.name),
        Field::Description => text(&resource.description),
        Field::Source => text(resource.source.name()),
        Field::LifeCycle => text(&resource.life_cycle),
        Field::Retired => match check {
            Check::Flag(flag) => resource.retired_at.is_some() == *flag,
            check => *check == Check::Present,
        },
        Field::CreatedAt => time(resource.created_at),
        Field::UpdatedAt => time(resource.updated_at),
        Field::Version => number(resource.version),
        Field::Confidence => number(resource.confidence),
        Field::Tag => resource.tags.iter().any(|tag| element_passes(&tag.to_lowercase(), check)),
        Field::Unit => resource.unit_id.as_deref().is_some_and(text),
        Field::Region => match check {
            Check::LiesIn(area) => area.covers(&ResourcePlace::of(resource).as_place()),
            _ => resource.region_id.as_deref().is_some_and(text),
        },
        Field::Attribute(name) => {
            resource.attributes.get(name).is_some_and(|value| value_passes(value, check))
        }
        Field::Listed(name) => match resource.attributes.get(name) {
            Some(Value::Array(items)) => listed(items).any(|item| element_passes(&item, check)),
            _ => false,
        },
    }
}

fn text_passes(text: &str, check: &Check) -> bool {
    match check {
        Check::Present => !text.is_empty(),
        Check::OneOf(texts) => texts.iter().any(|one| one == text),
        Check::Like(pattern) => pattern.matches(&text.to_lowercase()),
        _ => false,
    }
}

fn element_passes(folded: &str, check: &Check) -> bool {
    match check {
        Check::Present => true,
        Check::OneOf(texts) => texts.iter().any(|one| one.to_lowercase() == folded),
        Check::Like(pattern) => pattern.matches(folded),
        _ => false,
    }
}

fn value_passes(value: &Value, check: &Check) -> bool {
    match (check, value) {
        (Check::Present, _) => true,
        (Check::OneOf(_) | Check::Like(_), Value::String(text)) => text_passes(text, check),
        (Check::Number(order, than), Value::Number(number)) => {
            number.as_f64().is_some_and(|number| order.holds(&number, than))
        }
        (Check::Flag(flag), Value::Bool(found)) => found == flag,
        (Check::Time(order, than), Value::String(text)) => {
            let found = moment(text).filter(|_| text.starts_with(|c: char| c.is_ascii_digit()));
            found.is_some_and(|found| order.holds(&found, than))
        }
        (Check::Between(low, high), Value::String(text)) => {
            let found = text.parse::<IpAddr>().map(folded_address);
            found.is_ok_and(|found| *low <= found && found <= *high)
        }
        _ => false,
    }
}
