use std::{collections::HashMap, sync::Arc, time::Duration};

use directory::{Contact, Directory, PersonChange, PersonId, Way};
use http_kit::guard::OutboundGuard;
use kernel::{Caller, Language, Page, Time};
use notify::{
    AccountFuture, Accounts, MessageId, NewMessage, Notify, NotifyParts, NotifySettings, Recipient,
};
use serde_json::{Map, Value, json};
use testkit::{Client, ManualClock, ManualTimer, SeededIds, TemporaryDb};
use vault::{AttachmentSettings, KeySource, NewSecret, SecretKind, SecretText, Vault, VaultParts};

/// Wei signs in and is a person; Ada only signs in.
pub(crate) const WEI: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
pub(crate) const ADA: &str = "administrator";

struct Signed(HashMap<String, Option<PersonId>>);

impl Accounts for Signed {
    fn person_of<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, PersonId> {
        Box::pin(std::future::ready(Ok(self.0.get(user_id).copied().flatten())))
    }

    fn user_of(&self, person_id: PersonId) -> AccountFuture<'_, String> {
        let user = self.0.iter().find(|(_, person)| **person == Some(person_id));
        Box::pin(std::future::ready(Ok(user.map(|(user, _)| user.clone()))))
    }

    fn name_of<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, String> {
        let known = self.0.contains_key(user_id).then(|| "Ada".to_owned());
        Box::pin(std::future::ready(Ok(known)))
    }
}

pub(crate) struct Scene {
    pub(crate) notify: Notify,
    pub(crate) vault: Vault,
    pub(crate) directory: Directory,
    pub(crate) client: Client,
    pub(crate) clock: ManualClock,
    pub(crate) records: TemporaryDb,
    pub(crate) wei: PersonId,
    _dir: tempfile::TempDir,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::guarded(OutboundGuard::default()).await
    }

    pub(crate) async fn guarded(guard: OutboundGuard) -> Self {
        let records = testkit::temporary_db(&[
            journal::MIGRATIONS,
            directory::MIGRATIONS,
            vault::MIGRATIONS,
            notify::MIGRATIONS,
        ])
        .await;
        let dir = tempfile::tempdir().unwrap();
        // Shanghai is at 10 in the morning.
        let clock = ManualClock::at("2026-03-02T02:00:00Z".parse().unwrap());
        let (db, ids) = (records.db.clone(), Arc::new(SeededIds::new(5)));
        let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
        let directory = Directory::new(db.clone(), Arc::new(clock.clone()), ids.clone(), zone);
        let wei = person(&directory).await;
        let vault = Vault::new(VaultParts {
            db: db.clone(),
            clock: Arc::new(clock.clone()),
            ids: ids.clone(),
            keys: KeySource::File(dir.path().join("keys/vault.keys")),
            files: dir.path().join("attachments"),
            settings: AttachmentSettings::default(),
            subjects: Vec::new(),
        });
        vault.unlock().await.unwrap();
        let notify = open(&records, &clock, &vault, &directory, wei, guard, 6);
        notify.seed().await.unwrap();
        let client = Client::of_routes(
            notify::routes(notify.clone()),
            Arc::new(clock.clone()),
            Arc::new(SeededIds::new(8)),
        );
        Self { notify, vault, directory, client, clock, records, wei, _dir: dir }
    }

    /// The same records, as another process opens them.
    pub(crate) fn another(&self, seed: u64) -> Notify {
        let guard = OutboundGuard::default();
        open(&self.records, &self.clock, &self.vault, &self.directory, self.wei, guard, seed)
    }

    pub(crate) async fn secret(&self, name: &str, value: &str) -> String {
        let wanted = NewSecret {
            name: name.to_owned(),
            kind: SecretKind::Token,
            description: String::new(),
            owner: String::new(),
            unit_id: None,
            expires_at: None,
            value: SecretText::new(value.to_owned()),
        };
        self.vault.create_secret(&Caller::console(), wanted).await.unwrap().id.to_string()
    }

    /// Makes a channel by the API.
    pub(crate) async fn channel(&self, kind: &str, settings: Value) -> String {
        let body = json!({ "name": kind, "kind": kind, "settings": settings });
        let answer = self.client.post("/api/v1/channels", body).await;
        assert_eq!(answer.status, 201, "{:?}", answer.json);
        answer.json["id"].as_str().unwrap().to_owned()
    }

    /// Says something by the plain template.
    pub(crate) fn plain(&self, recipient: Recipient, subject: &str, text: &str) -> NewMessage {
        let mut parameters = Map::new();
        parameters.insert("subject".to_owned(), Value::from(subject));
        parameters.insert("text".to_owned(), Value::from(text));
        NewMessage::new("message.plain", recipient, parameters)
    }

    pub(crate) fn by_channel(&self, id: &str, subject: &str, text: &str) -> NewMessage {
        self.plain(Recipient::Channel(id.parse().unwrap()), subject, text)
    }

    pub(crate) async fn send(&self, message: &NewMessage) -> MessageId {
        self.notify.send(&Caller::system("test"), message).await.unwrap()
    }

    /// Sends and lets everything that is due happen; gives the message with its attempts.
    pub(crate) async fn sent(&self, message: &NewMessage) -> Value {
        let id = self.send(message).await;
        self.notify.settle().await.unwrap();
        self.message(id).await
    }

    pub(crate) async fn message(&self, id: MessageId) -> Value {
        let answer = self.client.get(&format!("/api/v1/messages/{id}")).await;
        assert_eq!(answer.status, 200, "{:?}", answer.json);
        answer.json
    }

    pub(crate) async fn later(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        self.notify.settle().await.unwrap();
    }

    pub(crate) async fn facts(&self, verb: &str) -> Vec<journal::Row> {
        let filter = journal::Filter { verb: Some(verb.to_owned()), ..journal::Filter::default() };
        let page = Page { after: None, limit: 500 };
        let mut rows = journal::list(&self.records.db, &filter, page).await.unwrap().items;
        rows.reverse();
        rows
    }
}

