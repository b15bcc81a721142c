use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use probe::outcome::State;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::free_port;
use tokio::net::TcpStream;

use crate::stand_in::{figure, linger, program, run};

/// A server that ends with the test.
struct Server {
    child: Child,
    _dir: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn start(mut command: Command, dir: TempDir, port: u16) -> Server {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let log = fs::File::create(dir.path().join("stderr"))
        .expect("the test's own files and programs work");
    let mut server = Server {
        child: command.stderr(log).spawn().expect("the test's own files and programs work"),
        _dir: dir,
    };
    for _ in 0..250 {
        if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return server;
        }
        assert!(
            server.child.try_wait().expect("the test's own files and programs work").is_none(),
            "{}",
            log_of(server._dir.path())
        );
        linger(20).await;
    }
    panic!("not ready within {:?}: {}", Duration::from_secs(5), log_of(server._dir.path()));
}

fn log_of(dir: &Path) -> String {
    fs::read_to_string(dir.join("stderr")).unwrap_or_default()
}

#[tokio::test]
async fn nginx_is_checked_as_users_will_see_it() {
    let Some(nginx) = program("nginx", "nginx-light") else { return };
    let (dir, port) =
        (TempDir::new().expect("the test's own files and programs work"), free_port());
    let root = dir.path();
    fs::set_permissions(root, std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .expect("the test's own files and programs work");
    fs::write(root.join("index.html"), "<h1>Staff portal 员工门户</h1>")
        .expect("the test's own files and programs work");
    let config = format!(
        "daemon off; master_process off; pid {root}/pid; error_log stderr; worker_processes 1;
         events {{ worker_connections 64; }}
         http {{ access_log off; client_body_temp_path {root}/b; proxy_temp_path {root}/p;
                 fastcgi_temp_path {root}/f; uwsgi_temp_path {root}/u; scgi_temp_path {root}/s;
                 server {{ listen 127.0.0.1:{port}; root {root}; charset utf-8;
                           location /old {{ return 301 /; }}
                           location /down {{ return 503; }} }} }}",
        root = root.display()
    );
    let file = root.join("nginx.conf");
    fs::write(&file, config).expect("the test's own files and programs work");
    let mut command = Command::new(nginx);
    command.arg("-p").arg(root).arg("-c").arg(&file).args(["-e", "stderr"]);
    let _server = start(command, dir, port).await;

    let url = |path: &str| format!("http://127.0.0.1:{port}{path}");
    let spec = json!({ "url": url("/"), "contains": "员工门户", "status": [200] });
    let outcome = run("http", spec, 1900).await;
    assert_eq!(outcome.state, State::Ok, "{outcome:?}");
    let outcome = run("http", json!({ "url": url("/old"), "contains": "portal" }), 1900).await;
    assert_eq!(outcome.state, State::Ok, "{outcome:?}");
    let outcome = run("http", json!({ "url": url("/"), "method": "HEAD" }), 1900).await;
    assert_eq!(outcome.state, State::Ok, "{outcome:?}");
    let outcome = run("http", json!({ "url": url("/missing") }), 1900).await;
    assert!(outcome.summary.en.contains("status 404"), "{outcome:?}");
    let outcome = run("http", json!({ "url": url("/down"), "status": ["100-499"] }), 1900).await;
    assert_eq!(outcome.state, State::Critical);
    let outcome = run("tcp", json!({ "host": "127.0.0.1", "port": port }), 1900).await;
    assert_eq!(outcome.state, State::Ok);
}

const ZONE: &str = "$TTL 60
@ IN SOA ns.test.example. admin.test.example. ( 7 60 60 60 60 )
@ IN NS ns
ns IN A 192.0.2.53
www IN A 192.0.2.10
www IN A 192.0.2.11
www IN AAAA 2001:db8::10
alias IN CNAME www
@ IN MX 10 mail
@ IN TXT \"v=spf1 -all\"
_ldap._tcp IN SRV 1 2 389 ns
";

/// What bind is asked, the state that follows and what the summary must say.
fn questions() -> Vec<(Value, State, &'static str)> {
    let www = json!({ "name": "www.test.example", "expect": ["192.0.2.10", "192.0.2.11"],
                      "match": "exact" });
    vec![
        (www, State::Ok, ""),
        (
            json!({ "name": "www.test.example", "expect": ["192.0.2.12"] }),
            State::Critical,
            "missing answer: 192.0.2.12",
        ),
        (
            json!({ "name": "www.test.example", "expect": ["192.0.2.10"], "match": "exact" }),
            State::Critical,
            "unexpected answer: 192.0.2.11",
        ),
        (
            json!({ "name": "www.test.example", "record": "AAAA", "expect": ["2001:db8::10"] }),
            State::Ok,
            "",
        ),
        (json!({ "name": "alias.test.example", "expect": ["192.0.2.10"] }), State::Ok, ""),
        (
            json!({ "name": "alias.test.example", "record": "CNAME",
                 "expect": ["www.test.example."] }),
            State::Ok,
            "",
        ),
        (
            json!({ "name": "test.example", "record": "MX", "expect": ["10 mail.test.example"] }),
            State::Ok,
            "",
        ),
        (
            json!({ "name": "test.example", "record": "NS", "expect": ["NS.test.example"] }),
            State::Ok,
            "",
        ),
        (
            json!({ "name": "test.example", "record": "TXT", "expect": ["v=spf1 -all"] }),
            State::Ok,
            "",
        ),
        (json!({ "name": "test.example", "record": "SOA" }), State::Ok, "ns.test.example"),
        (
            json!({ "name": "_ldap._tcp.test.example", "record": "SRV",
                 "expect": ["1 2 389 ns.test.example"] }),
            State::Ok,
            "",
        ),
        (
            json!({ "name": "192.0.2.10", "record": "PTR", "expect": ["www.test.example"] }),
            State::Ok,
            "",
        ),
    ]
}

/// What bind has no answer to, or none in time.
fn refusals() -> Vec<(Value, State, &'static str)> {
    vec![
        (json!({ "name": "none.test.example" }), State::Critical, "no such name"),
        (json!({ "name": "www.test.example", "record": "MX" }), State::Critical, "no MX record"),
        (json!({ "name": "elsewhere.example" }), State::Critical, "Refused"),
        (json!({ "name": "elsewhere.example", "match": "any_answer" }), State::Ok, "Refused"),
        (json!({ "name": "none.test.example", "match": "any_answer" }), State::Ok, ""),
        (
            json!({ "name": "www.test.example", "latency": { "warning": "0:0" } }),
            State::Warning,
            "time to answer",
        ),
    ]
}

#[tokio::test]
async fn bind_is_checked_as_users_will_see_it() {
    let Some(named) = program("named", "bind9") else { return };
    let (dir, port) =
        (TempDir::new().expect("the test's own files and programs work"), free_port());
    let root = dir.path();
    fs::write(root.join("zone"), ZONE).expect("the test's own files and programs work");
    let reverse = "$TTL 60\n@ IN SOA ns.test.example. admin ( 7 60 60 60 60 )\n\
                   @ IN NS ns.test.example.\n10 IN PTR www.test.example.\n";
    fs::write(root.join("reverse"), reverse).expect("the test's own files and programs work");
    let config = format!(
        "options {{ directory \"{root}\"; listen-on port {port} {{ 127.0.0.1; }};
                    listen-on-v6 {{ none; }}; recursion no; pid-file \"{root}/pid\";
                    session-keyfile \"{root}/session\"; dnssec-validation no; }};
         controls {{ }};
         zone \"test.example\" {{ type primary; file \"zone\"; }};
         zone \"2.0.192.in-addr.arpa\" {{ type primary; file \"reverse\"; }};",
        root = root.display()
    );
    let file = root.join("named.conf");
    fs::write(&file, config).expect("the test's own files and programs work");
    let mut command = Command::new(named);
    command.args(["-g", "-n", "1", "-c"]).arg(&file);
    let _server = start(command, dir, port).await;

    let server = format!("127.0.0.1:{port}");
    for (mut spec, state, said) in questions().into_iter().chain(refusals()) {
        spec["server"] = json!(server);
        let outcome = run("dns", spec.clone(), 1900).await;
        assert_eq!(outcome.state, state, "{spec} {outcome:?}");
        assert!(outcome.summary.en.to_lowercase().contains(&said.to_lowercase()), "{outcome:?}");
        assert!(figure(&outcome, "time").value >= 0.0);
    }
}
