use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A password that the rules take.
pub(crate) const PASSWORD: &str = "砥柱 stands in the stream";

/// A running server on a free port of loopback.
pub(crate) struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub(crate) url: String,
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) json: Value,
    pub(crate) text: String,
}

/// The binary under test with these arguments; the caller's environment does not reach it.
pub(crate) fn mainstay(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mainstay"));
    command.args(args);
    for (variable, _) in std::env::vars_os() {
        if variable.to_string_lossy().starts_with("MAINSTAY_") {
            command.env_remove(variable);
        }
    }
    command
}

/// Runs to the end, with `input` on standard input.
pub(crate) fn run(args: &[&str], input: &str) -> Output {
    let mut child = mainstay(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// What the command printed to standard error, when it ended with `code`.
pub(crate) fn refusal(args: &[&str], code: i32) -> String {
    let output = run(args, "");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    said
}

/// A data directory with the administrator `ada`, and her token.
pub(crate) fn prepared() -> (TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let token = prepare(data);
    (dir, token)
}

/// Creates the administrator `ada` in `data` and returns a token of hers.
pub(crate) fn prepare(data: &str) -> String {
    let create = ["admin", "create", "--data", data, "--name", "ada", "--password-stdin"];
    let output = run(&create, &format!("{PASSWORD}\n"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = run(&["admin", "token", "--data", data, "--user", "ada"], "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().last().unwrap().to_owned()
}

/// The command that serves `data`.
fn serve(data: &Path, more: &[&str]) -> Command {
    let data = data.to_str().unwrap();
    let mut args = vec!["serve", "--data", data, "--listen", "127.0.0.1:0"];
    args.extend(more);
    mainstay(&args)
}

impl Server {
    /// Starts on `data` and waits until it says that it is ready.
    pub(crate) fn start(data: &Path, more: &[&str]) -> Self {
        Self::start_until(data, more, " is ready at ")
    }

    /// The same with these variables in its environment.
    pub(crate) fn start_with(data: &Path, variables: &[(&str, &str)]) -> Self {
        Self::begun(serve(data, &[]).envs(variables.iter().copied()), " is ready at ")
    }

    /// Starts on `data` and waits until it says `said`, followed by its address.
    pub(crate) fn start_until(data: &Path, more: &[&str], said: &str) -> Self {
        Self::begun(&mut serve(data, more), said)
    }

    fn begun(command: &mut Command, said: &str) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let url = line.trim().split(said).nth(1);
        let url = url.unwrap_or_else(|| panic!("expected an address, found `{line}`"));
        Self { child, stdout, url: url.trim_end_matches('/').to_owned() }
    }

    /// The next line of standard output.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop (SIGTERM) and returns its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        self.signal("TERM");
        self.child.wait().unwrap().code()
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    pub(crate) fn get(&self, token: &str, path: &str) -> Answer {
        ask(&self.url, "GET", token, path, None, &[])
    }

    pub(crate) fn post(&self, token: &str, path: &str, body: &Value) -> Answer {
        ask(&self.url, "POST", token, path, Some(body.to_string()), &[])
    }

    pub(crate) fn send(
        &self,
        method: &str,
        token: &str,
        path: &str,
        body: Option<String>,
        headers: &[(&str, &str)],
    ) -> Answer {
        ask(&self.url, method, token, path, body, headers)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that failed leaves no server behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request. Without a token it is a stranger's.
///
/// # Panics
/// When the server does not answer.
pub(crate) fn ask(
    url: &str,
    method: &str,
    token: &str,
    path: &str,
    body: Option<String>,
    headers: &[(&str, &str)],
) -> Answer {
    try_ask(url, method, token, path, body, headers).expect("the server answers")
}

/// One request, which a server that is killed may leave without an answer.
pub(crate) fn try_ask(
    url: &str,
    method: &str,
    token: &str,
    path: &str,
    body: Option<String>,
    headers: &[(&str, &str)],
) -> Result<Answer, ureq::Error> {
    let agent = ureq::Agent::new_with_config(
        ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build(),
    );
    let mut request = ureq::http::Request::builder().method(method).uri(format!("{url}{path}"));
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let own_media = headers.iter().any(|(name, _)| *name == "content-type");
    if body.is_some() && !own_media {
        request = request.header("content-type", "application/json");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = agent.run(request.body(body.unwrap_or_default()).unwrap())?;
    let headers = response.headers().iter().map(|(name, value)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let headers = headers.collect();
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string().unwrap_or_default();
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Ok(Answer { status, headers, json, text })
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
