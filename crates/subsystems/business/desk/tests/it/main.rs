//! What the desk promises: from a ticket's opening to its closing, through units and clocks.

#[cfg(test)]
mod bulk;
#[cfg(test)]
mod calls;
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
mod incomplete;
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
mod majors;
#[cfg(test)]
mod merges;
#[cfg(test)]
mod port;
#[cfg(test)]
mod public;
#[cfg(test)]
mod replies;
#[cfg(test)]
mod satisfaction;
#[cfg(test)]
mod scopes;
#[cfg(test)]
mod taken_up;
#[cfg(test)]
mod tickets;
