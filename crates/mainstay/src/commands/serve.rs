use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use anyhow::Context;
use axum_server::{Handle, tls_rustls::RustlsConfig};
use db::{DataDir, Db, DbError, Location};
use jobs::{Timer, TokioTimer};
use kernel::Text;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use super::{
    series_door::SeriesDoor,
    server::{Server, Serving},
};
use crate::{
    cli::SettingsArgs,
    config::Settings,
    house::{self, Entrance, House, NoVigil, Parts, Surroundings, Vigil},
    logging,
};

/// How long requests that are under way may take after the signal to stop.
pub(super) const GRACE: Duration = Duration::from_secs(10);
/// Between two tries to open a database that was away at the start.
const DATABASE_PAUSE: Duration = Duration::from_secs(1);
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
    let door = SeriesDoor::listen(settings.series_listen())?;
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
    let data = DataDir::open(&settings.data())?;
    let (https, handle) = (tls.is_some(), Handle::new());
    let entrance = Entrance::new(https);
    let server = Server { listener, tls, handle: handle.clone(), router: entrance.router() };
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(stop_when_asked(asked, handle, stop));

    let location = settings.location(&data);
    let mut vigil = None;
    let (db, serving) = match Db::open(&location, &house::migrations()).await {
        Ok(db) => (db, Serving::Not(server)),
        Err(error) if error.is_away() => {
            vigil = keep_vigil(&settings, &data, &entrance).await;
            let serving = Serving::now(server);
            println!("Mainstay {} waits for its database at {url}/", env!("CARGO_PKG_VERSION"));
            let waited = wait_for_records(&location, error, stopped.clone()).await;
            match (waited?, vigil.take()) {
                (Some(db), watched) => {
                    vigil = watched;
                    (db, serving)
                }
                (None, watched) => {
                    end(watched).await?;
                    return serving.finish().await;
                }
            }
        }
        Err(error) => return Err(error.into()),
    };
    let around = Surroundings::of_this_machine();
    let parts = Parts { around, settings, data, db, address, https, vigil };
    let house = House::open(parts, stopped.clone()).await?;
    let first_run_token = house.first_run_token().await?;
    entrance.open(house.router());
    let door = door.map(|door| door.open(house.series_router(), stopped.clone())).transpose()?;
    let running = house.run(stopped);
    // Last: whoever reads it finds everything ready.
    announce(first_run_token, address, &url);
    let mut served = serving.finish().await;
    if let Some(door) = door {
        served = served.and(door.finish().await);
    }
    running.finish().await;
    served?;
    tracing::info!("stopped");
    Ok(())
}

/// Measures this machine while the database is away; whether it does is said at the door.
async fn keep_vigil(settings: &Settings, data: &DataDir, entrance: &Entrance) -> Option<Vigil> {
    match Vigil::begin(settings, data).await {
        Ok(vigil) => {
            tracing::info!("this machine is measured meanwhile");
            entrance.tell(vigil.text());
            Some(vigil)
        }
        Err(NoVigil(why)) => {
            tracing::warn!("this machine is not measured meanwhile: {}", why.en);
            entrance.tell(move || {
                Text::new(
                    format!("this machine is not measured meanwhile: {}", why.en),
                    format!("其间不监测本机：{}", why.zh),
                )
            });
            None
        }
    }
}

/// What was measured is on disk when this returns.
async fn end(vigil: Option<Vigil>) -> anyhow::Result<()> {
    if let Some(vigil) = vigil {
        let (_, series) = vigil.end().await;
        series.sync().context("failed to sync the samples")?;
    }
    Ok(())
}

/// Tries until the database is there, or until the server is to stop (`None`).
async fn wait_for_records(
    location: &Location,
    first: DbError,
    mut stopped: watch::Receiver<bool>,
) -> anyhow::Result<Option<Db>> {
    tracing::error!("waiting for the database: {first}");
    let mut said = first.to_string();
    loop {
        tokio::select! {
            () = TokioTimer.sleep(DATABASE_PAUSE) => {}
            _ = stopped.wait_for(|stop| *stop) => return Ok(None),
        }
        match Db::open(location, &house::migrations()).await {
            Ok(db) => {
                tracing::info!("the database {location} answers");
                return Ok(Some(db));
            }
            Err(error) if error.is_away() => {
                // Said again only when the reason is another one.
                if said != error.to_string() {
                    tracing::error!("waiting for the database: {error}");
                    said = error.to_string();
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
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
