use kernel::{Page, PageOf, Time};
use serde_json::{Value, json};
use sqlx::{Any, AnyConnection, AnyPool, Executor, Row as _, any::AnyRow};

use super::{id, scope_of, strange, text_of, time_of};
use crate::model::{
    grant::GrantScope,
    review::{Decided, Review, ReviewAbout, ReviewId, ReviewItem, ReviewItemId, Verdict},
    user::UserId,
};

const BY_ID: &str = "
    SELECT r.id, r.title, r.about, r.reviewer_id, u.name AS reviewer_name, r.due_at, r.created_by,
        r.created_at, r.items, r.decided, r.overdue_at, r.closed_at
    FROM access_review r
    JOIN access_user u ON u.id = r.reviewer_id
    WHERE r.id = $1
    LIMIT 1";

const LIST: &str = "
    SELECT r.id, r.title, r.about, r.reviewer_id, u.name AS reviewer_name, r.due_at, r.created_by,
        r.created_at, r.items, r.decided, r.overdue_at, r.closed_at
    FROM access_review r
    JOIN access_user u ON u.id = r.reviewer_id
    WHERE r.id > $1
    ORDER BY r.id
    LIMIT $2";

const LIST_OF_REVIEWER: &str = "
    SELECT r.id, r.title, r.about, r.reviewer_id, u.name AS reviewer_name, r.due_at, r.created_by,
        r.created_at, r.items, r.decided, r.overdue_at, r.closed_at
    FROM access_review r
    JOIN access_user u ON u.id = r.reviewer_id
    WHERE r.id > $1 AND r.reviewer_id = $3
    ORDER BY r.id
    LIMIT $2";

const OVERDUE: &str = "
    SELECT r.id, r.title, r.about, r.reviewer_id, u.name AS reviewer_name, r.due_at, r.created_by,
        r.created_at, r.items, r.decided, r.overdue_at, r.closed_at
    FROM access_review r
    JOIN access_user u ON u.id = r.reviewer_id
    WHERE r.closed_at IS NULL AND r.due_at <= $1 AND r.decided < r.items
    ORDER BY r.due_at
    LIMIT $2";

const INSERT: &str = "
    INSERT INTO access_review (
        id, title, about, reviewer_id, due_at, created_by, created_at, items, decided)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)";

const NOTE_OVERDUE: &str = "UPDATE access_review SET overdue_at = $2 WHERE id = $1";

const CLOSE: &str = "UPDATE access_review SET closed_at = $2 WHERE id = $1";

const COUNT_DECIDED: &str = "
    UPDATE access_review
    SET decided = decided + 1
    WHERE id = $1";

const ITEM: &str = "
    SELECT id, review_id, user_id, user_name, grant_id, role, scope_kind, scope_ids, path, since,
        valid_to, reason, standing, last_sign_in_at, decision, decided_by, decided_at,
        decision_reason
    FROM access_review_item
    WHERE id = $1
    LIMIT 1";

const ITEMS: &str = "
    SELECT id, review_id, user_id, user_name, grant_id, role, scope_kind, scope_ids, path, since,
        valid_to, reason, standing, last_sign_in_at, decision, decided_by, decided_at,
        decision_reason
    FROM access_review_item
    WHERE review_id = $1 AND id > $2
    ORDER BY id
    LIMIT $3";

