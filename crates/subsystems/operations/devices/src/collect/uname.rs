//! Kernel and host name, from `/proc/sys/kernel`. Source: uname(2).

use super::error::CollectError;
use super::reading::Reading;
use super::roots::Roots;

/// What uname(2) says.
pub(crate) struct Uname {
    /// `Linux`.
    pub(crate) sysname: String,
    /// Name of the host, without a domain as a rule.
    pub(crate) nodename: String,
    /// Kernel release, `6.1.0-18-amd64`.
    pub(crate) release: String,
    /// Kernel build.
    pub(crate) version: String,
    /// NIS domain.
    pub(crate) domainname: String,
    /// `x86_64`.
    pub(crate) machine: String,
}

/// Reads the names. Errors: absent or unreadable.
pub(crate) fn read(roots: &Roots) -> Result<Uname, CollectError> {
    let file = |name: &str| -> Result<String, CollectError> {
        Ok(roots.proc_text(&format!("sys/kernel/{name}"))?.trim().to_owned())
    };
    Ok(Uname {
        sysname: file("ostype")?,
        nodename: file("hostname")?,
        release: file("osrelease")?,
        version: file("version")?,
        domainname: file("domainname").unwrap_or_else(|_| "(none)".to_owned()),
        // The file is there since Linux 6.1; the call gives the same on the running machine.
        machine: file("arch")
            .unwrap_or_else(|_| rustix::system::uname().machine().to_string_lossy().into_owned()),
    })
}

/// Adds `node_uname_info`.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let uname = read(roots)?;
    let labels = vec![
        ("domainname", uname.domainname),
        ("machine", uname.machine),
        ("nodename", uname.nodename),
        ("release", uname.release),
        ("sysname", uname.sysname),
        ("version", uname.version),
    ];
    out.push(Reading::with("node_uname_info", labels, 1.0));
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn names_are_read_and_a_missing_one_is_absent() {
        let machine = Fixture::new()
            .with("proc/sys/kernel/ostype", "Linux\n")
            .with("proc/sys/kernel/hostname", "db1\n")
            .with("proc/sys/kernel/osrelease", "6.1.0-18-amd64\n")
            .with("proc/sys/kernel/arch", "x86_64\n");
        let cut = machine.render(collect);
        assert_eq!(cut, "find proc/sys/kernel/version: this machine has none\n");
        let complete = machine.with("proc/sys/kernel/version", "#1 SMP\n");
        expect![[r##"
            node_uname_info{domainname="(none)"
              machine="x86_64"
              nodename="db1"
              release="6.1.0-18-amd64"
              sysname="Linux"
              version="#1 SMP"} 1
        "##]]
        .assert_eq(&complete.render(collect).replace(',', "\n  "));
    }
}
