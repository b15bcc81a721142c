//! What the register promises, tried on real records and through its routes.

#[cfg(test)]
mod finding;
#[cfg(test)]
mod house;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod relations;
#[cfg(test)]
mod resources;
