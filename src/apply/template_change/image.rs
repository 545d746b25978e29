//! `kubectl set image`.

use std::ops::Range;
use std::str::FromStr;

use serde_json::Value;

use crate::model::{DaemonSet, DecodeError};

use super::{Changed, prepare_for_update, set};

/// Means all containers.
const ALL: &str = "*";
/// The fields with a pod's containers; kubectl looks in both and in no other.
const LISTS: [&str; 2] = ["initContainers", "containers"];

/// `CONTAINER=IMAGE`, as `kubectl set image` takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageChange {
    /// The container's name, or `*` for all.
    pub container: String,
    /// Its new image.
    pub image: String,
}

/// A `--set-image` that can't be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("write it as CONTAINER=IMAGE, or as *=IMAGE for all containers")]
pub struct ImageChangeError {
    /// Where the container or the image is missing.
    pub at: Range<usize>,
}

impl FromStr for ImageChange {
    type Err = ImageChangeError;

    fn from_str(text: &str) -> Result<Self, ImageChangeError> {
        let end = text.len();
        let missing = |at| ImageChangeError { at: at..at };
        let (container, image) = text.split_once('=').ok_or_else(|| missing(end))?;
        match (container, image) {
            ("", _) => Err(missing(0)),
            (_, "") => Err(missing(end)),
            _ => Ok(Self {
                container: container.to_owned(),
                image: image.to_owned(),
            }),
        }
    }
}

/// Why images can't be set.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// `*` beside others.
    #[error("`*` already stands for all containers: leave out the others or `*`")]
    AllAndOthers,
    /// The container doesn't exist.
    #[error("the template has no container `{asked}`; it has {}", .known.join(", "))]
    Unknown {
        /// What was asked for.
        asked: String,
        /// The existing containers, init containers first.
        known: Vec<String>,
    },
    /// There are no containers at all.
    #[error("the template has no containers")]
    NoContainers,
    /// The template can't be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// `kubectl set image` (kubectl 0.37.1): each change on all containers and init
/// containers of that name; of two changes to one container the later counts.
///
/// # Errors
/// When a container doesn't exist, or `*` is given together with others. kubectl reports the same
/// error, but sets the other images; here nothing is changed.
pub fn set_image(ds: &DaemonSet, changes: &[ImageChange]) -> Result<Changed, ImageError> {
    let all = changes.iter().any(|change| change.container == ALL);
    if all && changes.iter().any(|change| change.container != ALL) {
        return Err(ImageError::AllAndOthers);
    }
    let mut template = ds.raw_template.clone();
    for change in changes {
        let mut found = false;
        for list in LISTS {
            found |= set_in_list(&mut template, list, change);
        }
        if !found {
            return Err(not_found(&ds.raw_template, &change.container));
        }
    }
    Ok(prepare_for_update(ds, ds.with_template(template)?))
}

fn set_in_list(template: &mut Value, list: &str, change: &ImageChange) -> bool {
    let containers = template
        .get_mut("spec")
        .and_then(|spec| spec.get_mut(list))
        .and_then(Value::as_array_mut);
    let mut found = false;
    for container in containers.into_iter().flatten() {
        let name = container.get("name").and_then(Value::as_str);
        if change.container == ALL || name == Some(&change.container) {
            set(container, "image", change.image.clone().into());
            found = true;
        }
    }
    found
}

fn not_found(template: &Value, asked: &str) -> ImageError {
    let lists = LISTS.iter().filter_map(|list| {
        let spec = template.get("spec")?;
        spec.get(list)?.as_array()
    });
    let names = lists.flatten().filter_map(|c| c.get("name")?.as_str());
    let known: Vec<String> = names.map(str::to_owned).collect();
    if known.is_empty() {
        return ImageError::NoContainers;
    }
    ImageError::Unknown {
        asked: asked.to_owned(),
        known,
    }
}
