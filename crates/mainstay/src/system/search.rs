use std::sync::Arc;

use http_kit::{Hit, SearchSource};
use kernel::{Caller, Fault, Text};

/// Hits of each source.
const HITS_PER_SOURCE: u32 = 8;
/// The longest text that is searched for, in characters.
const TEXT_CHARS_MAX: usize = 100;

/// Asks every source; each shows the caller only what they may read.
pub(super) async fn search(
    sources: &[Arc<dyn SearchSource>],
    caller: &Caller,
    text: &str,
) -> Result<Vec<Hit>, Fault> {
    let text = text.trim();
    if text.chars().count() > TEXT_CHARS_MAX {
        let expected = Text::new("at most 100 characters", "最多 100 个字符");
        return Err(Fault::invalid("q", text, expected));
    }
    let mut hits = Vec::new();
    if text.is_empty() {
        return Ok(hits);
    }
    for source in sources {
        hits.extend(source.search(caller, text, HITS_PER_SOURCE).await?);
    }
    Ok(hits)
}
