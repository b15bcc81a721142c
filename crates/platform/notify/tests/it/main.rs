//! Messages as they go out: through real sockets, on real records.

#[cfg(test)]
mod pipeline;
#[cfg(test)]
mod postfix;
#[cfg(test)]
mod robots;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod sms;
#[cfg(test)]
mod stand_in;
#[cfg(test)]
mod turns;
#[cfg(test)]
mod webhook;
