//! Counters of IP, ICMP, TCP and UDP, from `/proc/net/{netstat,snmp,snmp6}`.
//! Source: kernel's networking/snmp_counter.rst.

use super::error::CollectError;
use super::parse::number;
use super::reading::Reading;
use super::roots::Roots;

/// Adds `node_netstat_<protocol>_<field>` for node_exporter's default selection of fields.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    paired("net/netstat", &roots.proc_text("net/netstat")?, out)?;
    paired("net/snmp", &roots.proc_text("net/snmp")?, out)?;
    match roots.proc_text("net/snmp6") {
        Ok(text) => single(&text, out),
        Err(CollectError::Absent { .. }) => Ok(()), // IPv6 is switched off
        Err(error) => Err(error),
    }
}

/// Pairs of lines: `Tcp: <names>` and `Tcp: <numbers>`.
fn paired(file: &'static str, text: &str, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let mut lines = text.lines();
    while let (Some(names), Some(numbers)) = (lines.next(), lines.next()) {
        let (Some((protocol, names)), Some((again, numbers))) =
            (names.split_once(':'), numbers.split_once(':'))
        else {
            return Err(CollectError::malformed(file, names, "a protocol and a colon"));
        };
        if protocol != again {
            return Err(CollectError::malformed(file, again, "the numbers of the line above"));
        }
        let mut numbers = numbers.split_ascii_whitespace();
        for field in names.split_ascii_whitespace() {
            let word = numbers.next().unwrap_or_default();
            if selected(protocol, field) {
                let metric = format!("node_netstat_{protocol}_{field}");
                out.push(Reading::plain(metric, number(file, word)?));
            }
        }
    }
    Ok(())
}

/// Lines `Udp6InDatagrams 5`: the protocol ends with the digit.
fn single(text: &str, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    for line in text.lines() {
        let mut words = line.split_ascii_whitespace();
        let (Some(name), word) = (words.next(), words.next().unwrap_or_default()) else { continue };
        let Some(six) = name.find('6') else { continue };
        let (protocol, field) = name.split_at(six + 1);
        if selected(protocol, field) {
            let metric = format!("node_netstat_{protocol}_{field}");
            out.push(Reading::plain(metric, number("net/snmp6", word)?));
        }
    }
    Ok(())
}

/// node_exporter's `--collector.netstat.fields`.
fn selected(protocol: &str, field: &str) -> bool {
    if matches!(field, "InErrors" | "InErrs") {
        return true;
    }
    match protocol {
        "Ip" => field == "Forwarding",
        "Ip6" | "IpExt" => matches!(field, "InOctets" | "OutOctets"),
        "Icmp" | "Icmp6" => matches!(field, "InMsgs" | "OutMsgs"),
        "TcpExt" => {
            field.starts_with("Listen")
                || field.starts_with("Syncookies")
                || matches!(field, "TCPSynRetrans" | "TCPTimeouts")
        }
        "Tcp" => matches!(
            field,
            "ActiveOpens"
                | "InSegs"
                | "OutSegs"
                | "OutRsts"
                | "PassiveOpens"
                | "RetransSegs"
                | "CurrEstab"
        ),
        "Udp" | "Udp6" => matches!(
            field,
            "InDatagrams" | "OutDatagrams" | "NoPorts" | "RcvbufErrors" | "SndbufErrors"
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn captured_files_give_the_default_selection() {
        let machine = Fixture::new()
            .with("proc/net/netstat", include_str!("captured/net_netstat.txt"))
            .with("proc/net/snmp", include_str!("captured/net_snmp.txt"))
            .with("proc/net/snmp6", include_str!("captured/net_snmp6.txt"));
        assert_eq!(machine.render(collect).lines().count(), 40);
    }

    #[test]
    fn names_and_numbers_are_paired_and_unknown_protocols_ignored() {
        let machine = Fixture::new()
            .with("proc/net/netstat", "MPTcpExt: A B\nMPTcpExt: 1 2\n")
            .with("proc/net/snmp", "Tcp: MaxConn InSegs New InErrs\nTcp: -1 7 8 9\n");
        expect![[r#"
            node_netstat_Tcp_InSegs 7
            node_netstat_Tcp_InErrs 9
        "#]]
        .assert_eq(&machine.render(collect));
    }

    #[test]
    fn truncated_and_shifted_files_are_refused() {
        for text in ["Tcp: InSegs OutSegs\nTcp: 7\n", "Tcp: InSegs\nUdp: 7\n", "Tcp\n1\n"] {
            let machine = Fixture::new().with("proc/net/netstat", "").with("proc/net/snmp", text);
            let rendered = machine.render(collect);
            assert!(rendered.starts_with("understand net/snmp"), "{text:?}: {rendered}");
        }
    }
}
