//! Equal values share one allocation.
//!
//! Thousands of nodes and pods carry the same zones, phases, owners and images. A
//! small table of the values met last finds most of them again; what it has forgotten
//! is allocated anew, so that the table's memory is bounded and nothing else depends
//! on it.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::pairs::Builder;
use super::{ContainerImage, OwnerReference, PodResources};

/// The values of one type that were met last, each in the slot of its hash.
pub(super) struct Shared<T: ?Sized> {
    slots: Vec<Option<Arc<T>>>,
    /// One less than the number of slots, which is a power of two.
    mask: usize,
}

impl<T: ?Sized + Hash + Eq> Shared<T> {
    const fn new(slots: usize) -> Self {
        Self {
            slots: Vec::new(),
            mask: slots.next_power_of_two() - 1,
        }
    }

    /// `value` in shared memory.
    pub(super) fn share(&mut self, value: &T) -> Arc<T>
    where
        Arc<T>: for<'a> From<&'a T>,
    {
        self.share_as(value, Arc::from)
    }

    /// `value` in shared memory, into which `allocate` brings it where it isn't yet.
    fn share_as<V: Borrow<T>>(&mut self, value: V, allocate: impl FnOnce(V) -> Arc<T>) -> Arc<T> {
        if self.slots.is_empty() {
            self.slots.resize_with(self.mask + 1, || None);
        }
        // Of the hash only the low bits pick a slot, and those are well mixed.
        #[allow(clippy::cast_possible_truncation)]
        let index = FixedState::default().hash_one(value.borrow()) as usize & self.mask;
        let Some(slot) = self.slots.get_mut(index) else {
            return allocate(value);
        };
        match slot {
            Some(known) if **known == *value.borrow() => Arc::clone(known),
            _ => Arc::clone(slot.insert(allocate(value))),
        }
    }
}

/// The tables of a thread, and what it builds labels in.
pub(super) struct Pool {
    texts: Shared<str>,
    /// Encoded keys of labels: few sets of them go round.
    pub(super) keys: Shared<str>,
    /// Encoded values of labels: the pods of one revision have all of them in common.
    pub(super) values: Shared<str>,
    owners: Shared<[OwnerReference]>,
    images: Shared<[ContainerImage]>,
    pod_resources: Shared<PodResources>,
    /// Taken while in use.
    pub(super) builder: Builder,
}

thread_local! {
    static POOL: RefCell<Pool> = const {
        RefCell::new(Pool {
            texts: Shared::new(1024),
            keys: Shared::new(256),
            values: Shared::new(256),
            owners: Shared::new(64),
            images: Shared::new(64),
            pod_resources: Shared::new(64),
            builder: Builder::new(),
        })
    };
}

/// Works with the thread's tables. `work` mustn't come back here.
pub(super) fn with_pool<R>(work: impl FnOnce(&mut Pool) -> R) -> R {
    POOL.with_borrow_mut(work)
}

/// `text` in shared memory; the empty text needs none.
pub(super) fn text(text: &str) -> Arc<str> {
    if text.is_empty() {
        return Arc::default();
    }
    with_pool(|pool| pool.texts.share(text))
}

/// The owners of a pod in shared memory.
pub(super) fn owners(owners: &[OwnerReference]) -> Arc<[OwnerReference]> {
    with_pool(|pool| pool.owners.share(owners))
}

/// The images of a pod in shared memory.
pub(super) fn images(images: &[ContainerImage]) -> Arc<[ContainerImage]> {
    with_pool(|pool| pool.images.share(images))
}

/// What a pod requests, in shared memory.
pub(super) fn pod_resources(resources: PodResources) -> Arc<PodResources> {
    with_pool(|pool| pool.pod_resources.share_as(resources, Arc::new))
}
