//! What campaigns promise: from what is planned to the last machine.

#[cfg(test)]
mod campaigns;
#[cfg(test)]
mod house;
#[cfg(test)]
mod input;
#[cfg(test)]
mod machines;
#[cfg(test)]
mod scopes;
