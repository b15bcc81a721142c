use std::fmt;

use axum::{
    Router,
    extract::{Request, State},
    http::Method,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use kernel::{ActorKind, Caller, Fault, FaultKind, Owed, Permission, Text};
use utoipa::openapi::{
    OpenApi, Ref, RefOr, ResponseBuilder,
    content::ContentBuilder,
    extensions::ExtensionsBuilder,
    path::{Operation, PathItem},
    security::SecurityRequirement,
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt};

use crate::{
    Problem,
    alertmanager_error::{self, speaks_alertmanager},
    parameters::Parameters,
    prometheus_error::{self, speaks_prometheus},
    scim_error::{self, speaks_scim},
};

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteNeed {
    /// A permission, held somewhere: the verb asks where.
    Permission(Permission),
    /// A permission, held over everything: what the route is about belongs nowhere.
    Everywhere(Permission),
    /// Only that the caller has signed in: each part of the answer asks for its own permission.
    /// With what the parts are.
    SignedIn(&'static str),
    /// Nothing, for a reason.
    Open(&'static str),
}

impl RouteNeed {
    /// The permission it needs, if it needs one.
    #[must_use]
    pub fn permission(self) -> Option<Permission> {
        match self {
            Self::Permission(permission) | Self::Everywhere(permission) => Some(permission),
            Self::SignedIn(_) | Self::Open(_) => None,
        }
    }
}

/// One route, as the tests walk them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteEntry {
    /// `GET`, `POST` …
    pub method: Method,
    /// The path as documented, with `{id}`.
    pub path: String,
    /// What it needs.
    pub need: RouteNeed,
}

/// The routes of a crate and what each needs; documented as they are added.
pub struct Routes<S = ()> {
    router: OpenApiRouter<S>,
    table: Vec<RouteEntry>,
}

impl<S> fmt::Debug for Routes<S> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Routes").field("table", &self.table).finish_non_exhaustive()
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self { router: OpenApiRouter::new(), table: Vec::new() }
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A route that changes nothing and needs `permission`, which ends in `.read`.
    #[must_use]
    pub fn read(self, permission: Permission, route: UtoipaMethodRouter<S>) -> Self {
        assert!(!permission.changes(), "`{permission}` is not a permission to read");
        self.guarded(RouteNeed::Permission(permission), route)
    }

    /// A route that changes something and needs `permission`.
    #[must_use]
    pub fn write(self, permission: Permission, route: UtoipaMethodRouter<S>) -> Self {
        self.guarded(RouteNeed::Permission(permission), route)
    }

    /// A route that changes nothing and is about what belongs nowhere: it needs `permission`,
    /// which ends in `.read`, over everything.
    #[must_use]
    pub fn read_everywhere(self, permission: Permission, route: UtoipaMethodRouter<S>) -> Self {
        assert!(!permission.changes(), "`{permission}` is not a permission to read");
        self.guarded(RouteNeed::Everywhere(permission), route)
    }

    /// A route that changes what belongs nowhere: it needs `permission` over everything.
    #[must_use]
    pub fn write_everywhere(self, permission: Permission, route: UtoipaMethodRouter<S>) -> Self {
        self.guarded(RouteNeed::Everywhere(permission), route)
    }

    /// A route that changes nothing and that everybody who has signed in may ask, because each
    /// part of its answer asks for a permission of its own; and which parts these are.
    #[must_use]
    pub fn read_by_parts(self, parts: &'static str, route: UtoipaMethodRouter<S>) -> Self {
        assert!(!parts.is_empty(), "a route of parts says which they are");
        self.guarded(RouteNeed::SignedIn(parts), route)
    }

    /// A route that needs no sign-in, and why.
    #[must_use]
    pub fn open(mut self, reason: &'static str, route: UtoipaMethodRouter<S>) -> Self {
        assert!(!reason.is_empty(), "an open route says why it is open");
        let (schemas, mut paths, methods) = route;
        for (path, item) in &mut paths.paths {
            self.note(path, item, RouteNeed::Open(reason));
        }
        self.router = self.router.routes((schemas, paths, methods));
        self
    }

    fn guarded(mut self, need: RouteNeed, route: UtoipaMethodRouter<S>) -> Self {
        let door = (need, Parameters::of(&route.1));
        let (schemas, mut paths, methods) =
            route.layer(middleware::from_fn_with_state(door, check));
        for (path, item) in &mut paths.paths {
            self.note(path, item, need);
        }
        self.router = self.router.routes((schemas, paths, methods));
        self
    }

    fn note(&mut self, path: &str, item: &mut PathItem, need: RouteNeed) {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(operation_id(&method, path));
            document(operation, need, &method);
            if speaks_scim(path) {
                scim_error::redocument(operation);
            }
            if speaks_prometheus(path) {
                prometheus_error::redocument(operation);
            }
            if speaks_alertmanager(path) {
                alertmanager_error::redocument(operation);
            }
            self.table.push(RouteEntry { method, path: path.to_owned(), need });
        }
    }

    /// These routes and those.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.table.extend(other.table);
        self
    }

    /// The routes with their state given.
    #[must_use]
    pub fn with_state(self, state: S) -> Routes<()> {
        Routes { router: self.router.with_state(state), table: self.table }
    }

    /// Every route with what it needs.
    #[must_use]
    pub fn table(&self) -> &[RouteEntry] {
        &self.table
    }

    /// The router and its document.
    pub fn into_parts(self) -> (Router<S>, OpenApi, Vec<RouteEntry>) {
        let (router, document) = self.router.split_for_parts();
        (router, document, self.table)
    }
}

