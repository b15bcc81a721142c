use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use ::jobs::Job;
use services::DiscoveryJob;

use crate::discovery_house::{House, own_sockets, socket};

#[tokio::test]
async fn socket_of_this_very_test_is_found_on_the_real_machine() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    let house = House::new(false).await;
    let job = DiscoveryJob(house.on_the_real_machine());
    job.run().await.unwrap();
    job.run().await.unwrap();
    let items = house.items().await;
    let own = items.iter().find(|item| item.key.port == port).unwrap();
    assert_eq!(own.process.as_ref().unwrap().pid, std::process::id());
    assert_eq!(own.suggested_check.as_ref().unwrap().protocol, "process");
    let count = items.iter().filter(|item| item.key.port == port).count();
    drop(server);
    job.run().await.unwrap();
    let items = house.items().await;
    let lost = items.iter().find(|item| item.key.port == port).unwrap();
    assert_eq!((lost.listening, count), (false, 1));
}

#[tokio::test]
async fn banner_tells_what_the_process_does_not_and_is_asked_once() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    let visits = thread::spawn(move || {
        let (mut peer, _) = server.accept().unwrap();
        peer.write_all(b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n").unwrap();
        // The second visit is the test's own, at its end.
        server.accept().unwrap();
        server.set_nonblocking(true).unwrap();
        server.accept().is_ok()
    });
    let house = House::new(false).await;
    for _ in 0..4 {
        let own = own_sockets().into_iter().filter(|socket| socket.port == port).collect();
        house.scan(own).await;
    }
    let items = house.items().await;
    assert_eq!((items.len(), items[0].kind.as_str()), (1, "ssh"));
    let check = items[0].suggested_check.as_ref().unwrap();
    assert_eq!(check.spec["expect"], "SSH-");
    drop(std::net::TcpStream::connect(("127.0.0.1", port)).unwrap());
    assert!(!visits.join().unwrap(), "it was asked again");
}

#[tokio::test]
async fn port_that_does_not_speak_its_programs_protocol_is_only_connected_to() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    // The peer of every visit is hung up on at once: no answer to any question.
    let hanging_up = thread::spawn(move || {
        for _ in 0..2 {
            drop(silent.accept().unwrap());
        }
    });
    let house = House::new(false).await;
    house.scan(vec![socket("127.0.0.1", port, "nginx", 10)]).await;
    let item = house.items().await.remove(0);
    let check = item.suggested_check.unwrap();
    assert_eq!((item.kind.as_str(), check.protocol.as_str()), ("nginx", "tcp"));
    drop(std::net::TcpStream::connect(("127.0.0.1", port)).unwrap());
    hanging_up.join().unwrap();
}

#[tokio::test]
async fn port_that_speaks_its_programs_protocol_gets_the_fitting_check() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    let answering = thread::spawn(move || {
        let (mut peer, _) = server.accept().unwrap();
        let mut request = [0; 1024];
        assert!(peer.read(&mut request).unwrap() > 0);
        peer.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    let house = House::new(false).await;
    house.scan(vec![socket("127.0.0.1", port, "nginx", 10)]).await;
    let check = house.items().await.remove(0).suggested_check.unwrap();
    assert_eq!(check.protocol, "http");
    answering.join().unwrap();
}
