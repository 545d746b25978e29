//! The objects of one kind.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use super::visitor::NamedEvent;
use crate::model::{
    ControllerRevision, DaemonSet, LimitRange, Namespace, Node, PartialObjectMetadata, Pod,
    PriorityClass, ResourceQuota, Service, WebhookConfiguration, Workload,
};
use crate::source::SourceError;
use crate::source::document::{error, place, shown};

/// The names of the files in the order in which they are read.
pub(super) type Names = Vec<Arc<str>>;

/// Where an object stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The index of the file.
    pub file: u32,
    pub line: u32,
}

impl Place {
    fn file(self, files: &Names) -> &str {
        let index = usize::try_from(self.file).unwrap_or_default();
        files.get(index).map_or("", |file| file)
    }

    fn shown(self, files: &Names) -> String {
        place(self.file(files), self.line())
    }

    fn line(self) -> usize {
        usize::try_from(self.line).unwrap_or_default()
    }
}

/// What no two objects of a kind share.
pub(super) trait Named {
    /// The namespace, empty where the kind has none, and the name.
    fn named(&self) -> (&str, &str);
}

/// The objects of one kind; `None` while nothing is known about it.
pub(super) struct Kind<T> {
    pub objects: Option<Vec<T>>,
    places: Vec<Place>,
    /// The first object of those whose names have the same hash.
    by_hash: HashMap<u64, u32>,
    /// The other ones.
    more: Vec<u32>,
    hashes: RandomState,
}

impl<T> Default for Kind<T> {
    fn default() -> Self {
        Self {
            objects: None,
            places: Vec::new(),
            by_hash: HashMap::new(),
            more: Vec::new(),
            hashes: RandomState::new(),
        }
    }
}

impl<T: PartialEq + Named> Kind<T> {
    pub(super) fn know(&mut self) {
        self.objects.get_or_insert_default();
    }

    /// Adds an object. One that the files hold twice has to be the same in all
    /// that is read of it; then the note that it returns says so.
    pub(super) fn add(
        &mut self,
        object: T,
        kind: &str,
        place: Place,
        files: &Names,
    ) -> Result<Option<String>, SourceError> {
        let Some((earlier, at)) = self.earlier(&object) else {
            self.objects.get_or_insert_default().push(object);
            self.places.push(place);
            return Ok(None);
        };
        let what = qualified(&object, kind);
        let at = at.shown(files);
        if *earlier == object {
            return Ok(Some(format!(
                "{what} is in the files twice, the same both times: {at} and {}",
                place.shown(files)
            )));
        }
        let problem = format!(
            "{what} is in the files twice and not the same; the other one is at {at}: keep one of them"
        );
        Err(error(place.file(files), place.line(), &problem))
    }

    /// The object of the same name, and its place; where there is none the name is noted.
    fn earlier(&mut self, object: &T) -> Option<(&T, Place)> {
        let objects = self.objects.get_or_insert_default();
        let next = u32::try_from(objects.len()).ok()?;
        let hash = self.hashes.hash_one(object.named());
        let first = *self.by_hash.entry(hash).or_insert(next);
        if first == next {
            return None;
        }
        let same = |index: &u32| {
            let index = usize::try_from(*index).ok()?;
            let earlier = objects.get(index)?;
            let is_same = earlier.named() == object.named();
            is_same.then_some((earlier, *self.places.get(index)?))
        };
        let found = std::iter::once(&first).chain(&self.more).find_map(same);
        if found.is_none() {
            self.more.push(next);
        }
        found
    }
}

fn qualified(object: &impl Named, kind: &str) -> String {
    let (namespace, name) = object.named();
    let slash = if namespace.is_empty() { "" } else { "/" };
    let (namespace, name) = (shown(namespace), shown(name));
    format!("{kind} `{namespace}{slash}{name}`")
}

macro_rules! named {
    ($($type:ty => $namespace:expr;)*) => {$(
        impl Named for $type {
            fn named(&self) -> (&str, &str) {
                let namespace: fn(&Self) -> &str = $namespace;
                (namespace(self), &self.name)
            }
        }
    )*};
}

impl Named for PriorityClass {
    fn named(&self) -> (&str, &str) {
        ("", &self.metadata.name)
    }
}

impl Named for NamedEvent {
    fn named(&self) -> (&str, &str) {
        (&self.namespace, &self.name)
    }
}

named! {
    DaemonSet => |o| &o.namespace;
    Node => |_| "";
    Pod => |o| &o.namespace;
    ControllerRevision => |o| &o.namespace;
    Namespace => |_| "";
    LimitRange => |o| &o.namespace;
    Workload => |o| &o.namespace;
    ResourceQuota => |o| &o.namespace;
    Service => |o| &o.namespace;
    PartialObjectMetadata => |o| &o.namespace;
    WebhookConfiguration => |_| "";
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use super::{Kind, Named, Place};

    impl Named for (&str, u8) {
        fn named(&self) -> (&str, &str) {
            ("", self.0)
        }
    }

    #[test]
    fn names_of_one_hash() {
        let mut kind = Kind::default();
        let files = vec!["f".into()];
        let mut add = |object: (&'static str, u8), line| {
            let hash = kind.hashes.hash_one(object.named());
            kind.by_hash.entry(hash).or_insert(0);
            let place = Place { file: 0, line };
            let added = kind.add(object, "K", place, &files);
            added.unwrap_or_else(|e| Some(e.to_string()))
        };
        for (line, name) in (1..).zip(["a", "b", "c"]) {
            assert_eq!(add((name, 0), line), None);
        }
        assert_eq!(
            add(("c", 0), 4).as_deref(),
            Some("K `c` is in the files twice, the same both times: f:3 and f:4")
        );
        assert_eq!(
            add(("b", 1), 5).as_deref(),
            Some(
                "f:5: K `b` is in the files twice and not the same; the other one is at f:2: keep one of them"
            )
        );
    }
}
