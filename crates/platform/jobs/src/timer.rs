use std::{fmt::Debug, future::Future, pin::Pin, time::Duration};

/// Waiting. Passed in, so that tests own it (law 4).
pub trait Timer: Send + Sync + Debug {
    /// Completes when `span` has passed.
    fn sleep(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The timer of the running server.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioTimer;

impl Timer for TokioTimer {
    #[expect(clippy::disallowed_methods, reason = "the one place that waits for the real clock")]
    fn sleep(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(span))
    }
}
