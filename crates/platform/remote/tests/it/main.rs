//! Forwarding and reading back, against real far sides where there are some.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod house;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod peer;
#[cfg(test)]
mod peers;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod stand_in;
