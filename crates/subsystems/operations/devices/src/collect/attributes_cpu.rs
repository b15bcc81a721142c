//! The processors of this machine, from `/proc/cpuinfo`.

use std::collections::HashSet;

use serde::Serialize;

/// The processors. Source: proc_cpuinfo(5).
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CpuAttributes {
    /// What its maker calls it.
    pub model: Option<String>,
    /// Chips.
    pub sockets: usize,
    /// Cores of all chips.
    pub cores: usize,
    /// Processors the kernel sees.
    pub threads: usize,
    /// Speed of the first one, now.
    pub mhz: Option<f64>,
}

/// Reads the text of `/proc/cpuinfo`; whatever it does not tell stays empty.
pub(crate) fn parse(cpuinfo: &str) -> CpuAttributes {
    let mut cpu = CpuAttributes::default();
    let (mut sockets, mut cores) = (HashSet::new(), HashSet::new());
    let mut socket = "0";
    for (key, value) in cpuinfo.lines().filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        match key.trim() {
            "processor" => cpu.threads += 1,
            "model name" if cpu.model.is_none() => cpu.model = Some(value.to_owned()),
            "cpu MHz" if cpu.mhz.is_none() => cpu.mhz = value.parse().ok(),
            "physical id" => {
                socket = value;
                sockets.insert(value);
            }
            "core id" => {
                cores.insert((socket, value));
            }
            _ => {}
        }
    }
    // ARM kernels tell neither; then each processor is taken for a core of one chip.
    cpu.sockets = sockets.len().max(cpu.threads.min(1));
    cpu.cores = if cores.is_empty() { cpu.threads } else { cores.len() };
    cpu
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_of_two_chips_are_told_apart() {
        let processor = |n: usize, chip: usize, core: usize| {
            format!("processor : {n}\nphysical id : {chip}\ncore id : {core}\n\n")
        };
        let text: String = (0..8).map(|n| processor(n, n / 4, n % 2)).collect();
        let cpu = parse(&text);
        assert_eq!((cpu.sockets, cpu.cores, cpu.threads), (2, 4, 8));
    }

    #[test]
    fn kernel_that_tells_no_cores_has_one_a_processor() {
        let cpu = parse("processor\t: 0\nBogoMIPS\t: 50.00\n\nprocessor\t: 1\n");
        assert_eq!((cpu.sockets, cpu.cores, cpu.threads, cpu.model), (1, 2, 2, None));
    }
}
