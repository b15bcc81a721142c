use db::DbError;
use kernel::{Caller, Time};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{Checkpoint, JournalError, KeyEntry};

/// Journals that are witnessed at most.
pub(super) const JOURNALS_MAX: i64 = 1_000;
/// Contradictions kept of one journal at most.
const CONTRADICTIONS_MAX: i64 = 1_000;

const ALL: &str = "
    SELECT w.journal, w.sender_id, w.sender, w.keys, w.epoch, w.first_at, w.contradicted_at,
        w.contradiction, c.line, c.received_at, c.source
    FROM journal_witness w
    LEFT JOIN journal_witnessed c ON c.journal = w.journal AND c.epoch = w.epoch
        AND c.number = (
            SELECT MAX(n.number) FROM journal_witnessed n
            WHERE n.journal = w.journal AND n.epoch = w.epoch)
    ORDER BY w.sender, w.journal
    LIMIT 1000";

const ONE: &str = "
    SELECT w.journal, w.sender_id, w.sender, w.keys, w.epoch, w.first_at, w.contradicted_at,
        w.contradiction, c.line, c.received_at, c.source
    FROM journal_witness w
    LEFT JOIN journal_witnessed c ON c.journal = w.journal AND c.epoch = w.epoch
        AND c.number = (
            SELECT MAX(n.number) FROM journal_witnessed n
            WHERE n.journal = w.journal AND n.epoch = w.epoch)
    WHERE w.journal = $1 -- one row";

const COUNT: &str = "SELECT COUNT(*) FROM journal_witness";

const OF_SENDER: &str = "
    SELECT journal
    FROM journal_witness
    WHERE sender_id = $1 AND journal <> $2
    ORDER BY journal
    LIMIT 100";

const INSERT: &str = "
    INSERT INTO journal_witness (journal, sender_id, sender, keys, epoch, first_at)
    VALUES ($1, $2, $3, $4, 1, $5)
    ON CONFLICT (journal) DO NOTHING";

const LOCK: &str = "UPDATE journal_witness SET epoch = epoch WHERE journal = $1";

const SET_KEYS: &str = "UPDATE journal_witness SET keys = $1 WHERE journal = $2";

const CONTRADICT: &str = "
    UPDATE journal_witness
    SET contradicted_at = $1, contradiction = $2
    WHERE journal = $3";

const BEGIN_ANEW: &str = "
    UPDATE journal_witness
    SET epoch = epoch + 1, keys = '[]', contradicted_at = NULL, contradiction = NULL
    WHERE journal = $1";

const NUMBERED: &str = "
    SELECT line, skipped, received_at, sender, source
    FROM journal_witnessed
    WHERE journal = $1 AND epoch = $2 AND number = $3 -- one row";

const AFTER: &str = "
    SELECT line, skipped, received_at, sender, source
    FROM journal_witnessed
    WHERE journal = $1 AND epoch = $2 AND number > $3
    ORDER BY number
    LIMIT $4";

const INSERT_CHECKPOINT: &str = "
    INSERT INTO journal_witnessed (
        journal, epoch, number, line, skipped, received_at, sender_id, sender, source)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const COUNT_CONTRADICTIONS: &str = "
    SELECT COUNT(*) FROM journal_contradiction WHERE journal = $1";

const INSERT_CONTRADICTION: &str = "
    INSERT INTO journal_contradiction (
        journal, signature, epoch, kind, line, received_at, sender_id, sender, source)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (journal, signature) DO NOTHING";

/// A journal of another server, as it is known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessedJournal {
    /// The short name of its first key.
    pub journal: String,
    /// The id of whom its first checkpoint came from.
    pub sender_id: String,
    /// Their name.
    pub sender: String,
    /// The public parts of its keys.
    pub keys: Vec<KeyEntry>,
    /// Grows when it is let begin anew.
    pub epoch: i64,
    /// When it was first heard of.
    pub first_at: Time,
    /// When it last contradicted itself.
    pub contradicted_at: Option<Time>,
    /// How.
    pub contradiction: Option<String>,
    /// Its newest checkpoint.
    pub newest: Option<Checkpoint>,
    /// When that came.
    pub received_at: Option<Time>,
    /// From which address.
    pub source: Option<String>,
}

/// A checkpoint of another server's journal, with when and from whom it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witnessed {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Numbers before it that were never told.
    pub skipped: i64,
    /// When it came.
    pub received_at: Time,
    /// From whom.
    pub sender: String,
    /// From which address.
    pub source: String,
}

pub(super) async fn all(
    connection: &mut AnyConnection,
) -> Result<Vec<WitnessedJournal>, JournalError> {
    let rows = sqlx::query(ALL).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

pub(super) async fn one(
    connection: &mut AnyConnection,
    journal: &str,
) -> Result<Option<WitnessedJournal>, JournalError> {
    let row = sqlx::query(ONE).bind(journal).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn count(connection: &mut AnyConnection) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar(COUNT).fetch_one(connection).await?)
}

/// Other journals that the same sender told of.
pub(super) async fn others_of(
    connection: &mut AnyConnection,
    sender_id: &str,
    journal: &str,
) -> Result<Vec<String>, DbError> {
    let query = sqlx::query_scalar(OF_SENDER).bind(sender_id).bind(journal);
    Ok(query.fetch_all(connection).await?)
}

