use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use access::{Access, AccessSettings, MIGRATIONS, NewUser, Password, User};
use axum::{Extension, extract::ConnectInfo};
use directory::Directory;
use jiff::tz::TimeZone;
use kernel::{Caller, Page, Time};
use serde_json::{Value, json};
use testkit::{Answer, Client, ManualClock, SeededIds, TemporaryDb};
use vault::{AttachmentSettings, KeySource, Vault, VaultParts};

/// Good for everybody in these tests.
pub(crate) const PASSWORD: &str = "Tern-river-88 湖";

/// The tables of such a server.
pub(crate) const ALL: [&[db::Migration]; 4] =
    [journal::MIGRATIONS, directory::MIGRATIONS, vault::MIGRATIONS, MIGRATIONS];

/// A server with its records, without a network.
pub(crate) struct Scene {
    pub(crate) access: Access,
    pub(crate) directory: Directory,
    pub(crate) clock: ManualClock,
    pub(crate) records: TemporaryDb,
    pub(crate) keys: tempfile::TempDir,
}

impl Scene {
    /// Nobody is there yet.
    pub(crate) async fn empty() -> Self {
        let records = testkit::temporary_db(&ALL).await;
        let clock = ManualClock::at(Time::from_seconds(1_800_000_000));
        let directory = Directory::new(
            records.db.clone(),
            Arc::new(clock.clone()),
            Arc::new(SeededIds::new(9)),
            TimeZone::UTC,
        );
        let access = Access::new(
            records.db.clone(),
            Arc::new(clock.clone()),
            Arc::new(SeededIds::new(7)),
            AccessSettings::default(),
        );
        access.learn_directory(directory.clone());
        directory.learn_post_grants(access.post_grants());
        let keys = tempfile::tempdir().unwrap();
        let scene = Self { access, directory, clock, records, keys };
        let vault = scene.vault();
        vault.unlock().await.unwrap();
        scene.access.learn_vault(vault);
        scene
    }

    /// The vault, as a process that has just started opens it.
    pub(crate) fn vault(&self) -> Vault {
        Vault::new(VaultParts {
            db: self.records.db.clone(),
            clock: Arc::new(self.clock.clone()),
            ids: Arc::new(SeededIds::new(11)),
            keys: KeySource::File(self.key_file()),
            files: self.keys.path().join("files"),
            settings: AttachmentSettings::default(),
            subjects: Vec::new(),
        })
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.keys.path().join("vault.keys")
    }

    /// Mara administers, Wei views.
    pub(crate) async fn staffed() -> Self {
        let scene = Self::empty().await;
        scene.add("Mara", "administrator").await;
        scene.add("wei", "viewer").await;
        scene
    }

    /// A user with that role over everything; with none for an empty one.
    pub(crate) async fn add(&self, name: &str, role: &str) -> User {
        let wanted = NewUser {
            name: name.to_owned(),
            display_name: None,
            role: (!role.is_empty()).then(|| role.to_owned()),
            reason: (!role.is_empty()).then(|| "for the test".to_owned()),
            person_id: None,
            password: Some(Password::new(PASSWORD)),
        };
        self.access.create_user(&Caller::console(), &wanted).await.unwrap()
    }

    /// Somebody who has not signed in, at the usual address.
    pub(crate) fn stranger(&self) -> Client {
        self.stranger_at("192.0.2.1")
    }

    pub(crate) fn stranger_at(&self, address: &str) -> Client {
        self.stranger_of(&self.access, address)
    }

    /// The same at a server that has `access`.
    pub(crate) fn stranger_of(&self, access: &Access, address: &str) -> Client {
        let router = access::routes(access.clone()).into_parts().0;
        let router = router.merge(directory::routes(self.directory.clone()).into_parts().0);
        let router = testkit::stack(
            Arc::new(access.clone()),
            Arc::new(self.clock.clone()),
            Arc::new(SeededIds::new(8)),
            router,
        );
        let address = SocketAddr::new(address.parse().unwrap(), 40_000);
        Client::new(router.layer(Extension(ConnectInfo(address))))
    }

