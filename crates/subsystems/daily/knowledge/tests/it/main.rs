//! What the knowledge base promises: from what somebody writes to what others find.

#[cfg(test)]
mod articles;
#[cfg(test)]
mod house;
#[cfg(test)]
mod input;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod scopes;
#[cfg(test)]
mod tickets;
