use std::{collections::BTreeMap, process::ExitCode, sync::Arc, time::Duration};

use kernel::Language;
use probe::outcome::{CheckContext, OutboundGuard, Outcome, Protocol, State};
use serde_json::{Map, Value};

use crate::{cli::CheckArgs, clock::SystemClock};

/// The longest a check may take, in seconds.
const TIMEOUT_S_MAX: f64 = 600.0;

/// Runs one check and answers as a Nagios plugin does: one line with performance data, the state
/// as the exit code. What is wrong with the question is UNKNOWN, as the plugin API wants it.
pub(super) fn run(args: &CheckArgs) -> ExitCode {
    match answer(args) {
        Ok(code) => code,
        Err(said) => {
            println!("UNKNOWN - {said}");
            ExitCode::from(State::Unknown.exit_code())
        }
    }
}

fn answer(args: &CheckArgs) -> Result<ExitCode, String> {
    let protocols = services::protocols::all();
    let Some(protocol) = protocols.iter().find(|protocol| protocol.name() == args.protocol) else {
        let names: Vec<&str> = protocols.iter().map(|protocol| protocol.name()).collect();
        return Err(format!(
            "there is no protocol `{}`; expected one of {}",
            args.protocol,
            names.join(", ")
        ));
    };
    if args.help_spec {
        println!("{:#}", protocol.schema());
        return Ok(ExitCode::SUCCESS);
    }
    if !(args.timeout > 0.0 && args.timeout <= TIMEOUT_S_MAX) {
        let found = args.timeout;
        return Err(format!("--timeout {found}: expected more than 0, at most {TIMEOUT_S_MAX}"));
    }
    let target = args.target.as_deref().unwrap_or_default();
    let spec = spec(protocol.name(), target, &args.set)?;
    let outcome = ask(protocol.as_ref(), spec, Duration::from_secs_f64(args.timeout))?;
    println!("{}", outcome.to_plugin_output(language()));
    Ok(ExitCode::from(outcome.state.exit_code()))
}

fn ask(protocol: &dyn Protocol, spec: Value, timeout: Duration) -> Result<Outcome, String> {
    let check = protocol.parse(spec).map_err(|fault| {
        let (field, found, expected) = (&fault.field, &fault.found, &fault.expected.en);
        format!("{field}: found `{found}`, expected {expected}")
    })?;
    // Whoever types here may open connections anyway: the guard's defaults are enough.
    let guard = Arc::new(OutboundGuard::default());
    let cx = CheckContext { timeout, clock: Arc::new(SystemClock::new()), guard };
    let runtime = super::runtime().map_err(|error| error.to_string())?;
    Ok(runtime.block_on(check.run(&cx)))
}

/// The specification: the target in the protocol's own field, the options over it.
fn spec(protocol: &str, target: &str, options: &[String]) -> Result<Value, String> {
    let mut spec = Map::new();
    match protocol {
        "http" => {
            let has_scheme = target.contains("://");
            let url = if has_scheme { target.to_owned() } else { format!("http://{target}") };
            spec.insert("url".into(), url.into());
        }
        "tcp" => {
            let (host, port) = host_and_port(target)?;
            spec.insert("host".into(), host.into());
            spec.insert("port".into(), port.into());
        }
        "ping" => drop(spec.insert("host".into(), target.into())),
        "systemd_unit" => drop(spec.insert("unit".into(), target.into())),
        _ => drop(spec.insert("name".into(), target.into())),
    }
    for option in options {
        let Some((key, value)) = option.split_once('=') else {
            return Err(format!("--set {option}: expected KEY=VALUE"));
        };
        insert(&mut spec, key, value)?;
    }
    Ok(Value::Object(spec))
}

/// `latency.warning=0.5` sets a field inside a field; what reads as JSON is JSON, else text.
fn insert(spec: &mut Map<String, Value>, key: &str, value: &str) -> Result<(), String> {
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    let mut parts: Vec<&str> = key.split('.').collect();
    let last = parts.pop().unwrap_or_default();
    let mut place = spec;
    for part in parts {
        let inner = place.entry(part).or_insert_with(|| Value::Object(Map::new()));
        place = inner
            .as_object_mut()
            .ok_or_else(|| format!("--set {key}: `{part}` already has a plain value"))?;
    }
    place.insert(last.to_owned(), value);
    Ok(())
}

fn host_and_port(target: &str) -> Result<(String, u16), String> {
    let parts = target.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
    match parts {
        Some((host, port)) if !host.is_empty() => {
            Ok((host.trim_start_matches('[').trim_end_matches(']').to_owned(), port))
        }
        _ => Err(format!("target `{target}`: expected HOST:PORT, such as db1:5432")),
    }
}

/// The language of the locale (POSIX: `LC_ALL`, then `LC_MESSAGES`, then `LANG`).
fn language() -> Language {
    let variables: BTreeMap<String, String> = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?)))
        .collect();
    let first = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| variables.get(name))
        .find(|value| !value.is_empty());
    match first {
        Some(locale) if locale.starts_with("zh") => Language::Chinese,
        _ => Language::English,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn target_and_options_make_the_specification() {
        let options = ["latency.warning=0.5".to_owned(), "expect=SSH-".to_owned()];
        let made = spec("tcp", "[::1]:22", &options).unwrap();
        let expected = json!({
            "host": "::1", "port": 22, "latency": { "warning": 0.5 }, "expect": "SSH-"
        });
        assert_eq!(made, expected);
        assert_eq!(spec("http", "a.example", &[]).unwrap()["url"], "http://a.example");
    }

    #[test]
    fn targets_and_options_that_make_no_sense_are_named() {
        for target in ["db1", "db1:", ":22", "db1:99999", ""] {
            assert!(spec("tcp", target, &[]).is_err(), "{target}");
        }
        assert!(spec("ping", "a", &["count".to_owned()]).unwrap_err().contains("KEY=VALUE"));
        let twice = ["a=1".to_owned(), "a.b=1".to_owned()];
        assert!(spec("ping", "a", &twice).unwrap_err().contains("plain value"));
    }
}
