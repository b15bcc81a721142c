use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, parsed, time, to_json};
use crate::model::policy::{Policy, PolicyDraft, PolicyId};

/// There are no more service levels than this.
pub(crate) const POLICIES_MAX: u32 = 500;
/// Of one no more versions are shown than this.
const VERSIONS_MAX: u32 = 500;

const ALL: &str = "
    SELECT p.id, p.version, p.retired, p.changed_at, v.draft
    FROM desk_policy p
    JOIN desk_policy_version v ON v.policy_id = p.id AND v.version = p.version
    ORDER BY p.id
    LIMIT $1";

const FIND: &str = "
    SELECT p.id, p.version, p.retired, p.changed_at, v.draft
    FROM desk_policy p
    JOIN desk_policy_version v ON v.policy_id = p.id AND v.version = p.version
    WHERE p.id = $1
    LIMIT 1";

const SAID: &str = "
    SELECT draft
    FROM desk_policy_version
    WHERE policy_id = $1 AND version = $2
    LIMIT 1";

const VERSIONS: &str = "
    SELECT version, draft, said_at, said_by
    FROM desk_policy_version
    WHERE policy_id = $1
    ORDER BY version DESC
    LIMIT $2";

const PUT: &str = "
    INSERT INTO desk_policy (id, version, retired, changed_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (id) DO UPDATE SET
        version = excluded.version, retired = excluded.retired, changed_at = excluded.changed_at";

const SAY: &str = "
    INSERT INTO desk_policy_version (policy_id, version, draft, said_at, said_by)
    VALUES ($1, $2, $3, $4, $5)";

/// What a policy said from when on.
#[derive(Debug, Clone)]
pub(crate) struct SaidVersion {
    pub(crate) version: i64,
    pub(crate) draft: PolicyDraft,
    pub(crate) said_at: Time,
    pub(crate) said_by: String,
}

/// All service levels, those given up too, in the order they were made.
pub(crate) async fn all<'e>(
    from: impl Executor<'e, Database = Any>,
) -> Result<Vec<Policy>, sqlx::Error> {
    let rows = sqlx::query(ALL).bind(i64::from(POLICIES_MAX)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// The service level of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: PolicyId,
) -> Result<Option<Policy>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// What a service level said in that version.
pub(crate) async fn said<'e>(
    from: impl Executor<'e, Database = Any>,
    (id, version): (PolicyId, i64),
) -> Result<Option<PolicyDraft>, sqlx::Error> {
    let row = sqlx::query(SAID).bind(id.to_string()).bind(version).fetch_optional(from).await?;
    row.as_ref().map(|row| from_json(row, "draft")).transpose()
}

/// What a service level said, the newest first.
pub(crate) async fn versions<'e>(
    from: impl Executor<'e, Database = Any>,
    id: PolicyId,
) -> Result<Vec<SaidVersion>, sqlx::Error> {
    let rows = sqlx::query(VERSIONS)
        .bind(id.to_string())
        .bind(i64::from(VERSIONS_MAX))
        .fetch_all(from)
        .await?;
    let read = |row: &AnyRow| {
        Ok(SaidVersion {
            version: row.try_get("version")?,
            draft: from_json(row, "draft")?,
            said_at: time(row, "said_at")?,
            said_by: row.try_get("said_by")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Writes what has become of a service level.
pub(crate) async fn put(tx: &mut Tx, policy: &Policy) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(policy.id.to_string())
        .bind(policy.version)
        .bind(i64::from(policy.retired))
        .bind(policy.changed_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a service level says from now on.
pub(crate) async fn say(tx: &mut Tx, policy: &Policy, by: &str) -> Result<(), sqlx::Error> {
    sqlx::query(SAY)
        .bind(policy.id.to_string())
        .bind(policy.version)
        .bind(to_json(&policy.draft)?)
        .bind(policy.changed_at.micros())
        .bind(by.to_owned())
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Policy, sqlx::Error> {
    Ok(Policy {
        id: parsed(row, "id")?,
        draft: from_json(row, "draft")?,
        version: row.try_get("version")?,
        retired: row.try_get::<i64, _>("retired")? != 0,
        changed_at: time(row, "changed_at")?,
    })
}
