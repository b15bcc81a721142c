use std::sync::Arc;

use access::{Access, AccessSettings, NewRole, NewToken, NewUser, Password, TokenLimits, User};
use directory::{Directory, PersonFilter, PlainSecrets, Sources};
use http_kit::{Routes, guard::OutboundGuard};
use jiff::tz::TimeZone;
use kernel::{Caller, Clock, Page, Text, Time};
use scim::{Scim, ScimParts, ScimSettings};
use serde_json::{Value, json};
use testkit::{Answer, Client, ManualClock, SeededIds, TemporaryDb};

/// Good for everybody in these tests.
pub(crate) const PASSWORD: &str = "Tern-river-88 湖";
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(crate) const CORE_USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const CORE_GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub(crate) const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
pub(crate) const USERS: &str = "/scim/v2/Users";
pub(crate) const GROUPS: &str = "/scim/v2/Groups";

/// A server with its records, without a network.
pub(crate) struct Scene {
    pub(crate) access: Access,
    pub(crate) directory: Directory,
    pub(crate) clock: ManualClock,
    pub(crate) records: TemporaryDb,
    scim: Scim,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::with(ScimSettings::default()).await
    }

    pub(crate) async fn with(settings: ScimSettings) -> Self {
        let records = testkit::temporary_db(&[
            journal::MIGRATIONS,
            directory::MIGRATIONS,
            vault::MIGRATIONS,
            access::MIGRATIONS,
            scim::MIGRATIONS,
        ])
        .await;
        let clock = ManualClock::at(Time::from_seconds(1_800_000_000));
        let (now, ids) = (Arc::new(clock.clone()), |seed| Arc::new(SeededIds::new(seed)));
        let db = records.db.clone();
        let directory = Directory::new(db.clone(), now.clone(), ids(9), TimeZone::UTC);
        let access = Access::new(db.clone(), now.clone(), ids(7), AccessSettings::default());
        access.learn_directory(directory.clone());
        directory.learn_post_grants(access.post_grants());
        let parts = ScimParts {
            db,
            clock: now,
            ids: ids(13),
            directory: directory.clone(),
            access: access.clone(),
            settings,
        };
        let scene = Self { access, directory, clock, records, scim: Scim::new(parts) };
        scene.access.learn_permissions(scene.routes().table(), &[]);
        let role = NewRole {
            name: "provisioning".to_owned(),
            title: Text::same("Provisioning"),
            description: Text::same("For identity providers"),
            permissions: vec!["user.provision".to_owned()],
            duty: None,
            delegable: false,
        };
        scene.access.create_role(&Caller::console(), role).await.unwrap();
        scene.add("Mara", "administrator").await;
        scene
    }

    fn routes(&self) -> Routes {
        scim::routes(self.scim.clone())
            .merge(scim::client_routes(self.scim.clone()))
            .merge(access::routes(self.access.clone()))
            .merge(directory::routes(self.directory.clone()))
            .merge(directory::source_routes(self.sources()))
    }

    fn sources(&self) -> Sources {
        let secrets = PlainSecrets { folder: self.records.dir.path().to_owned() };
        Sources::new(self.directory.clone(), Arc::new(secrets), OutboundGuard::default())
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

    pub(crate) fn stranger(&self) -> Client {
        let router = self.routes().into_parts().0;
        let router = testkit::stack(
            Arc::new(self.access.clone()),
            Arc::new(self.clock.clone()),
            Arc::new(SeededIds::new(8)),
            router,
        );
        Client::new(router).with_header("host", "mainstay.example")
    }

    /// A program of that user.
    pub(crate) async fn program(&self, user: &User, limits: Option<TokenLimits>) -> Client {
        let wanted =
            NewToken { user_id: user.id, name: "idp".to_owned(), limits, expires_in_days: 300 };
        let (_, token) = self.access.create_token(&Caller::console(), &wanted).await.unwrap();
        self.stranger().with_header("authorization", &format!("Bearer {token}"))
    }

    /// An identity provider of that name.
    pub(crate) async fn provider(&self, name: &str) -> Client {
        let user = self.add(name, "provisioning").await;
        self.program(&user, None).await
    }

    /// An identity provider of that name whose right ends in an hour.
    pub(crate) async fn provider_for_a_time(&self, name: &str) -> Client {
        let user = self.add(name, "").await;
        let until = Clock::now(&self.clock).plus(std::time::Duration::from_secs(3600));
        let body = json!({ "holder": { "kind": "user", "id": user.id.to_string() },
            "role": "provisioning", "scope": { "kind": "everything" }, "reason": "test",
            "valid_to": until.to_string() });
        let given = self.mara().await.post("/api/v1/grants", body).await;
        assert_eq!(given.status, 201, "{:?}", given.json);
        self.program(&user, None).await
    }

    /// Mara, who may everything, as a program.
    pub(crate) async fn mara(&self) -> Client {
        let mara = self.access.user_called(&Caller::console(), "mara").await.unwrap();
        self.program(&mara, None).await
    }

    /// The answer to signing in with the password of these tests.
    pub(crate) async fn account(&self, name: &str) -> User {
        self.access.user_called(&Caller::console(), name).await.unwrap()
    }

    /// So many users of the provider `entra`, written as if they had been brought one by one,
    /// which would take minutes; their identifiers.
    pub(crate) async fn crowd(&self, count: usize) -> Vec<String> {
        let mut tx = self.records.db.begin().await.unwrap();
        let source: String =
            sqlx::query_scalar("SELECT source_id FROM scim_client WHERE name = 'entra' LIMIT 1")
                .fetch_one(tx.connection())
                .await
                .unwrap();
        let mut ids = Vec::new();
        for number in 0..count {
            let id = format!("00000000-0000-7000-8000-{number:012x}");
            let name = format!("crowd{number}");
            let statements = [
                "INSERT INTO access_user (id, name, name_folded, display_name, searched, role,
                    disabled, theme, password_hash, version, created_at)
                 VALUES ($1, $2, $2, $2, $2, '', 0, 'system', '', 1, 0)",
                "INSERT INTO scim_user (id, source_id, user_name, display, account_id, active,
                    told, version, created_at, updated_at)
                 VALUES ($1, $3, $2, $2, $1, 1, '{}', 1, 0, 0)",
            ];
            for (at, sql) in statements.into_iter().enumerate() {
                let mut query = sqlx::query(sql).bind(id.clone()).bind(name.clone());
                if at == 1 {
                    query = query.bind(source.clone());
                }
                query.execute(tx.connection()).await.unwrap();
            }
            ids.push(id);
        }
        tx.commit().await.unwrap();
        ids
    }

    /// Everybody in the directory now.
    pub(crate) async fn people(&self) -> Vec<directory::Person> {
        let page = Page { after: None, limit: 500 };
        let now = directory::AsOf::at(Clock::now(&self.clock));
        let people = self
            .directory
            .people(&Caller::console(), &PersonFilter::default(), now, &page)
            .await
            .unwrap();
        people.items.into_iter().map(|person| person.state).collect()
    }

    /// The facts with that verb, oldest first.
    pub(crate) async fn facts(&self, verb: &str) -> Vec<journal::Row> {
        let filter = journal::Filter { verb: Some(verb.to_owned()), ..journal::Filter::default() };
        let page = Page { after: None, limit: 500 };
        let mut rows = journal::list(&self.records.db, &filter, page).await.unwrap().items;
        rows.reverse();
        rows
    }
}

/// The body of a request with one change.
pub(crate) fn changes(operations: &Value) -> Value {
    json!({ "schemas": [PATCH_OP], "Operations": operations })
}

/// The smallest user.
pub(crate) fn user(name: &str) -> Value {
    json!({ "schemas": [CORE_USER], "userName": name, "externalId": format!("x-{name}"),
        "active": true })
}

/// Brings that user; their identifier.
pub(crate) async fn bring(provider: &Client, user: Value) -> String {
    let answer = provider.post(USERS, user).await;
    assert_eq!(answer.status, 201, "{:?}", answer.json);
    answer.json["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn patch(client: &Client, path: &str, operations: Value) -> Answer {
    client.send("PATCH", path, Some(changes(&operations).to_string()), None).await
}

pub(crate) async fn put(client: &Client, path: &str, body: Value) -> Answer {
    client.send("PUT", path, Some(body.to_string()), None).await
}

/// The status and the protocol's word for what is wrong.
pub(crate) fn refusal(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.json["scimType"].as_str().unwrap_or_default())
}
