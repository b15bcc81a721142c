use std::time::Duration;

use serde_json::json;

use crate::mailing::{mail, mailing};

#[tokio::test]
async fn mail_opens_a_ticket_and_its_answer_continues_it() {
    let Some(mut mailing) = mailing().await else { return };
    mailing.deliver(&mail("a", "Subject: =?utf-8?B?6ZSu55uY5o2f5Z2P?=\n", "三楼 301 室"));
    mailing.read().await;
    assert_eq!(mailing.tickets().await, ["REQ-1 键盘损坏 | 三楼 301 室"]);
    let id = mailing.ticket("REQ-1").await;
    let page = mailing.house.page(&id).await;
    assert_eq!(page["channel"], "mail");
    assert_eq!(page["requester"]["name"], "王芳");
    assert_eq!(page["requester"]["contact"], "wang@example.org");
    let head = "Subject: Re: x\nIn-Reply-To: <a@example.org>\n";
    mailing.deliver(&mail("b", head, "还有鼠标\n\n> 三楼 301 室\n"));
    // Read again and again: each mail is taken once.
    for _ in 0..3 {
        mailing.read().await;
    }
    assert_eq!(mailing.tickets().await.len(), 1);
    let entries = mailing.entries(&id).await;
    assert_eq!(entries.last().unwrap(), "commented 王芳: 还有鼠标");
    assert_eq!(mailing.mails().await, ["taken wang@example.org: ", "taken wang@example.org: "]);
    let read = mailing.dovecot.stored("desk", "");
    assert!(read.len() == 2 && read.iter().all(|name| name.ends_with(":2,S")), "{read:?}");
    // What people wrote stays out of the journal.
    for row in mailing.house.facts().await {
        assert!(!format!("{:?}", row.detail).contains("鼠标"));
    }
}

#[tokio::test]
async fn mails_that_are_done_with_go_to_their_folder_which_is_made() {
    let Some(mut mailing) = mailing().await else { return };
    mailing.change("done_folder", json!("已处理")).await;
    mailing.deliver(&mail("a", "Subject: a\n", "a"));
    mailing.deliver(&mail("b", "Subject: b\nAuto-Submitted: auto-replied\n", "away"));
    mailing.read().await;
    assert_eq!(mailing.dovecot.stored("desk", ".&XfJZBHQG-").len(), 2);
    assert_eq!(mailing.dovecot.stored("desk", "").len(), 0);
}

#[tokio::test]
async fn number_continues_a_ticket_only_with_its_token_or_from_its_people() {
    let Some(mut mailing) = mailing().await else { return };
    mailing.deliver(&mail("a", "Subject: one\nCc: zhao@example.org\n", "a"));
    mailing.read().await;
    let stranger = |id: &str, head: &str| {
        let raw = String::from_utf8(mail(id, head, "let me in")).unwrap();
        raw.replace("wang@example.org", "eve@example.com").into_bytes()
    };
    // Who guesses the number opens a ticket of their own, and is linked to nothing.
    mailing.deliver(&stranger("b", "Subject: [REQ-1] mine\n"));
    mailing.deliver(&stranger("c", "Subject: [REQ-1 #aaaaaaaaaa] mine\n"));
    // Who has a mail of the ticket and is none of its people: one that is linked.
    mailing.deliver(&stranger("d", "Subject: x\nReferences: <a@example.org>\n"));
    // Its requester, and who was in copy, may name the number.
    mailing.deliver(&mail("e", "Subject: about REQ-1\n", "more"));
    let copy = String::from_utf8(mail("f", "Subject: REQ-1\n", "me too")).unwrap();
    mailing.deliver(copy.replace("wang@example.org", "zhao@example.org").as_bytes());
    mailing.read().await;
    let numbers = mailing.tickets().await;
    assert_eq!(numbers.len(), 4, "{numbers:?}");
    let house = &mailing.house;
    let links = |id: String| async move { house.page(&id).await["links"].clone() };
    assert_eq!(links(mailing.ticket("REQ-2").await).await, json!([]));
    assert_eq!(links(mailing.ticket("REQ-3").await).await, json!([]));
    let linked = links(mailing.ticket("REQ-4").await).await;
    assert_eq!((&linked[0]["kind"], &linked[0]["number"]), (&json!("relates_to"), &json!("REQ-1")));
    let entries = mailing.entries(&mailing.ticket("REQ-1").await).await;
    let said: Vec<&str> = entries.iter().filter_map(|one| one.split(": ").nth(1)).collect();
    assert!(said.ends_with(&["more", "me too"]), "{entries:?}");
}

