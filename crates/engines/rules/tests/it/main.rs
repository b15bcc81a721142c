//! What rule files, groups and unit tests of rules do.

#[cfg(test)]
mod files;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod units;
