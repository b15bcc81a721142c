use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use anyhow::Context;
use axum_server::{Handle, tls_rustls::RustlsConfig};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use crate::{
    cli::SettingsArgs,
    config::Settings,
    house::{House, Parts},
    logging,
};

/// How long requests that are under way may take after the signal to stop.
const GRACE: Duration = Duration::from_secs(10);
/// How long threads that are blocked in the system are waited for at the end.
const BLOCKED_TIMEOUT: Duration = Duration::from_secs(1);

pub(super) fn run(args: &SettingsArgs) -> anyhow::Result<()> {
    let settings = super::settings(args)?;
    logging::start(&settings);
    let runtime = super::runtime()?;
    let served = runtime.block_on(serve(settings));
    // A reading that hangs in the kernel (a dead network file system) must not hold the process.
    runtime.shutdown_timeout(BLOCKED_TIMEOUT);
    served
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    // From here on a signal is kept until somebody waits for it: asked to stop while it starts, or
    // in the moment it says that it is ready, the server still closes what it has opened.
    let asked = StopSignals::listen()?;
    // The port before anything else: a second start by mistake fails before it has touched
    // anything.
    let listener = listen(settings.listen())?;
    let address = listener.local_addr()?;
    let tls = match settings.tls() {
        None => None,
        Some((certificate, key)) => {
            Some(RustlsConfig::from_pem_file(&certificate, &key).await.with_context(|| {
                let (certificate, key) = (certificate.display(), key.display());
                format!("failed to read the certificate {certificate} and its key {key}")
            })?)
        }
    };
    let url = url_of(address, tls.is_some());
    let parts = Parts { settings, address, https: tls.is_some() };
    let (stop, stopped) = watch::channel(false);
    let house = House::open(parts, stopped.clone()).await?;
    let router = house.router();
    announce(house.first_run_token().await?, address, &url);

    let handle = Handle::new();
    let running = house.run(stopped);
    tokio::spawn(stop_when_asked(asked, handle.clone(), stop));
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = match tls {
        None => axum_server::from_tcp(listener)?.handle(handle).serve(service).await,
        Some(tls) => {
            let server = axum_server::from_tcp_rustls(listener, tls)?;
            server.handle(handle).serve(service).await
        }
    };
    running.finish().await;
    served.context("the server failed")?;
    tracing::info!("stopped");
    Ok(())
}

fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).with_context(|| {
        format!("failed to listen on {address}; choose another with --listen ADDR:PORT")
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The address for people: an unspecified one is this machine's own.
fn url_of(address: SocketAddr, https: bool) -> String {
    let scheme = if https { "https" } else { "http" };
    match address.ip() {
        ip if ip.is_unspecified() => format!("{scheme}://localhost:{}", address.port()),
        ip if ip.is_ipv6() => format!("{scheme}://[{ip}]:{}", address.port()),
        ip => format!("{scheme}://{ip}:{}", address.port()),
    }
}

/// Tells the person at the terminal where to go. The link goes to standard output and never into
/// the log: it is a key.
fn announce(first_run_token: Option<String>, address: SocketAddr, url: &str) {
    println!("Mainstay {} is ready at {url}/", env!("CARGO_PKG_VERSION"));
    if let Some(token) = first_run_token {
        println!("Create the first administrator here (works once, until the next start):");
        println!("  {url}/first-run#token={token}");
    }
    if !address.ip().is_loopback() && url.starts_with("http:") {
        tracing::warn!(
            "listening on {address} without TLS: browsers sign in only over HTTPS or on this \
             machine; set tls.certificate and tls.key"
        );
    }
    // A reader that has gone away must not stop the server.
    let _ = io::Write::flush(&mut io::stdout());
}

/// The signals by which the system asks a process to stop.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("failed to listen for signals");
        let (terminate, interrupt) = (SignalKind::terminate(), SignalKind::interrupt());
        Ok(Self { terminate: listen(terminate)?, interrupt: listen(interrupt)? })
    }

    async fn recv(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

async fn stop_when_asked(
    mut asked: StopSignals,
    handle: Handle<SocketAddr>,
    stop: watch::Sender<bool>,
) {
    asked.recv().await;
    tracing::info!("stopping: finishing the requests that are under way");
    // Live streams end on this, so that the grace is for requests only.
    stop.send_replace(true);
    handle.graceful_shutdown(Some(GRACE));
}