#[tokio::test]
async fn programs_neither_open_tickets_nor_reopen_them() {
    let Some(mut mailing) = mailing().await else { return };
    mailing.deliver(&mail("a", "Subject: one\n", "a"));
    mailing.read().await;
    let id = mailing.ticket("REQ-1").await;
    mailing.house.moved(&id, "resolve", "已更换").await;
    let answer = "Subject: away\nIn-Reply-To: <a@example.org>\n";
    mailing.deliver(&mail("b", &format!("{answer}Auto-Submitted: auto-replied\n"), "on leave"));
    mailing.deliver(&mail("c", "Subject: news\nList-Id: <all.example.org>\n", "x"));
    mailing.deliver(&mail("d", "Subject: loop\nFrom: desk@example.org\n", "x"));
    mailing.read().await;
    assert_eq!(mailing.house.page(&id).await["phase"], "resolved");
    assert_eq!(mailing.tickets().await.len(), 1);
    let mails = mailing.mails().await;
    assert!(mails[1].contains("sent to a list"), "{mails:?}");
    // A person's answer does.
    mailing.deliver(&mail("e", answer, "still broken"));
    mailing.read().await;
    assert_eq!(mailing.house.page(&id).await["state"], "in_progress");
    let entries = mailing.entries(&id).await;
    assert!(entries.iter().any(|one| one.contains("on leave")), "{entries:?}");
    assert_eq!(entries.last().unwrap(), "commented 王芳: still broken");
}

#[tokio::test]
async fn what_cannot_be_understood_is_kept_and_holds_up_nobody() {
    let Some(mut mailing) = mailing().await else { return };
    mailing.deliver(b"\x00\xff garbage without a head\n");
    mailing.deliver(b"Subject: from nobody\n\nx\n");
    mailing.deliver(&mail("a", "Subject: fine\n", "a"));
    mailing.read().await;
    assert_eq!(mailing.tickets().await, ["REQ-1 fine | a"]);
    let found = mailing.house.got("/api/v1/mails?state=set_aside").await;
    let items = found["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{found}");
    let of = |mail: &serde_json::Value| {
        let id = mail["id"].as_str().unwrap().to_owned();
        format!("/api/v1/attachments?kind=mail&id={id}")
    };
    assert_eq!(mailing.house.got(&of(&items[0])).await["items"].as_array().unwrap().len(), 1);
    // Somebody looks at them: one becomes a ticket, the other nothing.
    let path = |at: usize, what: &str| {
        format!("/api/v1/mails/{}/{what}", items[at]["id"].as_str().unwrap())
    };
    let client = &mailing.house.client;
    assert_eq!(client.post(&path(0, "ticket"), json!({})).await.status, 201);
    assert_eq!(client.post(&path(1, "dismissal"), json!({})).await.status, 200);
    assert_eq!(client.post(&path(1, "ticket"), json!({})).await.json["code"], "not-set-aside");
    assert_eq!(client.as_viewer().post(&path(1, "ticket"), json!({})).await.status, 403);
    assert_eq!(mailing.tickets().await.len(), 2);
}

#[tokio::test]
async fn mail_that_a_removed_mailbox_set_aside_becomes_a_ticket_all_the_same() {
    let Some(mut mailing) = mailing().await else { return };
    mailing.deliver(b"Subject: from nobody\n\nx\n");
    mailing.read().await;
    let before = mailing.mailbox().await;
    assert_eq!((&before["set_aside"], &before["arriving"]), (&json!(1), &json!(0)), "{before}");
    let path = format!("/api/v1/mailboxes/{}", mailing.mailbox);
    let client = &mailing.house.client;
    assert_eq!(client.delete(&path, before["version"].as_i64()).await.status, 204);
    assert_eq!(client.get(&path).await.status, 404);
    assert_eq!(mailing.house.got("/api/v1/mailboxes").await["items"], json!([]));
    let waiting = mailing.house.got("/api/v1/mails?state=set_aside").await["items"][0].clone();
    assert_eq!(
        (&waiting["mailbox"], &waiting["mailbox_removed"]),
        (&json!("服务台"), &json!(true))
    );
    let open = format!("/api/v1/mails/{}/ticket", waiting["id"].as_str().unwrap());
    let opened = client.post(&open, json!({})).await;
    assert_eq!(opened.status, 201, "{}", opened.json);
    assert_eq!(opened.json["unit"]["id"], json!(mailing.house.unit));
}

#[tokio::test]
async fn files_come_along_and_are_seen_with_their_ticket() {
    let Some(mut mailing) = mailing().await else { return };
    let head = "Subject: files\nContent-Type: multipart/mixed; boundary=x\n";
    let big = "A".repeat(76).repeat(10);
    let body = format!(
        "--x\nContent-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: base64\n\n\
         vPu4vbz+\n--x\nContent-Type: application/octet-stream; name=\"a.png\"\n\
         Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--x\n\
         Content-Type: text/csv; name=\"b.csv\"\nContent-Disposition: attachment\n\n{big}\n--x--\n"
    );
    let raw = String::from_utf8(mail("a", head, &body)).unwrap();
    let raw = raw.replace("Content-Type: text/plain; charset=utf-8\n", "");
    mailing.deliver(raw.as_bytes());
    mailing.read().await;
    assert_eq!(mailing.tickets().await, ["REQ-1 files | 见附件"]);
    let id = mailing.ticket("REQ-1").await;
    let path = format!("/api/v1/tickets/{id}/files");
    let files = mailing.house.got(&path).await;
    let kinds = files["items"].as_array().unwrap().iter().map(|one| one["media_type"].as_str());
    let mut kinds: Vec<&str> = kinds.map(Option::unwrap).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["image/png", "text/plain", "text/plain"], "the mail itself and its files");
    let named = format!("{path}?name=c.txt");
    let made = mailing.house.client.send("POST", &named, Some("x".to_owned()), None);
    assert_eq!(made.await.status, 201);
    let files = mailing.house.got(&path).await;
    assert_eq!(files["items"].as_array().unwrap().len(), 4);
    let mut all = files["items"].as_array().unwrap().iter();
    let came = all.find(|file| file["mail_id"].is_string()).unwrap();
    let content = format!("/api/v1/attachments/{}/content", came["id"].as_str().unwrap());
    let answer = mailing.house.client.get(&content).await;
    assert_eq!(answer.status, 200);
    // What came by mail stays as it came.
    let gone = mailing.house.client.delete(&content.replace("/content", ""), None).await;
    assert_eq!(gone.status, 403, "{}", gone.json);
}

