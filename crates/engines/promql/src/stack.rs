//! Room for recursion.

use crate::PromqlError;

/// Expressions of more levels than this get a stack of their own.
pub(crate) const HEIGHT_PLAIN: usize = 60;
/// Virtual memory; only what is used becomes real.
const ROOMY_BYTES: usize = 256 << 20;

/// Runs `work`, on a thread with a large stack where `deep`.
///
/// Errors: as `work`, or that no thread could be had.
pub(crate) fn roomy<T: Send, E: Send + From<PromqlError>>(
    deep: bool,
    work: impl FnOnce() -> Result<T, E> + Send,
) -> Result<T, E> {
    if !deep {
        return work();
    }
    let stopped = |why: &str| Err(E::from(PromqlError::eval(format!("deep expression: {why}"))));
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(ROOMY_BYTES);
        match builder.spawn_scoped(scope, work) {
            Ok(thread) => thread.join().unwrap_or_else(|_| stopped("the thread ended")),
            Err(error) => stopped(&error.to_string()),
        }
    })
}
