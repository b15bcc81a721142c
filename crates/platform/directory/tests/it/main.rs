//! What the directory promises, tried on real records and through its routes.

#[cfg(test)]
mod coming;
#[cfg(test)]
mod dated_back;
#[cfg(test)]
mod future;
#[cfg(test)]
mod handing_on;
mod history;
#[cfg(test)]
mod house;
#[cfg(test)]
mod import;
#[cfg(test)]
mod import_again;
#[cfg(test)]
mod import_faults;
#[cfg(test)]
mod import_order;
#[cfg(test)]
mod import_runs;
#[cfg(test)]
mod inherited;
#[cfg(test)]
mod input;
#[cfg(test)]
mod ldap;
#[cfg(test)]
mod leaving;
#[cfg(test)]
mod past;
#[cfg(test)]
mod people;
#[cfg(test)]
mod place_named;
#[cfg(test)]
mod restructure;
#[cfg(test)]
mod scope;
#[cfg(test)]
mod slapd;
#[cfg(test)]
mod told;
#[cfg(test)]
mod trees;
