//! The engine from the outside.

mod limits;
mod memory;
mod random;
mod shapes;
