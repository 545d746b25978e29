//! The objects of one kind.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use serde::de::DeserializeOwned;

use crate::source::SourceError;
use crate::source::document::{Body, Object, decode, shown};

/// The objects of one kind; `None` while nothing is known about it.
pub(super) struct Kind<T> {
    pub objects: Option<Vec<T>>,
    /// Where each object stands, by namespace and name.
    places: HashMap<(String, String), (usize, String)>,
}

impl<T> Default for Kind<T> {
    fn default() -> Self {
        Self {
            objects: None,
            places: HashMap::new(),
        }
    }
}

impl<T: PartialEq> Kind<T> {
    pub(super) fn know(&mut self) {
        self.objects.get_or_insert_default();
    }

    /// Adds an object. One that the files hold twice has to be the same in all
    /// that is read of it; then the note that it returns says so.
    pub(super) fn add(
        &mut self,
        object: &Object<'_>,
        namespace: &str,
        value: T,
    ) -> Result<Option<String>, SourceError> {
        let objects = self.objects.get_or_insert_default();
        let key = (namespace.to_owned(), object.name.clone());
        match self.places.entry(key) {
            Slot::Vacant(slot) => {
                slot.insert((objects.len(), object.place()));
                objects.push(value);
                Ok(None)
            }
            Slot::Occupied(slot) => {
                let (index, place) = slot.get();
                let what = qualified(object, namespace);
                if objects.get(*index) == Some(&value) {
                    return Ok(Some(format!(
                        "{what} is in the files twice, the same both times: {place} and {}",
                        object.place()
                    )));
                }
                Err(object.error(
                    object.line,
                    &format!("{what} is in the files twice and not the same; the other one is at {place}: keep one of them"),
                ))
            }
        }
    }
}

fn qualified(object: &Object<'_>, namespace: &str) -> String {
    let slash = if namespace.is_empty() { "" } else { "/" };
    let (namespace, name) = (shown(namespace), shown(&object.name));
    format!("{} `{namespace}{slash}{name}`", object.kind)
}

/// An object without a name is no object of the API.
pub(super) fn check_name(object: &Object<'_>) -> Result<(), SourceError> {
    if !object.name.is_empty() {
        return Ok(());
    }
    let problem = format!("this {} has no `metadata.name`", object.kind);
    Err(object.error(object.line, &problem))
}

/// Decodes an object into the slim type `T`.
pub(super) fn read<T: DeserializeOwned>(object: &Object<'_>) -> Result<T, SourceError> {
    if let Body::Json(raw) = &object.body
        && let Ok(value) = serde_json::from_str(raw.get())
    {
        return Ok(value);
    }
    // What JSON alone refuses is decoded again with lines: for the error, or
    // for a null where Go takes the zero value.
    let marked = object.marked()?;
    match decode::<T>(&marked) {
        Ok((value, _)) => Ok(value),
        Err(failure) => Err(object.error(failure.line, &failure.problem)),
    }
}
