use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use sqlx::postgres::PgConnectOptions;
use url::Url;

/// Where the records are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL database.
    Postgres(PostgresUrl),
}

/// The URL of a PostgreSQL database. Its password is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    url: Url,
}

/// What was expected instead of a URL. It says nothing of that itself: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("postgres://USER:PASSWORD@HOST:PORT/DATABASE{0}")]
pub struct UrlFault(&'static str);

impl PostgresUrl {
    /// Reads a URL.
    ///
    /// Errors: [`UrlFault`] for another scheme, or without a database's name.
    pub fn parse(text: &str) -> Result<Self, UrlFault> {
        let url = Url::parse(text).map_err(|_| UrlFault(""))?;
        if !Self::is_one(text) {
            return Err(UrlFault(""));
        }
        if url.path().trim_matches('/').is_empty() {
            return Err(UrlFault(": the database's name is missing"));
        }
        if PgConnectOptions::from_str(text).is_err() {
            return Err(UrlFault(": an option after `?` is not known"));
        }
        Ok(Self { url })
    }

    /// Whether `text` means to be such a URL.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        text.starts_with("postgres://") || text.starts_with("postgresql://")
    }

    /// What stands for `text` where it is shown, also when it is no URL at all.
    #[must_use]
    pub fn shown(text: &str) -> String {
        match Self::parse(text) {
            Ok(url) => url.to_string(),
            Err(_) => match text.split_once("://") {
                Some((scheme, _)) => format!("{scheme}://…"),
                None => "…".to_owned(),
            },
        }
    }

    /// The URL with its password: for a driver, never for a log or a person.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.url.as_str()
    }

    /// The same server and sign-in, another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut url = self.url.clone();
        url.set_path(name);
        Self { url }
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.url.clone();
        // Both are refused only for URLs that cannot have a user, which have no password either.
        let _ = shown.set_password(None);
        let kept: Vec<(String, String)> = self
            .url
            .query_pairs()
            .filter(|(key, _)| !key.contains("password"))
            .map(|(key, value)| (key.into_owned(), value.into_owned()))
            .collect();
        shown.set_query(None);
        if !kept.is_empty() {
            shown.query_pairs_mut().extend_pairs(kept);
        }
        out.write_str(shown.as_str())
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PostgresUrl({self})")
    }
}

impl fmt::Display for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(out, "{}", path.display()),
            Self::Postgres(url) => write!(out, "{url}"),
        }
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self::Sqlite(path.to_owned())
    }
}

impl From<&PathBuf> for Location {
    fn from(path: &PathBuf) -> Self {
        Self::Sqlite(path.clone())
    }
}

impl From<&Location> for Location {
    fn from(location: &Location) -> Self {
        location.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn password_is_never_shown() {
        for text in [
            "postgres://mainstay:s3cret@db.example:5433/records?sslmode=require",
            "postgresql://mainstay@db.example/records?password=s3cret",
            "postgres://mainstay:s3cret@db.example",
            "postgres://mainstay:s3cret@db.example:port/records",
            "mysql://mainstay:s3cret@db.example/records",
            "s3cret",
        ] {
            let shown = PostgresUrl::shown(text);
            assert!(!shown.contains("s3cret"), "{shown}");
            let said = format!("{:?}", PostgresUrl::parse(text));
            assert!(!said.contains("s3cret"), "{said}");
        }
        let shown = PostgresUrl::shown("postgres://ada:x@db.example:5433/records?sslmode=require");
        assert_eq!(shown, "postgres://ada@db.example:5433/records?sslmode=require");
    }

    #[test]
    fn wrong_url_is_told_what_was_expected() {
        for (text, part) in [
            ("postgres://ada@db.example", "name is missing"),
            ("mysql://ada@db.example/x", "postgres://USER"),
            ("nonsense", "postgres://USER"),
            ("postgres://ada@db.example/x?sslmode=perhaps", "option"),
        ] {
            let said = PostgresUrl::parse(text).unwrap_err().to_string();
            assert!(said.contains(part), "{text}: {said}");
        }
    }
}
