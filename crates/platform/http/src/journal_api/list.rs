use axum::{Json, extract::State};
use journal::{Filter, JOURNAL_READ, Places, Sight};
use kernel::{Caller, FactSeq, Fault, PageRequest, Text, Time};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    JournalState,
    views::{FactPageView, FactView},
};
use crate::{Problem, Query, Who};

/// So many actors are asked for at once; a database takes no longer questions.
const ACTORS_MAX: usize = 500;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct JournalQuery {
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
    /// What this fact led to.
    cause: Option<i64>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// The ids that are meant by `actor`: that itself, and those of whoever is called so.
///
/// Errors: naming `actor` when too many are called so; those of `places`.
pub(super) async fn actors_of(
    places: &dyn Places,
    caller: &Caller,
    actor: Option<&str>,
) -> Result<Option<Vec<String>>, Fault> {
    let Some(actor) = actor.map(str::trim).filter(|actor| !actor.is_empty()) else {
        return Ok(None);
    };
    let mut ids = vec![actor.to_owned()];
    ids.extend(places.actors_called(caller, actor).await?);
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > ACTORS_MAX {
        let expected = Text::new(
            "a name of which there are no more than 500 users and tokens",
            "对应的用户和令牌不超过 500 个的名称",
        );
        return Err(Fault::invalid("actor", actor, expected));
    }
    Ok(Some(ids))
}

/// Errors: naming `to` when it is not after `from`.
pub(super) fn check_span(from: Option<Time>, to: Option<Time>) -> Result<(), Fault> {
    match (from, to) {
        (Some(from), Some(to)) if from >= to => {
            let expected = Text::new("a time after `from`", "晚于 from 的时间");
            Err(Fault::invalid("to", to, expected))
        }
        _ => Ok(()),
    }
}

impl JournalQuery {
    fn filter(self, sight: &Sight, actors: Option<Vec<String>>) -> Filter {
        Filter {
            subject_kind: self.subject_kind,
            subject_id: self.subject_id,
            resource_id: self.resource_id,
            actors,
            verb: self.verb,
            from: self.from,
            to: self.to,
            cause: self.cause.map(FactSeq),
            hidden_subject_kinds: sight.hidden_subject_kinds(),
        }
    }
}

/// What happened, newest first.
#[utoipa::path(
    get, path = "/api/v1/journal", tag = "journal", params(JournalQuery),
    responses((status = 200, body = FactPageView)))]
pub(super) async fn list(
    State(state): State<JournalState>,
    Who(caller): Who,
    Query(mut query): Query<JournalQuery>,
) -> Result<Json<FactPageView>, Problem> {
    let page = PageRequest { after: query.after.take(), limit: query.limit }.checked()?;
    check_span(query.from, query.to)?;
    let sight = Sight::of(&caller, JOURNAL_READ);
    let places = state.places.as_ref();
    let actors = actors_of(places, &caller, query.actor.as_deref()).await?;
    let filter = query.filter(&sight, actors);
    let seen = (&sight, places);
    let page = journal::list_seen(&state.db, &filter, page, seen).await?;
    let archived = match page.next {
        Some(_) => None,
        None => journal::archived_to(&state.db).await.map_err(Fault::from)?,
    };
    Ok(Json(FactPageView {
        items: page.items.into_iter().map(FactView::from).collect(),
        next: page.next,
        archived: archived.map(Into::into),
    }))
}
