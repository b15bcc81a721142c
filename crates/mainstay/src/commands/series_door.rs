//! A second socket, on loopback: series in Prometheus' way, without sign-in.

use std::net::{SocketAddr, TcpListener};

use anyhow::Context;
use axum::Router;
use axum_server::Handle;
use tokio::sync::watch;

use super::{
    serve::GRACE,
    server::{Server, Serving},
};

/// The socket before anything answers on it: it is taken first, so that one that is in use is
/// found before anything is touched.
pub(super) struct SeriesDoor(TcpListener);

impl SeriesDoor {
    /// Listens on `address`, if there is one.
    pub(super) fn listen(address: Option<SocketAddr>) -> anyhow::Result<Option<Self>> {
        let Some(address) = address else { return Ok(None) };
        let listener = TcpListener::bind(address).with_context(|| {
            format!(
                "failed to listen on {address} for series; choose another with --series-listen \
                 ADDR:PORT"
            )
        })?;
        listener.set_nonblocking(true)?;
        Ok(Some(Self(listener)))
    }

    /// Answers from now on, until it is to stop.
    pub(super) fn open(
        self,
        router: Router,
        mut stopped: watch::Receiver<bool>,
    ) -> anyhow::Result<Serving> {
        let address = self.0.local_addr()?;
        tracing::warn!(
            "series are served on {address} without sign-in: every program of this machine can \
             read and write them"
        );
        let handle = Handle::new();
        let ends = handle.clone();
        tokio::spawn(async move {
            // When nobody is left who could say it, it is over too.
            let _ = stopped.wait_for(|stop| *stop).await;
            ends.graceful_shutdown(Some(GRACE));
        });
        Ok(Serving::now(Server { listener: self.0, tls: None, handle, router }))
    }
}
