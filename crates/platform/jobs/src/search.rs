use http_kit::{Hit, SearchFuture, SearchSource};
use kernel::{Caller, Text};

use crate::{JOB_READ, Jobs};

impl SearchSource for Jobs {
    fn search<'a>(&'a self, caller: &'a Caller, text: &'a str, limit: u32) -> SearchFuture<'a> {
        let wanted = text.to_lowercase();
        // Jobs belong nowhere: a part of the house has none.
        let sees = caller.may_everywhere(JOB_READ);
        let jobs = self.slots().iter().map(|slot| &slot.job).filter(|_| sees);
        let hits = jobs.filter_map(|job| {
            let title = job.title();
            let names = [job.name(), &title.en, &title.zh];
            let found = names.iter().any(|name| name.to_lowercase().contains(&wanted));
            found.then(|| Hit {
                r#type: "job".to_owned(),
                id: job.name().to_owned(),
                title,
                subtitle: Text::same(job.name()),
            })
        });
        let hits: Vec<Hit> = hits.take(limit as usize).collect();
        Box::pin(std::future::ready(Ok(hits)))
    }
}
