//! The socket and what answers on it, at once or after a wait.

use std::{net::SocketAddr, net::TcpListener};

use anyhow::Context;
use axum::Router;
use axum_server::{Handle, tls_rustls::RustlsConfig};
use tokio::task::JoinHandle;

/// The listening socket with what answers on it.
pub(super) struct Server {
    pub(super) listener: TcpListener,
    pub(super) tls: Option<RustlsConfig>,
    pub(super) handle: Handle<SocketAddr>,
    pub(super) router: Router,
}

impl Server {
    /// Answers requests until the handle says stop.
    async fn serve(self) -> anyhow::Result<()> {
        let service = self.router.into_make_service_with_connect_info::<SocketAddr>();
        let served = match self.tls {
            None => axum_server::from_tcp(self.listener)?.handle(self.handle).serve(service).await,
            Some(tls) => {
                let server = axum_server::from_tcp_rustls(self.listener, tls)?;
                server.handle(self.handle).serve(service).await
            }
        };
        served.context("the server failed")
    }
}

/// Whether requests are answered already.
pub(super) enum Serving {
    /// From the end of the start.
    Not(Server),
    /// Since the start had to wait.
    Now(JoinHandle<anyhow::Result<()>>),
}

impl Serving {
    /// Answers from now on, in a task of its own.
    pub(super) fn now(server: Server) -> Self {
        Self::Now(tokio::spawn(server.serve()))
    }

    /// Answers until it is told to stop.
    pub(super) async fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Not(server) => server.serve().await,
            Self::Now(task) => task.await.context("the server failed")?,
        }
    }
}