const INSERT_ITEM: &str = "
    INSERT INTO access_review_item (
        id, review_id, user_id, user_name, grant_id, role, scope_kind, scope_ids, path, since,
        valid_to, reason, standing, last_sign_in_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

const DECIDE: &str = "
    UPDATE access_review_item
    SET decision = $2, decided_by = $3, decided_at = $4, decision_reason = $5
    WHERE id = $1 AND decision IS NULL";

/// The review with that id.
pub(crate) async fn by_id(
    executor: impl Executor<'_, Database = Any>,
    review: ReviewId,
) -> Result<Option<Review>, sqlx::Error> {
    let row = sqlx::query(BY_ID).bind(review.to_string()).fetch_optional(executor).await?;
    row.map(|row| read(&row)).transpose()
}

/// A page of reviews, all or those of one reviewer, in the order in which they were opened.
pub(crate) async fn list(
    pool: &AnyPool,
    reviewer: Option<UserId>,
    page: &Page,
) -> Result<PageOf<Review>, sqlx::Error> {
    let after = page.after.as_deref().unwrap_or_default();
    let limit = i64::from(page.limit) + 1;
    let rows = match reviewer {
        None => sqlx::query(LIST).bind(after).bind(limit).fetch_all(pool).await?,
        Some(reviewer) => {
            let query = sqlx::query(LIST_OF_REVIEWER).bind(after).bind(limit);
            query.bind(reviewer.to_string()).fetch_all(pool).await?
        }
    };
    let reviews = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(reviews, page.limit, |review| review.id.to_string()))
}

/// Reviews whose time is over and that are not done, the oldest first.
pub(crate) async fn overdue(
    executor: impl Executor<'_, Database = Any>,
    now: Time,
    limit: u32,
) -> Result<Vec<Review>, sqlx::Error> {
    let rows =
        sqlx::query(OVERDUE).bind(now.micros()).bind(i64::from(limit)).fetch_all(executor).await?;
    rows.iter().map(read).collect()
}

/// Adds a review with its lines.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    review: &Review,
    items: &[ReviewItem],
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(review.id.to_string())
        .bind(review.title.as_str())
        .bind(about_text(&review.about))
        .bind(review.reviewer_id.to_string())
        .bind(review.due_at.micros())
        .bind(review.created_by.as_str())
        .bind(review.created_at.micros())
        .bind(review.items)
        .execute(&mut *connection)
        .await?;
    for item in items {
        insert_item(connection, item).await?;
    }
    Ok(())
}

