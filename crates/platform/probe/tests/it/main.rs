//! Checks from the outside: scheduling, states across restarts, routes, series.

#[cfg(test)]
mod checks_api;
#[cfg(test)]
mod house;
#[cfg(test)]
mod merges;
#[cfg(test)]
mod scheduling;
#[cfg(test)]
mod scopes;
#[cfg(test)]
mod script;
#[cfg(test)]
mod series_api;
#[cfg(test)]
mod states;
