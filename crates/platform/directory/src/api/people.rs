use axum::extract::State;
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Who};
use kernel::{FieldFault, Language, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::moments::{EndBody, MomentQuery, SpanView, given, page};
use crate::{
    Contact, Dated, Directory, DirectoryError, Person, PersonChange, PersonFilter, UnitId, Way,
    store::language_name,
};

/// A human in the directory.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub(crate) struct PersonView {
    id: String,
    /// The employee number.
    number: String,
    name: String,
    /// `en` or `zh`: the language to write to them in.
    language: String,
    /// The unit of record.
    unit_id: Option<String>,
    /// How to reach them, the first of a way first.
    contacts: Vec<ContactView>,
    #[serde(flatten)]
    span: SpanView,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct PeopleQuery {
    /// With this text in number, name, its pinyin or initials, or a contact, ignoring case.
    q: Option<String>,
    /// Of this very unit.
    #[param(value_type = Option<String>)]
    unit_id: Option<UnitId>,
    /// Of this unit or one below it.
    #[param(value_type = Option<String>)]
    under: Option<UnitId>,
    /// With this employee number.
    number: Option<String>,
    /// As it was on that day (`2026-03-01`) or at that time (RFC 3339); now when not given.
    as_of: Option<String>,
    /// As it was known then; as it is known now when not given.
    known_at: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// A new person.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewPerson)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPersonBody {
    /// The employee number: 1 to 64 characters without blanks; no other person has it.
    number: String,
    name: String,
    /// `en` or `zh`; `zh` when not given.
    #[schema(value_type = Option<String>)]
    language: Option<Language>,
    /// The unit of record.
    #[schema(value_type = Option<String>)]
    unit_id: Option<UnitId>,
    /// At most 20.
    #[serde(default)]
    contacts: Vec<ContactView>,
    /// From when: a day (`2026-03-01`) or a time (RFC 3339); now when not given.
    from: Option<String>,
}

/// A change of a person: what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PersonChange)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonChangeBody {
    /// 1 to 64 characters without blanks; no other person has it.
    number: Option<String>,
    /// 1 to 200 characters.
    name: Option<String>,
    /// `en` or `zh`.
    #[schema(value_type = Option<String>)]
    language: Option<Language>,
    /// The unit of record; null takes it away.
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<String>)]
    unit_id: Option<Option<UnitId>>,
    /// All of them; at most 20.
    contacts: Option<Vec<ContactView>>,
    /// From when: a day (`2026-03-01`) or a time (RFC 3339); now when not given.
    from: Option<String>,
}

/// People, oldest first.
#[utoipa::path(
    get, path = "/api/v1/people", tag = "directory", params(PeopleQuery),
    responses((status = 200, body = PageView<PersonView>)))]
pub(super) async fn list_people(
    State(directory): State<Directory>,
    Who(caller): Who,
    Query(query): Query<PeopleQuery>,
) -> Result<PageView<PersonView>, Problem> {
    let as_of = directory.as_of(query.as_of.as_deref(), query.known_at.as_deref());
    let as_of = as_of.map_err(crate::DirectoryError::from)?;
    let page = page(query.after, query.limit)?;
    let filter = PersonFilter {
        text: given(query.q),
        unit: query.unit_id,
        under: query.under,
        number: given(query.number),
    };
    Ok(PageView::of(directory.people(&caller, &filter, as_of, &page).await?, PersonView::from))
}

/// Takes a person into the directory.
#[utoipa::path(
    post, path = "/api/v1/people", tag = "directory", request_body = NewPersonBody,
    responses((status = 201, body = PersonView), (status = 409)))]
pub(super) async fn create_person(
    State(directory): State<Directory>,
    Who(caller): Who,
    Body(body): Body<NewPersonBody>,
) -> Result<Created<PersonView>, Problem> {
    let from = directory.effective("from", body.from.as_deref());
    let from = from.map_err(crate::DirectoryError::from)?;
    let person = directory.create_person(&caller, &body.into_change()?, from).await?;
    Ok(Created(reply(person)))
}