    pub(crate) async fn try_sign_in(&self, name: &str, password: &str) -> Answer {
        let body = json!({ "name": name, "password": password });
        self.stranger().post("/api/v1/session", body).await
    }

    /// A browser in which `name` has signed in.
    pub(crate) async fn signed_in(&self, name: &str) -> Client {
        self.signed_in_with(name, PASSWORD).await
    }

    /// The same by another password than everybody's.
    pub(crate) async fn signed_in_with(&self, name: &str, password: &str) -> Client {
        let answer = self.try_sign_in(name, password).await;
        assert_eq!(answer.status, 200, "{:?}", answer.json);
        self.browser(&answer)
    }

    /// The browser that got this answer to signing in.
    pub(crate) fn browser(&self, answer: &Answer) -> Client {
        let csrf_token = answer.json["csrf_token"].as_str().unwrap();
        self.stranger()
            .with_header("cookie", &cookie_of(answer))
            .with_header("x-csrf-token", csrf_token)
            .with_header("sec-fetch-site", "same-origin")
    }

    /// A token of the user behind `browser`, as the program that holds it.
    pub(crate) async fn program(&self, browser: &Client, role: &str) -> (Client, Value) {
        let body = json!({ "name": "backup", "limits": { "roles": [role] },
            "expires_in_days": 30 });
        let answer = browser.post("/api/v1/tokens", body).await;
        assert_eq!(answer.status, 201, "{:?}", answer.json);
        let bearer = format!("Bearer {}", answer.json["token"].as_str().unwrap());
        (self.stranger().with_header("authorization", &bearer), answer.json)
    }

    /// Everything that is kept, as text.
    pub(crate) async fn into_bytes_on_disk(self) -> String {
        let all = self.records.everything_kept().await;
        assert!(all.contains("access_user"), "the records are read");
        all
    }

    /// The directory's routes, as its administrator.
    pub(crate) fn directory_client(&self) -> Client {
        let clock = Arc::new(self.clock.clone());
        let ids = Arc::new(SeededIds::new(10));
        Client::of_routes(directory::routes(self.directory.clone()), clock, ids)
    }

    /// Grants a role; the answer.
    pub(crate) async fn grant(
        &self,
        by: &Client,
        holder: (&str, &str),
        role: &str,
        scope: Value,
    ) -> Answer {
        let body = json!({ "holder": { "kind": holder.0, "id": holder.1 }, "role": role,
            "scope": scope, "reason": "for the test" });
        by.post("/api/v1/grants", body).await
    }

    /// The verbs in the journal, oldest first.
    pub(crate) async fn verbs(&self) -> Vec<String> {
        self.facts("").await.into_iter().map(|row| row.verb).collect()
    }

    /// The facts with that verb, oldest first; all for an empty one.
    pub(crate) async fn facts(&self, verb: &str) -> Vec<journal::Row> {
        let verb = (!verb.is_empty()).then(|| verb.to_owned());
        let filter = journal::Filter { verb, ..journal::Filter::default() };
        let page = Page { after: None, limit: 500 };
        let mut rows = journal::list(&self.records.db, &filter, page).await.unwrap().items;
        rows.reverse();
        rows
    }
}

/// The cookie of an answer, as a browser sends it back.
pub(crate) fn cookie_of(answer: &Answer) -> String {
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// The status and the stable code of a refusal.
pub(crate) fn refusal(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.json["code"].as_str().unwrap_or_default())
}

/// The id of the user behind `browser`.
pub(crate) async fn own_id(browser: &Client) -> String {
    let session = browser.get("/api/v1/session").await;
    session.json["user"]["id"].as_str().unwrap().to_owned()
}

/// The id in an answer.
pub(crate) fn id_of(answer: &Answer) -> String {
    assert!(answer.status.is_success(), "{:?}", answer.json);
    answer.json["id"].as_str().unwrap().to_owned()
}

/// All of it.
pub(crate) fn everything() -> Value {
    json!({ "kind": "everything" })
}
