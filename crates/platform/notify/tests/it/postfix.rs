//! Mail through Debian's postfix: an instance of its own, on a free port, ended with the test.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
};

use notify::{ChannelKind, Recipient};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::scene::{Scene, fate};

struct Postfix {
    dir: TempDir,
    port: u16,
    ca_pem: String,
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let conf = self.dir.path().join("conf");
        let _ = Command::new("/usr/sbin/postfix").arg("-c").arg(conf).arg("stop").output();
    }
}

fn owner_of(name: &str, what: &str) -> String {
    let output = Command::new("id").args([what, name]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Starts it; `None` where there is no postfix or no right to start it. In CI that is a failure.
fn postfix() -> Option<Postfix> {
    let id = Command::new("id").arg("-u").output();
    let root = id.is_ok_and(|output| output.stdout.starts_with(b"0\n"));
    if !Path::new("/usr/sbin/postfix").exists() || !root {
        assert!(std::env::var_os("CI").is_none(), "postfix is missing, or this is not root");
        eprintln!("skipped: install postfix and run as root to try mail for real");
        return None;
    }
    let dir = tempfile::Builder::new().prefix("postfix").tempdir_in("/tmp").unwrap();
    let base = dir.path().to_owned();
    fs::set_permissions(&base, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (uid, gid) = (owner_of("postfix", "-u"), owner_of("postfix", "-g"));
    for folder in ["conf", "spool", "data", "mail"] {
        fs::create_dir_all(base.join(folder)).unwrap();
    }
    for folder in ["data", "mail"] {
        chown(&base.join(folder), &format!("{uid}:{gid}"));
    }
    let ca_pem = certificate(&base.join("conf"));
    fs::write(base.join("conf/main.cf"), main_cf(&base, &uid, &gid)).unwrap();
    fs::write(base.join("conf/master.cf"), master_cf(port)).unwrap();
    fs::write(base.join("conf/mailboxes"), "wei@example.org wei/\n").unwrap();
    let started = Command::new("/usr/sbin/postfix")
        .args(["-c", &base.join("conf").display().to_string(), "start"])
        .output()
        .unwrap();
    assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
    Some(Postfix { dir, port, ca_pem })
}

fn chown(path: &Path, owner: &str) {
    let done = Command::new("chown").arg(owner).arg(path).status().unwrap();
    assert!(done.success());
}

fn certificate(conf: &Path) -> String {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    fs::write(conf.join("cert.pem"), made.cert.pem()).unwrap();
    fs::write(conf.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    made.cert.pem()
}

fn main_cf(base: &Path, uid: &str, gid: &str) -> String {
    let base = base.display();
    format!(
        "compatibility_level = 3.6
queue_directory = {base}/spool
data_directory = {base}/data
maillog_file = {base}/log
maillog_file_prefixes = /tmp
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.example.org
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = example.org
virtual_mailbox_maps = texthash:{base}/conf/mailboxes
virtual_mailbox_base = {base}/mail
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_cert_file = {base}/conf/cert.pem
smtpd_tls_key_file = {base}/conf/key.pem
smtpd_tls_security_level = may
"
    )
}

fn master_cf(port: u16) -> String {
    format!(
        "127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
"
    )
}

impl Postfix {
    fn settings(&self, tls: &str) -> Value {
        let ca_pem = (tls != "none").then(|| self.ca_pem.clone());
        json!({
            "host": "localhost", "port": self.port, "tls": tls, "ca_pem": ca_pem,
            "from": "砥柱 <ops@example.org>",
        })
    }

    /// The mails that arrived, once there are `count`.
    async fn mails(&self, count: usize) -> Vec<String> {
        let folder: PathBuf = self.dir.path().join("mail/wei/new");
        for _ in 0..2_000 {
            let found: Vec<String> = fs::read_dir(&folder)
                .into_iter()
                .flatten()
                .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
                .collect();
            if found.len() >= count {
                return found;
            }
            tokio::task::spawn_blocking(|| Command::new("sleep").arg("0.01").status())
                .await
                .unwrap()
                .unwrap();
        }
        panic!("{}", fs::read_to_string(self.dir.path().join("log")).unwrap_or_default());
    }
}

fn wei() -> Recipient {
    Recipient::Address { kind: ChannelKind::Mail, value: "wei@example.org".to_owned() }
}

#[tokio::test]
async fn mail_goes_out_and_its_receipt_is_kept() {
    let Some(postfix) = postfix() else { return };
    let scene = Scene::new().await;
    scene.channel("mail", postfix.settings("none")).await;
    let subject = "磁盘将满\r\nBcc: all@example.org";
    let mut message = scene.plain(wei(), subject, "使用率 95%\n.\nend");
    message.link = Some("/alerts/7".to_owned());
    let sent = scene.sent(&message).await;
    assert_eq!(fate(&sent), ("sent".to_owned(), "accepted".to_owned()), "{sent}");
    let attempt = &sent["deliveries"][0]["attempts"][0];
    assert_eq!(attempt["code"], "250");
    assert!(attempt["said"].as_str().unwrap().contains("queued as"), "{attempt}");
    let mail = &postfix.mails(1).await[0];
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
    let Some(postfix) = postfix() else { return };
    let scene = Scene::new().await;
    let id = scene.channel("mail", postfix.settings("starttls")).await;
    let answer = scene
        .client
        .post(&format!("/api/v1/channels/{id}/test"), json!({ "address": "wei@example.org" }))
        .await;
    assert_eq!(answer.status, 202, "{:?}", answer.json);
    scene.notify.settle().await.unwrap();
    let sent = scene.message(answer.json["id"].as_str().unwrap().parse().unwrap()).await;
    assert_eq!(fate(&sent), ("sent".to_owned(), "accepted".to_owned()), "{sent}");
    let mail = &postfix.mails(1).await[0];
    assert!(mail.contains("multipart/alternative") && mail.contains("text/html"), "{mail}");
    assert!(mail.contains("using TLSv1.3") || mail.contains("ESMTPS"), "{mail}");
    // Without the certificate among the trusted ones nothing is sent.
    let mut settings = postfix.settings("starttls");
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
    let Some(postfix) = postfix() else { return };
    let scene = Scene::new().await;
    scene.channel("mail", postfix.settings("none")).await;
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
    let Some(postfix) = postfix() else { return };
    let scene = Scene::new().await;
    let mut settings = postfix.settings("none");
    settings["port"] = json!(1);
    let id = scene.channel("mail", settings).await;
    let message = scene.send(&scene.plain(wei(), "a", "b")).await;
    scene.notify.settle().await.unwrap();
    let waiting = scene.message(message).await;
    let said = waiting["deliveries"][0]["attempts"][0]["said"].as_str().unwrap();
    assert!(said.contains("refused"), "{said}");
    let body = json!({ "settings": postfix.settings("none") });
    assert_eq!(scene.client.patch(&format!("/api/v1/channels/{id}"), 1, body).await.status, 200);
    scene.later(60).await;
    let sent = scene.message(message).await;
    assert_eq!(fate(&sent), ("sent".to_owned(), "deferred accepted".to_owned()));
    postfix.mails(1).await;
}
