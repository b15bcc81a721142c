//! What the jobs promise, tried with a clock that stands still and real records.

#[cfg(test)]
mod house;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod running;
#[cfg(test)]
mod settling;
