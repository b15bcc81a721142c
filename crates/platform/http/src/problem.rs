use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use db::DbError;
use kernel::{Fault, FaultKind, Language};
use serde::Serialize;
use utoipa::ToSchema;

/// A fault on its way out of a handler; the stack renders it once the caller's language is known.
#[derive(Debug, Clone)]
pub struct Problem(pub Fault);

/// Problem details (RFC 9457), with our members.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemView {
    /// `urn:mainstay:problem:` and the code.
    pub r#type: String,
    /// The situation, in the caller's language.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, in the caller's language.
    pub detail: String,
    /// A stable code for programs.
    pub code: String,
    /// The request's id, to find it in the log.
    pub request_id: String,
    /// The fields that are wrong.
    pub fields: Vec<FieldFaultView>,
}

/// A field that is wrong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldFault)]
pub struct FieldFaultView {
    /// Where.
    pub field: String,
    /// What was found.
    pub found: String,
    /// What was expected, in the caller's language.
    pub expected: String,
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = status_of(self.0.kind).into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// The response for `fault`, worded for the caller.
pub(crate) fn render(fault: &Fault, language: Language, request_id: &str) -> Response {
    let status = status_of(fault.kind);
    let fields = fault.fields.iter().map(|field| FieldFaultView {
        field: field.field.clone(),
        found: field.found.clone(),
        expected: field.expected.in_language(language).to_owned(),
    });
    let view = ProblemView {
        r#type: format!("urn:mainstay:problem:{}", fault.code),
        title: title_of(fault.kind, language).to_owned(),
        status: status.as_u16(),
        detail: fault.text.in_language(language).to_owned(),
        code: fault.code.to_owned(),
        request_id: request_id.to_owned(),
        fields: fields.collect(),
    };
    let body = serde_json::to_vec(&view).unwrap_or_default();
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    match fault.kind {
        FaultKind::TooMany { retry_after_s } => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
        }
        FaultKind::Unauthenticated => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        _ => {}
    }
    response
}

fn status_of(kind: FaultKind) -> StatusCode {
    match kind {
        FaultKind::Invalid => StatusCode::BAD_REQUEST,
        FaultKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        FaultKind::Forbidden => StatusCode::FORBIDDEN,
        FaultKind::NotFound => StatusCode::NOT_FOUND,
        FaultKind::Conflict | FaultKind::Excluded => StatusCode::CONFLICT,
        FaultKind::Stale => StatusCode::PRECONDITION_FAILED,
        FaultKind::VersionMissing => StatusCode::PRECONDITION_REQUIRED,
        FaultKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        FaultKind::UrlTooLong => StatusCode::URI_TOO_LONG,
        FaultKind::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        FaultKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        FaultKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn title_of(kind: FaultKind, language: Language) -> &'static str {
    let (en, zh) = match kind {
        FaultKind::Invalid => ("The input is not valid", "输入有误"),
        FaultKind::Unauthenticated => ("Sign in first", "请先登录"),
        FaultKind::Forbidden => ("Not allowed", "没有权限"),
        FaultKind::NotFound => ("Not found", "不存在"),
        FaultKind::Conflict | FaultKind::Excluded => {
            ("It contradicts what is there", "与现有内容冲突")
        }
        FaultKind::Stale => ("Changed in the meantime", "已被他人修改"),
        FaultKind::VersionMissing => ("If-Match is missing", "缺少 If-Match"),
        FaultKind::TooLarge => ("Too large", "内容过大"),
        FaultKind::UrlTooLong => ("The URL is too long", "URL 过长"),
        FaultKind::TooMany { .. } => ("Too many tries", "尝试过于频繁"),
        FaultKind::Unavailable => ("Not available now", "暂时不可用"),
        FaultKind::Internal => ("Internal error", "内部错误"),
    };
    match language {
        Language::English => en,
        Language::Chinese => zh,
    }
}