async fn person(directory: &Directory) -> PersonId {
    let wanted = PersonChange {
        number: Some("1001".to_owned()),
        name: Some("韦一".to_owned()),
        language: Some(Language::Chinese),
        contacts: Some(vec![
            Contact { way: Way::Mail, value: "wei@example.org".to_owned() },
            Contact { way: Way::Mobile, value: "13800000000".to_owned() },
        ]),
        ..PersonChange::default()
    };
    let from: Time = "2020-01-01T00:00:00Z".parse().unwrap();
    directory.create_person(&Caller::console(), &wanted, from).await.unwrap().id
}

fn open(
    records: &TemporaryDb,
    clock: &ManualClock,
    vault: &Vault,
    directory: &Directory,
    wei: PersonId,
    guard: OutboundGuard,
    seed: u64,
) -> Notify {
    let accounts = HashMap::from([(WEI.to_owned(), Some(wei)), (ADA.to_owned(), None)]);
    Notify::new(NotifyParts {
        db: records.db.clone(),
        clock: Arc::new(clock.clone()),
        timer: Arc::new(ManualTimer(clock.clone())),
        ids: Arc::new(SeededIds::new(seed)),
        vault: vault.clone(),
        directory: directory.clone(),
        accounts: Arc::new(Signed(accounts)),
        guard: Arc::new(guard),
        templates: Vec::new(),
        settings: NotifySettings {
            base_url: Some("https://ops.example.org".to_owned()),
            timeout: Duration::from_millis(700),
            ..NotifySettings::default()
        },
    })
}

/// The state of the only delivery and the outcomes of its attempts.
pub(crate) fn fate(message: &Value) -> (String, String) {
    let delivery = &message["deliveries"][0];
    let outcomes: Vec<&str> = delivery["attempts"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|attempt| attempt["outcome"].as_str().unwrap())
        .collect();
    (delivery["state"].as_str().unwrap_or("none").to_owned(), outcomes.join(" "))
}
