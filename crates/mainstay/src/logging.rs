//! Log lines: to standard error, as text or JSON.

use std::io::{self, IsTerminal};

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{LogFormat, Settings};

/// Starts logging as the settings say. Libraries below us are quieter by one level.
pub(crate) fn start(settings: &Settings) {
    let level = settings.log_level();
    let filter = EnvFilter::new(format!("{level},sqlx=warn,hyper=warn,hickory=error,rustls=warn"));
    let registry = tracing_subscriber::registry().with(filter);
    let writer = io::stderr;
    match settings.log_format() {
        LogFormat::Json => registry.with(fmt::layer().json().with_writer(writer)).init(),
        LogFormat::Text => {
            let colour = io::stderr().is_terminal();
            registry.with(fmt::layer().with_ansi(colour).with_writer(writer)).init();
        }
    }
}
