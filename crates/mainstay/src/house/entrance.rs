//! What callers meet while the records are out of reach: the web UI's files, `/healthz`, and for
//! everything else the answer that the database is unavailable.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, Method},
    response::Response,
    routing::get,
};
use http_kit::{Denial, Gate, GateFuture, Problem, Stack, StackSettings};
use kernel::{Caller, Fault, Ids, Text};
use tokio::sync::watch;
use tower::ServiceExt;

use crate::{
    clock::{SystemClock, SystemIds},
    web,
};

/// The door of a house that may not be open yet.
#[derive(Clone)]
pub(crate) struct Entrance {
    https: bool,
    house: Arc<OnceLock<Router>>,
    /// What goes on meanwhile.
    meanwhile: Arc<OnceLock<Teller>>,
}

/// Says what goes on.
type Teller = Box<dyn Fn() -> Text + Send + Sync>;

impl Entrance {
    pub(crate) fn new(https: bool) -> Self {
        Self { https, house: Arc::default(), meanwhile: Arc::default() }
    }

    /// From now on requests are the house's.
    pub(crate) fn open(&self, house: Router) {
        // Opened once: `serve` has one house.
        self.house.get_or_init(|| house);
    }

    /// What is said of the time before the house is open.
    pub(crate) fn tell(&self, teller: impl Fn() -> Text + Send + Sync + 'static) {
        // Told once: `serve` waits once.
        self.meanwhile.get_or_init(|| Box::new(teller));
    }

    pub(crate) fn router(&self) -> Router {
        let (house, porch) = (Arc::clone(&self.house), self.porch());
        Router::new().fallback(move |request: Request| {
            let router = house.get().unwrap_or(&porch).clone();
            async move { answer(router, request).await }
        })
    }

    /// What answers before the house does.
    fn porch(&self) -> Router {
        let ids: Arc<dyn Ids> = Arc::new(SystemIds);
        let stack = Stack {
            gate: Arc::new(ClosedGate),
            clock: Arc::new(SystemClock::new()),
            ids: Arc::clone(&ids),
            metrics: Arc::default(),
            settings: Arc::new(StackSettings {
                content_security_policy: web::policy(None),
                https: self.https,
            }),
        };
        let (alive, ready) = (Arc::clone(&self.meanwhile), Arc::clone(&self.meanwhile));
        let router = Router::new()
            .route("/healthz", get(move || async move { health(&alive) }))
            .route("/readyz", get(move || async move { Problem(waiting(&ready)) }))
            .fallback(move |method, uri, headers| async move {
                web::serve(ids.as_ref(), &method, &uri, &headers)
            });
        stack.wrap(router)
    }
}

/// What the router answers.
pub(super) async fn answer(router: Router, request: Request) -> Response {
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// The process is well, whatever the database is.
fn health(meanwhile: &OnceLock<Teller>) -> String {
    let told = meanwhile.get().map(|teller| format!("{}\n", teller().en));
    format!("ok\nwaiting for the database\n{}", told.unwrap_or_default())
}

fn waiting(meanwhile: &OnceLock<Teller>) -> Fault {
    let mut fault = unavailable("not there at the start");
    if let Some(teller) = meanwhile.get() {
        let (said, meanwhile) = (fault.text, teller());
        fault.text = Text::new(
            format!("{}; {}", said.en, meanwhile.en),
            format!("{}；{}", said.zh, meanwhile.zh),
        );
    }
    fault
}

fn unavailable(said: &str) -> Fault {
    db::DbError::Away { said: said.to_owned() }.into()
}

/// Lets nobody in: there is nothing to look anybody up in.
struct ClosedGate;

impl Gate for ClosedGate {
    fn authenticate<'a>(
        &'a self,
        _: &'a Method,
        _: &'a HeaderMap,
        _: Option<IpAddr>,
        _: &'a str,
    ) -> GateFuture<'a, Result<Caller, Fault>> {
        Box::pin(async { Err(unavailable("not there at the start")) })
    }

    fn look_again<'a>(&'a self, _: &'a HeaderMap) -> GateFuture<'a, Result<Caller, Fault>> {
        Box::pin(async { Err(unavailable("not there at the start")) })
    }

    fn denied(&self, _: Denial) -> GateFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// Tells callers at once that the database is away, instead of letting them wait for it.
pub(super) struct DatabaseGate {
    pub(super) away: watch::Receiver<Option<String>>,
    pub(super) inner: Arc<dyn Gate>,
}

impl Gate for DatabaseGate {
    fn authenticate<'a>(
        &'a self,
        method: &'a Method,
        headers: &'a HeaderMap,
        source: Option<IpAddr>,
        request_id: &'a str,
    ) -> GateFuture<'a, Result<Caller, Fault>> {
        let away = self.away.borrow().clone();
        match away {
            Some(said) => Box::pin(async move { Err(unavailable(&said)) }),
            None => self.inner.authenticate(method, headers, source, request_id),
        }
    }

    fn look_again<'a>(&'a self, headers: &'a HeaderMap) -> GateFuture<'a, Result<Caller, Fault>> {
        let away = self.away.borrow().clone();
        match away {
            Some(said) => Box::pin(async move { Err(unavailable(&said)) }),
            None => self.inner.look_again(headers),
        }
    }

    fn denied(&self, denial: Denial) -> GateFuture<'_, ()> {
        self.inner.denied(denial)
    }
}
