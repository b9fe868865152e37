//! `Collection`: records of one kind, in memory, with ids that are counted up.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The newest records of one kind, at most [`MOST`].
#[derive(Debug)]
pub(crate) struct Collection {
    prefix: &'static str,
    next: u64,
    records: BTreeMap<u64, Map<String, Value>>,
}

impl Collection {
    /// No records yet; their ids will be `PREFIX-1`, `PREFIX-2` and so on.
    pub(crate) fn new(prefix: &'static str) -> Collection {
        Collection { prefix, next: 1, records: BTreeMap::new() }
    }

    /// Adds a record, forgetting the oldest when there are too many, and returns it with its id.
    pub(crate) fn add(&mut self, mut record: Map<String, Value>) -> Value {
        let number = self.next;
        self.next += 1;
        record.insert("id".to_owned(), format!("{}-{number}", self.prefix).into());
        self.records.insert(number, record.clone());
        if self.records.len() > MOST {
            self.records.pop_first();
        }
        Value::Object(record)
    }

    /// The record with this id, to look at or to change.
    pub(crate) fn get(&mut self, id: &str) -> Option<&mut Map<String, Value>> {
        self.records.get_mut(&self.number(id)?)
    }

    /// Removes the record, if there is one.
    pub(crate) fn remove(&mut self, id: &str) {
        if let Some(number) = self.number(id) {
            self.records.remove(&number);
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// Page `page`, counted from 1, of `limit` records, oldest first.
    pub(crate) fn page(&self, page: usize, limit: usize) -> Vec<Value> {
        let skip = (page - 1).saturating_mul(limit);
        self.records.values().skip(skip).take(limit).cloned().map(Value::Object).collect()
    }

    /// The records whose text field contains `text`, in any case of its letters.
    pub(crate) fn containing(&self, field: &str, text: &str) -> Vec<Value> {
        let text = text.to_lowercase();
        let contains = |record: &&Map<String, Value>| {
            let value = record.get(field).and_then(Value::as_str);
            value.is_some_and(|value| value.to_lowercase().contains(&text))
        };
        self.records.values().filter(contains).cloned().map(Value::Object).collect()
    }

    /// Whether a record has exactly this value.
    pub(crate) fn has(&self, field: &str, value: &Value) -> bool {
        self.records.values().any(|record| record.get(field) == Some(value))
    }

    fn number(&self, id: &str) -> Option<u64> {
        id.strip_prefix(self.prefix)?.strip_prefix('-')?.parse().ok()
    }
}

/// A bound, so that no client can fill the memory.
const MOST: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::{Collection, MOST};
    use serde_json::Map;

    #[test]
    fn ids_count_up_and_the_oldest_goes() {
        let mut records = Collection::new("inc");
        for _ in 0..=MOST {
            records.add(Map::new());
        }
        assert_eq!(records.len(), MOST);
        assert!(records.get("inc-1").is_none());
        assert!(records.get("inc-2").is_some());
        records.remove("inc-2");
        records.remove("nonsense");
        assert_eq!(records.page(1, 1)[0]["id"], "inc-3");
        assert_eq!(records.page(usize::MAX, 100).len(), 0);
    }
}
