use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

use jobs::{Timer, TokioTimer};

use crate::free_address;

/// Tries to reach a server that starts, and the pause between two.
const TRIES: u32 = 600;
const PAUSE: Duration = Duration::from_millis(50);

/// An S3-compatible store of the test's own, with one bucket, `files`. What is in it goes when it
/// is stopped; it ends with the test.
#[derive(Debug)]
pub struct ObjectStore {
    program: String,
    address: SocketAddr,
    server: Option<Child>,
    /// Whether it lets only those in who have its key.
    guarded: bool,
}

/// The one user of a guarded store may do everything with objects.
const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#;
/// Whoever manages the store's users is not asked for a key.
const MANAGER: &str = "AWS4-HMAC-SHA256 Credential=x/20200101/us-east-1/iam/aws4_request, \
                       SignedHeaders=host, Signature=x";

impl ObjectStore {
    /// The bucket that is there.
    pub const BUCKET: &'static str = "files";

    /// A store that runs; `None` where there is no program for it (never so where `CI` is set):
    /// `scripts/with-s3.sh` brings one.
    ///
    /// # Panics
    /// When it does not start: the test cannot run.
    pub async fn start() -> Option<Self> {
        let Ok(program) = std::env::var("MAINSTAY_TEST_S3") else {
            assert!(std::env::var_os("CI").is_none(), "MAINSTAY_TEST_S3 is not set");
            eprintln!("skipped: run it by scripts/with-s3.sh");
            return None;
        };
        let mut store = Self { program, address: free_address(), server: None, guarded: false };
        store.resume().await;
        Some(store)
    }

    /// Its address for clients.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on lets only those in who sign with a key: its id and its secret.
    ///
    /// # Panics
    /// When it does not answer.
    pub fn guard(&mut self) -> (String, String) {
        let manage = |form: String| {
            let form_type = "content-type: application/x-www-form-urlencoded";
            let headers = format!("authorization: {MANAGER}\r\n{form_type}");
            let answer = self.ask("POST", "/", &headers, &form).expect("the store answers");
            assert!(answer.contains(" 200 "), "{answer}");
            answer
        };
        let of = "UserName=mainstay&Version=2010-05-08";
        manage(format!("Action=CreateUser&{of}"));
        let policy = encoded(POLICY);
        manage(format!("Action=PutUserPolicy&{of}&PolicyName=all&PolicyDocument={policy}"));
        let key = manage(format!("Action=CreateAccessKey&{of}"));
        let element = |name: &str| {
            let (_, rest) = key.split_once(&format!("<{name}>")).expect("a key is made");
            rest.split_once('<').map_or(rest, |(value, _)| value).to_owned()
        };
        self.guarded = true;
        self.unguarded_requests(0);
        (element("AccessKeyId"), element("SecretAccessKey"))
    }

    /// How many requests are let in unsigned from now on.
    fn unguarded_requests(&self, count: u32) {
        let answer = self.ask("POST", "/moto-api/reset-auth", "", &count.to_string());
        assert!(answer.is_some_and(|answer| answer.contains(" 200 ")), "the store is guarded");
    }

    /// Ends it, with all that is in it.
    pub fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // One that has ended already is what was wanted.
            let _ = server.kill();
            let _ = server.wait();
        }
    }

    /// Starts it, where it was, with an empty bucket.
    ///
    /// # Panics
    /// When it does not start within half a minute.
    pub async fn resume(&mut self) {
        self.stop();
        self.guarded = false;
        let port = self.address.port().to_string();
        let server = Command::new(&self.program)
            .args(["-H", "127.0.0.1", "-p", &port])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.server = Some(server.expect("the store starts"));
        for _ in 0..TRIES {
            if self.request("PUT", "/files").is_some_and(|answer| answer.contains(" 200 ")) {
                return;
            }
            TokioTimer.sleep(PAUSE).await;
        }
        panic!("the store did not start");
    }

    /// The names of all objects, as the store itself tells them.
    ///
    /// # Panics
    /// When it does not answer.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        if self.guarded {
            self.unguarded_requests(1);
        }
        let answer = self.request("GET", "/files?list-type=2").expect("the store answers");
        if self.guarded {
            self.unguarded_requests(0);
        }
        let keys = answer.split("<Key>").skip(1);
        keys.filter_map(|rest| Some(rest.split_once("</Key>")?.0.to_owned())).collect()
    }

    /// Removes an object behind everybody's back.
    ///
    /// # Panics
    /// When it does not answer.
    pub fn lose(&self, name: &str) {
        let answer = self.request("DELETE", &format!("/files/{name}"));
        assert!(answer.is_some_and(|answer| answer.contains(" 204 ")));
    }

    /// What it answers to a request that nobody has signed.
    fn request(&self, method: &str, path: &str) -> Option<String> {
        self.ask(method, path, "", "")
    }

    /// The same with more headers and a body.
    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        let (address, length) = (self.address, body.len());
        let headers = if headers.is_empty() { String::new() } else { format!("{headers}\r\n") };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {length}\r\n\
             {headers}connection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        Some(String::from_utf8_lossy(&answer).into_owned())
    }
}

impl Drop for ObjectStore {
    fn drop(&mut self) {
        self.stop();
    }
}

/// As a value of a form.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
