use std::collections::{BTreeSet, HashMap};

use kernel::Time;

/// Ids without their kind: the rules are the same for units and regions.
type Node = kernel::Id<()>;

/// That something is part of something for some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ParentSpan {
    pub(crate) id: Node,
    pub(crate) parent: Option<Node>,
    pub(crate) from: Time,
    pub(crate) to: Time,
}

/// Whether `moved` would come to be part of itself if it were part of `parent` from `from` on, at
/// any moment: the others may be moved later, too.
pub(crate) fn leads_back(spans: &[ParentSpan], moved: Node, parent: Node, from: Time) -> bool {
    if moved == parent {
        return true;
    }
    let later = spans.iter().map(|span| span.from).filter(|begin| *begin > from);
    let moments: BTreeSet<Time> = later.chain([from]).collect();
    let mut of: HashMap<Node, Vec<&ParentSpan>> = HashMap::new();
    for span in spans {
        of.entry(span.id).or_default().push(span);
    }
    let parent_at = |id: Node, at: Time| {
        let spans = of.get(&id)?;
        spans.iter().find(|span| span.from <= at && at < span.to)?.parent
    };
    moments.into_iter().any(|at| {
        let mut seen = BTreeSet::new();
        let mut next = Some(parent);
        while let Some(id) = next.filter(|id| seen.insert(*id)) {
            if id == moved {
                return true;
            }
            next = parent_at(id, at);
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(number: u8) -> Node {
        format!("00000000-0000-7000-8000-0000000000{number:02}").parse().unwrap()
    }

    fn span(id: u8, parent: u8, from: i64, to: i64) -> ParentSpan {
        ParentSpan {
            id: node(id),
            parent: Some(node(parent)),
            from: Time::from_seconds(from),
            to: Time::from_seconds(to),
        }
    }

    #[test]
    fn cycle_now_or_later_is_found() {
        // 2 is part of 1 until 50; from then on it is part of 3.
        let spans = [span(2, 1, 0, 50), span(2, 3, 50, 100), span(4, 2, 0, 100)];
        let at = Time::from_seconds;
        for (moved, parent, from, expected) in [
            (1, 1, 0, true),
            (1, 2, 0, true),
            (1, 4, 0, true),
            (1, 2, 60, false),
            (3, 4, 0, true),
            (5, 4, 0, false),
            (2, 3, 0, false),
        ] {
            let found = leads_back(&spans, node(moved), node(parent), at(from));
            assert_eq!(found, expected, "{moved} under {parent} from {from}");
        }
    }
}
