use std::collections::BTreeSet;

use directory::{PersonId, RegionId, UnitId};
use kernel::{Caller, Page, PageOf, Text, Time};

use super::{Clocks, Desk, Scene};
use crate::{
    DeskError,
    model::{
        beside::{Extension, Order},
        entry::Entry,
        permission::TICKET_READ,
        ticket::{Ticket, TicketId},
    },
    store::{
        self,
        figures::{Figures, GroupBy},
        list::{Charge, TicketFilter, TicketOrder},
    },
};

/// What is counted up to this; what is more is shown as more.
const COUNTED_MAX: u32 = 10_000;

/// Whose work somebody asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Their own.
    Mine,
    /// That of the posts they hold.
    MyPosts,
    /// That of their unit, in charge or helping.
    MyUnit,
    /// Nobody's yet.
    Nobodys,
}

/// What somebody asks the list for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) filter: TicketFilter,
    pub(crate) order: TicketOrder,
    pub(crate) whose: Option<Whose>,
    /// In the charge of this unit or of one below it.
    pub(crate) unit_id: Option<UnitId>,
    /// About this region or one within it.
    pub(crate) region_id: Option<RegionId>,
    /// Only what is overdue now.
    pub(crate) overdue: bool,
}

/// How many tickets are in somebody's lists, each counted up to 10,000.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) open: i64,
    pub(crate) mine: i64,
    pub(crate) my_posts: i64,
    pub(crate) my_unit: i64,
    pub(crate) nobodys: i64,
    pub(crate) overdue: i64,
    pub(crate) supervised: i64,
}

impl Desk {
    /// The tickets that the caller sees and asks for.
    ///
    /// Errors: what the directory cannot answer.
    pub(crate) async fn tickets(
        &self,
        caller: &Caller,
        asked: Asked,
        page: &Page,
    ) -> Result<PageOf<Ticket>, DeskError> {
        let order = asked.order;
        let Some(filter) = self.narrowed(caller, asked).await? else {
            return Ok(PageOf { items: Vec::new(), next: None });
        };
        let scope = caller.scope(TICKET_READ);
        Ok(store::list::list(self.db(), &scope, &filter, (order, page)).await?)
    }

    /// What was asked for in terms of the records; none where nothing can match.
    async fn narrowed(
        &self,
        caller: &Caller,
        asked: Asked,
    ) -> Result<Option<TicketFilter>, DeskError> {
        let mut filter = asked.filter;
        let trees = self.parts.directory.trees().await?;
        filter.units = asked.unit_id.map(|id| trees.unit_subtree(&id.to_string()));
        filter.regions = asked.region_id.map(|id| trees.region_subtree(&id.to_string()));
        if asked.overdue {
            (filter.overdue_at, filter.open) = (Some(self.now()), Some(true));
        }
        let Some(whose) = asked.whose else { return Ok(Some(filter)) };
        if whose == Whose::Nobodys {
            filter.charge = Some(Charge::Nobody);
            return Ok(Some(filter));
        }
        let Some(person) = self.person_of(caller).await? else { return Ok(None) };
        filter.charge = match whose {
            Whose::Mine => Some(Charge::Person(person)),
            Whose::MyPosts => Some(Charge::Posts(self.posts_of(person).await?)),
            Whose::MyUnit => self.unit_of(person).await?.map(Charge::Unit),
            Whose::Nobodys => Some(Charge::Nobody),
        };
        Ok(filter.charge.is_some().then_some(filter))
    }

    async fn posts_of(&self, person: PersonId) -> Result<Vec<directory::PostId>, DeskError> {
        let held = self.parts.directory.posts_of(person, self.now()).await?;
        let posts: BTreeSet<_> = held.into_iter().map(|held| held.post.id).collect();
        Ok(posts.into_iter().collect())
    }

    async fn unit_of(&self, person: PersonId) -> Result<Option<UnitId>, DeskError> {
        let found = self.parts.directory.person(person).await?;
        Ok(found.and_then(|person| person.state.unit))
    }

