//! The API behind the whole stack of the kit, over a store in a directory of the test's own.

#[cfg(test)]
mod admin;
#[cfg(test)]
mod around;
#[cfg(test)]
mod beside;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod exemplars;
#[cfg(test)]
mod forwarding;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod gone;
#[cfg(test)]
mod house;
#[cfg(test)]
mod kept;
#[cfg(test)]
mod labels;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod otlp;
#[cfg(test)]
mod otlp_json;
#[cfg(test)]
mod query;
#[cfg(test)]
mod read;
#[cfg(test)]
mod rolled;
#[cfg(test)]
mod scopes;
#[cfg(test)]
mod status;
#[cfg(test)]
mod targets;
#[cfg(test)]
mod turns;
#[cfg(test)]
mod write;
