use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use regex::Regex;

static KNOWN: LazyLock<Mutex<HashMap<&'static str, Regex>>> = LazyLock::new(Mutex::default);

/// A pattern of the laws, compiled when it is asked for first: they ask once for each file.
pub(crate) fn pattern(text: &'static str) -> Regex {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let compiled = || Regex::new(text).expect("the pattern is a constant");
    known.entry(text).or_insert_with(compiled).clone()
}
