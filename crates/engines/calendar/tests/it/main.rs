//! What the calendar promises: known facts, and laws over random weeks, days and moments.

#[cfg(test)]
mod china;
#[cfg(test)]
mod importing;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod layers;
#[cfg(test)]
mod rotations;
