//! The kernel's entropy pool, from `/proc/sys/kernel/random`. Source: random(4).

use super::error::CollectError;
use super::parse::number;
use super::reading::Reading;
use super::roots::Roots;

/// File and metric, both in bits.
const FILES: [(&str, &str); 2] = [
    ("sys/kernel/random/entropy_avail", "node_entropy_available_bits"),
    ("sys/kernel/random/poolsize", "node_entropy_pool_size_bits"),
];

/// Adds the bits of entropy available and the size of the pool.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    for (file, metric) in FILES {
        let text = roots.proc_text(file)?;
        out.push(Reading::plain(metric, number(file, text.trim())?));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn both_bits_are_read_and_a_broken_one_is_refused() {
        let machine = Fixture::new()
            .with("proc/sys/kernel/random/entropy_avail", "256\n")
            .with("proc/sys/kernel/random/poolsize", "256\n");
        expect![[r#"
            node_entropy_available_bits 256
            node_entropy_pool_size_bits 256
        "#]]
        .assert_eq(&machine.render(collect));
        let broken = machine.with("proc/sys/kernel/random/poolsize", "").render(collect);
        assert!(broken.starts_with("understand sys/kernel/random/poolsize"), "{broken}");
    }
}
