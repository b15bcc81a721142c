//! Routes of destinations.

mod destinations;
mod views;

pub use destinations::routes;
