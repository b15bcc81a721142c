//! The engine from the outside.

mod limits;
mod memory;
mod native;
mod random;
mod shapes;
