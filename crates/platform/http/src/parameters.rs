//! Which parameters the query of a route may have: those that its document names, and no others.
//! What is misspelt would otherwise be passed over, and the answer be about something else.

use std::sync::Arc;

use axum::http::{Method, Uri};
use kernel::{Fault, FieldFault, Text};
use utoipa::openapi::{
    RefOr,
    path::{Operation, ParameterIn, PathItem, Paths},
};

use crate::misread::listed;

/// Below it other protocols have their own rules: Prometheus passes over what it does not know.
const OURS: &str = "/api/v1/";
/// Names that are less alike are no slip of the pen.
const ALIKE: f64 = 0.75;
/// So many are named at once.
const NAMED_MAX: usize = 10;
/// Longer names are cut.
const NAME_CHARS_MAX: usize = 80;

/// The names of a route's query parameters, by method.
#[derive(Debug, Clone)]
pub(crate) struct Parameters(Arc<Vec<(Method, Vec<String>)>>);

impl Parameters {
    /// What the document says of routes; nothing of those that speak another's protocol.
    pub(crate) fn of(paths: &Paths) -> Self {
        let ours = paths.paths.iter().filter(|(path, _)| path.starts_with(OURS));
        let methods = ours.flat_map(|(_, item)| {
            let all = documented(item).into_iter();
            all.map(|(method, operation)| (method, names(item, operation)))
        });
        Self(Arc::new(methods.collect()))
    }

    /// What is wrong with a query that has parameters which the route does not know.
    pub(crate) fn unknown(&self, method: &Method, uri: &Uri) -> Option<Fault> {
        uri.query().filter(|query| !query.is_empty())?;
        // Whoever asks for the head of an answer asks for the same.
        let asked = if *method == Method::HEAD { &Method::GET } else { method };
        let (_, known) = self.0.iter().find(|(method, _)| method == asked)?;
        let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri);
        // What cannot be read at all is the reader's to name.
        let axum::extract::Query(pairs) = pairs.ok()?;
        let unknown = pairs.into_iter().map(|(name, _)| name).filter(|name| !known.contains(name));
        let faults: Vec<FieldFault> =
            unknown.take(NAMED_MAX).map(|name| no_such(&name, known)).collect();
        (!faults.is_empty()).then(|| Fault::invalid_fields(faults))
    }
}

fn documented(item: &PathItem) -> Vec<(Method, &Operation)> {
    [
        (Method::GET, &item.get),
        (Method::PUT, &item.put),
        (Method::POST, &item.post),
        (Method::DELETE, &item.delete),
        (Method::PATCH, &item.patch),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
    .collect()
}

fn names(item: &PathItem, operation: &Operation) -> Vec<String> {
    let all = item.parameters.iter().chain(&operation.parameters).flatten();
    let written = all.filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    });
    let query = written.filter(|parameter| parameter.parameter_in == ParameterIn::Query);
    query.map(|parameter| parameter.name.clone()).collect()
}

fn no_such(name: &str, known: &[String]) -> FieldFault {
    let likeness = known.iter().map(|known| (strsim::jaro_winkler(known, name), known));
    let nearest = likeness.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(alike, _)| *alike > ALIKE);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let expected = match (nearest, known.as_slice()) {
        (Some((_, nearest)), _) => Text::new(
            format!("no parameter of that name; did you mean `{nearest}`?"),
            format!("已有的参数，最接近的是 `{nearest}`"),
        ),
        (None, []) => Text::new("no parameter; this route has none", "空：此接口没有查询参数"),
        (None, known) => {
            let known = listed(known);
            Text::new(
                format!("no parameter of that name; there is {}", known.en),
                format!("已有的参数：{}", known.zh),
            )
        }
    };
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect();
    FieldFault::new(name.clone(), name, expected)
}
