//! What the values of a query take, all together.

use crate::PromqlError;
use crate::column::{Column, Value};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Parts of the memory smaller than one in so many are gathered before they are counted.
const GATHERED: usize = 1024;

/// Counts the bytes of all values that a query holds at a moment.
#[derive(Clone)]
pub(crate) struct Memory(Arc<Counter>);

struct Counter {
    held: AtomicUsize,
    bytes_max: usize,
}

/// Bytes that are counted until this goes.
pub(crate) struct Charge {
    memory: Memory,
    bytes: usize,
    gathered: usize,
}

/// A value whose bytes are counted until it goes.
pub(crate) struct Held<T> {
    value: T,
    charge: Charge,
}

/// What takes memory.
pub(crate) trait Weigh {
    /// How many bytes.
    fn bytes(&self) -> usize;
}

impl Memory {
    /// `bytes_max`: what may be held at once.
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self(Arc::new(Counter { held: AtomicUsize::new(0), bytes_max }))
    }

    /// Counts bytes.
    ///
    /// Errors: [`PromqlError::Limit`] if there is no room for them; then nothing is counted.
    pub(crate) fn charge(&self, bytes: usize) -> Result<Charge, PromqlError> {
        let mut charge = self.nothing();
        charge.count(bytes)?;
        Ok(charge)
    }

    /// Counts nothing yet.
    pub(crate) fn nothing(&self) -> Charge {
        Charge { memory: self.clone(), bytes: 0, gathered: 0 }
    }

    /// Counts what a value takes.
    ///
    /// Errors: as [`Memory::charge`].
    pub(crate) fn hold<T: Weigh>(&self, value: T) -> Result<Held<T>, PromqlError> {
        let charge = self.charge(value.bytes())?;
        Ok(Held { value, charge })
    }

    /// Counts the histograms of a column, if it has any.
    ///
    /// Errors: as [`Memory::charge`].
    pub(crate) fn counted(&self, column: &Column) -> Result<Option<Charge>, PromqlError> {
        column.has_histograms().then(|| self.charge(column.histogram_bytes())).transpose()
    }

    #[cfg(test)]
    fn held(&self) -> usize {
        self.0.held.load(Ordering::Relaxed)
    }
}

impl Charge {
    /// Counts further bytes; few of them are gathered first.
    ///
    /// Errors: as [`Memory::charge`].
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), PromqlError> {
        self.gathered = self.gathered.saturating_add(bytes);
        if self.gathered <= self.memory.0.bytes_max / GATHERED {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.gathered);
        self.count(bytes)
    }

    /// Takes over what another one counts.
    pub(crate) fn absorb(&mut self, mut other: Self) -> Result<(), PromqlError> {
        self.bytes += std::mem::take(&mut other.bytes);
        self.grow(std::mem::take(&mut other.gathered))
    }

    fn count(&mut self, bytes: usize) -> Result<(), PromqlError> {
        let Counter { held, bytes_max } = &*self.memory.0;
        let room = |now: usize| now.checked_add(bytes).filter(|sum| sum <= bytes_max);
        if held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).is_err() {
            let message = format!("the values of the query would take more than {bytes_max} bytes");
            return Err(PromqlError::Limit { message });
        }
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.memory.0.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl<T> Held<T> {
    /// The value, and what counts it as long as it is kept.
    pub(crate) fn parts(self) -> (T, Charge) {
        (self.value, self.charge)
    }

    /// The value, no longer counted.
    pub(crate) fn into_value(self) -> T {
        self.value
    }

    /// Makes another of the value, counted as this one was.
    pub(crate) fn try_map<U>(
        self,
        change: impl FnOnce(T) -> Result<U, PromqlError>,
    ) -> Result<Held<U>, PromqlError> {
        Ok(Held { value: change(self.value)?, charge: self.charge })
    }
}

impl Held<Vec<Column>> {
    /// Adds a column whose histograms are counted already; its floats are whoever makes it.
    pub(crate) fn push(
        &mut self,
        column: Column,
        charge: Option<Charge>,
    ) -> Result<(), PromqlError> {
        self.value.push(column);
        charge.map_or(Ok(()), |charge| self.charge.absorb(charge))
    }
}

impl<T> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Held<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl Weigh for Vec<Column> {
    fn bytes(&self) -> usize {
        self.iter().map(Column::bytes).sum()
    }
}

impl Weigh for Vec<f64> {
    fn bytes(&self) -> usize {
        size_of_val(&**self)
    }
}

impl Weigh for Value {
    fn bytes(&self) -> usize {
        match self {
            Self::Scalar(values) => values.bytes(),
            Self::Text(text) => text.len(),
            Self::Vector(columns) => columns.bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_is_given_back() {
        let memory = Memory::new(1_000);
        let first = memory.charge(600).unwrap();
        assert!(memory.charge(401).is_err());
        assert_eq!(memory.held(), 600);
        let mut second = memory.charge(400).unwrap();
        assert!(second.grow(1).is_err());
        drop(first);
        second.grow(600).unwrap();
        assert_eq!(memory.held(), 1_000);
        drop(second);
        assert_eq!(memory.held(), 0);
    }

    #[test]
    fn small_parts_are_counted_when_they_amount_to_something() {
        let memory = Memory::new(10 * GATHERED);
        let mut charge = memory.nothing();
        for _ in 0..10 {
            charge.grow(1).unwrap();
        }
        assert_eq!(memory.held(), 0);
        charge.grow(1).unwrap();
        assert_eq!(memory.held(), 11);
        let mut other = memory.charge(5).unwrap();
        other.absorb(charge).unwrap();
        assert_eq!(memory.held(), 16);
        drop(other);
        assert_eq!(memory.held(), 0);
    }

    #[test]
    fn a_value_counts_until_it_goes() {
        let memory = Memory::new(100);
        let held = memory.hold(vec![0.0; 12]).unwrap();
        assert!(memory.hold(vec![0.0; 1]).is_err());
        let (values, charge) = held.parts();
        assert_eq!((values.len(), memory.held()), (12, 96));
        drop(charge);
        assert_eq!(memory.held(), 0);
    }
}
