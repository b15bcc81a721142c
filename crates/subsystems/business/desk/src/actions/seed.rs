use kernel::Caller;

use super::{Desk, Occasion};
use crate::{DeskError, model::shipped, store};

impl Desk {
    /// Puts in what comes with the product, where there is nothing yet: one service level and the
    /// five kinds of tickets. From then on all of it is people's own. Returns how much was written.
    pub async fn seed(&self) -> Result<u64, DeskError> {
        let mut tx = self.db().begin().await?;
        if !store::types::all(tx.connection()).await?.is_empty() {
            return Ok(0);
        }
        let caller = Caller::system("desk");
        let occasion = Occasion::new(&caller, self.now());
        let policy = self.insert_policy(&mut tx, occasion, shipped::policy()).await?;
        let mut written = 1;
        for draft in shipped::types(Some(policy.id)) {
            self.insert_type(&mut tx, occasion, draft).await?;
            written += 1;
        }
        tx.commit().await?;
        Ok(written)
    }
}
