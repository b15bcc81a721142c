//! What the queue promises, on a real disk.

#[cfg(test)]
mod damage;
#[cfg(test)]
mod house;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod model;
#[cfg(test)]
mod order;
