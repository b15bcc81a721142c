use axum::{
    RequestExt as _,
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::{StatusCode, header},
    response::IntoResponse as _,
};
use http_kit::Problem;
use kernel::{Fault, FaultKind, Text};

/// What YAML is sent as.
const MEDIA: [&str; 4] = ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"];

/// A rule file as the body.
pub(super) struct YamlText(pub(super) String);

impl<S: Send + Sync> FromRequest<S> for YamlText {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let media = request.headers().get(header::CONTENT_TYPE);
        let media = media.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let plain = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !MEDIA.contains(&plain.as_str()) {
            let expected = Text::same(MEDIA[0]);
            return Err(Fault::invalid("Content-Type", media, expected).into());
        }
        let bytes: Result<Bytes, BytesRejection> = request.extract().await;
        let bytes = bytes.map_err(|rejection| {
            if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                let text = Text::new("the rule file is over 1 MiB", "规则文件超过 1 MiB");
                return Problem(Fault::new(FaultKind::TooLarge, "too-large", text));
            }
            let text = Text::new("the body was cut off", "请求体不完整");
            Problem(Fault::new(FaultKind::Invalid, "body-cut-off", text))
        })?;
        // A mark of the byte order is what editors write, and no part of the text.
        match String::from_utf8(bytes.to_vec()) {
            Ok(text) => Ok(Self(text.trim_start_matches('\u{feff}').to_owned())),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let found = format!("byte {at}");
                Err(Fault::invalid("content", found, Text::new("UTF-8 text", "UTF-8 文本")).into())
            }
        }
    }
}
