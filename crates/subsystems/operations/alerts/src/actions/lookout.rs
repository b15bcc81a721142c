use std::{collections::HashMap, future::Future, pin::Pin};

use kernel::{Fault, Time};
use resources::ResourceId;

/// The answer of a [`Lookout`].
pub type LookoutFuture<'a> =
    Pin<Box<dyn Future<Output = Result<HashMap<ResourceId, Look>, Fault>> + Send + 'a>>;

/// Who knows how resources stand that have no alert: the roof gives it, over the checks.
pub trait Lookout: Send + Sync {
    /// How those of the resources stand that are watched. What was not asked since `since`, or is
    /// about to change its mind, is asked again at once; nobody waits for the answer.
    fn look<'a>(&'a self, ids: &'a [ResourceId], since: Time) -> LookoutFuture<'a>;
}

/// How a resource stands that is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// It was asked since, and answered well.
    Well,
    /// Something is wrong with it.
    Ill,
    /// It was not asked since, or is not sure yet.
    Unsure,
}

/// Nobody looks: nothing is known, and nothing is waited for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Nobody;

impl Lookout for Nobody {
    fn look<'a>(&'a self, _: &'a [ResourceId], _: Time) -> LookoutFuture<'a> {
        Box::pin(std::future::ready(Ok(HashMap::new())))
    }
}
