//! What the desk promises: from a ticket's opening to its closing, through units and clocks.

#[cfg(test)]
mod clocks;
#[cfg(test)]
mod configuration;
#[cfg(test)]
mod enquiries;
#[cfg(test)]
mod house;
#[cfg(test)]
mod incidents;
#[cfg(test)]
mod input;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod mail_bad;
#[cfg(test)]
mod mail_in;
#[cfg(test)]
mod mail_out;
#[cfg(test)]
mod mailing;
#[cfg(test)]
mod scopes;
#[cfg(test)]
mod tickets;
