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

/// The way from `parent` up to `moved`, both included, if `moved` would come to be part of itself
/// as part of `parent` from `from` on, at any moment: the others may be moved later, too.
pub(crate) fn way_back(
    spans: &[ParentSpan],
    moved: Node,
    parent: Node,
    from: Time,
) -> Option<Vec<Node>> {
    if moved == parent {
        return Some(vec![moved]);
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
    moments.into_iter().find_map(|at| {
        let (mut way, mut seen) = (Vec::new(), BTreeSet::new());
        let mut next = Some(parent);
        while let Some(id) = next.filter(|id| seen.insert(*id)) {
            way.push(id);
            if id == moved {
                return Some(way);
            }
            next = parent_at(id, at);
        }
        None
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
        let cases: [(u8, u8, i64, &[u8]); 7] = [
            (1, 1, 0, &[1]),
            (1, 2, 0, &[2, 1]),
            (1, 4, 0, &[4, 2, 1]),
            (1, 2, 60, &[]),
            (3, 4, 0, &[4, 2, 3]),
            (5, 4, 0, &[]),
            (2, 3, 0, &[]),
        ];
        for (moved, parent, from, expected) in cases {
            let found = way_back(&spans, node(moved), node(parent), at(from)).unwrap_or_default();
            let expected: Vec<Node> = expected.iter().map(|id| node(*id)).collect();
            assert_eq!(found, expected, "{moved} under {parent} from {from}");
        }
    }
}