async fn insert_item(connection: &mut AnyConnection, item: &ReviewItem) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT_ITEM)
        .bind(item.id.to_string())
        .bind(item.review_id.to_string())
        .bind(item.user_id.to_string())
        .bind(item.user_name.as_str())
        .bind(item.grant_id.to_string())
        .bind(item.role.as_str())
        .bind(item.scope.kind())
        .bind(text_of(item.scope.ids()))
        .bind(item.path.as_str())
        .bind(item.since.micros())
        .bind(item.valid_to.map(Time::micros))
        .bind(item.reason.as_str())
        .bind(item.standing.as_str())
        .bind(item.last_sign_in_at.map(Time::micros))
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps that it was noticed that a review is overdue.
pub(crate) async fn note_overdue(
    connection: &mut AnyConnection,
    review: ReviewId,
    now: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(NOTE_OVERDUE)
        .bind(review.to_string())
        .bind(now.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Closes a review.
pub(crate) async fn close(
    connection: &mut AnyConnection,
    review: ReviewId,
    now: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(CLOSE).bind(review.to_string()).bind(now.micros()).execute(connection).await?;
    Ok(())
}

/// The line with that id.
pub(crate) async fn item(
    connection: &mut AnyConnection,
    item: ReviewItemId,
) -> Result<Option<ReviewItem>, sqlx::Error> {
    let row = sqlx::query(ITEM).bind(item.to_string()).fetch_optional(connection).await?;
    row.map(|row| read_item(&row)).transpose()
}

/// A page of the lines of a review.
pub(crate) async fn items(
    pool: &AnyPool,
    review: ReviewId,
    page: &Page,
) -> Result<PageOf<ReviewItem>, sqlx::Error> {
    let rows = sqlx::query(ITEMS)
        .bind(review.to_string())
        .bind(page.after.as_deref().unwrap_or_default())
        .bind(i64::from(page.limit) + 1)
        .fetch_all(pool)
        .await?;
    let items = rows.iter().map(read_item).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(items, page.limit, |item| item.id.to_string()))
}

/// Keeps what was decided about a line that was open.
pub(crate) async fn decide(
    connection: &mut AnyConnection,
    item: &ReviewItem,
    decided: &Decided,
) -> Result<(), sqlx::Error> {
    sqlx::query(DECIDE)
        .bind(item.id.to_string())
        .bind(decided.verdict.name())
        .bind(decided.by.as_str())
        .bind(decided.at.micros())
        .bind(decided.reason.as_str())
        .execute(&mut *connection)
        .await?;
    sqlx::query(COUNT_DECIDED).bind(item.review_id.to_string()).execute(connection).await?;
    Ok(())
}

fn about_text(about: &ReviewAbout) -> String {
    let value = match about {
        ReviewAbout::Everybody => json!({}),
        ReviewAbout::Roles(roles) => json!({ "roles": roles }),
        ReviewAbout::Group(group) => json!({ "group_id": group }),
        ReviewAbout::Scope(scope) => {
            json!({ "scope": { "kind": scope.kind(), "ids": scope.ids() } })
        }
    };
    value.to_string()
}

fn about_of(row: &AnyRow) -> Result<ReviewAbout, sqlx::Error> {
    let text: String = row.try_get("about")?;
    let wrong = || strange("about", &text);
    let value: Value = serde_json::from_str(&text).map_err(|_| wrong())?;
    let texts = |list: &Value| -> Vec<String> {
        let list = list.as_array().into_iter().flatten();
        list.filter_map(|text| text.as_str().map(str::to_owned)).collect()
    };
    if let Some(group) = value["group_id"].as_str() {
        return Ok(ReviewAbout::Group(group.to_owned()));
    }
    if value["roles"].is_array() {
        return Ok(ReviewAbout::Roles(texts(&value["roles"])));
    }
    match value["scope"]["kind"].as_str() {
        None => Ok(ReviewAbout::Everybody),
        Some(kind) => {
            let scope = GrantScope::parse(kind, &texts(&value["scope"]["ids"]));
            scope.map(ReviewAbout::Scope).map_err(|_| wrong())
        }
    }
}

fn read(row: &AnyRow) -> Result<Review, sqlx::Error> {
    Ok(Review {
        id: id(row, "id")?,
        title: row.try_get("title")?,
        about: about_of(row)?,
        reviewer_id: id(row, "reviewer_id")?,
        reviewer_name: row.try_get("reviewer_name")?,
        due_at: Time::from_micros(row.try_get("due_at")?),
        created_by: row.try_get("created_by")?,
        created_at: Time::from_micros(row.try_get("created_at")?),
        items: row.try_get("items")?,
        decided: row.try_get("decided")?,
        overdue_at: time_of(row, "overdue_at")?,
        closed_at: time_of(row, "closed_at")?,
    })
}

fn read_item(row: &AnyRow) -> Result<ReviewItem, sqlx::Error> {
    let other = |column: &str| -> Result<Option<String>, sqlx::Error> { row.try_get(column) };
    let decided = match other("decision")? {
        None => None,
        Some(name) => Some(Decided {
            verdict: Verdict::from_name(&name).ok_or_else(|| strange("decision", &name))?,
            by: other("decided_by")?.unwrap_or_default(),
            at: time_of(row, "decided_at")?.unwrap_or_default(),
            reason: other("decision_reason")?.unwrap_or_default(),
        }),
    };
    Ok(ReviewItem {
        id: id(row, "id")?,
        review_id: id(row, "review_id")?,
        user_id: id(row, "user_id")?,
        user_name: row.try_get("user_name")?,
        grant_id: id(row, "grant_id")?,
        role: row.try_get("role")?,
        scope: scope_of(row)?,
        path: row.try_get("path")?,
        since: Time::from_micros(row.try_get("since")?),
        valid_to: time_of(row, "valid_to")?,
        reason: row.try_get("reason")?,
        standing: row.try_get("standing")?,
        last_sign_in_at: time_of(row, "last_sign_in_at")?,
        decided,
    })
}
