use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{PageOf, Text};
use serde::Serialize;
use utoipa::ToSchema;

/// A versioned thing, with its ETag.
#[derive(Debug)]
pub struct Reply<T> {
    /// The thing.
    pub body: T,
    /// Its version.
    pub version: i64,
}

/// A thing that was just made: 201, with its ETag.
#[derive(Debug)]
pub struct Created<T>(pub Reply<T>);

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Page)]
pub struct PageView<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The key to ask the next page with as `after`; null on the last page.
    pub next: Option<String>,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[schema(as = Text)]
#[serde(deny_unknown_fields)]
pub struct TextView {
    /// English.
    pub en: String,
    /// 简体中文。
    pub zh: String,
}

impl<T> Reply<T> {
    /// `body` at `version`.
    pub fn new(body: T, version: i64) -> Self {
        Self { body, version }
    }
}

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.body).into_response();
        if let Ok(etag) = HeaderValue::from_str(&format!("\"{}\"", self.version)) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, self.0).into_response()
    }
}

impl<T> PageView<T> {
    /// All of a short list.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }

    /// A page with its items as views.
    pub fn of<U>(page: PageOf<U>, view: impl FnMut(U) -> T) -> Self {
        let page = page.map(view);
        Self { items: page.items, next: page.next }
    }
}

impl<T: Serialize> IntoResponse for PageView<T> {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}

impl From<Text> for TextView {
    fn from(text: Text) -> Self {
        Self { en: text.en, zh: text.zh }
    }
}

impl From<TextView> for Text {
    fn from(view: TextView) -> Self {
        Self { en: view.en, zh: view.zh }
    }
}
