use http_kit::{FieldFaultView, ProblemView};
use utoipa::{
    OpenApi,
    openapi::{
        Components, Info, License, OpenApi as Document,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

#[derive(OpenApi)]
#[openapi(components(schemas(ProblemView, FieldFaultView)))]
struct Always;

/// The OpenAPI document of all routes: theirs, with what holds for every one of them.
pub(crate) fn document(mut routes: Document) -> Document {
    let mut info = Info::new("Mainstay", env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "Everything the web UI does goes through these routes. Faults are problem details \
         (RFC 9457) worded in the language of Accept-Language (en, zh). Lists are paged by key: \
         ask again with `after` set to `next`. Changes of a versioned thing name its version in \
         If-Match. Unsafe methods with the session cookie need the header X-CSRF-Token."
            .to_owned(),
    );
    let mut license = License::new("Apache-2.0");
    license.identifier = Some("Apache-2.0".to_owned());
    info.license = Some(license);
    routes.info = info;
    routes.merge(Always::openapi());
    let components = routes.components.get_or_insert_with(Components::new);
    let cookie = ApiKeyValue::new("__Host-mainstay-session");
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    routes
}
