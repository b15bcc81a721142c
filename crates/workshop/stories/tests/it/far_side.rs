//! What stands outside of the house: gateways that take messages and remember them.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use serde_json::{Value, json};
use testkit::free_address;
use tokio::{net::TcpListener, task::JoinSet};

use crate::post_office;

/// One message, as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    /// `sms`, `mail` or `chat`.
    pub(crate) way: &'static str,
    /// The number, the address, or nothing for a group.
    pub(crate) to: String,
    pub(crate) text: String,
}

/// What arrived at all far sides and nobody has looked at, and which of them do not work.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pigeonholes(Arc<Mutex<(Vec<Received>, BTreeSet<&'static str>)>>);

impl Pigeonholes {
    fn inside(&self) -> MutexGuard<'_, (Vec<Received>, BTreeSet<&'static str>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn works(&self, way: &str) -> bool {
        !self.inside().1.contains(way)
    }

    pub(crate) fn break_down(&self, way: &'static str) {
        self.inside().1.insert(way);
    }

    pub(crate) fn repair(&self, way: &str) {
        self.inside().1.remove(way);
    }

    pub(crate) fn put(&self, received: Received) {
        self.inside().0.push(received);
    }

    /// Takes out the first message that is wanted.
    pub(crate) fn take(&self, wanted: impl Fn(&Received) -> bool) -> Option<Received> {
        let mut inside = self.inside();
        let at = inside.0.iter().position(wanted)?;
        Some(inside.0.remove(at))
    }

    /// What is left.
    pub(crate) fn rest(&self) -> Vec<Received> {
        self.inside().0.clone()
    }
}

/// The far sides, on free ports of loopback, until they are dropped.
pub(crate) struct FarSides {
    pub(crate) http_port: u16,
    pub(crate) mail_port: u16,
    _tasks: JoinSet<()>,
}

impl FarSides {
    pub(crate) async fn open(holes: &Pigeonholes) -> anyhow::Result<Self> {
        let (http, mail) = (listener().await?, listener().await?);
        let (http_port, mail_port) = (http.local_addr()?.port(), mail.local_addr()?.port());
        let router = Router::new()
            .route("/sms", post(take_sms))
            .route("/robot", post(take_chat))
            .with_state(holes.clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { drop(axum::serve(http, router).await) });
        tasks.spawn(post_office::serve(mail, holes.clone()));
        Ok(Self { http_port, mail_port, _tasks: tasks })
    }
}

pub(crate) async fn listener() -> std::io::Result<TcpListener> {
    TcpListener::bind(free_address()).await
}

type Answer = Result<Json<Value>, StatusCode>;

/// A gateway as they are common in China: JSON in, a word in `code` out.
async fn take_sms(State(holes): State<Pigeonholes>, Json(asked): Json<Value>) -> Answer {
    let text = |field: &str| asked[field].as_str().unwrap_or_default().to_owned();
    let received = Received { way: "sms", to: text("to"), text: text("text") };
    taken(&holes, received).map(|()| Json(json!({"code": "OK"})))
}

/// 企业微信's robot of a group.
async fn take_chat(State(holes): State<Pigeonholes>, Json(asked): Json<Value>) -> Answer {
    let text = asked["markdown"]["content"].as_str().unwrap_or_default().to_owned();
    let received = Received { way: "chat", to: String::new(), text };
    taken(&holes, received).map(|()| Json(json!({"errcode": 0, "errmsg": "ok"})))
}

fn taken(holes: &Pigeonholes, received: Received) -> Result<(), StatusCode> {
    if !holes.works(received.way) {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    holes.put(received);
    Ok(())
}