/// The one check that every guarded route passes. Open ones are asked by others' pages and
/// programs, which add parameters of their own.
async fn check(
    State((need, parameters)): State<(RouteNeed, Parameters)>,
    request: Request,
    next: Next,
) -> Response {
    let caller = request.extensions().get::<Caller>();
    match caller {
        Some(caller) if caller.actor.kind != ActorKind::Stranger => match refused(caller, need) {
            Some(fault) => {
                let owed = caller.grant.owed().map(Owed::fault);
                Problem(owed.unwrap_or(fault)).into_response()
            }
            None => match parameters.unknown(request.method(), request.uri()) {
                Some(fault) => Problem(fault).into_response(),
                None => next.run(request).await,
            },
        },
        // The gate found a session that is over: the UI says so instead of greeting a stranger.
        Some(caller) if caller.session_id.is_some() => {
            let text = Text::new("your session has ended; sign in again", "会话已结束，请重新登录");
            let fault = Fault::new(FaultKind::Unauthenticated, "session-ended", text);
            Problem(fault).into_response()
        }
        _ => {
            let text = Text::new("sign in first", "请先登录");
            Problem(Fault::new(FaultKind::Unauthenticated, "sign-in-needed", text)).into_response()
        }
    }
}

/// Why the caller does not get through, if they do not.
fn refused(caller: &Caller, need: RouteNeed) -> Option<Fault> {
    match need {
        RouteNeed::Open(_) => None,
        // Who owes a new password, or the like, does that first.
        RouteNeed::SignedIn(_) => caller.grant.owed().map(Owed::fault),
        RouteNeed::Permission(permission) => {
            (!caller.may(permission)).then(|| Fault::forbidden(permission))
        }
        RouteNeed::Everywhere(permission) if caller.may_everywhere(permission) => None,
        RouteNeed::Everywhere(permission) if caller.may(permission) => {
            Some(Fault::out_of_scope(permission))
        }
        RouteNeed::Everywhere(permission) => Some(Fault::forbidden(permission)),
    }
}

fn operations(item: &mut PathItem) -> Vec<(Method, &mut Operation)> {
    [
        (Method::GET, item.get.as_mut()),
        (Method::PUT, item.put.as_mut()),
        (Method::POST, item.post.as_mut()),
        (Method::DELETE, item.delete.as_mut()),
        (Method::PATCH, item.patch.as_mut()),
        (Method::HEAD, item.head.as_mut()),
        (Method::OPTIONS, item.options.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
    .collect()
}

/// `get_checks_by_id` for `GET /api/v1/checks/{id}`: unique, as OpenAPI wants it, because method
/// and path are.
fn operation_id(method: &Method, path: &str) -> String {
    let mut id = method.as_str().to_ascii_lowercase();
    for part in path.trim_start_matches("/api/v1").split(['/', '.', '-']) {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(parameter) => id.push_str(&format!("_by_{parameter}")),
            None if part.is_empty() => {}
            None => id.push_str(&format!("_{part}")),
        }
    }
    id
}

/// Adds to the operation what holds for every route: who may call it and how it fails.
fn document(operation: &mut Operation, need: RouteNeed, method: &Method) {
    let mut codes = vec!["400", "413", "429", "500", "503"];
    // What a permission is asked for over is a role of the requirement (OpenAPI 3.1, 4.8.30): a
    // second extension would stand in no fixed order.
    let roles: Vec<String> = match need {
        RouteNeed::Everywhere(_) => vec!["everywhere".to_owned()],
        RouteNeed::Permission(_) | RouteNeed::SignedIn(_) | RouteNeed::Open(_) => Vec::new(),
    };
    let note = match need {
        RouteNeed::Permission(permission) | RouteNeed::Everywhere(permission) => {
            ("x-permission", permission.0)
        }
        RouteNeed::SignedIn(parts) => ("x-permission-by-part", parts),
        RouteNeed::Open(reason) => ("x-open-because", reason),
    };
    operation.security = Some(match need {
        RouteNeed::Open(_) => Vec::new(),
        _ => {
            codes.extend(["401", "403"]);
            vec![
                SecurityRequirement::new("session", roles.clone()),
                SecurityRequirement::new("token", roles),
            ]
        }
    });
    if matches!(*method, Method::PATCH | Method::PUT) {
        codes.extend(["412", "428"]);
    }
    let extension = ExtensionsBuilder::new().add(note.0, note.1).build();
    match &mut operation.extensions {
        Some(extensions) => extensions.merge(extension),
        none => *none = Some(extension),
    }
    let content =
        ContentBuilder::new().schema(Some(RefOr::Ref(Ref::from_schema_name("Problem")))).build();
    let responses = &mut operation.responses.responses;
    for code in codes {
        let response = ResponseBuilder::new().description("problem details (RFC 9457)").build();
        responses.entry(code.to_owned()).or_insert_with(|| RefOr::T(response));
    }
    // What a route names itself (404, 409) has the same shape.
    for (code, response) in responses {
        if let (true, RefOr::T(response)) = (code.starts_with(['4', '5']), response)
            && response.content.is_empty()
        {
            response
                .content
                .insert("application/problem+json".to_owned(), RefOr::T(content.clone()));
        }
    }
}
