//! The objects of one list, kept up to date.

use std::collections::BTreeMap;

use crate::source::cluster::on_wire::OnWire;

/// Namespace and name.
pub(super) type ObjectKey = (Box<str>, Box<str>);

/// An object as it is kept: only what an answer needs, so that other changes, such as a heartbeat,
/// don't count.
pub(super) trait Cacheable: OnWire + Clone + PartialEq {
    fn key(&self) -> ObjectKey {
        (self.namespace().into(), self.name().into())
    }
}

impl<T: OnWire + Clone + PartialEq> Cacheable for T {}

/// Whether a list is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ListState {
    /// It hasn't been read yet.
    NotYet,
    /// It has been, and is kept up to date.
    Yes,
    /// It may not be read, in the server's words.
    Never(String),
}

/// The objects of one list, by namespace and name.
pub(super) struct Store<T> {
    pub(super) known: ListState,
    /// Increases with each change.
    pub(super) version: u64,
    items: BTreeMap<ObjectKey, T>,
}

impl<T: Cacheable> Store<T> {
    pub(super) const fn new() -> Self {
        Self {
            known: ListState::NotYet,
            version: 0,
            items: BTreeMap::new(),
        }
    }

    /// Takes a whole list.
    pub(super) fn replace(&mut self, items: Vec<T>) {
        let items = items.into_iter().map(|item| (item.key(), item)).collect();
        if self.items != items || self.known != ListState::Yes {
            self.items = items;
            self.version += 1;
        }
        self.known = ListState::Yes;
    }

    /// Adds or replaces an object.
    pub(super) fn put(&mut self, item: T) {
        let key = item.key();
        if self.items.get(&key) != Some(&item) {
            self.items.insert(key, item);
            self.version += 1;
        }
    }

    /// Removes an object.
    pub(super) fn remove(&mut self, item: &T) {
        if self.items.remove(&item.key()).is_some() {
            self.version += 1;
        }
    }

    /// Marks it as unreadable, for the server's reason.
    pub(super) fn forbid(&mut self, why: &str) {
        self.known = ListState::Never(why.to_owned());
        self.version += 1;
    }

    /// The objects in the order of namespace and name; `None` unless they are known.
    pub(super) fn items(&self) -> Option<impl Iterator<Item = &T>> {
        (self.known == ListState::Yes).then(|| self.items.values())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::model::Node;
    use crate::source::cluster::on_wire::NamedEvent;
    use serde_json::json;

    fn node(name: &str, heartbeat: &str, ready: &str) -> Node {
        serde_json::from_value(json!({"metadata": {"name": name, "resourceVersion": heartbeat},
            "status": {"conditions": [{"type": "Ready", "status": ready, "lastHeartbeatTime": heartbeat}]}}))
        .unwrap()
    }

    #[test]
    fn a_heartbeat_is_no_change() {
        let mut store = Store::new();
        assert!(store.items().is_none());
        store.replace(vec![node("b", "1", "True"), node("a", "1", "True")]);
        let version = store.version;
        store.put(node("a", "2", "True"));
        store.replace(vec![node("a", "3", "True"), node("b", "3", "True")]);
        assert_eq!(store.version, version);
        store.put(node("a", "4", "False"));
        assert_eq!(store.version, version + 1);
        store.remove(&node("b", "5", "True"));
        store.remove(&node("b", "5", "True"));
        assert_eq!(store.version, version + 2);
        let names: Vec<&str> = store.items().unwrap().map(|n| &*n.name).collect();
        assert_eq!(names, ["a"]);
    }

    #[test]
    fn an_event_is_known_by_its_own_name() {
        let event = |name: &str, count: i32| -> NamedEvent {
            serde_json::from_value(json!({"metadata": {"namespace": "n", "name": name},
                "involvedObject": {"name": "agent"}, "reason": "FailedCreate", "count": count}))
            .unwrap()
        };
        let mut store = Store::new();
        store.replace(vec![event("x.1", 1)]);
        store.put(event("x.1", 2));
        store.put(event("x.2", 1));
        let counts: Vec<i32> = store.items().unwrap().map(|e| e.event.count).collect();
        assert_eq!(counts, [2, 1]);
    }
}
