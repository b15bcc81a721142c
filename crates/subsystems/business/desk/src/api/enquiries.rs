use axum::{Json, extract::State, http::StatusCode};
use http_kit::{Body, PageView, Problem, Routes, TextView, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::satisfaction::RatingView;
use crate::{
    Desk,
    actions::{NewEnquiry, OfferedForm, SeenEnquiry},
    model::{
        enquiry::Progress,
        field::{Answers, FieldDef},
        public_form::ContactRule,
    },
};

/// A form that people outside fill in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfferedForm)]
pub(crate) struct FormView {
    /// To be sent back as `form`.
    key: String,
    title: TextView,
    intro: TextView,
    /// The questions of this form.
    fields: Vec<FieldDef>,
    categories: Vec<CategoryView>,
    contact: ContactRule,
    /// To be sent back; good for two hours and one enquiry.
    stamp: String,
    /// The `solution` is a text for which SHA-256 of `<stamp>:<solution>` begins with so many zero
    /// bits.
    work_bits: u8,
    /// The form is to be sent no earlier than so many seconds after it was opened.
    wait_s: u16,
}

/// What an enquiry may be about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfferedCategory)]
pub(crate) struct CategoryView {
    key: String,
    name: TextView,
}

/// What somebody writes in. No `Debug`: it may say who they are.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewEnquiry)]
#[serde(deny_unknown_fields)]
pub(crate) struct EnquiryBody {
    form: String,
    stamp: String,
    #[serde(default)]
    solution: String,
    subject: String,
    text: String,
    /// Who writes; empty: they stay anonymous.
    #[serde(default)]
    name: String,
    /// How to reach them; empty: not at all.
    #[serde(default)]
    contact: String,
    category: Option<String>,
    /// The answers of the form.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    fields: Answers,
    /// Stands on the form where nobody sees it, and stays empty.
    #[serde(default)]
    website: String,
}

/// By what somebody asks after their enquiry. It is shown this once and kept nowhere.
#[derive(Serialize, ToSchema)]
#[schema(as = EnquiryCode)]
pub(crate) struct CodeView {
    code: String,
}

/// The code of an enquiry.
#[derive(Deserialize, ToSchema)]
#[schema(as = EnquiryQuery)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeBody {
    code: String,
}

/// Something that is added to an enquiry.
#[derive(Deserialize, ToSchema)]
#[schema(as = EnquiryText)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddedBody {
    code: String,
    text: String,
}

/// How far an enquiry is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnquiryStatus)]
pub(crate) struct StatusView {
    number: String,
    subject: String,
    /// `received`, `being_handled` or `answered`.
    progress: &'static str,
    received_at: String,
    changed_at: String,
    /// What was answered and what was added, in order.
    lines: Vec<LineView>,
    /// Whether something can be added.
    may_add: bool,
    /// Whether it can be rated.
    may_rate: bool,
    rating: Option<RatingView>,
}

/// Something that was answered or added.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnquiryLine)]
pub(crate) struct LineView {
    at: String,
    /// Whether whoever enquired wrote it.
    own: bool,
    text: String,
}

/// The routes for people outside.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .open("the public has no accounts; a form is shown only where it is set up", routes!(forms))
        .open(
            "the public has no accounts; a stamp, work, a trap and rations keep programs off",
            routes!(enquire),
        )
        .open("proves itself by the query code of the enquiry", routes!(status))
        .open("proves itself by the query code of the enquiry", routes!(add))
        .with_state(desk)
}

/// The forms by which people outside write in; none unless they are set up.
#[utoipa::path(
    get, path = "/api/v1/public/forms", tag = "public", operation_id = "list_public_forms",
    responses((status = 200, body = PageView<FormView>)))]
async fn forms(State(desk): State<Desk>) -> Result<PageView<FormView>, Problem> {
    let forms = desk.public_forms().await?;
    Ok(PageView::whole(forms.into_iter().map(FormView::from).collect()))
}

/// Takes in an enquiry from outside and gives the code to ask after it.
#[utoipa::path(
    post, path = "/api/v1/public/enquiries", tag = "public", operation_id = "enquire",
    request_body = EnquiryBody,
    responses((status = 201, body = CodeView), (status = 400), (status = 404), (status = 429)))]
async fn enquire(
    State(desk): State<Desk>,
    Body(body): Body<EnquiryBody>,
) -> Result<(StatusCode, Json<CodeView>), Problem> {
    let code = desk.enquire(body.enquiry()).await?;
    Ok((StatusCode::CREATED, Json(CodeView { code })))
}

/// How far the enquiry of a code is.
#[utoipa::path(
    post, path = "/api/v1/public/enquiries/status", tag = "public",
    operation_id = "get_enquiry_status", request_body = CodeBody,
    responses((status = 200, body = StatusView), (status = 404), (status = 429)))]
async fn status(
    State(desk): State<Desk>,
    Body(body): Body<CodeBody>,
) -> Result<Json<StatusView>, Problem> {
    Ok(Json(StatusView::from(desk.enquiry(&body.code).await?)))
}

/// Adds something to the enquiry of a code.
#[utoipa::path(
    post, path = "/api/v1/public/enquiries/texts", tag = "public",
    operation_id = "add_to_enquiry", request_body = AddedBody,
    responses((status = 200, body = StatusView), (status = 400), (status = 404), (status = 409),
        (status = 429)))]
async fn add(
    State(desk): State<Desk>,
    Body(body): Body<AddedBody>,
) -> Result<Json<StatusView>, Problem> {
    Ok(Json(StatusView::from(desk.add_to_enquiry(&body.code, body.text).await?)))
}

impl EnquiryBody {
    fn enquiry(self) -> NewEnquiry {
        NewEnquiry {
            form: self.form,
            stamp: self.stamp,
            solution: self.solution,
            trap: self.website,
            subject: self.subject,
            text: self.text,
            name: self.name,
            contact: self.contact,
            category: self.category,
            fields: self.fields,
        }
    }
}

impl From<OfferedForm> for FormView {
    fn from(offered: OfferedForm) -> Self {
        let OfferedForm { draft, form, stamp } = offered;
        let category = |one: crate::model::public_form::Category| CategoryView {
            key: one.key,
            name: one.name.into(),
        };
        Self {
            fields: form.questions(&draft.fields),
            key: draft.key,
            title: form.title.into(),
            intro: form.intro.into(),
            categories: form.categories.into_iter().map(category).collect(),
            contact: form.contact,
            stamp,
            work_bits: form.work_bits,
            wait_s: form.wait_s,
        }
    }
}

impl From<SeenEnquiry> for StatusView {
    fn from(seen: SeenEnquiry) -> Self {
        let ticket = &seen.scene.ticket;
        let line = |line: crate::model::enquiry::Line| LineView {
            at: line.at.to_string(),
            own: line.own,
            text: line.text,
        };
        Self {
            progress: seen.progress.name(),
            number: ticket.number.clone(),
            subject: ticket.content.subject.clone(),
            received_at: ticket.opened_at.to_string(),
            changed_at: ticket.changed_at.to_string(),
            may_add: ticket.closed_at.is_none(),
            may_rate: seen.progress == Progress::Answered,
            rating: seen.rating.map(RatingView::from),
            lines: seen.lines.into_iter().map(line).collect(),
        }
    }
}
