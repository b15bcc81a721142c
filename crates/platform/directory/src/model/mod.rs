pub(crate) mod ancestry;
mod coming;
mod fact;
mod holding;
pub(crate) mod input;
mod moment;
mod noun;
mod past;
mod person;
mod post;
mod region;
mod site;
mod spelling;
mod timeline;
mod tree;
mod unit;

pub(crate) use ancestry::ParentSpan;
pub(crate) use coming::Cancelled;
pub use coming::{
    ChangeCancelled, ComingChange, ComingField, ComingFilter, NounName, Teller, Turn,
};
pub use fact::{Changed, Closed, Created, UnitMoved, UnitSplit, UnitsMerged};
pub use holding::{Holding, HoldingChange, HoldingId, HoldingKind};
pub(crate) use moment::{moment, told_as, written};
pub use noun::Noun;
pub use past::Past;
pub(crate) use past::{InTree, Told};
pub use person::{Contact, Person, PersonChange, PersonId, Way};
pub use post::{Post, PostChange, PostId};
pub use region::{Region, RegionChange, RegionId};
pub(crate) use site::SitePlace;
pub use site::{Site, SiteChange, SiteId};
pub(crate) use spelling::spelled;
pub use timeline::{AsOf, Dated};
pub(crate) use timeline::{NEVER, Rewrite, Sides, Timeline, differing, fields_of};
pub use tree::{RegionNode, Trees, UnitNode};
pub use unit::{Unit, UnitChange, UnitId};
