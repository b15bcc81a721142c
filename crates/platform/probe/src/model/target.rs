/// The host in what a check calls its target: `https://intranet/login`, `db1:5432`, `[::1]:80`.
///
/// Checks of one host share a bound. What names no host (a unit, a process) stands for itself.
pub(crate) fn host_of(target: &str) -> &str {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', ' ']).next().unwrap_or(rest);
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if let Some(bracketed) = authority.strip_prefix('[') {
        return bracketed.split(']').next().unwrap_or(bracketed);
    }
    match authority.rsplit_once(':') {
        // More than one colon without brackets is an IPv6 address.
        Some((host, _)) if !host.contains(':') => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn the_host_is_found_in_every_spelling() {
        for (target, host) in [
            ("https://intranet/login?a=b", "intranet"),
            ("http://user@intranet:8080/", "intranet"),
            ("db1:5432", "db1"),
            ("db1", "db1"),
            ("[2001:db8::1]:80", "2001:db8::1"),
            ("https://[::1]:8443/x", "::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("nginx.service", "nginx.service"),
            ("", ""),
        ] {
            assert_eq!(host_of(target), host, "{target}");
        }
    }
}
