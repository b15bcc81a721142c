//! What the register promises, tried on real records and through its routes.

#[cfg(test)]
mod exchange;
#[cfg(test)]
mod finding;
#[cfg(test)]
mod history;
#[cfg(test)]
mod house;
#[cfg(test)]
mod impact;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod migrating;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod place_codes;
#[cfg(test)]
mod placement;
#[cfg(test)]
mod reconciling;
#[cfg(test)]
mod relations;
#[cfg(test)]
mod resources;
#[cfg(test)]
mod scoped;
#[cfg(test)]
mod searching;
#[cfg(test)]
mod staging;
#[cfg(test)]
mod standing;
#[cfg(test)]
mod unseen_ends;
