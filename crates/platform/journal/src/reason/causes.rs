use std::collections::{BTreeSet, VecDeque};

use db::{Db, DbError};
use kernel::{FactSeq, Fault, Text};

use crate::{Places, Row, Sight};

/// A fact in a tree of causes.
#[derive(Debug, Clone, PartialEq)]
pub struct CauseNode {
    /// The fact; its own `cause` says under which other one it stands.
    pub row: Row,
    /// Steps from the fact that was asked for: below zero what led to it, above what it led to.
    pub depth: i64,
}

/// Why a fact came to be, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Causes {
    /// From the first cause to the last effect, by depth and then by number.
    pub nodes: Vec<CauseNode>,
    /// Whether there is more than is shown.
    pub cut: bool,
    /// Whether some of it is not for the caller.
    pub hidden: bool,
}

/// Causes followed.
const UP_MAX: i64 = 50;
/// Steps down that are followed.
const DOWN_MAX: i64 = 20;
/// Facts shown.
const NODES_MAX: usize = 500;
/// Effects of one fact read.
const EFFECTS_MAX: i64 = 200;

const ONE: &str = "
    SELECT seq, at, actor_kind, actor_id, actor_name, verb, subject_kind, subject_id,
        subject_name, resource_id, before, after, detail, cause, request_id, source
    FROM journal_row
    WHERE seq = $1 -- one row";

const EFFECTS: &str = "
    SELECT seq, at, actor_kind, actor_id, actor_name, verb, subject_kind, subject_id,
        subject_name, resource_id, before, after, detail, cause, request_id, source
    FROM journal_row
    WHERE cause = $1
    ORDER BY seq
    LIMIT $2";

/// The causes and effects of the fact with that number, as far as the caller sees them.
///
/// Errors: [`Fault`] not-found when there is none in the table, or not for the caller.
pub async fn causes(
    db: &Db,
    seq: FactSeq,
    (sight, places): (&Sight, &dyn Places),
) -> Result<Causes, Fault> {
    let not_found = || Fault::not_found(&Text::new("fact", "事实记录"), seq.0);
    let row = one(db, seq).await?.ok_or_else(not_found)?;
    let row = sight.filter(places, vec![row]).await?.pop().ok_or_else(not_found)?;
    let mut causes = Causes { nodes: Vec::new(), cut: false, hidden: false };
    let mut seen = BTreeSet::from([row.seq]);
    let (mut above, mut depth) = (row.cause, 0);
    while let Some(cause) = above.take() {
        depth -= 1;
        if depth < -UP_MAX || !seen.insert(cause) {
            causes.cut = true;
            break;
        }
        let Some(found) = one(db, cause).await? else {
            // It is in an archive.
            causes.cut = true;
            break;
        };
        let Some(found) = sight.filter(places, vec![found]).await?.pop() else {
            causes.hidden = true;
            break;
        };
        above = found.cause;
        causes.nodes.push(CauseNode { row: found, depth });
    }
    let mut below = VecDeque::from([(row.seq, 0)]);
    causes.nodes.push(CauseNode { row, depth: 0 });
    while let Some((of, depth)) = below.pop_front() {
        let effects = effects(db, of).await?;
        let found = effects.len();
        let effects = sight.filter(places, effects).await?;
        causes.hidden |= effects.len() < found;
        for row in effects.into_iter().filter(|row| seen.insert(row.seq)) {
            if causes.nodes.len() >= NODES_MAX || depth >= DOWN_MAX {
                causes.cut = true;
                below.clear();
                break;
            }
            below.push_back((row.seq, depth + 1));
            causes.nodes.push(CauseNode { row, depth: depth + 1 });
        }
    }
    causes.nodes.sort_by_key(|node| (node.depth, node.row.seq));
    Ok(causes)
}

async fn one(db: &Db, seq: FactSeq) -> Result<Option<Row>, DbError> {
    let row = sqlx::query(ONE).bind(seq.0).fetch_optional(db.reader()).await?;
    row.as_ref().map(Row::read).transpose()
}

async fn effects(db: &Db, seq: FactSeq) -> Result<Vec<Row>, DbError> {
    let rows = sqlx::query(EFFECTS).bind(seq.0).bind(EFFECTS_MAX).fetch_all(db.reader()).await?;
    rows.iter().map(Row::read).collect()
}
