//! Durations of scripts.

use promql::duration_ms;

/// Milliseconds of a duration that may have a sign.
pub(crate) fn signed(text: &str) -> Result<i64, String> {
    let (minus, plain) = match text.strip_prefix('-') {
        Some(plain) => (true, plain),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let ms = duration_ms(plain).ok_or_else(|| format!("no duration: {text}"))?;
    Ok(if minus { -ms } else { ms })
}
