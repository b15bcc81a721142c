//! The verbs: load → permit → decide → save → journal, in one transaction.

mod destinations;
mod tell;
