//! Parameters, in the query or, of a POST or PUT, in a form.

use axum::{
    RequestExt as _,
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::{Method, StatusCode, header},
};
use promql::metric_selector;
use tsdb::{Selector, TimeRange};
use url::form_urlencoded;

use super::{answer::NoAnswer, moment};

/// The latest moment of a query, and with a minus the earliest: as far as dates reach in browsers.
/// Beyond there is nothing, and times can be reckoned with without going over.
const MOMENT_MAX_MS: i64 = 8_640_000_000_000_000;
/// Most parameters of a request.
const PARAMS_MAX: usize = 1_000;

/// All parameters in their order; those of the form before those of the query.
#[derive(Debug, Default)]
pub(super) struct Params {
    pairs: Vec<(String, String)>,
}

impl<S: Send + Sync> FromRequest<S> for Params {
    type Rejection = NoAnswer;

    async fn from_request(request: Request, _: &S) -> Result<Self, NoAnswer> {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let media = request.headers().get(header::CONTENT_TYPE);
        let media = media.and_then(|media| media.to_str().ok()).unwrap_or_default();
        let plain = media.split(';').next().unwrap_or_default().trim();
        let is_form = matches!(*request.method(), Method::POST | Method::PUT)
            && plain.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let mut params = Self::default();
        if is_form {
            let body: Result<Bytes, BytesRejection> = request.extract().await;
            let body = body.map_err(|rejection| {
                let why = match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => "http: request body too large".to_owned(),
                    _ => rejection.to_string(),
                };
                NoAnswer::BadData(format!("error parsing form values: {why}"))
            })?;
            params.read(&body)?;
        }
        params.read(query.as_bytes())?;
        Ok(params)
    }
}

impl Params {
    fn read(&mut self, form: &[u8]) -> Result<(), NoAnswer> {
        for (name, value) in form_urlencoded::parse(form) {
            if self.pairs.len() >= PARAMS_MAX {
                let why = format!("error parsing form values: more than {PARAMS_MAX} parameters");
                return Err(NoAnswer::BadData(why));
            }
            self.pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(())
    }

    /// The first value of a parameter; empty when it is not given.
    pub(super) fn first(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All values of a parameter.
    pub(super) fn all<'p>(&'p self, name: &str) -> impl Iterator<Item = &'p str> {
        self.pairs.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// How many items are wanted; 0: all. Errors: it is no number.
    pub(super) fn limit(&self) -> Result<usize, NoAnswer> {
        self.number("limit", 0)
    }

    /// A number that is not below 0. Errors: it is none.
    pub(super) fn number(&self, name: &str, or: usize) -> Result<usize, NoAnswer> {
        let text = self.first(name);
        if text.is_empty() {
            return Ok(or);
        }
        match text.parse::<i64>() {
            Ok(number) => usize::try_from(number).map_err(|_| {
                NoAnswer::parameter(name, format_args!("{name} must be non-negative"))
            }),
            Err(_) => {
                let why = format_args!("strconv.Atoi: parsing {text:?}: invalid syntax");
                Err(NoAnswer::parameter(name, why))
            }
        }
    }

    /// Whether something is wanted; not, when it is not given. Errors: it is neither true nor
    /// false.
    pub(super) fn flag(&self, name: &str) -> Result<bool, NoAnswer> {
        // As Go reads them.
        match self.first(name) {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
            "" | "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
            text => {
                let why = format_args!("strconv.ParseBool: parsing {text:?}: invalid syntax");
                Err(NoAnswer::parameter(name, why))
            }
        }
    }

    /// From `start` to `end`; where one is not given, without a bound.
    ///
    /// Errors: one of them is no moment, or they contradict each other.
    pub(super) fn range(&self) -> Result<TimeRange, NoAnswer> {
        let from_ms = self.moment("start", i64::MIN)?;
        let to_ms = self.moment("end", i64::MAX)?;
        if to_ms < from_ms {
            return Err(NoAnswer::parameter("end", "end timestamp must not be before start time"));
        }
        Ok(TimeRange { from_ms, to_ms })
    }

    /// A moment, in milliseconds. Errors: it is none.
    pub(super) fn moment(&self, name: &str, or: i64) -> Result<i64, NoAnswer> {
        match self.first(name) {
            "" => Ok(or),
            text => moment::read(text).map_err(|why| NoAnswer::parameter(name, why)),
        }
    }

    /// The moment of a query, in milliseconds. Errors: it is none.
    pub(super) fn query_moment(&self, name: &str, or: i64) -> Result<i64, NoAnswer> {
        Ok(self.moment(name, or)?.clamp(-MOMENT_MAX_MS, MOMENT_MAX_MS))
    }

    /// The same, which must be given. Errors: it is not, or is none.
    pub(super) fn query_moment_given(&self, name: &str) -> Result<i64, NoAnswer> {
        let moment = moment::read(self.first(name));
        let moment = moment.map_err(|why| NoAnswer::parameter(name, why))?;
        Ok(moment.clamp(-MOMENT_MAX_MS, MOMENT_MAX_MS))
    }

    /// The selectors of `match[]`. Errors: one of them cannot be read.
    pub(super) fn selectors(&self) -> Result<Vec<Selector>, NoAnswer> {
        self.all("match[]").map(selector).collect()
    }
}

fn selector(text: &str) -> Result<Selector, NoAnswer> {
    metric_selector(text).map_err(|why| NoAnswer::parameter("match[]", why))
}
