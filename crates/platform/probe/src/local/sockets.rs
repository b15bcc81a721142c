//! The kernel's tables of sockets. Source: proc_pid_net(5).

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use super::listening::{ListeningError, Transport};

/// Sockets looked at in one file.
const SOCKETS_MAX: usize = 400_000;

/// Address, port and inode of the sockets in one file that wait for others. A missing file is an
/// empty one: IPv6 may be switched off.
pub(super) fn sockets(
    path: &Path,
    proto: Transport,
) -> Result<Vec<(IpAddr, u16, u64)>, ListeningError> {
    let unreadable = |source| ListeningError::Unreadable { path: path.to_owned(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut waiting = Vec::new();
    for (at, line) in BufReader::new(file).lines().enumerate().skip(1).take(SOCKETS_MAX) {
        let line = line.map_err(unreadable)?;
        let socket = parse(&line)
            .ok_or_else(|| ListeningError::Malformed { path: path.to_owned(), line: at + 1 })?;
        let waits = match proto {
            Transport::Tcp => socket.state == "0A",
            Transport::Udp => socket.state == "07" && socket.remote_port == 0,
        };
        if waits && socket.port != 0 {
            waiting.push((socket.addr, socket.port, socket.inode));
        }
    }
    Ok(waiting)
}

struct Socket<'a> {
    addr: IpAddr,
    port: u16,
    remote_port: u16,
    state: &'a str,
    inode: u64,
}

fn parse(line: &str) -> Option<Socket<'_>> {
    // Number, local, remote, state, queues, timer, retransmissions, user, timeout, inode.
    let mut words = line.split_ascii_whitespace().skip(1);
    let (addr, port) = endpoint(words.next()?)?;
    let (_, remote_port) = endpoint(words.next()?)?;
    let state = words.next()?;
    let inode = words.nth(5)?.parse().ok()?;
    Some(Socket { addr, port, remote_port, state, inode })
}

/// Addresses are written as words of 32 bits in the machine's own byte order.
fn endpoint(text: &str) -> Option<(IpAddr, u16)> {
    let (addr, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    if !addr.is_ascii() {
        return None;
    }
    let word = |at: usize| -> Option<[u8; 4]> {
        Some(u32::from_str_radix(addr.get(at * 8..at * 8 + 8)?, 16).ok()?.to_ne_bytes())
    };
    let addr = match addr.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
        32 => {
            let mut bytes = [0u8; 16];
            for (at, part) in bytes.chunks_exact_mut(4).enumerate() {
                part.copy_from_slice(&word(at)?);
            }
            IpAddr::V6(Ipv6Addr::from(bytes)).to_canonical()
        }
        _ => return None,
    };
    Some((addr, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_both_families_are_read() {
        let v6 = "00000000000000000000000001000000:0016";
        assert_eq!(endpoint(v6), Some(("::1".parse().unwrap(), 22)));
        let mapped = "0000000000000000FFFF00000100007F:0016";
        assert_eq!(endpoint(mapped), Some(("127.0.0.1".parse().unwrap(), 22)));
        assert_eq!(endpoint("0100007F:0016"), Some(("127.0.0.1".parse().unwrap(), 22)));
        for wrong in ["", "0100007F", "0100007:0016", "0100007F:", "zz00007F:0016", "éééé:0016"]
        {
            assert_eq!(endpoint(wrong), None, "{wrong:?}");
        }
    }
}
