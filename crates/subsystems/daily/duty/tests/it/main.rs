//! What duty promises: from a roster to who is on, through people, to what is settled.

#[cfg(test)]
mod calendars;
#[cfg(test)]
mod chains;
#[cfg(test)]
mod hand_overs;
#[cfg(test)]
mod house;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod incidents;
#[cfg(test)]
mod input;
#[cfg(test)]
mod inspections;
#[cfg(test)]
mod past;
#[cfg(test)]
mod people;
#[cfg(test)]
mod rosters;
#[cfg(test)]
mod scopes;
#[cfg(test)]
mod work_items;