    /// How many open tickets are in the caller's lists.
    pub(crate) async fn counts(&self, caller: &Caller) -> Result<Counts, DeskError> {
        let open = || TicketFilter { open: Some(true), ..TicketFilter::default() };
        let asked = |whose| Asked { filter: open(), whose: Some(whose), ..Asked::default() };
        let overdue = Asked { overdue: true, ..Asked::default() };
        let supervised = TicketFilter { supervised: Some(true), ..open() };
        let supervised = Asked { filter: supervised, ..Asked::default() };
        let all = Asked { filter: open(), ..Asked::default() };
        Ok(Counts {
            open: self.counted(caller, all).await?,
            mine: self.counted(caller, asked(Whose::Mine)).await?,
            my_posts: self.counted(caller, asked(Whose::MyPosts)).await?,
            my_unit: self.counted(caller, asked(Whose::MyUnit)).await?,
            nobodys: self.counted(caller, asked(Whose::Nobodys)).await?,
            overdue: self.counted(caller, overdue).await?,
            supervised: self.counted(caller, supervised).await?,
        })
    }

    async fn counted(&self, caller: &Caller, asked: Asked) -> Result<i64, DeskError> {
        let Some(filter) = self.narrowed(caller, asked).await? else { return Ok(0) };
        let scope = caller.scope(TICKET_READ);
        Ok(store::list::count(self.db(), &scope, &filter, COUNTED_MAX).await?)
    }

    /// The figures of the tickets that the caller sees and asks for, by group.
    pub(crate) async fn figures(
        &self,
        caller: &Caller,
        asked: Asked,
        by: GroupBy,
    ) -> Result<Vec<Figures>, DeskError> {
        let Some(filter) = self.narrowed(caller, asked).await? else { return Ok(Vec::new()) };
        let scope = caller.scope(TICKET_READ);
        let now = self.now().micros();
        let mut found = store::figures::figures(self.db(), &scope, &filter, (by, now)).await?;
        let types = self.types().await?;
        let trees = self.parts.directory.trees().await?;
        for group in &mut found {
            let key = group.key.as_str();
            let name = match by {
                GroupBy::Type => {
                    types.iter().find(|one| one.draft.key == key).map(|one| one.draft.name.clone())
                }
                GroupBy::Unit => trees.unit(key).map(|unit| unit.name.clone()),
                GroupBy::Region => trees.region(key).map(|region| region.name.clone()),
                GroupBy::Channel | GroupBy::Priority => None,
            };
            group.name = name.unwrap_or_else(|| Text::same(key));
        }
        Ok(found)
    }

    /// The clocks of a ticket that the caller sees, as they are now.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn clocks_seen(
        &self,
        caller: &Caller,
        id: TicketId,
    ) -> Result<(Ticket, Option<Clocks>, Time), DeskError> {
        let Scene { ticket, draft, hops } = self.seen(caller, id).await?;
        let now = self.now();
        let mut connection = self.db().reader().acquire().await?;
        let clocks = self.clocks(&mut connection, &ticket, (&draft, &hops), now).await?;
        Ok((ticket, clocks, now))
    }

    /// What happened to a ticket, in order; pages by number.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn entries(
        &self,
        caller: &Caller,
        id: TicketId,
        page: &Page,
    ) -> Result<PageOf<Entry>, DeskError> {
        self.seen(caller, id).await?;
        let after = page.after.as_deref().and_then(|after| after.parse().ok()).unwrap_or(0);
        let given = (after, page.limit + 1);
        let found = store::entries::list(self.db().reader(), id, given).await?;
        Ok(PageOf::from_fetched(found, page.limit, |entry| entry.number.to_string()))
    }

    /// The orders of supervision of a ticket and the requests for more time, for whoever was let
    /// see the ticket.
    pub(crate) async fn beside(
        &self,
        id: TicketId,
    ) -> Result<(Vec<Order>, Vec<Extension>), DeskError> {
        let orders = store::beside::orders(self.db().reader(), id).await?;
        let extensions = store::beside::extensions(self.db().reader(), id).await?;
        Ok((orders, extensions))
    }
}
