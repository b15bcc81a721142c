use access::Access;
use resources::{AuthorFuture, Authors, NameFuture};

/// Those who told something ahead of time, as the register asks for them when it comes true.
pub(super) struct Users(pub(super) Access);

impl Authors for Users {
    fn author<'a>(&'a self, user_id: &'a str) -> AuthorFuture<'a> {
        Box::pin(async move { Ok(self.0.author(user_id).await?) })
    }

    fn name<'a>(&'a self, user_id: &'a str) -> NameFuture<'a> {
        Box::pin(async move { Ok(self.0.user_name(user_id).await?) })
    }
}
