//! What the jobs promise, tried with clocks that stand still and real records.

#[cfg(test)]
mod clocks;
#[cfg(test)]
mod house;
#[cfg(test)]
mod leases;
#[cfg(test)]
mod retrying;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod running;
#[cfg(test)]
mod servers;
#[cfg(test)]
mod settling;
