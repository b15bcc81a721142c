use std::{collections::BTreeMap, fs, path::PathBuf};

use db::PostgresUrl;

use super::{
    ConfigFaults, KEYS, Setting, Settings, Source,
    error::ConfigFault,
    keys::{Key, Shape},
};

/// Where settings are looked for.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    /// The file named by `--config` or `MAINSTAY_CONFIG`; it must then exist.
    pub(crate) file: Option<PathBuf>,
    /// The process's environment.
    pub(crate) environment: BTreeMap<String, String>,
    /// Flags, as `(key, value, the flag as typed)`.
    pub(crate) flags: Vec<(String, String, String)>,
}

/// Variables of ours that are not settings. `BIN` and `ARGS` are the starter's: which binary it
/// starts and with what.
const OTHER_VARIABLES: [&str; 8] = [
    "MAINSTAY_BIN",
    "MAINSTAY_ARGS",
    "MAINSTAY_CONFIG",
    "MAINSTAY_URL",
    "MAINSTAY_TOKEN",
    "MAINSTAY_TEST_POSTGRES",
    "MAINSTAY_TEST_S3",
    "MAINSTAY_VAULT_KEYS",
];

/// Variables that begin so hold secrets of which sources of people name one.
const SECRETS: &str = "MAINSTAY_SECRET_";

/// Lays the file over the defaults, the environment over the file and the flags over all.
///
/// Errors: everything that is wrong, not only the first.
pub(crate) fn load(layers: &Layers) -> Result<Settings, ConfigFaults> {
    let mut faults = Vec::new();
    let mut found: Vec<Found> = Vec::new();
    if let Some(path) = &layers.file {
        read_file(path, &mut found, &mut faults);
    }
    for (variable, value) in &layers.environment {
        let Some(name) = variable.strip_prefix("MAINSTAY_") else { continue };
        if OTHER_VARIABLES.contains(&variable.as_str()) || variable.starts_with(SECRETS) {
            continue;
        }
        let key = KEYS.iter().find(|key| variable_of(key.name) == *name);
        let name = key.map_or_else(|| name.to_ascii_lowercase(), |key| key.name.to_owned());
        found.push(Found::new(name, value.clone(), Source::Environment, variable.clone()));
    }
    for (key, value, flag) in &layers.flags {
        found.push(Found::new(key.clone(), value.clone(), Source::Flag, flag.clone()));
    }
    let mut settings: Vec<Setting> = KEYS.iter().map(default_of).collect();
    for found in found {
        apply(found, &mut settings, &mut faults);
    }
    let settings = Settings::new(settings);
    let one_of_two = ["tls.certificate", "tls.key"]
        .map(|name| settings.all().iter().any(|s| s.key == name && !s.value.is_empty()));
    if one_of_two[0] != one_of_two[1] {
        let said = "`tls.certificate` and `tls.key` go together: set both or neither";
        faults.push(ConfigFault::Contradiction { said });
    }
    let given = |name| settings.all().iter().any(|s| s.key == name && !s.value.is_empty());
    let stored = settings.all().iter().any(|s| s.key == "attachments.storage" && s.value == "s3");
    let (bucket, id) = (given("attachments.s3.bucket"), given("attachments.s3.access_key"));
    let secrets = ["attachments.s3.secret_key_file", "attachments.s3.secret"].map(given);
    if stored && !bucket {
        let said = "`attachments.storage` is s3: set `attachments.s3.bucket`";
        faults.push(ConfigFault::Contradiction { said });
    }
    if bucket && (!id || secrets[0] == secrets[1]) {
        let said = "`attachments.s3.bucket` goes with `attachments.s3.access_key`, and with \
                    either `attachments.s3.secret_key_file` or `attachments.s3.secret`";
        faults.push(ConfigFault::Contradiction { said });
    }
    if faults.is_empty() { Ok(settings) } else { Err(ConfigFaults(faults)) }
}

struct Found {
    key: String,
    value: String,
    source: Source,
    origin: String,
}

impl Found {
    fn new(key: String, value: String, source: Source, origin: String) -> Self {
        Self { key, value, source, origin }
    }
}

fn variable_of(key: &str) -> String {
    key.replace('.', "_").to_ascii_uppercase()
}

fn default_of(key: &Key) -> Setting {
    Setting {
        key: key.name,
        value: key.default.to_owned(),
        source: Source::Default,
        origin: String::new(),
        database: None,
    }
}

fn read_file(path: &PathBuf, found: &mut Vec<Found>, faults: &mut Vec<ConfigFault>) {
    let name = path.display().to_string();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            faults.push(ConfigFault::Unreadable { path: name, said: error.to_string() });
            return;
        }
    };
    match text.parse::<toml::Table>() {
        Ok(table) => flatten("", &table, &name, found),
        Err(error) => {
            let said = error.to_string().trim_end().to_owned();
            faults.push(ConfigFault::NotToml { path: name, said });
        }
    }
}

/// `[log] level = "info"` becomes `log.level`; a list becomes its items with commas.
fn flatten(prefix: &str, table: &toml::Table, origin: &str, found: &mut Vec<Found>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        let text = match value {
            toml::Value::Table(inner) => {
                flatten(&key, inner, origin, found);
                continue;
            }
            toml::Value::String(text) => text.clone(),
            toml::Value::Array(items) => {
                let items: Vec<String> = items.iter().map(plain).collect();
                items.join(",")
            }
            other => plain(other),
        };
        found.push(Found::new(key, text, Source::File, origin.to_owned()));
    }
}

