use std::{
    fs,
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use testkit::free_port;

/// Debian's rsyslogd on a free port of loopback, writing what it takes to a file.
pub(crate) struct Rsyslog {
    child: Child,
    dir: TempDir,
    pub(crate) port: u16,
}

impl Rsyslog {
    /// `None`, said loudly, where it is not installed; in CI that is a failure.
    pub(crate) fn start(secure: bool) -> Option<Self> {
        let program = ["/usr/sbin/rsyslogd", "/usr/bin/rsyslogd"];
        let Some(program) = program.into_iter().find(|path| fs::metadata(path).is_ok()) else {
            assert!(std::env::var_os("CI").is_none(), "rsyslogd is needed in CI");
            eprintln!("SKIPPED: rsyslogd is not installed (apt-get install rsyslog)");
            return None;
        };
        let dir = tempfile::tempdir().unwrap();
        let port = free_port();
        let path = dir.path().display();
        let (global, module) = if secure { certificates(&dir) } else { Default::default() };
        let configuration = format!(
            "global(workDirectory=\"{path}\" maxMessageSize=\"64k\" {global})
             module(load=\"imudp\")
             module(load=\"imtcp\" {module})
             input(type=\"imudp\" address=\"127.0.0.1\" port=\"{port}\")
             input(type=\"imtcp\" address=\"127.0.0.1\" port=\"{port}\")
             template(name=\"raw\" type=\"string\" string=\"%rawmsg%\\n\")
             action(type=\"omfile\" file=\"{path}/taken.log\" template=\"raw\")\n"
        );
        fs::write(dir.path().join("rsyslog.conf"), configuration).unwrap();
        let child = Command::new(program)
            .arg("-n")
            .arg("-f")
            .arg(dir.path().join("rsyslog.conf"))
            .arg("-i")
            .arg(dir.path().join("pid"))
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let rsyslog = Self { child, dir, port };
        until("rsyslogd listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(rsyslog)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.dir.path().join("taken.log")
    }

    pub(crate) fn authority(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    /// What was taken, once it has all of `parts`.
    pub(crate) fn wait_for(&self, parts: &[&str]) -> String {
        let text = || fs::read_to_string(self.file()).unwrap_or_default();
        until("rsyslogd wrote", || parts.iter().all(|part| text().contains(part)));
        text()
    }
}

impl Drop for Rsyslog {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server's certificate for `localhost`, by an authority of the test's own.
fn certificates(dir: &TempDir) -> (String, String) {
    let mut of_authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
    of_authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let authority = of_authority.self_signed(&authority_key).unwrap();
    let issuer = rcgen::Issuer::new(of_authority, authority_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned()];
    let server = rcgen::CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
    let path = dir.path();
    fs::write(path.join("ca.pem"), authority.pem()).unwrap();
    fs::write(path.join("server.pem"), server.pem()).unwrap();
    fs::write(path.join("key.pem"), key.serialize_pem()).unwrap();
    let path = path.display();
    let global = format!(
        "defaultNetstreamDriver=\"gtls\" defaultNetstreamDriverCAFile=\"{path}/ca.pem\"
         defaultNetstreamDriverCertFile=\"{path}/server.pem\"
         defaultNetstreamDriverKeyFile=\"{path}/key.pem\""
    );
    let module = "streamDriver.name=\"gtls\" streamDriver.mode=\"1\" \
                  streamDriver.authMode=\"anon\"";
    (global, module.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "another program runs by the real clock")]
fn until(what: &str, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < Duration::from_secs(15), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
