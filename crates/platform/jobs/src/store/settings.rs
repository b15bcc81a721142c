use std::collections::BTreeMap;

use db::{Db, DbError, Tx};
use kernel::Time;
use sqlx::{Row as _, any::AnyRow};

use crate::{
    ScheduleParts,
    model::setting::{JobSetting, Pause},
};

const ALL: &str = "
    SELECT job, version, kind, every_s, cron, zone_name, calendar, days_off, once_at, verbs,
        missed, paused_reason, paused_by, paused_at, requested
    FROM jobs_setting
    ORDER BY job
    -- all rows: at most one for each job of the program
";

const OF_JOB: &str = "
    SELECT job, version, kind, every_s, cron, zone_name, calendar, days_off, once_at, verbs,
        missed, paused_reason, paused_by, paused_at, requested
    FROM jobs_setting
    WHERE job = $1
    -- one row
";

const SAVE: &str = "
    INSERT INTO jobs_setting (
        job, version, kind, every_s, cron, zone_name, calendar, days_off, once_at, verbs, missed,
        paused_reason, paused_by, paused_at, requested)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    ON CONFLICT (job) DO UPDATE
    SET version = excluded.version,
        kind = excluded.kind,
        every_s = excluded.every_s,
        cron = excluded.cron,
        zone_name = excluded.zone_name,
        calendar = excluded.calendar,
        days_off = excluded.days_off,
        once_at = excluded.once_at,
        verbs = excluded.verbs,
        missed = excluded.missed,
        paused_reason = excluded.paused_reason,
        paused_by = excluded.paused_by,
        paused_at = excluded.paused_at,
        requested = excluded.requested";

/// Every setting by its job.
pub(crate) async fn all(db: &Db) -> Result<BTreeMap<String, JobSetting>, DbError> {
    let rows = sqlx::query(ALL).fetch_all(db.reader()).await?;
    rows.iter().map(|row| Ok((row.try_get("job")?, read(row)?))).collect()
}

/// The setting of `job`; an empty one of version 0 when there is none.
pub(crate) async fn of_job(tx: &mut Tx, job: &str) -> Result<JobSetting, DbError> {
    let row = sqlx::query(OF_JOB).bind(job).fetch_optional(tx.connection()).await?;
    row.as_ref().map_or_else(|| Ok(JobSetting::default()), read)
}

/// Writes the setting of `job`.
pub(crate) async fn save(tx: &mut Tx, job: &str, setting: &JobSetting) -> Result<(), DbError> {
    let schedule = setting.schedule.clone().unwrap_or_default();
    let kind = setting.schedule.as_ref().map(|schedule| schedule.kind.clone());
    let verbs = (!schedule.verbs.is_empty()).then(|| schedule.verbs.join(" "));
    let paused = setting.paused.as_ref();
    sqlx::query(SAVE)
        .bind(job)
        .bind(setting.version)
        .bind(kind)
        .bind(schedule.every_s.map(|every| i64::try_from(every).unwrap_or(i64::MAX)))
        .bind(schedule.cron)
        .bind(schedule.zone)
        .bind(schedule.calendar)
        .bind(schedule.days_off)
        .bind(schedule.at.map(Time::micros))
        .bind(verbs)
        .bind(schedule.missed)
        .bind(paused.map(|pause| pause.reason.clone()))
        .bind(paused.map(|pause| pause.by.clone()))
        .bind(paused.map(|pause| pause.at.micros()))
        .bind(setting.requested)
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<JobSetting, DbError> {
    let kind: Option<String> = row.try_get("kind")?;
    let reason: Option<String> = row.try_get("paused_reason")?;
    let by: Option<String> = row.try_get("paused_by")?;
    let at: Option<i64> = row.try_get("paused_at")?;
    let paused = match (reason, by, at) {
        (Some(reason), Some(by), Some(at)) => Some(Pause { reason, by, at: Time::from_micros(at) }),
        _ => None,
    };
    Ok(JobSetting {
        version: row.try_get("version")?,
        schedule: kind.map(|kind| parts(row, kind)).transpose()?,
        paused,
        requested: row.try_get("requested")?,
    })
}

fn parts(row: &AnyRow, kind: String) -> Result<ScheduleParts, DbError> {
    let every_s: Option<i64> = row.try_get("every_s")?;
    let at: Option<i64> = row.try_get("once_at")?;
    let verbs: Option<String> = row.try_get("verbs")?;
    Ok(ScheduleParts {
        kind,
        every_s: every_s.and_then(|every| u64::try_from(every).ok()),
        cron: row.try_get("cron")?,
        zone: row.try_get("zone_name")?,
        calendar: row.try_get("calendar")?,
        days_off: row.try_get("days_off")?,
        at: at.map(Time::from_micros),
        verbs: verbs.unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
        missed: row.try_get("missed")?,
    })
}
