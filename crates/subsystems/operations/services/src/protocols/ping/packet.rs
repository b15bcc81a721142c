//! ICMP echo packets: bytes from values and back.
//!
//! Source: RFC 792 (type 8 and 0), RFC 4443 4.1 and 4.2 (type 128 and 129), RFC 1071 (checksum).

/// The bytes of an echo request after its header.
pub(super) const PAYLOAD_BYTES: usize = 56;
const HEADER_BYTES: usize = 8;

/// Which ICMP is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Icmp {
    /// For IPv4.
    V4,
    /// For IPv6.
    V6,
}

/// Builds an echo request. The checksum of ICMPv6 covers addresses and is left to the kernel.
pub(super) fn request(icmp: Icmp, identifier: u16, sequence: u16, mark: u64) -> Vec<u8> {
    let mut packet = vec![0_u8; HEADER_BYTES + PAYLOAD_BYTES];
    packet[0] = if icmp == Icmp::V4 { 8 } else { 128 };
    packet[4..6].copy_from_slice(&identifier.to_be_bytes());
    packet[6..8].copy_from_slice(&sequence.to_be_bytes());
    packet[8..16].copy_from_slice(&mark.to_be_bytes());
    if icmp == Icmp::V4 {
        let sum = checksum(&packet);
        packet[2..4].copy_from_slice(&sum.to_be_bytes());
    }
    packet
}

/// Returns the sequence number of an echo reply that carries `mark`, or nothing if the packet is
/// anything else: a request, another program's reply, an error, garbage.
pub(super) fn reply(icmp: Icmp, packet: &[u8], mark: u64) -> Option<u16> {
    let body = match (icmp, packet.first()?) {
        // A raw IPv4 socket hands out the IP header as well; an echo reply begins with 0.
        (Icmp::V4, first) if first >> 4 == 4 => packet.get(usize::from(first & 0x0f) * 4..)?,
        _ => packet,
    };
    let expected = if icmp == Icmp::V4 { 0 } else { 129 };
    if body.get(..2)? != [expected, 0] || body.get(8..16)? != mark.to_be_bytes() {
        return None;
    }
    Some(u16::from_be_bytes(body.get(6..8)?.try_into().ok()?))
}

fn checksum(packet: &[u8]) -> u16 {
    let words = packet
        .chunks(2)
        .map(|pair| u32::from(u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)])));
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).expect("the loop above leaves sixteen bits")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Icmp, checksum, reply, request};

    #[test]
    fn a_request_sums_to_zero_as_rfc_1071_wants() {
        assert_eq!(checksum(&request(Icmp::V4, 0x1234, 7, 99)), 0);
        assert_eq!(
            checksum(&[
                0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0xb8, 0x61, 0xc0, 0xa8, 0, 1, 0xc0,
                0xa8, 0, 0xc7
            ]),
            0
        );
    }

    #[test]
    fn only_the_reply_to_the_own_request_counts() {
        for (icmp, kind) in [(Icmp::V4, 0), (Icmp::V6, 129)] {
            let mut packet = request(icmp, 1, 42, 0xdead_beef);
            assert_eq!(reply(icmp, &packet, 0xdead_beef), None, "a request is no reply");
            packet[0] = kind;
            assert_eq!(reply(icmp, &packet, 0xdead_beef), Some(42));
            assert_eq!(reply(icmp, &packet, 1), None, "somebody else's");
            packet.truncate(12);
            assert_eq!(reply(icmp, &packet, 0xdead_beef), None, "cut short");
        }
    }

    #[test]
    fn a_raw_socket_shows_the_ip_header_too() {
        let mut packet = request(Icmp::V4, 1, 9, 5);
        packet[0] = 0;
        let mut whole = vec![0_u8; 24];
        whole[0] = 0x46;
        whole.extend(packet);
        assert_eq!(reply(Icmp::V4, &whole, 5), Some(9));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..100), mark: u64,
        ) {
            let _ = reply(Icmp::V4, &bytes, mark);
            let _ = reply(Icmp::V6, &bytes, mark);
        }
    }
}
