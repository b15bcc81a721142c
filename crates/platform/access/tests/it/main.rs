//! What access promises, and what it refuses, through the whole stack on a real file.

mod csrf;
#[cfg(test)]
mod delegation;
mod emergencies;
mod first_run;
#[cfg(test)]
mod grants;
#[cfg(test)]
mod groups;
mod journal;
mod lockout;
mod migration;
#[cfg(test)]
mod passwords;
#[cfg(test)]
mod posts;
mod profile;
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
mod tokens;
mod users;
