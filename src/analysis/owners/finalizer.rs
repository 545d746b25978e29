//! Finalizers of nodes, and who removes them.

/// The finalizers of nodes with known owners, and their sources.
pub const OWNED_FINALIZERS: &[(&str, &str, &str)] = &[
    (
        "karpenter.sh/termination",
        "Karpenter",
        "https://karpenter.sh/docs/concepts/disruption/#termination-controller",
    ),
    (
        "foregroundDeletion",
        "the garbage collector",
        "https://kubernetes.io/docs/concepts/architecture/garbage-collection/#foreground-deletion",
    ),
];

/// Who removes the finalizer of this name; `None` where that isn't known.
#[must_use]
pub fn finalizer_owner(name: &str) -> Option<&'static str> {
    let owned = OWNED_FINALIZERS.iter().find(|(own, ..)| *own == name);
    owned.map(|(_, owner, _)| *owner)
}
