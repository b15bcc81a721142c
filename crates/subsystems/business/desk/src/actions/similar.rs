use std::time::Duration;

use directory::RegionId;
use kernel::{Caller, FieldFault, Page, Text};

use super::{Asked, Desk, none_wrong};
use crate::{
    DeskError,
    model::{
        similar::{PARTS_MAX, parts, ranked},
        ticket::{Ticket, text_fault},
    },
    store::list::TicketFilter,
};

/// Tickets that are compared, the newest that have a part in common.
const COMPARED: u32 = 200;
/// The most alike that are shown.
const SHOWN: usize = 10;
/// So many opened within a day make a hot issue.
const HOT: usize = 5;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const TEXT_CHARS_MAX: usize = 10_000;

/// What open tickets are looked for by.
#[derive(Debug, Clone)]
pub(crate) struct Likeness {
    pub(crate) type_key: String,
    pub(crate) region_id: Option<RegionId>,
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// Open tickets that say the same, and whether many do.
#[derive(Debug, Clone)]
pub(crate) struct Similar {
    pub(crate) found: Vec<(Ticket, f64)>,
    pub(crate) hot: bool,
}

impl Desk {
    /// The open tickets of a type, and of a region where that is given, that the caller sees and
    /// that say about the same, the most alike first.
    ///
    /// Errors: [`DeskError::Invalid`].
    pub(crate) async fn similar(
        &self,
        caller: &Caller,
        wanted: Likeness,
    ) -> Result<Similar, DeskError> {
        let faults = [("subject", &wanted.subject, 1), ("text", &wanted.text, 0)];
        let faults = faults.into_iter();
        let faults: Vec<FieldFault> = faults
            .filter_map(|(field, said, least)| text_fault(field, said, least, TEXT_CHARS_MAX))
            .collect();
        none_wrong(faults)?;
        if !self.types().await?.iter().any(|one| one.draft.key == wanted.type_key) {
            let expected = Text::new("the key of a type", "工单类型标识");
            return Err(DeskError::field("type", wanted.type_key, expected));
        }
        let subject = parts(&wanted.subject);
        let all = parts(&format!("{} {}", wanted.subject, wanted.text));
        // What somebody wrote first says best what it is about.
        let looked_for: Vec<String> = subject.iter().chain(&all).take(PARTS_MAX).cloned().collect();
        if looked_for.is_empty() {
            return Ok(Similar { found: Vec::new(), hot: false });
        }
        let filter = TicketFilter {
            open: Some(true),
            type_key: Some(wanted.type_key),
            any_part: looked_for,
            ..TicketFilter::default()
        };
        let asked = Asked { filter, region_id: wanted.region_id, ..Asked::default() };
        let page = Page { after: None, limit: COMPARED };
        let found = self.tickets(caller, asked, &page).await?.items;
        let texts = found.into_iter().map(|ticket| {
            let text = ticket.content.subject.clone();
            (ticket, text)
        });
        let since = self.now().minus(DAY);
        let found = ranked(&all, texts.collect(), COMPARED as usize);
        let hot = found.iter().filter(|(ticket, _)| ticket.opened_at >= since).count() >= HOT;
        Ok(Similar { found: found.into_iter().take(SHOWN).collect(), hot })
    }
}