pub(super) async fn insert(
    connection: &mut AnyConnection,
    journal: &str,
    caller: &Caller,
    keys: &[KeyEntry],
    now: Time,
) -> Result<bool, JournalError> {
    let done = sqlx::query(INSERT)
        .bind(journal)
        .bind(sender_id(caller))
        .bind(caller.actor.name.as_str())
        .bind(json(keys)?)
        .bind(now.micros())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Who tells: the user, whichever of their tokens they use.
pub(super) fn sender_id(caller: &Caller) -> &str {
    caller.user_id.as_deref().unwrap_or(&caller.actor.id)
}

/// Keeps others from judging the same journal until the change ends.
pub(super) async fn lock(connection: &mut AnyConnection, journal: &str) -> Result<(), DbError> {
    sqlx::query(LOCK).bind(journal).execute(connection).await?;
    Ok(())
}

pub(super) async fn set_keys(
    connection: &mut AnyConnection,
    journal: &str,
    keys: &[KeyEntry],
) -> Result<(), JournalError> {
    sqlx::query(SET_KEYS).bind(json(keys)?).bind(journal).execute(connection).await?;
    Ok(())
}

pub(super) async fn begin_anew(
    connection: &mut AnyConnection,
    journal: &str,
) -> Result<(), DbError> {
    sqlx::query(BEGIN_ANEW).bind(journal).execute(connection).await?;
    Ok(())
}

/// The checkpoint of that number.
pub(super) async fn numbered(
    connection: &mut AnyConnection,
    journal: &WitnessedJournal,
    number: i64,
) -> Result<Option<Witnessed>, JournalError> {
    let query =
        sqlx::query(NUMBERED).bind(journal.journal.as_str()).bind(journal.epoch).bind(number);
    let row = query.fetch_optional(connection).await?;
    row.as_ref().map(read_witnessed).transpose()
}

/// At most `limit` checkpoints after that number.
pub(super) async fn after(
    connection: &mut AnyConnection,
    journal: &WitnessedJournal,
    number: i64,
    limit: i64,
) -> Result<Vec<Witnessed>, JournalError> {
    let query = sqlx::query(AFTER)
        .bind(journal.journal.as_str())
        .bind(journal.epoch)
        .bind(number)
        .bind(limit);
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(read_witnessed).collect()
}

pub(super) async fn insert_checkpoint(
    connection: &mut AnyConnection,
    journal: &WitnessedJournal,
    (checkpoint, skipped): (&Checkpoint, i64),
    caller: &Caller,
    now: Time,
) -> Result<(), DbError> {
    sqlx::query(INSERT_CHECKPOINT)
        .bind(journal.journal.as_str())
        .bind(journal.epoch)
        .bind(checkpoint.number)
        .bind(checkpoint.to_string())
        .bind(skipped)
        .bind(now.micros())
        .bind(sender_id(caller))
        .bind(caller.actor.name.as_str())
        .bind(caller.source.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps a checkpoint that was refused. Returns whether it is a new one.
pub(super) async fn keep_contradiction(
    connection: &mut AnyConnection,
    journal: &WitnessedJournal,
    (checkpoint, kind): (&Checkpoint, &str),
    caller: &Caller,
    now: Time,
) -> Result<bool, DbError> {
    let name = journal.journal.as_str();
    let kept: i64 =
        sqlx::query_scalar(COUNT_CONTRADICTIONS).bind(name).fetch_one(&mut *connection).await?;
    if kept >= CONTRADICTIONS_MAX {
        return Ok(false);
    }
    let done = sqlx::query(INSERT_CONTRADICTION)
        .bind(name)
        .bind(checkpoint.signature.as_str())
        .bind(journal.epoch)
        .bind(kind)
        .bind(checkpoint.to_string())
        .bind(now.micros())
        .bind(sender_id(caller))
        .bind(caller.actor.name.as_str())
        .bind(caller.source.as_str())
        .execute(&mut *connection)
        .await?;
    let marked = sqlx::query(CONTRADICT).bind(now.micros()).bind(kind).bind(name);
    marked.execute(connection).await?;
    Ok(done.rows_affected() == 1)
}

fn json(keys: &[KeyEntry]) -> Result<String, JournalError> {
    serde_json::to_string(keys).map_err(|error| unreadable(&error))
}

fn unreadable(said: &dyn std::fmt::Display) -> JournalError {
    JournalError::Unverifiable { said: format!("a witnessed journal cannot be read: {said}") }
}

fn read_line(line: &str) -> Result<Checkpoint, JournalError> {
    Checkpoint::find(line).ok_or_else(|| unreadable(&"a checkpoint's line is damaged"))
}

fn read(row: &AnyRow) -> Result<WitnessedJournal, JournalError> {
    let time = |column: &str| -> Result<Option<Time>, sqlx::Error> {
        Ok(row.try_get::<Option<i64>, _>(column)?.map(Time::from_micros))
    };
    let keys: String = row.try_get("keys")?;
    let line: Option<String> = row.try_get("line")?;
    Ok(WitnessedJournal {
        journal: row.try_get("journal")?,
        sender_id: row.try_get("sender_id")?,
        sender: row.try_get("sender")?,
        keys: serde_json::from_str(&keys).map_err(|error| unreadable(&error))?,
        epoch: row.try_get("epoch")?,
        first_at: Time::from_micros(row.try_get("first_at")?),
        contradicted_at: time("contradicted_at")?,
        contradiction: row.try_get("contradiction")?,
        newest: line.as_deref().map(read_line).transpose()?,
        received_at: time("received_at")?,
        source: row.try_get("source")?,
    })
}

fn read_witnessed(row: &AnyRow) -> Result<Witnessed, JournalError> {
    let line: String = row.try_get("line")?;
    Ok(Witnessed {
        checkpoint: read_line(&line)?,
        skipped: row.try_get("skipped")?,
        received_at: Time::from_micros(row.try_get("received_at")?),
        sender: row.try_get("sender")?,
        source: row.try_get("source")?,
    })
}
