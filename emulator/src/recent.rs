//! `Recent`: a map of fixed size that forgets its oldest entry.

use core::hash::Hash;
use std::collections::{HashMap, VecDeque};

/// The newest entries, at most `most` of them.
#[derive(Debug)]
pub(crate) struct Recent<K, V> {
    entries: HashMap<K, V>,
    order: VecDeque<K>,
    most: usize,
}

impl<K: Clone + Eq + Hash, V> Recent<K, V> {
    /// An empty map.
    pub(crate) fn new(most: usize) -> Recent<K, V> {
        Recent { entries: HashMap::new(), order: VecDeque::new(), most }
    }

    /// The value of `key`, unless it has been forgotten.
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    /// Sets the value and returns the one before. A key keeps the age of its first value.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let before = self.entries.insert(key.clone(), value);
        if before.is_none() {
            self.order.push_back(key);
            if self.order.len() > self.most
                && let Some(oldest) = self.order.pop_front()
            {
                self.entries.remove(&oldest);
            }
        }
        before
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;

    #[test]
    fn the_oldest_is_forgotten() {
        let mut recent = Recent::new(2);
        assert_eq!(recent.insert("a", 1), None);
        assert_eq!(recent.insert("b", 2), None);
        assert_eq!(recent.insert("a", 3), Some(1));
        assert_eq!(recent.insert("c", 4), None);
        assert_eq!(
            (recent.get(&"a"), recent.get(&"b"), recent.get(&"c")),
            (None, Some(&2), Some(&4))
        );
    }
}
