use serde_json::{Value, json};
use testkit::Postfix;

use crate::mailing::{Mailing, mail, mailing_that_writes};

/// With a Postfix that delivers to its mailboxes.
async fn written(settings: Value) -> Option<(Mailing, Postfix)> {
    let mailing = mailing_that_writes(settings).await?;
    let postfix = Postfix::before(&mailing.dovecot, &["desk", "wang", "zhao"])?;
    let channel = json!({ "name": "mail", "kind": "mail", "settings": {
        "host": "localhost", "port": postfix.port, "tls": "none", "from": "desk@example.org",
    }});
    mailing.house.made("/api/v1/channels", channel).await;
    Some((mailing, postfix))
}

async fn send(mailing: &Mailing) {
    mailing.house.notify.as_ref().unwrap().settle().await.unwrap();
}

fn header(mail: &str, name: &str) -> String {
    let unfolded = mail.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    let mut lines = unfolded.lines();
    let line = lines.find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
    line.unwrap_or_else(|| panic!("no {name} in {mail}"))
}

#[tokio::test]
async fn reply_goes_out_by_mail_and_its_answer_comes_back_to_the_ticket() {
    let Some((mut mailing, postfix)) = written(json!({})).await else { return };
    mailing.deliver(&mail("a", "Subject: keyboard\n", "broken"));
    mailing.read().await;
    let id = mailing.ticket("REQ-1").await;
    let note = json!({"text": "请先重启", "public": false});
    mailing.house.post(&format!("{id}/comments"), note).await;
    let body = json!({"text": "Try another port.\n请换一个接口。", "public": true});
    mailing.house.post(&format!("{id}/comments"), body).await;
    send(&mailing).await;
    let out = postfix.mails("wang", 1).await.remove(0);
    assert_eq!(header(&out, "In-Reply-To"), "<a@example.org>");
    assert_eq!(header(&out, "References"), "<a@example.org>");
    assert_eq!(header(&out, "Auto-Submitted"), "no");
    assert_eq!(header(&out, "Reply-To"), "desk@example.org");
    let subject = header(&out, "Subject");
    assert!(subject.starts_with("Re: [REQ-1 #") && subject.ends_with("] keyboard"), "{subject}");
    // They answer, by a program that keeps nothing but the subject; then by one that keeps all.
    let own = header(&out, "Message-ID");
    mailing.deliver(&mail("b", &format!("Subject: {subject}\n"), "does not help"));
    mailing.read().await;
    mailing.deliver(&mail("c", &format!("Subject: hm\nIn-Reply-To: {own}\n"), "now it does"));
    mailing.read().await;
    assert_eq!(mailing.tickets().await.len(), 1);
    let entries = mailing.entries(&id).await;
    assert!(entries[entries.len() - 2].ends_with("does not help"), "{entries:?}");
    assert!(entries[entries.len() - 1].ends_with("now it does"), "{entries:?}");
    // The answer that resolves it goes out, too; the conversation is all there.
    mailing.house.moved(&id, "resolve", "已更换键盘").await;
    send(&mailing).await;
    let out = postfix.mails("wang", 2).await;
    let last = out.iter().find(|one| header(one, "In-Reply-To") == "<c@example.org>").unwrap();
    assert_eq!(header(last, "References").split(' ').count(), 4, "{last}");
}

#[tokio::test]
async fn acknowledgement_is_sent_to_people_only_where_the_mailbox_says_so() {
    let Some((mut mailing, postfix)) = written(json!({"acknowledge": true})).await else { return };
    mailing.deliver(&mail("a", "Subject: one\n", "x"));
    mailing.deliver(&mail("b", "Subject: two\nX-Auto-Response-Suppress: All\n", "x"));
    mailing.deliver(&mail("c", "Subject: three\nAuto-Submitted: auto-generated\n", "x"));
    for at in 0..7 {
        mailing.deliver(&mail(&format!("d{at}"), &format!("Subject: again {at}\n"), "x"));
    }
    mailing.read().await;
    send(&mailing).await;
    let out = postfix.mails("wang", 5).await;
    assert_eq!(out.len(), 5, "no more than five in an hour");
    let first = out.iter().find(|one| header(one, "In-Reply-To") == "<a@example.org>").unwrap();
    assert_eq!(header(first, "Auto-Submitted"), "auto-replied");
    assert!(first.contains("REQ-1"), "{first}");
    // Coming back to us it opens nothing.
    let before = mailing.tickets().await.len();
    mailing.deliver(first.as_bytes());
    mailing.read().await;
    assert_eq!(mailing.tickets().await.len(), before);
}

#[tokio::test]
async fn mail_that_does_not_arrive_is_noted_on_its_ticket() {
    let Some((mut mailing, postfix)) = written(json!({})).await else { return };
    mailing.deliver(&mail("a", "Subject: keyboard\n", "broken"));
    mailing.read().await;
    let id = mailing.ticket("REQ-1").await;
    let body = json!({"text": "Try again.", "public": true});
    mailing.house.post(&format!("{id}/comments"), body).await;
    send(&mailing).await;
    let out = postfix.mails("wang", 1).await.remove(0);
    let own = header(&out, "Message-ID");
    let report = format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: desk@example.org\n\
         Message-ID: <r@mx>\nSubject: Undelivered\nAuto-Submitted: auto-replied\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n\n\
         sorry\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n\
         Final-Recipient: rfc822; wang@example.org\nAction: failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 no such user\n\n--x\nContent-Type: text/rfc822-headers\n\n\
         Message-ID: {own}\n\n--x--\n"
    );
    mailing.deliver(report.as_bytes());
    mailing.read().await;
    let entries = mailing.entries(&id).await;
    let last = entries.last().unwrap();
    assert!(last.contains("wang@example.org 5.1.1 550 no such user"), "{entries:?}");
    let found = mailing.house.got("/api/v1/mails?state=bounced").await;
    assert_eq!(found["items"][0]["ticket_id"], json!(id), "{found}");
    assert!(mailing.house.verbs().await.ends_with("ticket.commented ticket.mail_bounced"));
}

#[tokio::test]
async fn ticket_of_the_telephone_is_answered_by_mail_where_there_is_an_address() {
    let Some((mailing, postfix)) = written(json!({})).await else { return };
    let mut body = mailing.house.body("request");
    body["content"]["requester"]["contact"] = json!("zhao@example.org");
    let id = mailing.house.made("/api/v1/tickets", body).await;
    let body = json!({"text": "马上来", "public": true});
    mailing.house.post(&format!("{id}/comments"), body).await;
    send(&mailing).await;
    let out = postfix.mails("zhao", 1).await.remove(0);
    assert!(!out.contains("In-Reply-To"), "{out}");
}
