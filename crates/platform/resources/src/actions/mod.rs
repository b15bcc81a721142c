mod change;
mod create;
mod found;
mod relate;

pub use found::Upserted;
