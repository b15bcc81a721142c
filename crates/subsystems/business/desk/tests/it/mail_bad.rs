//! Mails as they come: cut off, huge, sent to everybody, sealed.

use std::time::Duration;

use crate::mailing::{mail, mailing};

const MAILS: usize = 10;

fn with_file(at: usize) -> Vec<u8> {
    let head = format!("Subject: mail {at}\nContent-Type: multipart/mixed; boundary=x\n");
    let body = format!(
        "--x\nContent-Type: text/plain\n\ntext {at}\n--x\nContent-Type: text/csv; name=\"a.csv\"\n\
         Content-Disposition: attachment\n\nfile,{at}\n--x--\n"
    );
    let raw = String::from_utf8(mail(&format!("m{at}"), &head, &body)).unwrap();
    raw.replace("Content-Type: text/plain; charset=utf-8\n", "").into_bytes()
}

#[tokio::test]
async fn reading_that_is_cut_off_anywhere_loses_nothing_and_doubles_nothing() {
    let Some(mut mailing) = mailing().await else { return };
    for at in 0..MAILS {
        mailing.deliver(&with_file(at));
    }
    for at in 0..40 {
        // What is dropped at an await leaves what a kill leaves.
        let patience = Duration::from_millis(10 + at * 7);
        let _cut_off = tokio::time::timeout(patience, mailing.house.run_job()).await;
    }
    mailing.read().await;
    let tickets = mailing.tickets().await;
    assert_eq!(tickets.len(), MAILS, "{tickets:?}");
    for at in 0..MAILS {
        assert!(tickets[at].ends_with(&format!("mail {at} | text {at}")), "{tickets:?}");
        let id = mailing.ticket(&format!("REQ-{}", at + 1)).await;
        let files = mailing.house.got(&format!("/api/v1/tickets/{id}/files")).await;
        assert_eq!(files["items"].as_array().unwrap().len(), 2, "{files}");
    }
    let read = mailing.dovecot.stored("desk", "");
    assert!(read.len() == MAILS && read.iter().all(|name| name.ends_with(":2,S")), "{read:?}");
}

#[tokio::test]
async fn two_hundred_recipients_and_a_seal_are_said() {
    let Some(mut mailing) = mailing().await else { return };
    let many: Vec<String> = (0..200).map(|at| format!("a{at}@example.org")).collect();
    let head = format!("Subject: all\nCc: {}\n", many.join(",\n "));
    mailing.deliver(&mail("a", &head, "to all"));
    let sealed = String::from_utf8(mail("b", "Subject: secret\n", "MIIB")).unwrap().replace(
        "text/plain; charset=utf-8",
        "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
    );
    mailing.deliver(sealed.as_bytes());
    mailing.read().await;
    let entries = mailing.entries(&mailing.ticket("REQ-1").await).await;
    assert!(entries[1].contains("more recipients not recorded: 150"), "{entries:?}");
    let page = mailing.house.page(&mailing.ticket("REQ-2").await).await;
    assert!(page["text"].as_str().unwrap().contains("encrypted; see the mail's file"), "{page}");
    let entries = mailing.entries(&mailing.ticket("REQ-2").await).await;
    assert!(entries[1].contains("encrypted, not opened: smime_encrypted"), "{entries:?}");
}

#[tokio::test]
async fn file_that_is_too_large_is_named_and_the_rest_is_taken() {
    let Some(mut mailing) = mailing().await else { return };
    let head = "Subject: large\nContent-Type: multipart/mixed; boundary=x\n";
    let line = format!("{}\n", "A".repeat(76));
    let large = line.repeat(51 * 1024 * 1024 / 57 + 1);
    let body = format!(
        "--x\nContent-Type: text/plain\n\nsee file\n--x\n\
         Content-Type: application/octet-stream; name=\"disk.img\"\n\
         Content-Transfer-Encoding: base64\n\n{large}--x\nContent-Type: text/csv; name=\"b.csv\"\n\
         Content-Disposition: attachment\n\nsmall\n--x--\n"
    );
    let raw = String::from_utf8(mail("a", head, &body)).unwrap();
    mailing.deliver(raw.replace("Content-Type: text/plain; charset=utf-8\n", "").as_bytes());
    mailing.deliver(&mail("b", "Subject: next\n", "b"));
    mailing.read().await;
    assert_eq!(mailing.tickets().await, ["REQ-1 large | see file", "REQ-2 next | b"]);
    let entries = mailing.entries(&mailing.ticket("REQ-1").await).await;
    assert!(entries[1].contains("not kept: disk.img"), "{entries:?}");
    assert!(entries[1].contains("files: b.txt"), "{entries:?}");
}

#[tokio::test]
async fn sender_who_writes_without_end_is_set_aside() {
    let Some(mut mailing) = mailing().await else { return };
    for at in 0..33 {
        mailing.deliver(&mail(&format!("m{at}"), &format!("Subject: {at}\n"), "x"));
    }
    // The same mail once more, by another way.
    mailing.deliver(&mail("m0", "Subject: 0\nReceived: by another way\n", "x"));
    mailing.read().await;
    assert_eq!(mailing.house.got("/api/v1/ticket-counts").await["open"], 30);
    let mails = mailing.mails().await;
    let aside = mails[1..4].iter().all(|one| one.contains("within an hour"));
    assert!(aside && mails[4].starts_with("taken"), "{mails:?}");
    assert!(mails[0].starts_with("repeated"), "{mails:?}");
}
