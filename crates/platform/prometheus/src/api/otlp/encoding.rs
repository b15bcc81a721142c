use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use wire::protobuf::Message;

use crate::{
    api::write::told,
    intake::{Kind, WriteRefusal},
};

/// How a request is written, and so its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Protobuf,
    Json,
}

impl Encoding {
    /// Their media types.
    pub(super) const MEDIA: [&str; 2] = ["application/x-protobuf", "application/json"];

    /// The one that has this media type.
    pub(super) fn of(media: &str) -> Option<Self> {
        let plain = media.split(';').next().unwrap_or_default().trim();
        [Self::Protobuf, Self::Json]
            .into_iter()
            .find(|encoding| plain.eq_ignore_ascii_case(encoding.media()))
    }

    fn media(self) -> &'static str {
        let [protobuf, json] = Self::MEDIA;
        match self {
            Self::Protobuf => protobuf,
            Self::Json => json,
        }
    }

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Protobuf => Kind::Otlp,
            Self::Json => Kind::OtlpJson,
        }
    }

    fn response(self, body: Vec<u8>) -> Response {
        let media = HeaderValue::from_static(self.media());
        ([(header::CONTENT_TYPE, media)], body).into_response()
    }

    /// `ExportMetricsServiceResponse`: everything was taken.
    pub(super) fn success(self) -> Response {
        self.response(match self {
            Self::Protobuf => Vec::new(),
            Self::Json => b"{}".to_vec(),
        })
    }

    /// The same when so many data points were not.
    pub(super) fn partial_success(self, rejected: u64, why: &str) -> Response {
        self.response(match self {
            Self::Protobuf => {
                let mut response = Message::new();
                response.message(1, |partial| {
                    partial.unsigned(1, rejected).text(2, why);
                });
                response.into_bytes()
            }
            Self::Json => {
                // 64-bit numbers are texts there.
                let partial =
                    json!({ "rejectedDataPoints": rejected.to_string(), "errorMessage": why });
                json!({ "partialSuccess": partial }).to_string().into_bytes()
            }
        })
    }

    /// `google.rpc.Status`: nothing was taken, or the same is to be sent again.
    pub(super) fn status(self, refusal: &WriteRefusal) -> Response {
        let (code, message) = (code_of(refusal), refusal.to_string());
        let body = match self {
            Self::Protobuf => {
                let mut status = Message::new();
                status.unsigned(1, code).text(2, &message);
                status.into_bytes()
            }
            Self::Json => json!({ "code": code, "message": message }).to_string().into_bytes(),
        };
        told(refusal, self.response(body))
    }
}

/// Source: `google.rpc.Code`.
fn code_of(refusal: &WriteRefusal) -> u64 {
    const INVALID_ARGUMENT: u64 = 3;
    const RESOURCE_EXHAUSTED: u64 = 8;
    const UNIMPLEMENTED: u64 = 12;
    const INTERNAL: u64 = 13;
    const UNAVAILABLE: u64 = 14;
    match refusal {
        WriteRefusal::Bad(_) => INVALID_ARGUMENT,
        WriteRefusal::TooLarge(_) => RESOURCE_EXHAUSTED,
        WriteRefusal::Unsupported(_) => UNIMPLEMENTED,
        WriteRefusal::Broken => INTERNAL,
        WriteRefusal::Full { .. } => UNAVAILABLE,
    }
}