/// One person: now, or as it was last if it is no more; or as of a moment.
#[utoipa::path(
    get, path = "/api/v1/people/{id}", tag = "directory",
    params(("id" = String, Path), MomentQuery),
    responses((status = 200, body = PersonView), (status = 404)))]
pub(super) async fn get_person(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Person>,
    Query(query): Query<MomentQuery>,
) -> Result<Reply<PersonView>, Problem> {
    let as_of = query.moment(&directory)?;
    Ok(reply(directory.person_seen(&caller, id, as_of).await?))
}

/// Changes a person, from a moment on.
#[utoipa::path(
    patch, path = "/api/v1/people/{id}", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = PersonChangeBody,
    responses((status = 200, body = PersonView), (status = 404), (status = 409)))]
pub(super) async fn change_person(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Person>,
    IfMatch(version): IfMatch,
    Body(body): Body<PersonChangeBody>,
) -> Result<Reply<PersonView>, Problem> {
    let from = directory.effective("from", body.from.as_deref());
    let from = from.map_err(crate::DirectoryError::from)?;
    let change = body.into_change()?;
    Ok(reply(directory.change_person(&caller, id, version, &change, from).await?))
}

/// Lets a person leave: what they hold ends, too. They stay in the directory.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/leave", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = EndBody,
    responses(
        (status = 200, body = PersonView), (status = 404), (status = 409), (status = 412),
        (status = 428)))]
pub(super) async fn leave(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Person>,
    IfMatch(version): IfMatch,
    Body(body): Body<EndBody>,
) -> Result<Reply<PersonView>, Problem> {
    let at = body.at(&directory)?;
    Ok(reply(directory.leave(&caller, id, version, at).await?))
}

pub(super) fn reply(person: Dated<Person>) -> Reply<PersonView> {
    let version = person.version;
    Reply::new(person.into(), version)
}

impl From<Dated<Person>> for PersonView {
    fn from(dated: Dated<Person>) -> Self {
        let span = SpanView::from(&dated);
        let person = dated.state;
        Self {
            id: dated.id.to_string(),
            number: person.number,
            name: person.name,
            language: language_name(person.language).to_owned(),
            unit_id: person.unit.map(|id| id.to_string()),
            contacts: person.contacts.into_iter().map(ContactView::from).collect(),
            span,
        }
    }
}

impl NewPersonBody {
    fn into_change(self) -> Result<PersonChange, DirectoryError> {
        Ok(PersonChange {
            number: Some(self.number),
            name: Some(self.name),
            language: self.language,
            unit: Some(self.unit_id),
            contacts: Some(contacts(self.contacts)?),
        })
    }
}

impl PersonChangeBody {
    fn into_change(self) -> Result<PersonChange, DirectoryError> {
        Ok(PersonChange {
            number: self.number,
            name: self.name,
            language: self.language,
            unit: self.unit_id,
            contacts: self.contacts.map(contacts).transpose()?,
        })
    }
}

/// One way to reach a person.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Contact)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactView {
    /// `mail`, `mobile`, `phone`, `wecom`, `dingtalk`, `feishu` or `im`.
    way: String,
    /// The address, number or account.
    value: String,
}

impl From<Contact> for ContactView {
    fn from(contact: Contact) -> Self {
        Self { way: contact.way.name().to_owned(), value: contact.value }
    }
}

/// Errors: names the way that is none.
fn contacts(views: Vec<ContactView>) -> Result<Vec<Contact>, DirectoryError> {
    let known = Way::ALL.map(Way::name).join(", ");
    let read = |(at, view): (usize, ContactView)| match Way::from_name(&view.way) {
        Some(way) => Ok(Contact { way, value: view.value }),
        None => {
            let expected = Text::same(known.clone());
            Err(FieldFault::new(format!("contacts[{at}].way"), view.way, expected).into())
        }
    };
    views.into_iter().enumerate().map(read).collect()
}
