use serde::{Deserialize, Serialize};

use crate::{Fault, Text};

/// Which part of a list is asked for: by key, never by offset.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct PageRequest {
    /// The `next` of the page before; none for the first.
    pub after: Option<String>,
    /// How many items at most, 1 to 500; 50 when not given.
    pub limit: Option<u32>,
}

/// A page request that is within its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Items after this key.
    pub after: Option<String>,
    /// At most so many.
    pub limit: u32,
}

impl PageRequest {
    /// The most a page may hold.
    pub const LIMIT_MAX: u32 = 500;

    /// Checks the limit. Errors: [`Fault`] naming `limit` when it is not 1 to 500.
    pub fn checked(self) -> Result<Page, Fault> {
        let limit = self.limit.unwrap_or(50);
        if !(1..=Self::LIMIT_MAX).contains(&limit) {
            return Err(Fault::invalid("limit", limit, Text::same("1–500")));
        }
        Ok(Page { after: self.after.filter(|after| !after.is_empty()), limit })
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageOf<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The key to ask the next page with; none on the last page.
    pub next: Option<String>,
}

impl<T> PageOf<T> {
    /// Makes a page from `limit + 1` fetched items: the last one only tells that more follow.
    pub fn from_fetched(mut items: Vec<T>, limit: u32, key: impl Fn(&T) -> String) -> Self {
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = if more { items.last().map(key) } else { None };
        Self { items, next }
    }

    /// The same page of other items.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> PageOf<U> {
        PageOf { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_tells_of_more_only_when_there_is_more() {
        let page = PageOf::from_fetched(vec![1, 2, 3], 2, ToString::to_string);
        assert_eq!((page.items, page.next), (vec![1, 2], Some("2".to_owned())));
        let page = PageOf::from_fetched(vec![1, 2], 2, ToString::to_string);
        assert_eq!((page.items, page.next), (vec![1, 2], None));
    }

    #[test]
    fn limit_out_of_range_is_refused_by_name() {
        for limit in [0, 501] {
            let request = PageRequest { after: None, limit: Some(limit) };
            assert!(request.checked().unwrap_err().to_string().contains("limit"));
        }
    }
}
