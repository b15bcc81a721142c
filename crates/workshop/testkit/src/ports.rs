//! Ports for servers that are told where to listen.
//!
//! A port that the system hands out and takes back is handed out again: to whoever connects
//! next, before the server that was told of it begins to listen. These are below those that any
//! system hands out of itself, and tests that run side by side have their own.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
    sync::atomic::{AtomicU16, Ordering},
};

/// Below 32768, where Linux begins to hand out ports (`ip_local_port_range`).
const FIRST: u16 = 20_000;

const PER_TEST: u16 = 80;

const TESTS: u16 = 100;

/// A port of loopback that nobody listens on, by TCP or UDP, and that nobody else is given while
/// this test runs. Never the same one twice in a process until all of its own were given.
///
/// # Panics
/// When other programs listen on all ports of this test.
#[must_use]
pub fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    let first = FIRST + slot() * PER_TEST;
    let mut ports = (0..PER_TEST).map(|_| {
        let given = GIVEN.fetch_add(1, Ordering::Relaxed);
        first + given % PER_TEST
    });
    ports.find(|port| is_free(*port)).expect("some port of this test is free")
}

/// The address of a [`free_port`].
#[must_use]
pub fn free_address() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, free_port()).into()
}

/// Which of the tests that run side by side this one is: nextest says it; other runners have all
/// of them in one process, which has a number of its own.
fn slot() -> u16 {
    let told = std::env::var("NEXTEST_TEST_GLOBAL_SLOT").ok().and_then(|slot| slot.parse().ok());
    let slot = told.unwrap_or_else(std::process::id) % u32::from(TESTS);
    u16::try_from(slot).expect("less than the number of tests")
}

fn is_free(port: u16) -> bool {
    let address = (Ipv4Addr::LOCALHOST, port);
    TcpListener::bind(address).is_ok() && UdpSocket::bind(address).is_ok()
}
