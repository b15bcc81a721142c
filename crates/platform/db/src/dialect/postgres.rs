//! PostgreSQL: changes of all servers run one after another under one lock of the database.

use std::{
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use sqlx::{
    Any, AnyPool, ConnectOptions, Connection, PgConnection, Transaction, any::AnyPoolOptions,
    postgres::PgConnectOptions,
};

use crate::{
    DbError, PostgresUrl,
    failure::{is_away, is_busy},
    pool::Purpose,
};

/// The oldest version that is supported, as PostgreSQL counts (15.0).
const VERSION_MIN: i64 = 150_000;
/// Connections for reading of one server.
const READERS: u32 = 8;
/// How long a change waits for those of others before its caller is told to come back.
const WRITER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a reader waits for a connection.
const READER_TIMEOUT: Duration = Duration::from_secs(5);
/// How long signing in to the database may take.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Begins a change: alone in the whole database, and heard of by every server when it commits.
///
/// One trip to the server. The `ROLLBACK` clears what a begin that was cut off (its lock did not
/// come in time) has left behind.
const BEGIN: &str = "
    ROLLBACK;
    BEGIN ISOLATION LEVEL READ COMMITTED;
    SELECT pg_advisory_xact_lock(7780001);
    NOTIFY mainstay_commit";

/// A session that sits in a transaction for so long belongs to a server that is cut off: its lock
/// must not stop the others for ever.
const SETTINGS: &str = "
    SET client_min_messages = error;
    SET application_name = 'mainstay';
    SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '60s';
    SET tcp_keepalives_idle = 20;
    SET tcp_keepalives_interval = 5;
    SET tcp_keepalives_count = 4";

/// Every server holds this lock shared, a copy holds it alone.
const USE: &str = "SELECT pg_advisory_lock_shared(7780002)";
const USE_ALONE: &str = "SELECT pg_advisory_lock(7780002)";
/// A session that was closed a moment ago may still hold it.
const PATIENCE: &str = "SET lock_timeout = '2s'";

const SUITABILITY: &str = "
    SELECT pg_encoding_to_char(encoding), datcollate, datlocprovider::TEXT
    FROM pg_database
    WHERE datname = current_database()";

/// The pools for reading and for changing, and the process that serves the changing one.
///
/// Errors: why the database cannot be used, in a sentence.
pub(crate) async fn connect(
    url: &PostgresUrl,
    purpose: Purpose,
) -> Result<(AnyPool, AnyPool, Arc<AtomicI64>), DbError> {
    check(url, purpose).await?;
    let process = Arc::new(AtomicI64::new(0));
    let writer = writer_options(purpose, Arc::clone(&process)).connect(url.secret()).await?;
    let readers = AnyPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(READER_TIMEOUT)
        .after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::raw_sql(SETTINGS).execute(&mut *connection).await?;
                Ok(())
            })
        })
        .connect(url.secret())
        .await?;
    Ok((readers, writer, process))
}

/// One connection that stays: it also holds the lock that says that the database is in use.
fn writer_options(purpose: Purpose, process: Arc<AtomicI64>) -> AnyPoolOptions {
    let take = use_of(purpose);
    AnyPoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .max_lifetime(None)
        .idle_timeout(None)
        .test_before_acquire(false)
        .acquire_timeout(WRITER_TIMEOUT)
        .after_connect(move |connection, _| {
            let process = Arc::clone(&process);
            Box::pin(async move {
                sqlx::raw_sql(SETTINGS).execute(&mut *connection).await?;
                sqlx::query(take).execute(&mut *connection).await?;
                let own: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
                    .fetch_one(&mut *connection)
                    .await?;
                process.store(i64::from(own), Ordering::Release);
                Ok(())
            })
        })
}

/// Begins a change.
///
/// In a task of its own: when the caller goes away in the middle, the begin still comes to its
/// end, and what it began is undone. A begin that is dropped half-way would leave the lock taken.
pub(crate) async fn begin(writer: &AnyPool) -> Result<Transaction<'static, Any>, sqlx::Error> {
    let writer = writer.clone();
    let begun = tokio::spawn(async move {
        match writer.begin_with(BEGIN).await {
            // The server was restarted since the last change: on a new connection, once.
            Err(error) if is_away(&error) && !matches!(error, sqlx::Error::PoolTimedOut) => {
                writer.begin_with(BEGIN).await
            }
            begun => begun,
        }
    });
    begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

/// Signs in once, so that every reason why that fails has its own sentence.
async fn check(url: &PostgresUrl, purpose: Purpose) -> Result<(), DbError> {
    let mut connection = sign_in(url).await?;
    let failed = |error| refusal(url, error);
    let version: String = sqlx::query_scalar("SHOW server_version_num")
        .fetch_one(&mut connection)
        .await
        .map_err(failed)?;
    let version: i64 = version.parse().unwrap_or(0);
    let unsuitable = |said: String| DbError::Unsuitable { server: url.to_string(), said };
    if version < VERSION_MIN {
        let (major, oldest) = (version / 10_000, VERSION_MIN / 10_000);
        let said = format!("it is PostgreSQL {major}; version {oldest} or newer is needed");
        return Err(unsuitable(said));
    }
    let (encoding, collation, provider): (String, String, String) =
        sqlx::query_as(SUITABILITY).fetch_one(&mut connection).await.map_err(failed)?;
    let by_bytes = matches!(collation.as_str(), "C" | "POSIX" | "C.UTF-8" | "C.utf8");
    if encoding != "UTF8" || provider == "i" || !by_bytes {
        return Err(unsuitable(format!(
            "it keeps text as {encoding} in the order of {collation}; make one with CREATE \
             DATABASE … TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        )));
    }
    sqlx::raw_sql(PATIENCE).execute(&mut connection).await.map_err(failed)?;
    match sqlx::query(use_of(purpose)).execute(&mut connection).await {
        Ok(_) => connection.close().await.map_err(failed),
        Err(error) if is_busy(&error) => Err(DbError::InUse { server: url.to_string() }),
        Err(error) => Err(failed(error)),
    }
}

fn use_of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Serve => USE,
        Purpose::Copy => USE_ALONE,
    }
}

/// A connection outside of the pools.
pub(crate) async fn sign_in(url: &PostgresUrl) -> Result<PgConnection, DbError> {
    let options = PgConnectOptions::from_str(url.secret()).map_err(|error| refusal(url, error))?;
    match tokio::time::timeout(CONNECT_TIMEOUT, options.connect()).await {
        Ok(connected) => connected.map_err(|error| refusal(url, error)),
        Err(_) => Err(DbError::Unreachable {
            server: url.to_string(),
            said: format!("no answer in {} s", CONNECT_TIMEOUT.as_secs()),
        }),
    }
}

/// Why the database was not opened, without the driver's own wrapping.
fn refusal(url: &PostgresUrl, error: sqlx::Error) -> DbError {
    let server = url.to_string();
    if is_away(&error) {
        let said = match error {
            sqlx::Error::Io(error) => error.to_string(),
            sqlx::Error::Database(error) => error.message().to_owned(),
            other => other.to_string(),
        };
        return DbError::Unreachable { server, said };
    }
    match error {
        // 28: sign-in refused; 3D: no such database; 42501: a right is missing.
        sqlx::Error::Database(error)
            if error.code().is_some_and(|code| {
                code.starts_with("28") || code.starts_with("3D") || code == "42501"
            }) =>
        {
            DbError::Refused { server, said: error.message().to_owned() }
        }
        sqlx::Error::Tls(error) => DbError::Refused { server, said: error.to_string() },
        other => DbError::Sql(other),
    }
}
