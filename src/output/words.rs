//! Words that several commands share.

use crate::analysis::pod::{DaemonPod, PodState};
use crate::words::effects::Effect;
use crate::words::state;

use super::document::{Style, Text};
use super::lists::{Limits, few};

pub(super) use crate::words::notation::{count, counted, head, nodes};
pub(super) use crate::words::rollout::change::obtained as obtained_words;

/// The names of pods as one cell.
pub(super) fn pod_names(pods: &[DaemonPod], limits: Limits) -> Text {
    let names: Vec<_> = pods.iter().map(|pod| pod.name.as_str()).collect();
    few(&names, limits).into()
}

/// A pod's state as one cell.
pub(super) fn state_cell(pods: &[DaemonPod], state: PodState) -> Text {
    let style = match state {
        PodState::Available => Style::Good,
        PodState::None => Style::Dim,
        _ => Style::Bad,
    };
    (style, state::of_first(pods, state)).into()
}

/// The style of an effect on pods.
pub(super) const fn effect_style(effect: Effect) -> Style {
    match effect {
        Effect::Start | Effect::Keep => Style::Good,
        Effect::Stop | Effect::StopOnceSynced => Style::Bad,
        Effect::Stay(_) | Effect::Evicted | Effect::NoLongerStart => Style::Warn,
    }
}

/// Whether something is as it should be; may be unknown.
pub(super) const fn style_of(answer: Option<bool>) -> Style {
    match answer {
        Some(true) => Style::Good,
        Some(false) => Style::Bad,
        None => Style::Warn,
    }
}

/// Whether a DaemonSet is clean, as one cell.
pub(super) fn clean_cell(clean: Option<bool>) -> Text {
    (style_of(clean), state::clean_cell(clean)).into()
}
