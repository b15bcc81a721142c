//! Mail servers of Debian: each an instance of its own, on free ports, ended with the test.

#![expect(clippy::unwrap_used, reason = "a test whose server cannot be started fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::free_port;

/// Who mailboxes belong to: Debian has this user always.
const OWNER: &str = "mail";
/// The password of every mailbox.
const PASSWORD: &str = "geheim";
/// Mail is waited for so often, a hundredth of a second each.
const ROUNDS_MAX: usize = 2_000;

/// Postfix, which delivers mail for `example.org` into mailboxes of a directory.
pub struct Postfix {
    dir: TempDir,
    mail: PathBuf,
    /// Where it takes mail.
    pub port: u16,
    /// Its certificate, for `localhost`.
    pub ca_pem: String,
}

/// Dovecot, which lets mailboxes of a directory be read by IMAP.
pub struct Dovecot {
    dir: TempDir,
    child: Option<Child>,
    delivered: usize,
    /// Where it speaks in the clear and goes over to TLS.
    pub port: u16,
    /// Where it speaks TLS.
    pub tls_port: u16,
    /// Its certificate, for `localhost`.
    pub ca_pem: String,
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let conf = self.dir.path().join("conf");
        let _ = Command::new("/usr/sbin/postfix").arg("-c").arg(conf).arg("stop").output();
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
    }
}

