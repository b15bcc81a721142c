use db::Tx;
use journal::Entry;
use kernel::{Caller, Language, Time};

use super::{
    entry::FoundPerson,
    filling::SourcePosts,
    settings::{Source, SourceId, SourceSettings},
    sources::SourceChanged,
    sync::{SyncMode, SyncRun},
    taking::Taking,
};
use crate::{
    AsOf, Contact, Dated, Directory, DirectoryError, Holding, HoldingChange, HoldingId, PersonId,
    Post, UnitId,
    actions::save::{Act, load},
    model::Timeline,
    store::{self, Narrow, PersonLink},
};

/// A person as an identity provider tells of them by itself, where LDAP is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provided {
    /// What stays the same when everything else changes.
    pub external_id: String,
    /// What the provider calls them: as an entry's name (DN).
    pub label: String,
    /// The employee number.
    pub number: String,
    /// The name.
    pub name: String,
    /// The language; none leaves what is known.
    pub language: Option<Language>,
    /// Contacts, one of a way; others stay.
    pub contacts: Vec<Contact>,
    /// Contacts that the provider told before and tells no more.
    pub withdrawn: Vec<Contact>,
    /// The unit of record by its code, or by its name where one unit has it; an unknown one
    /// leaves what is known.
    pub unit: Option<String>,
}

/// People of providers that tell by themselves: the caller of these has permitted it, and takes
/// care that it is one change with what follows from it.
impl Directory {
    /// A new source of this sort.
    ///
    /// Errors: [`DirectoryError::Db`].
    pub async fn open_provided(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        name: &str,
    ) -> Result<SourceId, DirectoryError> {
        let source = self.provided_source(self.new_id(), name);
        store::insert_provided(tx.connection(), &source).await?;
        let fact = SourceChanged::of(&source, "created");
        journal::append(tx, Entry::new(caller, source.created_at, &fact)).await?;
        Ok(source.id)
    }

    /// Makes the person, or brings what is known of them up to date, as for an entry of LDAP:
    /// somebody known to the source is the same person, else somebody with that number. `known`
    /// says who it is where the identifier is new. Who had left is here again.
    ///
    /// Errors: [`DirectoryError::WrongInput`]; a number of somebody else names `number`.
    pub async fn take_provided(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        source: SourceId,
        known: Option<PersonId>,
        told: &Provided,
    ) -> Result<PersonId, DirectoryError> {
        if let Some(person) = known {
            let link = PersonLink {
                external_id: told.external_id.clone(),
                person,
                dn: told.label.clone(),
            };
            store::put_link(tx.connection(), source, &link).await?;
        }
        let person = FoundPerson {
            external_id: told.external_id.clone(),
            dn: told.label.clone(),
            number: told.number.clone(),
            name: told.name.clone(),
            contacts: told.contacts.clone(),
            unit_code: told.unit.clone(),
        };
        let source = self.provided_source(source, &told.label);
        let mut run = SyncRun::new(self, &source, SyncMode::Apply);
        run.caller = caller.clone();
        run.language = told.language;
        run.withdrawn.clone_from(&told.withdrawn);
        if let Some(named) = &told.unit {
            run.units.extend(self.unit_called(named).await?.map(|unit| (named.clone(), unit)));
        }
        Taking { run: &mut run, person: &person }.take(tx).await
    }

    /// Lets somebody of the source leave, as who is no longer in LDAP. Whoever is in LDAP still
    /// does not leave: that is LDAP's to say. Returns whether they have left.
    ///
    /// Errors: [`DirectoryError::Db`].
    pub async fn let_provided_leave(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (source, external_id): (SourceId, &str),
        person: PersonId,
    ) -> Result<bool, DirectoryError> {
        if store::is_in_ldap(tx.connection(), person).await? {
            let now = self.clock.now();
            store::note_gone(tx.connection(), source, external_id, now).await?;
            return Ok(false);
        }
        let source = self.provided_source(source, "");
        let mut run = SyncRun::new(self, &source, SyncMode::Apply);
        run.caller = caller.clone();
        let external_id = external_id.to_owned();
        run.let_leave(tx, &PersonLink { external_id, person, dn: String::new() }).await?;
        Ok(true)
    }