#[tokio::test]
async fn server_that_is_away_is_told_once_and_nothing_is_lost() {
    let Some(mut mailing) = mailing().await else { return };
    mailing.deliver(&mail("a", "Subject: one\n", "a"));
    mailing.read().await;
    mailing.dovecot.stop();
    for _ in 0..3 {
        mailing.house.clock.advance(Duration::from_secs(8 * 3_600));
        mailing.read().await;
    }
    let found = mailing.mailbox().await;
    assert!(found["failing_since"].is_string(), "{found}");
    assert!(found["fault"]["en"].as_str().unwrap().contains("refused"), "{found}");
    mailing.deliver(&mail("b", "Subject: two\n", "b"));
    mailing.dovecot.resume();
    mailing.read().await;
    assert_eq!(mailing.tickets().await, ["REQ-1 one | a", "REQ-2 two | b"]);
    assert!(mailing.mailbox().await["failing_since"].is_null());
    // A server that was restored numbers its mails anew: what was taken is recognised.
    mailing.dovecot.renumber("desk");
    mailing.deliver(&mail("c", "Subject: three\n", "c"));
    mailing.read().await;
    assert_eq!(mailing.tickets().await.len(), 3);
    let verbs = mailing.house.all_verbs("mailbox.").await;
    assert_eq!(verbs, ["mailbox.created", "mailbox.failed", "mailbox.recovered"]);
}

#[tokio::test]
async fn trying_a_mailbox_says_what_was_found_or_what_failed() {
    let Some(mut mailing) = mailing().await else { return };
    mailing.deliver(&mail("a", "Subject: one\n", "a"));
    let path = format!("/api/v1/mailboxes/{}/test", mailing.mailbox);
    let tried = || mailing.house.client.post(&path, json!({}));
    assert_eq!(tried().await.json, json!({"mails": 1, "unread": 1}));
    mailing.change("port", json!(mailing.dovecot.port)).await;
    mailing.change("tls", json!("start_tls")).await;
    assert_eq!(tried().await.json, json!({"mails": 1, "unread": 1}));
    mailing.change("ca_pem", json!(null)).await;
    let said = tried().await.json;
    assert_eq!(said["code"], "mailbox-unreadable", "{said}");
    assert!(said["detail"].as_str().unwrap_or_default().contains("certificate"), "{said}");
    mailing.change("ca_pem", json!(mailing.dovecot.ca_pem)).await;
    mailing.change("folder", json!("没有的文件夹")).await;
    let said = tried().await.json["detail"].as_str().unwrap().to_owned();
    assert!(said.contains("open the folder 没有的文件夹"), "{said}");
    mailing.change("user", json!("nobody")).await;
    let said = tried().await.json["detail"].as_str().unwrap().to_owned();
    assert!(said.contains("sign in as nobody"), "{said}");
    // Nothing of the password is in any answer.
    assert!(!mailing.mailbox().await.to_string().contains("geheim"));
}

#[tokio::test]
async fn bad_settings_of_a_mailbox_are_named() {
    let Some(mailing) = mailing().await else { return };
    let good = mailing.mailbox().await["mailbox"].clone();
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    for (field, value) in [
        ("address", json!("desk@example.org")),
        ("type", json!("none")),
        ("unit_id", json!(id)),
        ("port", json!(0)),
        ("password_secret", json!(id)),
    ] {
        let mut body = good.clone();
        body["address"] = json!("other@example.org");
        body[field] = value;
        let answer = mailing.house.client.post("/api/v1/mailboxes", body).await;
        assert_eq!(answer.status, 400, "{}", answer.json);
        assert_eq!(answer.json["fields"][0]["field"], field, "{}", answer.json);
    }
    let viewer = mailing.house.client.as_viewer();
    assert_eq!(viewer.post("/api/v1/mailboxes", good).await.status, 403);
    let path = format!("/api/v1/mailboxes/{}", mailing.mailbox);
    assert_eq!(mailing.house.client.delete(&path, Some(1)).await.status, 204);
    assert_eq!(mailing.house.client.get(&path).await.status, 404);
}
