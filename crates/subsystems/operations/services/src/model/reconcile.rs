use std::time::Duration;

use kernel::Time;

use super::{Discovered, DiscoveredId, SeenService};
use crate::known::Confidence;

/// The time of the last sight is written at most this often.
const LAST_SEEN_EVERY: Duration = Duration::from_secs(300);

/// What a scan changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It was never seen before.
    New(SeenService),
    /// It listens again.
    Returned(DiscoveredId, SeenService),
    /// It listens no more.
    Lost(DiscoveredId),
    /// It has another process: a restart, an upgrade.
    ProcessChanged(DiscoveredId, SeenService),
    /// It listens at other addresses, or more is known of what it is.
    DetailsChanged(DiscoveredId, SeenService),
    /// Nothing changed, and it is time to write that it was seen.
    LastSeen(DiscoveredId),
}

/// Decides what a scan changes of `known`, all services of the host. `seen`: one of each key.
///
/// A service is the same if its key is. On the same port it is also the same if the program has
/// the same name and nothing says that it does something else; if it is of the same kind, as after
/// a change of program; and if the process cannot be looked into, now or when it was found.
#[must_use]
pub fn reconcile(known: &[Discovered], seen: &[SeenService], now: Time) -> Vec<Change> {
    let pairs = pairs(known, seen);
    let mut changes = Vec::new();
    for (item, pair) in known.iter().zip(&pairs) {
        match pair {
            Some(at) => changes.extend(change_of(item, &seen[*at], now)),
            None if item.listening => changes.push(Change::Lost(item.id)),
            None => {}
        }
    }
    let new = seen.iter().enumerate().filter(|(at, _)| !pairs.contains(&Some(*at)));
    changes.extend(new.map(|(_, seen)| Change::New(seen.clone())));
    changes
}

/// Those of `seen` that are none of `known`.
pub(crate) fn strangers<'a>(known: &[Discovered], seen: &'a [SeenService]) -> Vec<&'a SeenService> {
    let pairs = pairs(known, seen);
    let new = seen.iter().enumerate().filter(|(at, _)| !pairs.contains(&Some(*at)));
    new.map(|(_, seen)| seen).collect()
}

fn change_of(item: &Discovered, seen: &SeenService, now: Time) -> Option<Change> {
    if !item.listening {
        return Some(Change::Returned(item.id, seen.clone()));
    }
    // A process that cannot be looked into for a moment is no other process.
    if seen.process.is_some() && seen.process != item.process {
        return Some(Change::ProcessChanged(item.id, seen.clone()));
    }
    if seen.addresses != item.addresses || seen.confidence > item.confidence {
        return Some(Change::DetailsChanged(item.id, seen.clone()));
    }
    (now.since(item.last_seen_at) >= LAST_SEEN_EVERY).then_some(Change::LastSeen(item.id))
}

/// For each of `known` the place in `seen` of the same service. The surest likeness goes first,
/// and each is given away once.
fn pairs(known: &[Discovered], seen: &[SeenService]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; known.len()];
    let mut free = vec![true; seen.len()];
    for alike in [same_key, same_program, same_kind, unknown_program] {
        for (item, pair) in known.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
            let found = (0..seen.len()).find(|at| free[*at] && alike(item, &seen[*at]));
            if let Some(at) = found {
                (*pair, free[at]) = (Some(at), false);
            }
        }
    }
    pairs
}

fn same_key(item: &Discovered, seen: &SeenService) -> bool {
    item.key == seen.key
}

fn same_port(item: &Discovered, seen: &SeenService) -> bool {
    (item.key.proto, item.key.port) == (seen.key.proto, seen.key.port)
}

fn same_program(item: &Discovered, seen: &SeenService) -> bool {
    let same = match (&item.process, &seen.process) {
        (Some(one), Some(other)) => one.comm == other.comm,
        _ => false,
    };
    // A banner that told the kind is not asked for again: then less is known now than before.
    let sure = |confidence| confidence >= Some(Confidence::Likely);
    let another = sure(item.confidence) && sure(seen.confidence) && item.kind != seen.kind;
    same && !another && same_port(item, seen)
}

fn same_kind(item: &Discovered, seen: &SeenService) -> bool {
    seen.confidence.is_some() && item.kind == seen.kind && same_port(item, seen)
}

fn unknown_program(item: &Discovered, seen: &SeenService) -> bool {
    let unknown = seen.process.is_none() || item.process.is_none();
    unknown && item.listening && same_port(item, seen)
}

#[cfg(test)]
#[path = "reconcile_tests.rs"]
mod tests;