fn owner_of(name: &str, what: &str) -> String {
    let output = Command::new("id").args([what, name]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Whether a server of mail can be started here. In CI that it cannot is a failure.
fn can_start(program: &str) -> bool {
    let id = Command::new("id").arg("-u").output();
    let root = id.is_ok_and(|output| output.stdout.starts_with(b"0\n"));
    if Path::new(program).exists() && root {
        return true;
    }
    assert!(std::env::var_os("CI").is_none(), "{program} is missing, or this is not root");
    eprintln!("skipped: install {program} and run as root to try mail for real");
    false
}

fn open_dir(prefix: &str) -> TempDir {
    let dir = tempfile::Builder::new().prefix(prefix).tempdir_in("/tmp").unwrap();
    fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    dir
}

fn chown(path: &Path, owner: &str) {
    let done = Command::new("chown").arg("-R").arg(owner).arg(path).status().unwrap();
    assert!(done.success());
}

fn certificate(conf: &Path) -> String {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    fs::write(conf.join("cert.pem"), made.cert.pem()).unwrap();
    fs::write(conf.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    made.cert.pem()
}

impl Postfix {
    /// Starts it with mailboxes for `users` in a directory of its own; `None` where there is no
    /// postfix or no right to start it. In CI that is a failure.
    #[must_use]
    pub fn start(users: &[&str]) -> Option<Self> {
        Self::delivering(users, None)
    }

    /// The same with mailboxes that `dovecot` lets be read.
    #[must_use]
    pub fn before(dovecot: &Dovecot, users: &[&str]) -> Option<Self> {
        Self::delivering(users, Some(dovecot.dir.path().join("mail")))
    }

    fn delivering(users: &[&str], mail: Option<PathBuf>) -> Option<Self> {
        if !can_start("/usr/sbin/postfix") {
            return None;
        }
        let dir = open_dir("postfix");
        let base = dir.path().to_owned();
        let port = free_port();
        for folder in ["conf", "spool", "data", "mail"] {
            fs::create_dir_all(base.join(folder)).unwrap();
        }
        chown(&base.join("data"), "postfix");
        chown(&base.join("mail"), OWNER);
        let mail = mail.unwrap_or_else(|| base.join("mail"));
        let ca_pem = certificate(&base.join("conf"));
        fs::write(base.join("conf/main.cf"), main_cf(&base, &mail)).unwrap();
        fs::write(base.join("conf/master.cf"), master_cf(port)).unwrap();
        let mailboxes = users.iter().map(|user| format!("{user}@example.org {user}/\n"));
        fs::write(base.join("conf/mailboxes"), mailboxes.collect::<String>()).unwrap();
        let started = Command::new("/usr/sbin/postfix")
            .args(["-c", &base.join("conf").display().to_string(), "start"])
            .output()
            .unwrap();
        assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
        Some(Self { dir, mail, port, ca_pem })
    }

    /// The mails that arrived for a user and that nobody has read, once there are `count`.
    ///
    /// # Panics
    /// When they do not come; says what postfix wrote into its log.
    pub async fn mails(&self, user: &str, count: usize) -> Vec<String> {
        let folder = self.mail.join(user).join("new");
        for _ in 0..ROUNDS_MAX {
            let found: Vec<String> = files(&folder);
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

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let read = entries.map(|entry| fs::read(entry.unwrap().path()).unwrap());
    read.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
}

impl Dovecot {
    /// Starts it with mailboxes for `users`; `None` where there is no dovecot or no right to start
    /// it. In CI that is a failure.
    #[must_use]
    pub fn start(users: &[&str]) -> Option<Self> {
        if !can_start("/usr/sbin/dovecot") {
            return None;
        }
        let dir = open_dir("dovecot");
        let base = dir.path().to_owned();
        fs::create_dir_all(base.join("mail")).unwrap();
        let ca_pem = certificate(&base);
        let users = users.iter().map(|user| format!("{user}:{{PLAIN}}{PASSWORD}\n"));
        fs::write(base.join("users"), users.collect::<String>()).unwrap();
        chown(&base.join("mail"), OWNER);
        let (port, tls_port) = (free_port(), free_port());
        fs::write(base.join("dovecot.conf"), dovecot_conf(&base, port, tls_port)).unwrap();
        let mut dovecot = Self { dir, child: None, delivered: 0, port, tls_port, ca_pem };
        dovecot.resume();
        Some(dovecot)
    }

    /// The password of every mailbox.
    #[must_use]
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Ends it: nobody answers from now on.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }

    /// Starts it where it was ended.
    ///
    /// # Panics
    /// When it does not answer; says what it wrote into its log.
    pub fn resume(&mut self) {
        let conf = self.dir.path().join("dovecot.conf");
        let child = Command::new("/usr/sbin/dovecot")
            .args(["-F", "-c", &conf.display().to_string()])
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.unwrap());
        for _ in 0..ROUNDS_MAX {
            if std::net::TcpStream::connect(("127.0.0.1", self.tls_port)).is_ok() {
                return;
            }
            Command::new("sleep").arg("0.01").status().unwrap();
        }
        panic!("{}", fs::read_to_string(self.dir.path().join("log")).unwrap_or_default());
    }

    /// Puts a mail into the INBOX of a user, after those that were put there before.
    pub fn deliver(&mut self, user: &str, raw: &[u8]) {
        self.delivered += 1;
        let mailbox = self.dir.path().join("mail").join(user);
        for folder in ["tmp", "new", "cur"] {
            fs::create_dir_all(mailbox.join(folder)).unwrap();
        }
        chown(&mailbox, OWNER);
        let name = format!("{}.{}.localhost", 1_700_000_000 + self.delivered, self.delivered);
        fs::write(mailbox.join("tmp").join(&name), raw).unwrap();
        chown(&mailbox.join("tmp").join(&name), OWNER);
        fs::rename(mailbox.join("tmp").join(&name), mailbox.join("new").join(&name)).unwrap();
    }

    /// The names of the mails in a folder of a user, with their flags; an empty name is the INBOX.
    #[must_use]
    pub fn stored(&self, user: &str, folder: &str) -> Vec<String> {
        let mailbox = self.dir.path().join("mail").join(user).join(folder);
        let entries = ["cur", "new"].map(|part| fs::read_dir(mailbox.join(part)));
        let entries = entries.into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// Makes the numbers of a user's mails hold no more, as a server does that was restored.
    pub fn renumber(&mut self, user: &str) {
        self.stop();
        let mailbox = self.dir.path().join("mail").join(user);
        let _ = fs::remove_file(mailbox.join("dovecot-uidlist"));
        for index in ["dovecot.index", "dovecot.index.log", "dovecot.index.cache"] {
            let _ = fs::remove_file(mailbox.join(index));
        }
        self.resume();
    }
}

fn dovecot_conf(base: &Path, port: u16, tls_port: u16) -> String {
    let (uid, gid) = (owner_of(OWNER, "-u"), owner_of(OWNER, "-g"));
    let base = base.display();
    format!(
        "base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{base}/cert.pem
ssl_key = <{base}/key.pem
disable_plaintext_auth = no
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{base}/mail/%n
passdb {{
  driver = passwd-file
  args = {base}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/mail/%n
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"
    )
}

fn main_cf(base: &Path, mail: &Path) -> String {
    let (uid, gid) = (owner_of(OWNER, "-u"), owner_of(OWNER, "-g"));
    let (base, mail) = (base.display(), mail.display());
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
virtual_mailbox_base = {mail}
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
