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
#[serde(from = "TextBody")]
pub struct TextView {
    /// English.
    pub en: String,
    /// 简体中文。
    pub zh: String,
}

/// A sentence that somebody gives in both languages, or in one of them that then stands for both.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize, ToSchema)]
#[schema(as = GivenText)]
#[serde(deny_unknown_fields)]
pub struct TextBody {
    /// English; the Chinese when not given.
    #[serde(default)]
    pub en: String,
    /// 简体中文；未填时取英文。
    #[serde(default)]
    pub zh: String,
}

impl TextBody {
    /// To the letter, for who checks each language by itself.
    #[must_use]
    pub fn as_given(self) -> kernel::Text {
        kernel::Text { en: self.en, zh: self.zh }
    }
}

impl From<TextBody> for TextView {
    fn from(given: TextBody) -> Self {
        let TextBody { en, zh } = given;
        match (en.trim().is_empty(), zh.trim().is_empty()) {
            (true, false) => Self { en: zh.clone(), zh },
            (false, true) => Self { zh: en.clone(), en },
            _ => Self { en, zh },
        }
    }
}

impl From<TextBody> for kernel::Text {
    fn from(given: TextBody) -> Self {
        TextView::from(given).into()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_one_language_stands_for_both() {
        let read = |json: &str| serde_json::from_str::<TextView>(json).map(Text::from);
        assert_eq!(read(r#"{"zh":"机房"}"#).unwrap(), Text::same("机房"));
        assert_eq!(read(r#"{"en":"Room","zh":" "}"#).unwrap(), Text::same("Room"));
        assert_eq!(read(r#"{"en":"Room","zh":"机房"}"#).unwrap(), Text::new("Room", "机房"));
        assert_eq!(read("{}").unwrap(), Text::default());
        assert!(read(r#"{"fr":"Salle"}"#).is_err());
    }
}
