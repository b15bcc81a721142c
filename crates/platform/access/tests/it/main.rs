//! What access promises, and what it refuses, through the whole stack on a real file.

mod csrf;
mod first_run;
mod journal;
mod lockout;
#[cfg(test)]
mod passwords;
mod profile;
#[cfg(test)]
mod scene;
mod sessions;
mod tokens;
mod users;
