use journal::{Filter, Row};
use kernel::{Caller, Fact as _, Fault, Page, PageOf};

use super::{Access, permit_everywhere};
use crate::model::{facts::UserSignInFailed, failure::SignInFailure, permission::USER_READ};

impl Access {
    /// A page of failed sign-ins, newest first: the first of a row, and each that locked
    /// something. Who manages users sees them without seeing the rest of the journal.
    ///
    /// Errors: forbidden; a page that begins with no number; database faults.
    pub async fn sign_in_failures(
        &self,
        caller: &Caller,
        page: Page,
    ) -> Result<PageOf<SignInFailure>, Fault> {
        permit_everywhere(caller, USER_READ)?;
        let verb = Some(UserSignInFailed::VERB.to_owned());
        let filter = Filter { verb, ..Filter::default() };
        let rows = journal::list(&self.inner.db, &filter, page).await?;
        Ok(PageOf { items: rows.items.iter().map(failure_of).collect(), next: rows.next })
    }
}

fn failure_of(row: &Row) -> SignInFailure {
    let number = |field: &str| row.detail[field].as_u64();
    SignInFailure {
        seq: row.seq,
        at: row.at,
        source: row.source.clone(),
        user_id: row.subject.id.parse().ok(),
        user_name: row.subject.name.clone(),
        failures: number("failures").and_then(|n| u32::try_from(n).ok()).unwrap_or(u32::MAX),
        account_locked_until: SignInFailure::until(row.at, number("account_locked_s")),
        source_locked_until: SignInFailure::until(row.at, number("source_locked_s")),
    }
}
