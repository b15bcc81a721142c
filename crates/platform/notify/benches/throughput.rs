//! Messages a second by mail and by webhook, against far sides in this process: from the queue on
//! disk to the receipt on disk. Run with `cargo bench -p notify`; prints `name: rate`.

use std::{sync::Arc, time::Duration};

use directory::Directory;
use http_kit::guard::OutboundGuard;
use kernel::{Caller, Clock, Fault, Time};
use notify::{
    AccountFuture, Accounts, ChannelDraft, ChannelKind, NewMessage, Notify, NotifyParts,
    NotifySettings, Recipient,
};
use serde_json::{Map, Value, json};
use testkit::{ManualClock, ManualTimer, SeededIds};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use vault::{AttachmentSettings, KeySource, Vault, VaultParts};

const MESSAGES: usize = 2_000;

struct Nobody;

impl Accounts for Nobody {
    fn person_of<'a>(&'a self, _: &'a str) -> AccountFuture<'a, directory::PersonId> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn user_of(&self, _: directory::PersonId) -> AccountFuture<'_, String> {
        Box::pin(std::future::ready(Ok::<_, Fault>(None)))
    }

    fn name_of<'a>(&'a self, _: &'a str) -> AccountFuture<'a, String> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(measure());
}

async fn measure() {
    let smtp = listen(serve_smtp).await;
    let mail = json!({
        "host": "127.0.0.1", "port": smtp, "tls": "none", "from": "ops@example.org",
    });
    let to = Recipient::Address { kind: ChannelKind::Mail, value: "wei@example.org".to_owned() };
    one("mail (SMTP)", ChannelKind::Mail, mail, Some(to)).await;
    let http = listen(serve_http).await;
    let hook = json!({ "url": format!("http://127.0.0.1:{http}/") });
    one("webhook (HTTP)", ChannelKind::Webhook, hook, None).await;
}

async fn one(name: &str, kind: ChannelKind, settings: Value, to: Option<Recipient>) {
    let records = testkit::temporary_db(&[
        journal::MIGRATIONS,
        directory::MIGRATIONS,
        vault::MIGRATIONS,
        notify::MIGRATIONS,
    ])
    .await;
    let clock = ManualClock::at("2026-03-02T02:00:00Z".parse::<Time>().expect("a time"));
    let notify = open(&records, &clock);
    notify.seed().await.expect("templates can be written");
    let Value::Object(settings) = settings else { return };
    let draft = ChannelDraft {
        name: name.to_owned(),
        kind,
        settings,
        enabled: true,
        rate_per_minute: Some(ChannelKind::RATE_MAX),
    };
    let caller = Caller::console();
    let channel = notify.create_channel(&caller, draft).await.expect("a channel can be made");
    let recipient = to.unwrap_or(Recipient::Channel(channel.id));
    let mut parameters = Map::new();
    parameters.insert("subject".to_owned(), Value::from("Disk nearly full on db1"));
    parameters.insert("text".to_owned(), Value::from("/var is at 95 %. ".repeat(20)));
    let message = NewMessage::new("message.plain", recipient, parameters);
    let watch = Watch::default();
    for _ in 0..MESSAGES / 100 {
        let mut tx = records.db.begin().await.expect("a change can begin");
        for _ in 0..100 {
            notify.enqueue(&mut tx, &caller, &message).await.expect("a message is taken in");
        }
        tx.commit().await.expect("a change can be made");
    }
    let taken_in = watch.seconds();
    let watch = Watch::default();
    notify.settle().await.expect("messages are sent");
    let sent = watch.seconds();
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM notify_message WHERE state = 'sent'")
        .fetch_one(records.db.reader())
        .await
        .expect("messages are counted");
    assert_eq!(usize::try_from(count), Ok(MESSAGES), "all of them went out");
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let rate = |seconds: f64| MESSAGES as f64 / seconds;
    println!("{name}, taken in: {:.0}/s", rate(taken_in));
    println!("{name}, sent: {:.0}/s", rate(sent));
}

fn open(records: &testkit::TemporaryDb, clock: &ManualClock) -> Notify {
    let ids = Arc::new(SeededIds::new(5));
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let zone = jiff::tz::TimeZone::UTC;
    let directory = Directory::new(records.db.clone(), Arc::clone(&shared), ids.clone(), zone);
    let vault = Vault::new(VaultParts {
        db: records.db.clone(),
        clock: Arc::clone(&shared),
        ids: ids.clone(),
        keys: KeySource::given(String::new()),
        files: std::env::temp_dir(),
        settings: AttachmentSettings::default(),
        subjects: Vec::new(),
    });
    Notify::new(NotifyParts {
        db: records.db.clone(),
        clock: shared,
        timer: Arc::new(ManualTimer(clock.clone())),
        ids,
        vault,
        directory,
        accounts: Arc::new(Nobody),
        guard: Arc::new(OutboundGuard::default()),
        templates: Vec::new(),
        settings: NotifySettings { timeout: Duration::from_secs(20), ..NotifySettings::default() },
    })
}

/// Wall time.
struct Watch(std::time::Instant);

impl Default for Watch {
    #[expect(clippy::disallowed_methods, reason = "a measurement reads the real clock")]
    fn default() -> Self {
        Self(std::time::Instant::now())
    }
}

impl Watch {
    fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

async fn listen<F>(serve: fn(TcpStream) -> F) -> u16
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    port
}

/// As much SMTP as a client needs (RFC 5321).
async fn serve_smtp(stream: TcpStream) {
    let mut stream = BufReader::new(stream);
    if stream.write_all(b"220 ready\r\n").await.is_err() {
        return;
    }
    let (mut line, mut in_data) = (String::new(), false);
    loop {
        line.clear();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let said: &[u8] = match (in_data, line.trim_end()) {
            (true, ".") => {
                in_data = false;
                b"250 2.0.0 Ok: queued as 1\r\n"
            }
            (true, _) => continue,
            (false, text) if text.starts_with("DATA") => {
                in_data = true;
                b"354 go on\r\n"
            }
            (false, text) if text.starts_with("QUIT") => return,
            _ => b"250 Ok\r\n",
        };
        if stream.write_all(said).await.is_err() {
            return;
        }
    }
}

async fn serve_http(mut stream: TcpStream) {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head
            .lines()
            .filter_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok()
            })
            .next()
            .unwrap_or(0);
        if body.len() >= length {
            break;
        }
    }
    drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await);
}
