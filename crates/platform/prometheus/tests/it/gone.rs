//! A client that goes away, over a socket as the server has them.

use std::net::TcpListener;

use axum_server::Handle;
use prometheus::{PrometheusSettings, QueryLimits};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
};
use tsdb::Options;
use url::form_urlencoded::Serializer;

use crate::{
    around::{Around, Asked},
    house::House,
};

/// Sends a query and hands back the socket, on which nothing has been read.
async fn ask(address: std::net::SocketAddr, query: &str) -> TcpStream {
    let form = Serializer::new(String::new()).append_pair("query", query).finish();
    let mut socket = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "GET /prometheus/api/v1/query?{form} HTTP/1.1\r\nhost: localhost\r\n\
         x-test-caller: administrator\r\nconnection: close\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket
}

/// The clock stands still: no time that a query may take ends it, and there is one turn.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_ends_when_the_client_that_asked_for_it_closes_its_socket() {
    let (asked, mut asks) = mpsc::unbounded_channel();
    let limits = QueryLimits { concurrency_max: 1, ..QueryLimits::default() };
    let settings = PrometheusSettings { query: limits, ..PrometheusSettings::default() };
    let around = move |store| {
        Around::telling(store, move |what| {
            if what == Asked::Samples {
                // The test may be over.
                let _ = asked.send(());
            }
        })
    };
    let house = House::beside(settings, Options::default(), around).await;
    house.have(&[("up", &[("job", "a")])]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    let handle = Handle::new();
    let server = axum_server::from_tcp(listener).unwrap().handle(handle.clone());
    let serving = tokio::spawn(server.serve(house.router.clone().into_make_service()));

    // It would take hours.
    let long = "max_over_time(sum(quantile_over_time(0.5, up[1h]))[20000s:1ms])";
    let socket = ask(address, long).await;
    asks.recv().await.unwrap();
    drop(socket);
    let mut answer = String::new();
    ask(address, "1").await.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("\"resultType\":\"scalar\""), "{answer}");

    handle.shutdown();
    serving.await.unwrap().unwrap();
}
