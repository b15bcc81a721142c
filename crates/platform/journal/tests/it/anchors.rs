use std::{fs, time::Duration};

use journal::{AnchorSettings, Anchors, Span, SyslogAddress, VerifyOptions, Wrong};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{
    keeper::{Kept, kept},
    rsyslog::Rsyslog,
};

fn anchors(kept: &Kept, settings: AnchorSettings) -> Anchors {
    Anchors::new(kept.sealer.clone(), AnchorSettings { host: "web1".into(), ..settings })
}

#[tokio::test]
async fn file_tells_anchored_from_unanchored_and_finds_a_cut_end() {
    let kept = kept().await;
    let path = kept.records.dir.path().join("elsewhere/anchors");
    let anchors =
        anchors(&kept, AnchorSettings { file: Some(path.clone()), ..AnchorSettings::default() });
    kept.write_and_sign(10).await;
    assert_eq!(anchors.settle().await.unwrap().done, 1);
    assert_eq!(anchors.settle().await.unwrap().done, 0, "nothing is told twice");
    kept.write_and_sign(5).await;
    let options = VerifyOptions { anchors: Some(path.clone()), ..kept.options() };
    let report = kept.verify_with(&options).await;
    assert!(report.holds, "{report:?}");
    assert_eq!(report.anchored, Some(Span { first_seq: 1, last_seq: 10 }));
    assert_eq!(report.unanchored, Some(Span { first_seq: 11, last_seq: 15 }));
    assert_eq!((report.claimed[0].anchor.as_str(), report.claimed[0].seq), ("file", 10));
    anchors.settle().await.unwrap();
    // Everything after row 10 is taken back, in the records and beside the keys.
    let head = fs::read_to_string(&path).unwrap().lines().next().unwrap().to_owned();
    fs::write(kept.keys.join("journal.head"), head).unwrap();
    kept.change(
        "DELETE FROM journal_row WHERE seq > 10; DELETE FROM journal_seal WHERE last_seq > 10;
         DELETE FROM journal_checkpoint WHERE number > 1; UPDATE journal_counter SET seq = 10;",
    )
    .await;
    assert!(kept.verify().await.holds, "nothing inside tells");
    let report = kept.verify_with(&options).await;
    assert_eq!(report.findings[0].wrong, Wrong::Cut);
    assert_eq!((report.findings[0].first_seq, report.findings[0].last_seq), (11, 15));
}

#[tokio::test]
async fn place_that_fails_is_a_fact_once_and_is_tried_again() {
    let kept = kept().await;
    let blocked = kept.records.dir.path().join("blocked");
    fs::write(&blocked, "a file, where a folder should be").unwrap();
    let file = Some(blocked.join("anchors"));
    let anchors = anchors(&kept, AnchorSettings { file, ..AnchorSettings::default() });
    kept.write_and_sign(3).await;
    for _ in 0..3 {
        assert_eq!(anchors.settle().await.unwrap().failures.len(), 1);
        kept.clock.advance(Duration::from_secs(61));
        kept.sealer.seal().await.unwrap();
    }
    assert_eq!(kept.verbs("journal.").await, ["journal.anchor_failed"]);
    let status = anchors.status().await.unwrap();
    assert!(status[0].failing_since.is_some() && status[0].failure.is_some());
    fs::remove_file(&blocked).unwrap();
    assert_eq!(anchors.settle().await.unwrap().done, 1);
    assert_eq!(kept.verbs("journal.anchor_recovered").await.len(), 1);
    assert_eq!(anchors.status().await.unwrap()[0].failure, None);
}

#[tokio::test]
async fn server_gets_a_signed_checkpoint_and_its_receipt_is_kept() {
    let kept = kept().await;
    kept.write_and_sign(3).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/witness", listener.local_addr().unwrap());
    let token = kept.records.dir.path().join("token");
    fs::write(&token, "s3cret\n").unwrap();
    let settings =
        AnchorSettings { http: Some(url), http_token: Some(token), ..AnchorSettings::default() };
    let anchors = anchors(&kept, settings);
    let answer = |text: &'static str| {
        let listener = &listener;
        async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !String::from_utf8_lossy(&request).contains("signature=") {
                stream.read_buf(&mut request).await.unwrap();
            }
            stream.write_all(text.as_bytes()).await.unwrap();
            String::from_utf8(request).unwrap()
        }
    };
    let busy = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let (told, _) = tokio::join!(anchors.settle(), answer(busy));
    assert!(told.unwrap().failures[0].contains("503"));
    let taken = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\ntaken!";
    let (told, request) = tokio::join!(anchors.settle(), answer(taken));
    assert_eq!(told.unwrap().done, 1);
    let request = request.to_lowercase();
    for part in
        ["post /witness", "authorization: bearer s3cret\r\n", "x-mainstay-signature: keyid="]
    {
        assert!(request.contains(part), "{part} is not in {request}");
    }
    let receipt: String = sqlx::query_scalar("SELECT receipt FROM journal_receipt")
        .fetch_one(kept.db().reader())
        .await
        .unwrap();
    assert_eq!(receipt, "200 taken!");
}

async fn through(scheme: &str, secure: bool) {
    let kept = kept().await;
    let Some(rsyslog) = Rsyslog::start(secure) else { return };
    let address = format!("{scheme}://localhost:{}", rsyslog.port);
    let address = SyslogAddress::parse("test", &address).unwrap();
    let settings = AnchorSettings {
        syslog: Some(address.clone()),
        forward: Some(address),
        authority: secure.then(|| rsyslog.authority()),
        ..AnchorSettings::default()
    };
    let anchors = anchors(&kept, settings);
    anchors.settle().await.unwrap();
    kept.write_and_sign(1).await;
    // What was there before forwarding began is in the export.
    anchors.settle().await.unwrap();
    kept.write_and_sign(3).await;
    let told = anchors.settle().await.unwrap();
    assert_eq!(told.failures, [""; 0]);
    let text = rsyslog.wait_for(&["\"seq\":4", " seq=4 "]);
    assert!(text.contains("web1 mainstay - lamp.lit - {"), "{text}");
    let anchors = Some(rsyslog.file());
    let report = kept.verify_with(&VerifyOptions { anchors, ..kept.options() }).await;
    assert!(report.holds, "{report:?}");
    assert_eq!(report.anchored, Some(Span { first_seq: 1, last_seq: 4 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn rsyslog_takes_checkpoints_and_facts_by_udp() {
    through("udp", false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rsyslog_takes_checkpoints_and_facts_by_tcp() {
    through("tcp", false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rsyslog_takes_checkpoints_and_facts_by_tls() {
    through("tls", true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn certificate_of_a_stranger_is_refused() {
    let kept = kept().await;
    let Some(rsyslog) = Rsyslog::start(true) else { return };
    let address = format!("tls://localhost:{}", rsyslog.port);
    let settings = AnchorSettings {
        syslog: Some(SyslogAddress::parse("test", &address).unwrap()),
        ..AnchorSettings::default()
    };
    kept.write_and_sign(1).await;
    let told = anchors(&kept, settings).settle().await.unwrap();
    assert!(told.failures[0].contains("ertificate"), "{told:?}");
}
