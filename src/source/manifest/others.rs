//! Objects of manifests that aren't DaemonSets.

use crate::model::near_names;
use crate::source::document::{KUSTOMIZE, Object, shown};

/// An object that isn't a DaemonSet, or not one of Kubernetes.
pub(super) struct OtherObject {
    place: String,
    /// The kind and the name.
    what: String,
    kind: String,
    /// Where the kind is another controller's, or kubectl's own.
    api_version: String,
}

impl OtherObject {
    pub(super) fn of(object: &Object<'_>) -> Self {
        Self {
            place: object.place(),
            what: object.what(),
            kind: shown(&object.kind),
            api_version: shown(&object.api_version),
        }
    }

    fn is_kustomization(&self) -> bool {
        self.kind == "Kustomization" && self.api_version.starts_with("kustomize.config.k8s.io/")
    }

    /// That a DaemonSet is wanted in its place, and what may have been meant.
    pub(super) fn wanted(&self) -> String {
        let Self { place, what, .. } = self;
        if self.is_kustomization() {
            return format!(
                "{place}: this is a kustomization: build its objects first: {KUSTOMIZE}"
            );
        }
        if self.kind == "DaemonSet" {
            return format!(
                "{place}: this is {what} of `{}`, which another controller runs, where a DaemonSet of `apps/v1` is wanted",
                self.api_version
            );
        }
        let near = near_names(&self.kind, ["DaemonSet"].into_iter());
        let hint = match near.is_empty() {
            true => "",
            false => "; did you mean `kind: DaemonSet`?",
        };
        format!("{place}: this is {what}, where a DaemonSet is wanted{hint}")
    }

    /// Whether more is to be said of it than that it is something else.
    fn is_near(&self) -> bool {
        self.is_kustomization()
            || self.kind == "DaemonSet"
            || !near_names(&self.kind, ["DaemonSet"].into_iter()).is_empty()
    }

    fn skipped(&self) -> String {
        let Self { place, what, .. } = self;
        if self.is_kustomization() {
            return format!(
                "{place}: skipped a kustomization, so the DaemonSets are taken as they are written: with what it changes they come from {KUSTOMIZE}"
            );
        }
        if self.kind == "DaemonSet" {
            return format!(
                "{place}: skipped {what} of `{}`, which another controller runs",
                self.api_version
            );
        }
        format!("{place}: skipped {what}, which is no DaemonSet")
    }
}

/// The error that says that there is no DaemonSet among all of these objects.
pub(super) fn none_wanted(others: &[OtherObject]) -> String {
    const NAMED: usize = 3;
    let near: Vec<String> = others
        .iter()
        .filter(|other| other.is_near())
        .map(OtherObject::wanted)
        .collect();
    match others {
        [] => "the files contain no object, where a DaemonSet is wanted".to_owned(),
        _ if !near.is_empty() => near.join("\n"),
        [only] => only.wanted(),
        [first, ..] => {
            let named: Vec<&str> = others.iter().take(NAMED).map(|o| o.what.as_str()).collect();
            let more = match others.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!(
                "{}: none of the {} objects from here on is a DaemonSet: {}{more}",
                first.place,
                others.len(),
                named.join(", ")
            )
        }
    }
}

/// Names a few objects that are passed over, and counts many; those that bear on the
/// answer are named always.
pub(super) fn skipped(others: &[OtherObject]) -> Vec<String> {
    const FEW: usize = 5;
    let bears = |other: &&OtherObject| other.is_kustomization() || other.kind == "DaemonSet";
    match others {
        [first, ..] if others.len() > FEW => {
            let (named, counted): (Vec<_>, Vec<_>) = others.iter().partition(bears);
            let mut warnings: Vec<String> = named.into_iter().map(OtherObject::skipped).collect();
            let place = counted.first().map_or(&first.place, |other| &other.place);
            warnings.push(format!(
                "{place}: skipped {} objects from here on that are no DaemonSets",
                counted.len()
            ));
            warnings
        }
        _ => others.iter().map(OtherObject::skipped).collect(),
    }
}
