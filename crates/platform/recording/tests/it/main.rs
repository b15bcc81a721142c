//! Rule groups: uploaded, evaluated, back-filled, shown as Prometheus shows them.

#[cfg(test)]
mod backfills;
#[cfg(test)]
mod evaluation;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod house;
#[cfg(test)]
mod prometheus;
