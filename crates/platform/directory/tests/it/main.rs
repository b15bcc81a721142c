//! What the directory promises, tried on real records and through its routes.

#[cfg(test)]
mod history;
#[cfg(test)]
mod house;
#[cfg(test)]
mod import;
#[cfg(test)]
mod import_faults;
#[cfg(test)]
mod import_order;
#[cfg(test)]
mod import_runs;
#[cfg(test)]
mod input;
#[cfg(test)]
mod ldap;
#[cfg(test)]
mod people;
#[cfg(test)]
mod restructure;
#[cfg(test)]
mod scope;
#[cfg(test)]
mod slapd;
#[cfg(test)]
mod trees;
