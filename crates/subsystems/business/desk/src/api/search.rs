use http_kit::{Hit, SearchFuture, SearchSource};
use kernel::{Caller, Fault, Page, Text};

use crate::{
    Desk, DeskError, actions::Asked, model::permission::TICKET_READ, store::list::TicketFilter,
};

impl SearchSource for Desk {
    /// Tickets by a part of their subject or by their number, the newest first.
    fn search<'a>(&'a self, caller: &'a Caller, text: &'a str, limit: u32) -> SearchFuture<'a> {
        let found = async move {
            if !caller.may(TICKET_READ) {
                return Ok(Vec::new());
            }
            let filter = TicketFilter { text: Some(text.to_owned()), ..TicketFilter::default() };
            let asked = Asked { filter, ..Asked::default() };
            let found = self.tickets(caller, asked, &Page { after: None, limit }).await?;
            let types = self.types().await?;
            let kind = |key: &str| types.iter().find(|one| one.draft.key == key);
            let hits = found.items.into_iter().map(|ticket| Hit {
                r#type: "ticket".to_owned(),
                id: ticket.id.to_string(),
                title: Text::same(ticket.title()),
                subtitle: kind(&ticket.type_key)
                    .map_or_else(Text::default, |one| one.draft.name.clone()),
            });
            Ok::<_, DeskError>(hits.collect())
        };
        Box::pin(async { found.await.map_err(Fault::from) })
    }
}
