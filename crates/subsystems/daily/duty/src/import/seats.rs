use std::collections::BTreeSet;

use kernel::Time;

use super::Wanted;
use crate::model::changes::Override;

/// Where shifts that stand by themselves are put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seated {
    /// Which of the overrides that are there already stay, by index.
    pub kept: BTreeSet<usize>,
    /// What is added, each with its position.
    pub fresh: Vec<(Wanted, Option<String>)>,
    /// Positions beside the first one of a layer that are needed: layer and place, from 1 and 2.
    pub beside: BTreeSet<(usize, usize)>,
}

/// The key of a place of a layer, both from 1.
#[must_use]
pub(crate) fn key_of(layer: usize, place: usize) -> String {
    if place == 1 { format!("layer-{layer}") } else { format!("layer-{layer}-{place}") }
}

/// The layer and the place that a key stands for.
#[must_use]
pub(crate) fn place_of(key: &str) -> Option<(usize, usize)> {
    let rest = key.strip_prefix("layer-")?;
    match rest.split_once('-') {
        Some((layer, place)) => Some((layer.parse().ok()?, place.parse().ok()?)),
        None => Some((rest.parse().ok()?, 1)),
    }
}

/// Leaves alone what is there already and still wanted, and puts the rest where nobody is: those of
/// a layer that overlap stand beside each other.
///
/// `own`: what an earlier import made and is not over. `wanted`: what is not over.
#[must_use]
pub(crate) fn seated(own: &[Override], wanted: Vec<Wanted>, now: Time) -> Seated {
    let mut left: Vec<Option<Wanted>> = wanted.into_iter().map(Some).collect();
    let mut busy: Vec<((usize, usize), Time, Time)> = Vec::new();
    let mut seated = Seated { kept: BTreeSet::new(), fresh: Vec::new(), beside: BTreeSet::new() };
    for (at, one) in own.iter().enumerate() {
        let place = one.position.as_deref().and_then(place_of);
        let same = |wanted: &Wanted| {
            wanted.layer == place.map(|(layer, _)| layer)
                && (wanted.from.max(now), wanted.to) == (one.from.max(now), one.to)
                && (wanted.person_out, wanted.person_in) == (one.person_out, one.person_in)
        };
        let found = left.iter_mut().find(|wanted| wanted.as_ref().is_some_and(same));
        if let Some(wanted) = found {
            *wanted = None;
            seated.kept.insert(at);
            busy.extend(place.map(|place| (place, one.from, one.to)));
        }
    }
    for mut wanted in left.into_iter().flatten() {
        wanted.from = wanted.from.max(now);
        let Some(layer) = wanted.layer else {
            seated.fresh.push((wanted, None));
            continue;
        };
        let taken: BTreeSet<usize> = busy
            .iter()
            .filter(|(place, from, to)| place.0 == layer && *from < wanted.to && wanted.from < *to)
            .map(|(place, ..)| place.1)
            .collect();
        // Of one place more than are taken one is free.
        let place = (1..=taken.len() + 1).find(|place| !taken.contains(place)).unwrap_or(1);
        busy.push(((layer, place), wanted.from, wanted.to));
        seated.fresh.push((wanted, Some(key_of(layer, place))));
    }
    let beside = busy.iter().map(|(place, ..)| *place).filter(|(_, place)| *place > 1);
    seated.beside.extend(beside);
    seated
}
