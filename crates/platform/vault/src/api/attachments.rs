use axum::{
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_kit::{Created, Key, PageView, Problem, Query, Reply, Routes, Who, routes};
use kernel::{Fault, PageRequest};
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::AttachmentView;
use crate::{ATTACHMENT_CHANGE, ATTACHMENT_READ, Attachment, Upload, Vault};

/// Nothing in an attached file runs or loads anything, should a browser show it after all.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct UploadQuery {
    /// What it is attached to: `resource`.
    kind: String,
    /// What it is attached to: the id.
    id: String,
    /// Its name where it comes from.
    name: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct AttachmentsQuery {
    /// Attached to: `resource`.
    kind: String,
    /// Attached to: the id.
    id: String,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

pub(super) fn routes() -> Routes<Vault> {
    Routes::new()
        .read(ATTACHMENT_READ, routes!(list))
        .write(ATTACHMENT_CHANGE, routes!(attach))
        .read(ATTACHMENT_READ, routes!(find))
        .read(ATTACHMENT_READ, routes!(content))
        .write(ATTACHMENT_CHANGE, routes!(detach))
}

/// What is attached to a thing, in the order it was attached.
#[utoipa::path(get, path = "/api/v1/attachments", tag = "vault", params(AttachmentsQuery),
    responses((status = 200, body = PageView<AttachmentView>)))]
async fn list(
    State(vault): State<Vault>,
    Who(caller): Who,
    Query(query): Query<AttachmentsQuery>,
) -> Result<PageView<AttachmentView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let found = vault.attachments(&caller, &query.kind, &query.id, &page).await?;
    Ok(PageView::of(found, AttachmentView::from))
}

/// Attaches a file to a thing. The body is the file itself.
#[utoipa::path(post, path = "/api/v1/attachments", tag = "vault", params(UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = AttachmentView)))]
async fn attach(
    State(vault): State<Vault>,
    Who(caller): Who,
    Query(query): Query<UploadQuery>,
    body: Body,
) -> Result<Created<AttachmentView>, Problem> {
    let upload = Upload {
        name: query.name.unwrap_or_default(),
        subject_kind: query.kind,
        subject_id: query.id,
    };
    let attachment = vault.attach(&caller, upload, body).await?;
    Ok(Created(Reply::new(attachment.into(), 1)))
}

/// What is known of an attached file.
#[utoipa::path(get, path = "/api/v1/attachments/{id}", tag = "vault",
    params(("id" = String, Path)),
    responses((status = 200, body = AttachmentView), (status = 404)))]
async fn find(
    State(vault): State<Vault>,
    Who(caller): Who,
    Key(id): Key<Attachment>,
) -> Result<Reply<AttachmentView>, Problem> {
    Ok(Reply::new(vault.attachment(&caller, id).await?.into(), 1))
}

/// The attached file itself, to be saved and never shown.
#[utoipa::path(get, path = "/api/v1/attachments/{id}/content", tag = "vault",
    params(("id" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404), (status = 409), (status = 503)))]
async fn content(
    State(vault): State<Vault>,
    Who(caller): Who,
    Key(id): Key<Attachment>,
) -> Result<Response, Problem> {
    let (attachment, bytes) = vault.open_attachment(&caller, id).await?;
    Ok((headers(&attachment)?, Body::from_stream(bytes)).into_response())
}

/// Removes an attachment.
#[utoipa::path(delete, path = "/api/v1/attachments/{id}", tag = "vault",
    params(("id" = String, Path)), responses((status = 204), (status = 404)))]
async fn detach(
    State(vault): State<Vault>,
    Who(caller): Who,
    Key(id): Key<Attachment>,
) -> Result<StatusCode, Problem> {
    vault.detach(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn headers(attachment: &Attachment) -> Result<[(HeaderName, HeaderValue); 4], Fault> {
    let value = |text: &str| HeaderValue::from_str(text).map_err(Fault::internal);
    let content = &attachment.content;
    Ok([
        (header::CONTENT_TYPE, value(&content.media_type)?),
        (header::CONTENT_LENGTH, HeaderValue::from(content.size_bytes)),
        (header::CONTENT_DISPOSITION, value(&disposition(&attachment.name))?),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ])
}

/// `attachment` with the name as RFC 6266 has it: in ASCII for the old, in UTF-8 for the others.
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "._- ()".contains(c) { c } else { '_' })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' => {
                encoded.push(char::from(byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn names_cannot_leave_their_header() {
        assert_eq!(
            disposition("巡检 1.pdf"),
            "attachment; filename=\"__ 1.pdf\"; filename*=UTF-8''%E5%B7%A1%E6%A3%80%201.pdf"
        );
        let hostile = disposition("a\"; x=\r\nSet-Cookie: b");
        assert!(!hostile.contains(['\r', '\n']));
        assert_eq!(hostile.matches('"').count(), 2);
    }
}
