use kernel::Caller;
use serde_json::{Value, json};
use testkit::Dovecot;
use vault::{NewSecret, SecretKind, SecretText};

use crate::house::{House, house, house_that_writes};

/// A desk whose mailbox `desk@example.org` is on a Dovecot.
pub(crate) struct Mailing {
    pub(crate) house: House,
    pub(crate) dovecot: Dovecot,
    pub(crate) mailbox: String,
}

/// `None` where there is no Dovecot.
pub(crate) async fn mailing() -> Option<Mailing> {
    let dovecot = Dovecot::start(&["desk"])?;
    Some(Mailing::of(house().await, dovecot, json!({})).await)
}

/// The same where mails go out as well, by a mailbox with these settings besides.
pub(crate) async fn mailing_that_writes(settings: Value) -> Option<Mailing> {
    let dovecot = Dovecot::start(&["desk", "wang", "zhao"])?;
    Some(Mailing::of(house_that_writes().await, dovecot, settings).await)
}

/// A mail of 王芳 with these headers besides.
pub(crate) fn mail(id: &str, head: &str, text: &str) -> Vec<u8> {
    format!(
        "Return-Path: <wang@example.org>\nFrom: =?utf-8?B?546L6Iqz?= <wang@example.org>\n\
         To: desk@example.org\nDate: Mon, 21 Sep 2026 09:00:00 +0800\n\
         Message-ID: <{id}@example.org>\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\n{head}\n{text}\n"
    )
    .into_bytes()
}

impl Mailing {
    async fn of(house: House, dovecot: Dovecot, settings: Value) -> Self {
        let secret = secret(&house, dovecot.password()).await;
        let mut body = json!({
            "name": "服务台", "enabled": true, "address": "desk@example.org",
            "host": "localhost", "port": dovecot.tls_port, "tls": "tls", "ca_pem": dovecot.ca_pem,
            "user": "desk", "password_secret": secret, "type": "request", "unit_id": house.unit,
        });
        for (key, value) in settings.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        let mailbox = house.made("/api/v1/mailboxes", body).await;
        Self { house, dovecot, mailbox }
    }

    pub(crate) fn deliver(&mut self, raw: &[u8]) {
        self.dovecot.deliver("desk", raw);
    }

    /// Reads the mailboxes, as the clock would.
    pub(crate) async fn read(&self) {
        self.house.clock.advance(std::time::Duration::from_millis(1));
        self.house.run_job().await;
    }

    pub(crate) async fn mailbox(&self) -> Value {
        self.house.got(&format!("/api/v1/mailboxes/{}", self.mailbox)).await
    }

    /// Changes the mailbox; it must be done.
    pub(crate) async fn change(&self, key: &str, value: Value) {
        let found = self.mailbox().await;
        let mut body = found["mailbox"].clone();
        body[key] = value;
        let path = format!("/api/v1/mailboxes/{}", self.mailbox);
        let version = found["version"].as_i64();
        let answer = self.house.client.send("PUT", &path, Some(body.to_string()), version).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
    }

    /// `number subject | text` of the tickets, the oldest first.
    pub(crate) async fn tickets(&self) -> Vec<String> {
        let found = self.house.got("/api/v1/tickets").await;
        let mut tickets = Vec::new();
        for ticket in found["items"].as_array().unwrap() {
            let page = self.house.page(ticket["id"].as_str().unwrap()).await;
            let part = |field: &str| page[field].as_str().unwrap().to_owned();
            let shown = format!("{} {} | {}", part("number"), part("subject"), part("text"));
            tickets.push((number_of(&part("number")), shown));
        }
        tickets.sort();
        tickets.into_iter().map(|(_, shown)| shown).collect()
    }

    /// The id of the ticket of that number.
    pub(crate) async fn ticket(&self, number: &str) -> String {
        let found = self.house.got("/api/v1/tickets").await;
        let mut all = found["items"].as_array().unwrap().iter();
        let ticket = all.find(|ticket| ticket["number"] == number).unwrap();
        ticket["id"].as_str().unwrap().to_owned()
    }

    /// `kind by: text` of the entries of a ticket.
    pub(crate) async fn entries(&self, id: &str) -> Vec<String> {
        let found = self.house.got(&format!("/api/v1/tickets/{id}/entries")).await;
        let shown = |entry: &Value| {
            let part = |field: &str| entry[field].as_str().unwrap().to_owned();
            format!("{} {}: {}", part("kind"), part("by"), part("text"))
        };
        found["items"].as_array().unwrap().iter().map(shown).collect()
    }

    /// `state address: reason` of the mails that came, sorted.
    pub(crate) async fn mails(&self) -> Vec<String> {
        let found = self.house.got("/api/v1/mails").await;
        let shown = |mail: &Value| {
            let part = |field: &str| mail[field].as_str().unwrap().to_owned();
            let reason = mail["reason"]["en"].as_str().unwrap();
            format!("{} {}: {reason}", part("state"), part("address"))
        };
        let all = found["items"].as_array().unwrap().iter();
        let mut mails: Vec<String> =
            all.filter(|mail| mail["direction"] == "in").map(shown).collect();
        mails.sort();
        mails
    }
}

fn number_of(number: &str) -> u32 {
    number.split_once('-').unwrap().1.parse().unwrap()
}

async fn secret(house: &House, value: &str) -> String {
    let new = NewSecret {
        name: "desk mailbox".to_owned(),
        kind: SecretKind::Password,
        description: String::new(),
        owner: String::new(),
        unit_id: None,
        expires_at: None,
        value: SecretText::new(value.to_owned()),
    };
    house.vault.create_secret(&Caller::console(), new).await.unwrap().id.to_string()
}
