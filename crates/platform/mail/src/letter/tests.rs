use encoding_rs::GBK;
use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::Nature;

const HEAD: &str = "From: =?gb2312?B?zfW3vA==?= <Wang.Fang@Example.org>\nTo: desk@example.org\n\
    Message-ID: <a@example.org>\nSubject: =?utf-8?B?6ZSu55uY5o2f5Z2P?=\n";

fn letter(head: &str, body: &str) -> Letter {
    read(format!("{HEAD}{head}\n{body}").as_bytes()).unwrap()
}

fn check(raw: &[u8], expected: &Expect) {
    let shown = match read(raw) {
        Err(error) => error.to_string(),
        Ok(letter) => {
            let files: Vec<String> = letter
                .files
                .iter()
                .map(|one| format!("{} {} {}", one.name, one.bytes.len(), one.inline))
                .collect();
            format!(
                "{} <{}> | {} | {:?} | {:?} | {:?}",
                letter.from.name,
                letter.from.address,
                letter.subject,
                letter.text,
                files,
                letter.protection
            )
        }
    };
    expected.assert_eq(&shown);
}

#[test]
fn head_is_read_whatever_charset_its_words_are_in() {
    check(
        format!("{HEAD}\n三楼\r\n301 室").as_bytes(),
        &expect![[r#"王芳 <wang.fang@example.org> | 键盘损坏 | "三楼\n301 室" | [] | None"#]],
    );
    let mut raw = b"From: ".to_vec();
    raw.extend_from_slice(&GBK.encode("王芳 <wang@example.org>\nSubject: 打印机无法打印").0);
    raw.extend_from_slice(b"\nContent-Type: text/plain; charset=us-ascii\n\n");
    raw.extend_from_slice(&GBK.encode("三楼打印机无法打印，请派人处理。").0);
    check(
        &raw,
        &expect![[
            r#"王芳 <wang@example.org> | 打印机无法打印 | "三楼打印机无法打印，请派人处理。" | [] | None"#
        ]],
    );
}

#[test]
fn text_and_files_are_told_apart() {
    let body = "--x\nContent-Type: multipart/alternative; boundary=y\n\n--y\n\
        Content-Type: text/plain; charset=utf-8\n\n见附件\n--y\nContent-Type: text/html\n\n\
        <p>见附件</p>\n--y--\n--x\nContent-Type: image/png; name*=utf-8''%E5%9B%BE.png\n\
        Content-Disposition: inline\nContent-ID: <i>\n\
        Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n\
        --x\nContent-Type: message/rfc822\n\nSubject: inner\n\nold\n--x--\n";
    let raw = format!("{HEAD}Content-Type: multipart/mixed; boundary=x\n\n{body}");
    check(
        raw.as_bytes(),
        &expect![[
            r#"王芳 <wang.fang@example.org> | 键盘损坏 | "见附件" | ["图.png 8 true", " 19 false"] | None"#
        ]],
    );
    let html = format!(
        "{HEAD}Content-Type: text/html; charset=utf-8\n\n<style>p {{}}</style><p>三楼</p>\
         <p>打印机<br>坏了</p>"
    );
    check(
        html.as_bytes(),
        &expect![[r#"王芳 <wang.fang@example.org> | 键盘损坏 | "三楼\n打印机\n坏了" | [] | None"#]],
    );
}

#[test]
fn broken_mails_are_read_as_far_as_they_go_or_say_why_not() {
    check(b"", &expect![[r#"it is no mail: it has no head"#]]);
    check(
        b"Subject: nobody\n\ntext",
        &expect![[r#"it has no sender: no address in From, Sender or Reply-To"#]],
    );
    check(
        b"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\
          Content-Type: text/plain\n\ncut",
        &expect![[r#" <a@b> |  | "cut" | [" 3 false"] | None"#]],
    );
    check(
        b"From: a@b\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n\
          !!!not base64!!!",
        &expect![[r#" <a@b> |  | "!!!not base64!!!" | [] | None"#]],
    );
}

#[test]
fn signed_and_encrypted_mails_are_said_to_be() {
    for (head, expected) in [
        ("Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n", "smime_encrypted"),
        ("Content-Type: application/x-pkcs7-mime; smime-type=signed-data\n", "smime_signed"),
        (
            "Content-Type: multipart/signed;\n protocol=\"application/pkcs7-signature\";\n\
             \x20boundary=x\n",
            "smime_signed",
        ),
        (
            "Content-Type: multipart/encrypted;\n protocol=\"application/pgp-encrypted\";\n\
             \x20boundary=x\n",
            "pgp_encrypted",
        ),
    ] {
        let found = letter(head, "--x\n\na\n--x--").protection.map(Protection::name);
        assert_eq!(found, Some(expected), "{head}");
    }
    let inline = letter("Content-Type: text/plain\n", "-----BEGIN PGP MESSAGE-----\n\nx");
    assert!(inline.protection.is_some_and(Protection::hides));
}

#[test]
fn programs_that_write_mails_are_recognised() {
    for (head, expected) in [
        ("Auto-Submitted: no\n", "written"),
        ("Auto-Submitted: auto-replied; owner-email=\"a\"\n", "reply"),
        ("Auto-Submitted: auto-generated\n", "automatic"),
        ("X-Autoreply: yes\n", "reply"),
        ("Precedence: auto_reply\n", "reply"),
        ("Precedence: bulk\n", "bulk"),
        ("List-Id: <all.example.org>\n", "bulk"),
        ("Return-Path: <>\n", "automatic"),
        ("Return-Path: <>\nAuto-Submitted: auto-replied\n", "reply"),
        ("X-Auto-Response-Suppress: All\n", "written"),
        (
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=x\n",
            "reply",
        ),
    ] {
        let found = match letter(head, "x").nature {
            Nature::Written => "written",
            Nature::AutoReply { .. } => "reply",
            Nature::Automatic { .. } => "automatic",
            Nature::Bulk { .. } => "bulk",
            Nature::Bounce(_) => "bounce",
        };
        assert_eq!(found, expected, "{head}");
    }
    assert!(letter("X-Auto-Response-Suppress: DR, AutoReply\n", "x").wants_no_answer);
}

#[test]
fn bounces_say_whom_which_mail_did_not_reach() {
    let raw = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nAuto-Submitted: auto-replied\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n\n\
        I'm sorry.\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n\
        Final-Recipient: rfc822; wang@example.org\nAction: failed\nStatus: 5.1.1\n\
        Diagnostic-Code: smtp; 550 5.1.1 <wang@example.org>:\n    no such user\n\n--x\n\
        Content-Type: text/rfc822-headers\n\nMessage-ID: <req-1.7@example.org>\nSubject: x\n\n--x--\n";
    let Nature::Bounce(bounce) = read(raw.as_bytes()).unwrap().nature else { panic!() };
    expect![[r#"
        Bounce {
            message_id: Some(
                "req-1.7@example.org",
            ),
            addresses: [
                BouncedAddress {
                    address: "wang@example.org",
                    status: "5.1.1",
                    said: "550 5.1.1 <wang@example.org>: no such user",
                },
            ],
            is_final: true,
        }
    "#]]
    .assert_debug_eq(&bounce);
    let other = "From: Mail Delivery System <MAILER-DAEMON@qq.com>\nSubject: x\n\nfailed\n\
        > Message-ID: <req-2.9@example.org>\n";
    let Nature::Bounce(bounce) = read(other.as_bytes()).unwrap().nature else { panic!() };
    assert_eq!(bounce.message_id.as_deref(), Some("req-2.9@example.org"));
}

#[test]
fn of_two_hundred_recipients_fifty_are_kept_and_the_others_counted() {
    let many: Vec<String> = (0..200).map(|at| format!("a{at}@example.org")).collect();
    let letter = letter(&format!("Cc: {}\n", many.join(",\n ")), "x");
    assert_eq!((letter.cc.len(), letter.parties_left_out), (50, 150));
}

#[test]
fn nearest_reference_comes_first() {
    let head = "In-Reply-To: <c@x>\nReferences: <a@x> <b@x>\n <c@x>\n";
    assert_eq!(letter(head, "x").references, ["c@x", "b@x", "a@x"]);
}

proptest! {
    #[test]
    fn nothing_that_arrives_makes_it_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..2_000),
    ) {
        let _ = read(&bytes);
        let mut mail = b"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n".to_vec();
        mail.extend_from_slice(&bytes);
        let _ = read(&mail);
    }
}
