//! Work on many series by several threads.

use crate::PromqlError;
use crate::annotation::Notes;
use crate::source::{Control, check};
use std::ops::Range;

/// Fewer series than this are not worth a thread.
const SHARE_MIN: usize = 64;
/// How many series are worked on between two looks at the control.
const BETWEEN_CHECKS: usize = 32;

/// Runs `work` over `0..count` in as many stretches as there are threads; the results come in
/// order.
pub(crate) fn map<T: Send>(
    threads: usize,
    count: usize,
    control: &dyn Control,
    notes: &mut Notes,
    work: impl Fn(Range<usize>, &mut Notes, &mut Vec<T>) -> Result<(), PromqlError> + Sync,
) -> Result<Vec<T>, PromqlError> {
    let shares = threads.min(count / SHARE_MIN).max(1);
    let stretch = |share: usize| share * count / shares..(share + 1) * count / shares;
    let run = |range: Range<usize>| -> Result<(Vec<T>, Notes), PromqlError> {
        let (mut made, mut own) = (Vec::with_capacity(range.len()), Notes::default());
        let mut start = range.start;
        while start < range.end {
            check(control)?;
            let end = (start + BETWEEN_CHECKS).min(range.end);
            work(start..end, &mut own, &mut made)?;
            start = end;
        }
        Ok((made, own))
    };
    let results: Vec<_> = if shares == 1 {
        vec![run(0..count)]
    } else {
        std::thread::scope(|scope| {
            let run = &run;
            let threads: Vec<_> =
                (1..shares).map(|share| scope.spawn(move || run(stretch(share)))).collect();
            let mut results = vec![run(stretch(0))];
            results.extend(threads.into_iter().map(|thread| {
                thread.join().unwrap_or_else(|_| Err(PromqlError::eval("a worker stopped")))
            }));
            results
        })
    };
    let mut all = Vec::with_capacity(count);
    for result in results {
        let (made, own) = result?;
        all.extend(made);
        notes.merge(own);
    }
    Ok(all)
}
