//! What access promises, and what it refuses, through the whole stack on a real file.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod authenticator;
#[cfg(test)]
mod authors;
#[cfg(test)]
mod bounded;
#[cfg(test)]
mod certificates;
mod csrf;
#[cfg(test)]
mod delegation;
#[cfg(test)]
mod detours;
mod emergencies;
#[cfg(test)]
mod entering;
#[cfg(test)]
mod filling;
mod first_run;
#[cfg(test)]
mod for_good;
#[cfg(test)]
mod grants;
#[cfg(test)]
mod groups;
mod journal;
#[cfg(test)]
mod last_holders;
#[cfg(test)]
mod ldap;
#[cfg(test)]
mod ldap_relay;
#[cfg(test)]
mod leavers;
#[cfg(test)]
mod lent;
mod lockout;
mod migration;
#[cfg(test)]
mod moved;
#[cfg(test)]
mod oidc_provider;
#[cfg(test)]
mod outside_posts;
#[cfg(test)]
mod own_doing;
#[cfg(test)]
mod passkeys;
#[cfg(test)]
mod passwords;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod post_duties;
#[cfg(test)]
mod posts;
mod profile;
#[cfg(test)]
mod providers;
#[cfg(test)]
mod races;
#[cfg(test)]
mod reviews;
mod roles;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod second_factor;
#[cfg(test)]
mod separation;
mod sessions;
#[cfg(test)]
#[path = "../../../directory/tests/it/slapd.rs"]
mod slapd;
mod tokens;
mod twice;
mod users;
#[cfg(test)]
mod vouched;
#[cfg(test)]
mod way_out;
#[cfg(test)]
mod whole_house;
