//! What alerts promise: from a fact or a sample to an alert, through people, to its end.

#[cfg(test)]
mod checks;
#[cfg(test)]
mod house;
#[cfg(test)]
mod merges;
#[cfg(test)]
mod people;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod scopes;
#[cfg(test)]
mod thresholds;
