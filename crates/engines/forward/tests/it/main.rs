//! What the queue promises, on a real disk.

mod damage;
mod house;
mod limits;
mod model;
mod order;