    /// Lets the person hold the post of their unit that is called so, and no longer `before`,
    /// which they held for the same reason. Returns the holding, if there is such a post and the
    /// source may fill it; that it may not is a fact.
    ///
    /// Errors: [`DirectoryError::Db`], `WrongInput`.
    pub async fn hold_provided(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (source, person): (SourceId, PersonId),
        title: Option<&str>,
        before: Option<HoldingId>,
    ) -> Result<Option<HoldingId>, DirectoryError> {
        let act = self.act(caller);
        let timeline: Timeline<crate::Person> = load(tx, person).await?;
        let now = timeline.at(act.now).map(|person| &person.state);
        let (unit, name) = now.map(|person| (person.unit, person.name.clone())).unzip();
        let (unit, name) = (unit.flatten(), name.unwrap_or_default());
        let post = match (unit, title) {
            (Some(unit), Some(title)) => self.post_called(tx, unit, title).await?,
            _ => None,
        };
        let equal = vec![("person_id", person.to_string())];
        let held: Vec<Dated<Holding>> = self.equal_at(tx, equal, act.now).await?;
        if let Some(before) = before {
            let still = held.iter().find(|holding| holding.id == before);
            match still {
                Some(holding) if post.as_ref().is_some_and(|p| p.id == holding.state.post) => {
                    return Ok(Some(before));
                }
                Some(_) => {
                    let timeline = load(tx, before).await?;
                    act.save_end(tx, &timeline, act.now).await?;
                }
                None => {}
            }
        }
        // Held for another reason: then it is not the provider's to end.
        let post = post.filter(|post| !held.iter().any(|holding| holding.state.post == post.id));
        let whom = (person, name.as_str());
        let post = self.fillable(tx, &act, source, whom, post).await?;
        let Some(post) = post else { return Ok(None) };
        let (new, span) = (HoldingChange::default(), (act.now, None));
        let begun = self.create_holding_in(tx, &act, &new, (person, post.id), span).await?;
        Ok(Some(begun.id))
    }

    /// The post, if there is one and the source may put the person on it. Keeps a refusal, and
    /// forgets those that are over.
    async fn fillable(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        source: SourceId,
        whom: (PersonId, &str),
        post: Option<Dated<Post>>,
    ) -> Result<Option<Dated<Post>>, DirectoryError> {
        let head = store::source_head(tx.connection(), source).await?;
        let (posts, name) = head.map(|head| (head.posts, head.name)).unzip();
        let closed = match &post {
            Some(post) => self.closed_post(tx, posts.unwrap_or_default(), post).await?,
            None => None,
        };
        let but = closed.as_ref().map(|closed| closed.post);
        store::forget_refusals(tx.connection(), (source, whom.0), but).await?;
        let Some(closed) = closed else { return Ok(post) };
        let source = (source, name.as_deref().unwrap_or_default());
        self.refuse_holding(tx, act, source, whom, &closed).await?;
        Ok(None)
    }

    async fn unit_called(&self, named: &str) -> Result<Option<UnitId>, DirectoryError> {
        let trees = self.trees().await?;
        let open = || trees.units().filter(|unit| !unit.closed);
        let id = match open().find(|unit| unit.code == named) {
            Some(unit) => Some(unit.id.clone()),
            None => {
                let mut same = open().filter(|unit| is_called(&unit.name, named));
                let first = same.next().map(|unit| unit.id.clone());
                first.filter(|_| same.next().is_none())
            }
        };
        Ok(id.and_then(|id| id.parse().ok()))
    }

    async fn post_called(
        &self,
        tx: &mut Tx,
        unit: UnitId,
        title: &str,
    ) -> Result<Option<Dated<Post>>, DirectoryError> {
        let posts = self.posts_now_in(tx, unit).await?;
        let mut same = posts.into_iter().filter(|post| answers_to(&post.state, title));
        let first = same.next();
        Ok(first.filter(|_| same.next().is_none()))
    }

    /// The posts that are in the unit now.
    pub(super) async fn posts_now_in(
        &self,
        tx: &mut Tx,
        unit: UnitId,
    ) -> Result<Vec<Dated<Post>>, DirectoryError> {
        self.posts_in(tx, unit, self.clock.now()).await
    }

    /// The posts that are in the unit at a moment.
    pub(super) async fn posts_in(
        &self,
        tx: &mut Tx,
        unit: UnitId,
        at: Time,
    ) -> Result<Vec<Dated<Post>>, DirectoryError> {
        self.equal_at(tx, vec![("unit_id", unit.to_string())], at).await
    }

    async fn equal_at<S: store::Kept>(
        &self,
        tx: &mut Tx,
        equal: Vec<(&'static str, String)>,
        at: Time,
    ) -> Result<Vec<Dated<S>>, DirectoryError> {
        let narrow = Narrow { equal, ..Narrow::default() };
        let page = kernel::Page { after: None, limit: 500 };
        store::list(tx.connection(), self.db.dialect(), &narrow, AsOf::at(at), &page).await
    }

    fn provided_source(&self, id: SourceId, name: &str) -> Source {
        let now = self.clock.now();
        Source {
            id,
            name: name.to_owned(),
            settings: SourceSettings::default(),
            posts: SourcePosts::default(),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

/// Whether the post is meant where a source says that somebody is this.
pub(super) fn answers_to(post: &Post, title: &str) -> bool {
    post.code == title || is_called(&post.title, title)
}

/// Whether it is called so in one of the languages.
pub(super) fn is_called(name: &kernel::Text, text: &str) -> bool {
    name.zh == text || name.en.eq_ignore_ascii_case(text)
}
