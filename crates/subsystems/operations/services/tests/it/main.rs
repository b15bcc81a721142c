//! The checks against real servers of Debian and against stand-ins that misbehave; discovery with
//! sockets of the test's own and on the real machine.

mod discovery_api;
mod discovery_house;
mod discovery_machine;
mod discovery_merges;
mod discovery_scan;
mod dns;
mod http_answers;
mod http_hostile;
mod http_tls;
mod local;
mod ping;
mod real_servers;
mod stand_in;
mod tcp;
