//! What posts carry, for the directory: it asks before an outside source fills one.

use std::sync::{Arc, Weak};

use db::Tx;
use directory::{Carried, CarriedFuture, PostGrants, PostId};

use super::{Access, Inner};
use crate::store;

/// Knows the grants as long as there is an [`Access`]; it does not keep it alive.
#[derive(Debug)]
struct Known(Weak<Inner>);

impl Access {
    /// What is granted to posts, to be told to the directory.
    #[must_use]
    pub fn post_grants(&self) -> Arc<dyn PostGrants> {
        Arc::new(Known(Arc::downgrade(&self.inner)))
    }
}

impl PostGrants for Known {
    fn carried<'a>(&'a self, tx: &'a mut Tx, post: PostId) -> CarriedFuture<'a> {
        Box::pin(async move {
            // Nobody is left who could grant anything: nothing is safe to fill.
            let Some(inner) = self.0.upgrade() else { return Ok(Carried::Duty) };
            let (dialect, now, post) = (inner.db.dialect(), inner.clock.now(), post.to_string());
            let grants =
                store::grants::to_holders(tx.connection(), dialect, &[post.as_str()], now).await?;
            if grants.is_empty() {
                return Ok(Carried::Nothing);
            }
            let roles = store::roles::all(tx.connection()).await?;
            let of_duty = |name: &str| {
                roles.iter().any(|role| role.name == name && !role.duties().is_empty())
            };
            let duty = grants.iter().any(|grant| of_duty(&grant.role));
            Ok(if duty { Carried::Duty } else { Carried::Roles })
        })
    }
}
