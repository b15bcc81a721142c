//! A title, or the name of a unit, fills a post only where no other answers to it. Whoever takes
//! the other one away says that the one that roles are granted to is meant from then on.

use db::Tx;
use kernel::{Caller, Time};

use super::provided::{answers_to, is_called};
use crate::{
    Dated, Directory, DirectoryError, Post, PostId, Unit, UnitId, UnitNode, model::NEVER, store,
};

/// What somebody may write where a post or a unit is meant: its code and its names.
type Names<'n> = [&'n str; 3];

impl Directory {
    /// Whether the caller may let a post answer no more, from `from` on, to what it is found by in
    /// its unit: another that roles are granted to might be the only one left. `after`: what it is
    /// like then; none when it is closed.
    ///
    /// Errors: as [`Self::permit_found_anew`].
    pub(crate) async fn permit_last_named(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (id, before, after): (PostId, &Post, Option<&Post>),
        from: Time,
    ) -> Result<(), DirectoryError> {
        let after = after.filter(|after| after.unit == before.unit);
        if after.is_some_and(|after| names(after) == names(before)) || !self.is_told(tx).await? {
            return Ok(());
        }
        let ended = Time::from_micros(NEVER.micros() - 1);
        for at in [from.max(self.clock.now()), ended] {
            let mut posts = self.posts_in(tx, before.unit, at).await?;
            posts.retain(|post| post.id != id);
            for post in only_ones(&posts, before, after) {
                self.permit_found_anew(tx, caller, post).await?;
            }
        }
        Ok(())
    }

    /// The same of a unit, whose posts are found by its code or name.
    ///
    /// Errors: as [`Self::permit_found_anew`].
    pub(crate) async fn permit_last_unit_named(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (id, before, after): (UnitId, &Unit, Option<&Unit>),
    ) -> Result<(), DirectoryError> {
        if after.is_some_and(|after| unit_names(after) == unit_names(before))
            || !self.is_told(tx).await?
        {
            return Ok(());
        }
        let (trees, id) = (self.trees().await?, id.to_string());
        let others: Vec<&UnitNode> =
            trees.units().filter(|unit| !unit.closed && unit.id != id).collect();
        for named in unit_names(before).into_iter().filter(|named| !named.is_empty()) {
            if after.is_some_and(|after| unit_answers_to(after, named)) {
                continue;
            }
            let mut same = others.iter().filter(|unit| is_called(&unit.name, named));
            let (only, more) = (same.next(), same.next());
            let by_code = others.iter().any(|unit| unit.code == named);
            let Some(only) = only.filter(|_| more.is_none() && !by_code) else { continue };
            if let Ok(unit) = only.id.parse() {
                self.permit_unit_anew(tx, caller, unit).await?;
            }
        }
        Ok(())
    }

    /// Whether anybody is put on posts that roles are granted to by what a source tells of them.
    async fn is_told(&self, tx: &mut Tx) -> Result<bool, DirectoryError> {
        Ok(self.post_grants.get().is_some() && store::any_puts_on_granted(tx.connection()).await?)
    }
}

/// Those of the posts that are the only one left for something that `before` answers to and
/// `after` does not.
fn only_ones(posts: &[Dated<Post>], before: &Post, after: Option<&Post>) -> Vec<PostId> {
    let mut found = Vec::new();
    let others = posts.iter().flat_map(|post| names(&post.state));
    for named in names(before).into_iter().chain(others).filter(|named| !named.is_empty()) {
        let given_up =
            answers_to(before, named) && !after.is_some_and(|after| answers_to(after, named));
        let mut same = posts.iter().filter(|post| given_up && answers_to(&post.state, named));
        if let (Some(only), None) = (same.next(), same.next())
            && !found.contains(&only.id)
        {
            found.push(only.id);
        }
    }
    found
}

fn names(post: &Post) -> Names<'_> {
    [&post.code, &post.title.zh, &post.title.en]
}

fn unit_names(unit: &Unit) -> Names<'_> {
    [&unit.code, &unit.name.zh, &unit.name.en]
}

fn unit_answers_to(unit: &Unit, named: &str) -> bool {
    unit.code == named || is_called(&unit.name, named)
}

#[cfg(test)]
mod tests {
    use kernel::{Id, Text};

    use super::*;

    fn id<K>(number: u8) -> Id<K> {
        format!("01890a5d-ac96-774b-bcce-b302099a805{number}").parse().unwrap()
    }

    fn post(number: u8, code: &str, title: (&str, &str)) -> Dated<Post> {
        let state = Post {
            code: code.to_owned(),
            title: Text::new(title.0, title.1),
            description: String::new(),
            unit: id(0),
            head: false,
        };
        Dated {
            id: id(number),
            version: 1,
            valid_from: Time::from_seconds(0),
            valid_to: None,
            recorded_at: Time::from_seconds(0),
            superseded_at: None,
            told: Vec::new(),
            state,
        }
    }

    #[test]
    fn only_who_is_left_alone_with_a_name_is_found() {
        let [one, two, three] = [
            post(1, "A", ("Clerk", "科员")),
            post(2, "B", ("clerk", "职员")),
            post(3, "C", ("Clerk", "主任")),
        ];
        let found = |posts: &[&Dated<Post>], after: Option<&Dated<Post>>| {
            let posts: Vec<_> = posts.iter().map(|&post| post.clone()).collect();
            only_ones(&posts, &one.state, after.map(|post| &post.state))
        };
        assert_eq!(found(&[&two], None), [two.id]);
        assert_eq!(found(&[&two, &three], None), [], "two are left");
        assert_eq!(found(&[&two], Some(&three)), [], "it answers to that still");
        let renamed = post(1, "A", ("Driver", "司机"));
        assert_eq!(found(&[&two], Some(&renamed)), [two.id]);
        assert_eq!(found(&[&post(4, "科员", ("x", "x"))], None).len(), 1, "a code is a name, too");
        assert_eq!(found(&[&post(5, "D", ("x", "x"))], None), []);
    }
}
