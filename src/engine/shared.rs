//! Values that are made once in a run, by the first who needs them: fixtures and controls.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

/// A value that says of itself whether it holds for the whole run.
pub trait Fleeting {
    /// Nothing was observed: made again, it may be another.
    fn is_fleeting(&self) -> bool;
}

/// Values by key. A fleeting one is made again for whoever comes later, but not for ever.
#[derive(Debug)]
pub struct Shared<T> {
    made: Mutex<HashMap<String, Made<T>>>,
    tries: u32,
}

#[derive(Debug)]
struct Made<T> {
    cell: Arc<OnceCell<T>>,
    tries: u32,
}

impl<T: Fleeting> Shared<T> {
    /// No value yet. Each is made `tries` times at most.
    pub fn new(tries: u32) -> Self {
        Self { made: Mutex::default(), tries }
    }

    /// The cell under a key, the same for all who ask at a time.
    pub fn cell(&self, key: &str) -> Arc<OnceCell<T>> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let made = made.entry(key.to_owned()).or_insert_with(|| Made { cell: Arc::default(), tries: 1 });
        if made.tries < self.tries && made.cell.get().is_some_and(Fleeting::is_fleeting) {
            *made = Made { cell: Arc::default(), tries: made.tries + 1 };
        }
        made.cell.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Fleeting for Option<u32> {
        fn is_fleeting(&self) -> bool {
            self.is_none()
        }
    }

    async fn make(shared: &Shared<Option<u32>>, value: Option<u32>) -> Option<u32> {
        *shared.cell("key").get_or_init(|| async move { value }).await
    }

    #[tokio::test]
    async fn what_was_observed_stays() {
        let shared = Shared::new(3);
        assert_eq!(make(&shared, None).await, None);
        assert_eq!(make(&shared, Some(1)).await, Some(1));
        assert_eq!(make(&shared, Some(2)).await, Some(1));
    }

    #[tokio::test]
    async fn what_was_not_observed_is_tried_again_but_not_for_ever() {
        let shared = Shared::new(2);
        assert_eq!(make(&shared, None).await, None);
        assert_eq!(make(&shared, None).await, None);
        assert_eq!(make(&shared, Some(3)).await, None);
    }
}