fn plain(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn apply(found: Found, settings: &mut [Setting], faults: &mut Vec<ConfigFault>) {
    let Found { key, value, source, origin } = found;
    let Some(place) = KEYS.iter().position(|known| known.name == key) else {
        let nearest = KEYS
            .iter()
            .map(|known| (strsim::jaro_winkler(known.name, &key), known.name))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .filter(|(likeness, _)| *likeness > 0.75)
            .map(|(_, name)| name);
        faults.push(ConfigFault::UnknownKey { origin, key, nearest });
        return;
    };
    let Key { name: key, shape, .. } = KEYS[place];
    let checked = shape.check(&value);
    let (value, database) = match shape {
        Shape::Database if !value.is_empty() => {
            (PostgresUrl::shown(&value), PostgresUrl::parse(&value).ok())
        }
        _ => (value, None),
    };
    match checked {
        Ok(()) => settings[place] = Setting { key, value, source, origin, database },
        Err(expected) => {
            faults.push(ConfigFault::WrongValue { origin, key, found: value, expected });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn with_file(text: &str) -> Result<Settings, ConfigFaults> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        load(&Layers { file: Some(file.path().to_owned()), ..Layers::default() })
    }

    #[test]
    fn later_layers_win_and_each_value_says_where_it_came_from() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"listen = '127.0.0.1:1'\n[log]\nlevel = 'warn'\n").unwrap();
        let settings = load(&Layers {
            file: Some(file.path().to_owned()),
            environment: [("MAINSTAY_LISTEN".to_owned(), "127.0.0.1:2".to_owned())].into(),
            flags: vec![("data".into(), "/tmp/x".into(), "--data".into())],
        })
        .unwrap();
        assert_eq!(settings.listen().port(), 2);
        let source = |key| settings.all().iter().find(|s| s.key == key).unwrap().source;
        assert_eq!(source("listen"), Source::Environment);
        assert_eq!(source("log.level"), Source::File);
        assert_eq!(source("data"), Source::Flag);
        assert_eq!(source("log.format"), Source::Default);
    }

    #[test]
    fn variables_of_the_starter_are_no_settings() {
        let environment = |name: &str| [(name.to_owned(), "x".to_owned())].into();
        let of = |name| load(&Layers { environment: environment(name), ..Layers::default() });
        assert!(of("MAINSTAY_BIN").is_ok() && of("MAINSTAY_ARGS").is_ok());
        assert!(of("MAINSTAY_SECRET_LDAP").is_ok(), "secrets of sources are named so");
        assert!(of("MAINSTAY_BINN").unwrap_err().to_string().contains("MAINSTAY_BINN"));
    }

    #[test]
    fn unknown_key_is_named_with_the_nearest() {
        let said = with_file("lisen = '127.0.0.1:1'\n[session]\nidle_minuts = 3").unwrap_err();
        let said = said.to_string();
        assert!(said.contains("`lisen`; did you mean `listen`?"), "{said}");
        assert!(said.contains("did you mean `session.idle_minutes`?"), "{said}");
    }

    #[test]
    fn wrong_values_are_all_named_with_what_was_expected() {
        let text = "listen = 7\n[log]\nlevel = 'loud'\n[host]\ninterval_s = 0\nwatch = 1";
        let said = with_file(text).unwrap_err().to_string();
        for part in ["`listen` is `7`", "one of error", "from 1 to 300", "true or false"] {
            assert!(said.contains(part), "{part} in {said}");
        }
    }

    #[test]
    fn missing_file_broken_toml_and_half_a_key_pair_are_refused() {
        let missing = Layers { file: Some("/no/such/file".into()), ..Layers::default() };
        assert!(load(&missing).unwrap_err().to_string().contains("cannot be read"));
        assert!(with_file("listen = [").unwrap_err().to_string().contains("not valid TOML"));
        let half = with_file("[tls]\ncertificate = 'a.pem'").unwrap_err().to_string();
        assert!(half.contains("go together"), "{half}");
        let none = with_file("attachments.storage = 's3'").unwrap_err().to_string();
        assert!(none.contains("set `attachments.s3.bucket`"), "{none}");
        let keyless = "[attachments.s3]\nbucket = 'files'\naccess_key = 'a'";
        let said = with_file(keyless).unwrap_err().to_string();
        assert!(said.contains("either `attachments.s3.secret_key_file`"), "{said}");
        assert!(with_file(&format!("{keyless}\nsecret = 'bucket key'")).is_ok());
    }

    #[test]
    fn password_of_the_database_is_shown_nowhere() {
        let file = |url: &str| with_file(&format!("[database]\nurl = '{url}'"));
        let settings = file("postgres://ada:s3cret@db.example/records").unwrap();
        let setting = settings.all().iter().find(|s| s.key == "database.url").unwrap();
        assert_eq!(setting.value, "postgres://ada@db.example/records");
        assert!(!format!("{settings:?}").contains("s3cret"));
        for wrong in
            ["mysql://ada:s3cret@db.example/x", "postgres://ada:s3cret@db.example", "s3cret"]
        {
            let said = file(wrong).unwrap_err().to_string();
            assert!(said.contains("postgres://USER") && !said.contains("s3cret"), "{said}");
        }
    }

    #[test]
    fn every_default_fits_its_own_shape() {
        for key in KEYS {
            assert_eq!(key.shape.check(key.default), Ok(()), "{}", key.name);
        }
    }
}
