//! Sockets per protocol, from `/proc/net/sockstat` and `sockstat6`. Source: proc_pid_net(5).

use super::error::CollectError;
use super::parse::number;
use super::reading::Reading;
use super::roots::Roots;

/// Adds `node_sockstat_<protocol>_<field>`, and `…_mem_bytes` where `mem` counts pages.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    add("net/sockstat", &roots.proc_text("net/sockstat")?, out)?;
    match roots.proc_text("net/sockstat6") {
        Ok(text) => add("net/sockstat6", &text, out),
        Err(CollectError::Absent { .. }) => Ok(()), // IPv6 is switched off
        Err(error) => Err(error),
    }
}

fn add(file: &'static str, text: &str, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    for line in text.lines() {
        let Some((protocol, rest)) = line.split_once(':') else {
            return Err(CollectError::malformed(file, line, "a protocol and a colon"));
        };
        let mut words = rest.split_ascii_whitespace();
        while let Some(field) = words.next() {
            let value = number(file, words.next().unwrap_or_default())?;
            out.push(Reading::plain(format!("node_sockstat_{protocol}_{field}"), value));
            if field == "mem" {
                let bytes = value * rustix::param::page_size() as f64;
                out.push(Reading::plain(format!("node_sockstat_{protocol}_mem_bytes"), bytes));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn captured_files_are_read_with_and_without_ipv6() {
        let machine =
            Fixture::new().with("proc/net/sockstat", "sockets: used 20\nRAW: inuse 0 new 7\n");
        expect![[r#"
            node_sockstat_sockets_used 20
            node_sockstat_RAW_inuse 0
            node_sockstat_RAW_new 7
        "#]]
        .assert_eq(&machine.render(collect));
        let both = Fixture::new()
            .with("proc/net/sockstat", include_str!("captured/net_sockstat.txt"))
            .with("proc/net/sockstat6", include_str!("captured/net_sockstat6.txt"));
        assert_eq!(both.render(collect).lines().count(), 20);
    }

    #[test]
    fn pages_are_also_given_in_bytes() {
        let machine = Fixture::new().with("proc/net/sockstat", "TCP: mem 2\n");
        let bytes = 2 * rustix::param::page_size();
        assert_eq!(
            machine.render(collect),
            format!("node_sockstat_TCP_mem 2\nnode_sockstat_TCP_mem_bytes {bytes}\n")
        );
    }

    #[test]
    fn field_without_number_is_refused() {
        let cut = Fixture::new().with("proc/net/sockstat", "TCP: inuse").render(collect);
        assert!(cut.starts_with("understand net/sockstat"), "{cut}");
    }
}
