//! What alerts promise: from a fact or a sample to an alert, through people, to its end.

#[cfg(test)]
mod back_test;
#[cfg(test)]
mod causes;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod document;
#[cfg(test)]
mod escalations;
#[cfg(test)]
mod estate;
#[cfg(test)]
mod events;
#[cfg(test)]
mod house;
#[cfg(test)]
mod incident_scopes;
#[cfg(test)]
mod incidents;
#[cfg(test)]
mod merges;
#[cfg(test)]
mod people;
mod queries;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod scopes;
#[cfg(test)]
mod thresholds;
#[cfg(test)]
mod topology;
#[cfg(test)]
mod watchdog;
