use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use db::DbError;
use futures_util::{StreamExt, stream};
use journal::{Entry, ExportFormat, Filter, JOURNAL_EXPORT, Places, Sight};
use kernel::{Fact, FactSeq, Fault, Subject, Text, Time};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::{
    JournalKeeping, JournalState,
    list::{actors_of, check_span},
};
use crate::{Problem, Query, Who};

/// Rows read at once.
const BATCH: u32 = 500;

#[derive(Debug, Clone, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportQuery {
    /// `jsonl`, `cef` or `syslog`; `jsonl` when not given.
    format: Option<String>,
    /// The subject's kind: `resource`, `alert` …
    subject_kind: Option<String>,
    /// The subject's id.
    subject_id: Option<String>,
    /// The resource concerned.
    resource_id: Option<String>,
    /// Who did it: the id of a user or token, a part of its name or of what the user is called;
    /// or a part of the server, or `console`.
    actor: Option<String>,
    /// A verb, or all of a noun: `alert.`.
    verb: Option<String>,
    /// At or after (RFC 3339).
    #[param(value_type = Option<String>)]
    from: Option<Time>,
    /// Before (RFC 3339).
    #[param(value_type = Option<String>)]
    to: Option<Time>,
    /// Facts after this number, to go on where an export ended.
    after: Option<i64>,
}

/// Facts left the house.
#[derive(Debug, Serialize)]
struct JournalExported {
    format: &'static str,
    query: ExportQuery,
    /// The newest fact that was there.
    to_seq: i64,
}

impl Fact for JournalExported {
    const VERB: &'static str = "journal.exported";

    fn subject(&self) -> Subject {
        Subject::new("journal", "journal", "journal")
    }
}

/// An export under way.
struct Export {
    db: db::Db,
    places: Arc<dyn Places>,
    filter: Filter,
    sight: Sight,
    format: ExportFormat,
    host: String,
    after: FactSeq,
    until: FactSeq,
}

/// Takes facts out of the house, oldest first, a line each. That they were taken is a fact itself.
#[utoipa::path(
    get, path = "/api/v1/journal/export", tag = "journal", params(ExportQuery),
    responses((status = 200, body = String, content_type = "application/x-ndjson")))]
pub(super) async fn export(
    State((state, keeping)): State<(JournalState, JournalKeeping)>,
    Who(caller): Who,
    Query(query): Query<ExportQuery>,
) -> Result<Response, Problem> {
    check_span(query.from, query.to)?;
    let name = query.format.as_deref().unwrap_or("jsonl");
    let expected = Text::new("jsonl, cef or syslog", "jsonl、cef 或 syslog");
    let format =
        ExportFormat::from_name(name).ok_or_else(|| Fault::invalid("format", name, expected))?;
    let actors = actors_of(state.places.as_ref(), &caller, query.actor.as_deref()).await?;
    let until = journal::latest(&state.db).await?;
    let mut tx = state.db.begin().await?;
    let fact = JournalExported { format: format.name(), query: query.clone(), to_seq: until.0 };
    journal::append(&mut tx, Entry::new(&caller, keeping.clock.now(), &fact)).await?;
    tx.commit().await?;
    let sight = Sight::of(&caller, JOURNAL_EXPORT);
    let (db, places, host) = (state.db, state.places, keeping.host);
    let after = FactSeq(query.after.unwrap_or(0));
    let filter = filter(query, &sight, actors);
    let export = Export { db, places, filter, sight, format, host, after, until };
    Ok(answer(export))
}

fn filter(query: ExportQuery, sight: &Sight, actors: Option<Vec<String>>) -> Filter {
    Filter {
        subject_kind: query.subject_kind,
        subject_id: query.subject_id,
        resource_id: query.resource_id,
        actors,
        verb: query.verb,
        from: query.from,
        to: query.to,
        cause: None,
        hidden_subject_kinds: sight.hidden_subject_kinds(),
    }
}

fn answer(export: Export) -> Response {
    let format = export.format;
    let disposition = format!("attachment; filename=\"journal.{}\"", format.name());
    let headers = [
        (header::CONTENT_TYPE, format.media().to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    // Whoever goes away ends it: the next batch is read only when the last one was taken.
    // Fused: a compressed answer is asked once more after its end.
    let body = Body::from_stream(stream::unfold(Some(export), next_lines).fuse());
    (headers, body).into_response()
}

/// The next batch of lines. A fault in the middle cuts the answer off, so that nobody takes a part
/// for the whole.
async fn next_lines(export: Option<Export>) -> Option<(Result<Bytes, Fault>, Option<Export>)> {
    let mut export = export?;
    loop {
        let rows = match export.read().await {
            Ok(rows) => rows,
            Err(error) => return Some((Err(error.into()), None)),
        };
        let last = rows.last().map(|row| FactSeq(row.seq))?;
        export.after = last;
        let rows = match export.sight.filter(export.places.as_ref(), rows).await {
            Ok(rows) => rows,
            Err(fault) => return Some((Err(fault), None)),
        };
        if rows.is_empty() {
            continue;
        }
        let mut lines = String::new();
        for row in &rows {
            lines.push_str(&export.format.line(row, &export.host));
            lines.push('\n');
        }
        return Some((Ok(Bytes::from(lines)), Some(export)));
    }
}

impl Export {
    async fn read(&self) -> Result<Vec<journal::RawRow>, DbError> {
        let mut rows = journal::export_after(&self.db, &self.filter, self.after, BATCH).await?;
        rows.retain(|row| row.seq <= self.until.0);
        Ok(rows)
    }
}
