//! Mail through Debian's postfix: an instance of its own, on a free port, ended with the test.

use notify::{Author, ChannelKind, MailHead, Recipient};
use serde_json::{Value, json};
use testkit::Postfix;

use crate::scene::{Scene, fate};

fn settings_of(postfix: &Postfix, tls: &str) -> Value {
    let ca_pem = (tls != "none").then(|| postfix.ca_pem.clone());
    json!({
        "host": "localhost", "port": postfix.port, "tls": tls, "ca_pem": ca_pem,
        "from": "砥柱 <ops@example.org>",
    })
}

fn wei() -> Recipient {
    Recipient::Address { kind: ChannelKind::Mail, value: "wei@example.org".to_owned() }
}

#[tokio::test]
async fn mail_goes_out_and_its_receipt_is_kept() {
    let Some(postfix) = Postfix::start(&["wei"]) else { return };
    let scene = Scene::new().await;
    scene.channel("mail", settings_of(&postfix, "none")).await;
    let subject = "磁盘将满\r\nBcc: all@example.org";
    let mut message = scene.plain(wei(), subject, "使用率 95%\n.\nend");
    message.link = Some("/alerts/7".to_owned());
    let sent = scene.sent(&message).await;
    assert_eq!(fate(&sent), ("sent".to_owned(), "accepted".to_owned()), "{sent}");
    let attempt = &sent["deliveries"][0]["attempts"][0];
    assert_eq!(attempt["code"], "250");
    assert!(attempt["said"].as_str().unwrap().contains("queued as"), "{attempt}");
    let mail = &postfix.mails("wei", 1).await[0];
    let delivery = sent["deliveries"][0]["id"].as_str().unwrap();
    for expected in [
        &format!("Message-ID: <{delivery}@example.org>"),
        "Auto-Submitted: auto-generated",
        "Date: Mon, 02 Mar 2026 02:00:00 +0000",
        "To: wei@example.org",
        "https://ops.example.org/alerts/7",
    ] {
        assert!(mail.contains(expected), "{expected} is not in {mail}");
    }
    assert!(!mail.contains("\nBcc:"), "{mail}");
}

#[tokio::test]
async fn starttls_is_insisted_on_and_the_certificate_checked() {
    let Some(postfix) = Postfix::start(&["wei"]) else { return };
    let scene = Scene::new().await;
    let id = scene.channel("mail", settings_of(&postfix, "starttls")).await;
    let answer = scene
        .client
        .post(&format!("/api/v1/channels/{id}/test"), json!({ "address": "wei@example.org" }))
        .await;
    assert_eq!(answer.status, 202, "{:?}", answer.json);
    scene.notify.settle().await.unwrap();
    let sent = scene.message(answer.json["id"].as_str().unwrap().parse().unwrap()).await;
    assert_eq!(fate(&sent), ("sent".to_owned(), "accepted".to_owned()), "{sent}");
    let mail = &postfix.mails("wei", 1).await[0];
    assert!(mail.contains("multipart/alternative") && mail.contains("text/html"), "{mail}");
    assert!(mail.contains("using TLSv1.3") || mail.contains("ESMTPS"), "{mail}");
    // Without the certificate among the trusted ones nothing is sent.
    let mut settings = settings_of(&postfix, "starttls");
    settings["ca_pem"] = Value::Null;
    let body = json!({ "settings": settings });
    assert_eq!(scene.client.patch(&format!("/api/v1/channels/{id}"), 1, body).await.status, 200);
    let sent = scene.sent(&scene.plain(wei(), "a", "b")).await;
    assert_eq!(fate(&sent), ("queued".to_owned(), "deferred".to_owned()));
    let said = sent["deliveries"][0]["attempts"][0]["said"].as_str().unwrap();
    assert!(said.to_lowercase().contains("certificate"), "{said}");
}

#[tokio::test]
async fn mail_that_the_server_refuses_is_given_up_with_its_words() {
    let Some(postfix) = Postfix::start(&["wei"]) else { return };
    let scene = Scene::new().await;
    scene.channel("mail", settings_of(&postfix, "none")).await;
    for (address, code) in [("nobody@example.org", "550"), ("wei@elsewhere.example", "554")] {
        let to = Recipient::Address { kind: ChannelKind::Mail, value: address.to_owned() };
        let sent = scene.sent(&scene.plain(to, "a", "b")).await;
        assert_eq!(fate(&sent), ("failed".to_owned(), "refused".to_owned()), "{sent}");
        assert_eq!(sent["deliveries"][0]["attempts"][0]["code"], code);
    }
    assert!(scene.facts("channel.failed").await.is_empty(), "the channel is well");
}

#[tokio::test]
async fn server_that_is_away_is_tried_again() {
    let Some(postfix) = Postfix::start(&["wei"]) else { return };
    let scene = Scene::new().await;
    let mut settings = settings_of(&postfix, "none");
    settings["port"] = json!(1);
    let id = scene.channel("mail", settings).await;
    let message = scene.send(&scene.plain(wei(), "a", "b")).await;
    scene.notify.settle().await.unwrap();
    let waiting = scene.message(message).await;
    let said = waiting["deliveries"][0]["attempts"][0]["said"].as_str().unwrap();
    assert!(said.contains("refused"), "{said}");
    let body = json!({ "settings": settings_of(&postfix, "none") });
    assert_eq!(scene.client.patch(&format!("/api/v1/channels/{id}"), 1, body).await.status, 200);
    scene.later(60).await;
    let sent = scene.message(message).await;
    assert_eq!(fate(&sent), ("sent".to_owned(), "deferred accepted".to_owned()));
    postfix.mails("wei", 1).await;
}

#[tokio::test]
async fn mail_that_continues_a_conversation_says_so() {
    let Some(postfix) = Postfix::start(&["wei"]) else { return };
    let scene = Scene::new().await;
    scene.channel("mail", settings_of(&postfix, "none")).await;
    let mut message = scene.plain(wei(), "Re: [REQ-1] 键盘", "已更换");
    message.mail = Some(MailHead {
        message_id: "req-1.7@example.org>\r\nBcc: <all@example.org".to_owned(),
        in_reply_to: Some("a@example.org".to_owned()),
        references: vec!["b@example.org".to_owned(), "a@example.org".to_owned()],
        reply_to: Some("desk@example.org".to_owned()),
        author: Author::Person,
    });
    let sent = scene.sent(&message).await;
    assert_eq!(fate(&sent), ("sent".to_owned(), "accepted".to_owned()), "{sent}");
    let mail = &postfix.mails("wei", 1).await[0];
    for expected in [
        "Message-ID: <req-1.7@example.orgBcc:all@example.org>",
        "In-Reply-To: <a@example.org>",
        "References: <b@example.org> <a@example.org>",
        "Reply-To: desk@example.org",
        "Auto-Submitted: no",
    ] {
        assert!(mail.contains(expected), "{expected} is not in {mail}");
    }
}
