//! The owners of a node's taints, labels and finalizers, and what manages a DaemonSet. What an
//! owner restores isn't changed by hand.

pub mod agent;
pub mod finalizer;
pub mod label;
pub mod manager;
pub mod owned_taint;
mod taint_table;

use label::OwnedLabel;
use owned_taint::{EndsWhen, OwnedTaint};

/// The owner that keeps something on a node as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ManagedBy {
    /// The owner of a taint, which removes it by itself or has to be asked to.
    Taint(&'static OwnedTaint),
    /// The owner of a label, which sets it itself.
    Label(&'static OwnedLabel),
}

impl ManagedBy {
    /// The owner's name.
    #[must_use]
    pub const fn owner(self) -> &'static str {
        match self {
            Self::Taint(taint) => taint.owner,
            Self::Label(label) => label.owner,
        }
    }

    /// When the owner removes it.
    #[must_use]
    pub const fn ends_when(self) -> Option<EndsWhen> {
        match self {
            Self::Taint(taint) => Some(taint.ends),
            Self::Label(_) => None,
        }
    }
}
