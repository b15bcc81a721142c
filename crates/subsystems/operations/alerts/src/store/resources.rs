use db::Tx;
use sqlx::Row as _;

/// A resource as its facts told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenResource {
    /// Its name.
    pub(crate) name: String,
    /// Whether it is managed no more.
    pub(crate) retired: bool,
}

const FIND: &str = "
    SELECT name, retired
    FROM alerts_resource
    WHERE id = $1
    LIMIT 1";

const PUT: &str = "
    INSERT INTO alerts_resource (id, name, retired)
    VALUES ($1, $2, $3)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, retired = excluded.retired";

/// The resource of that id, if a fact told of it.
pub(crate) async fn find(tx: &mut Tx, id: &str) -> Result<Option<SeenResource>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_owned()).fetch_optional(tx.connection()).await?;
    let Some(row) = row else { return Ok(None) };
    let retired = row.try_get::<i64, _>("retired")? != 0;
    Ok(Some(SeenResource { name: row.try_get("name")?, retired }))
}

/// Remembers a resource.
pub(crate) async fn put(tx: &mut Tx, id: &str, resource: &SeenResource) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(id.to_owned())
        .bind(resource.name.clone())
        .bind(i64::from(resource.retired))
        .execute(tx.connection())
        .await?;
    Ok(())
}
