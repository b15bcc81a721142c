use std::{
    fmt::Write as _,
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use jobs::{Timer, TokioTimer};
use tempfile::TempDir;
use testkit::{Certificate, Shown, free_port};
use tokio::net::TcpStream;

/// OpenLDAP's server with a directory of the test's own. It ends with the test.
pub(crate) struct Slapd {
    child: Child,
    dir: TempDir,
    pub(crate) port: u16,
    pub(crate) tls_port: u16,
    pub(crate) certificate: Certificate,
}

pub(crate) const ADMIN: &str = "cn=admin,dc=example";
pub(crate) const PASSWORD: &str = "correct horse";

impl Drop for Slapd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Slapd {
    /// A server with these entries; `None` where slapd is not installed (never so where `CI` is
    /// set).
    pub(crate) async fn start(ldif: &str) -> Option<Self> {
        Self::showing(ldif, Shown::Sound).await
    }

    /// The same with another certificate.
    pub(crate) async fn showing(ldif: &str, shown: Shown) -> Option<Self> {
        let program = ["/usr/sbin/slapd", "/usr/local/libexec/slapd"];
        let Some(program) = program.into_iter().find(|path| Path::new(path).exists()) else {
            assert!(std::env::var_os("CI").is_none(), "slapd is not installed");
            eprintln!("skipped: slapd is not installed");
            return None;
        };
        let dir = TempDir::new().unwrap();
        let certificate = Certificate::new(shown);
        for (name, pem) in [
            ("ca.pem", &certificate.authority_pem),
            ("server.pem", &certificate.pem),
            ("server.key", &certificate.key_pem),
        ] {
            fs::write(dir.path().join(name), pem).unwrap();
        }
        fs::create_dir(dir.path().join("db")).unwrap();
        let config = dir.path().join("slapd.conf");
        fs::write(&config, configuration(dir.path())).unwrap();
        fs::write(dir.path().join("data.ldif"), ldif).unwrap();
        let loaded = Command::new(program)
            .args(["-T", "add", "-q", "-f"])
            .arg(&config)
            .arg("-l")
            .arg(dir.path().join("data.ldif"))
            .output()
            .unwrap();
        assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stderr));
        let (port, tls_port) = (free_port(), free_port());
        let log = fs::File::create(dir.path().join("stderr")).unwrap();
        let child = Command::new(program)
            .args(["-d", "0", "-f"])
            .arg(&config)
            .arg("-h")
            .arg(format!("ldap://127.0.0.1:{port} ldaps://127.0.0.1:{tls_port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut slapd = Self { child, dir, port, tls_port, certificate };
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Some(slapd);
            }
            let ended = slapd.child.try_wait().unwrap();
            assert!(ended.is_none(), "{:?} {}", ended, slapd.log());
            TokioTimer.sleep(Duration::from_millis(20)).await;
        }
        panic!("slapd is not ready: {}", slapd.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("stderr")).unwrap_or_default()
    }

    /// A connection that may change everything.
    pub(crate) async fn admin(&self) -> ldap3::Ldap {
        let url = format!("ldap://127.0.0.1:{}", self.port);
        let (driver, mut ldap) = ldap3::LdapConnAsync::new(&url).await.unwrap();
        tokio::spawn(driver.drive());
        ldap.simple_bind(ADMIN, PASSWORD).await.unwrap().success().unwrap();
        ldap
    }
}

/// An organisation with people of these numbers, `uid=u<number>`; number 2 without a mail address.
pub(crate) fn people(numbers: impl Iterator<Item = u32>) -> String {
    let mut ldif = String::from(
        "dn: dc=example\nobjectClass: dcObject\nobjectClass: organization\no: Example\n\n\
         dn: ou=people,dc=example\nobjectClass: organizationalUnit\n\n",
    );
    for number in numbers {
        let _ = write!(
            ldif,
            "dn: uid=u{number},ou=people,dc=example\nobjectClass: inetOrgPerson\nuid: u{number}\n\
             cn: Person {number}\nsn: {number}\nemployeeNumber: {number:04}\n\
             departmentNumber: A\nmobile: 13800{number:06}\n"
        );
        if number != 2 {
            let _ = writeln!(ldif, "mail: u{number}@example.gov.cn");
        }
        ldif.push('\n');
    }
    ldif
}

fn configuration(dir: &Path) -> String {
    let dir = dir.display();
    format!(
        "include /etc/ldap/schema/core.schema\n\
         include /etc/ldap/schema/cosine.schema\n\
         include /etc/ldap/schema/inetorgperson.schema\n\
         attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch \
             SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )\n\
         objectclass ( 1.2.840.113556.1.5.9 NAME 'adAccount' SUP top AUXILIARY \
             MAY ( userAccountControl ) )\n\
         modulepath /usr/lib/ldap\n\
         moduleload back_mdb\n\
         pidfile {dir}/pid\n\
         argsfile {dir}/args\n\
         TLSCACertificateFile {dir}/ca.pem\n\
         TLSCertificateFile {dir}/server.pem\n\
         TLSCertificateKeyFile {dir}/server.key\n\
         database mdb\n\
         maxsize 1073741824\n\
         suffix dc=example\n\
         rootdn {ADMIN}\n\
         rootpw \"{PASSWORD}\"\n\
         directory {dir}/db\n\
         index objectClass eq\n\
         limits * size.soft=100 size.hard=100 size.prtotal=unlimited\n\
         access to * by * read\n"
    )
}
