//! What the register promises, tried on real records and through its routes.

#[cfg(test)]
mod coming;
#[cfg(test)]
mod dated_back;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod finding;
#[cfg(test)]
mod following;
#[cfg(test)]
mod history;
#[cfg(test)]
mod house;
#[cfg(test)]
mod impact;
#[cfg(test)]
mod journal_sight;
#[cfg(test)]
mod kept_plans;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod leaving;
#[cfg(test)]
mod merged_relations;
#[cfg(test)]
mod migrating;
#[cfg(test)]
mod moved_plans;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod place_codes;
#[cfg(test)]
mod placement;
#[cfg(test)]
mod reconciling;
#[cfg(test)]
mod regions;
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
mod taken;
#[cfg(test)]
mod told;
#[cfg(test)]
mod unseen_ends;
