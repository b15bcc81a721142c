//! Provisioning over the whole stack, on both databases: with a real token of a real account.

#[cfg(test)]
mod for_good;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod posts;
#[cfg(test)]
mod protocol;
#[cfg(test)]
mod providers;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod separation;
#[cfg(test)]
mod users;
