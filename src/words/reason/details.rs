//! What there is to a cause beside its few words in the first line of an answer.

use jiff::Timestamp;

use crate::analysis::reason::Reason;
use crate::words::notation::{counted, few};
use crate::words::sentence::Sentence;

use super::container::quoted;
use super::headline::row;
use super::refusal::tries;
use super::room::lacks_row;
use super::why;

/// Counts, messages and names, where there are any.
#[must_use]
pub fn details_of(reason: &Reason, now: Timestamp) -> Option<Sentence> {
    let text = match reason {
        Reason::ContainerWaiting {
            container, said, ..
        } => {
            let restarts = usize::try_from(container.restarts).unwrap_or_default();
            let restarts = (restarts > 0).then(|| counted(restarts, "restart"));
            let limit = container.memory_limit.as_ref();
            let limit = limit.filter(|_| container.is_out_of_memory());
            let limit = limit.map(|limit| format!("memory limit {limit}"));
            let parts = [Some(said.reason.clone()), restarts, limit, quoted(reason)];
            parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
        Reason::FailedCreate { count, last, .. } => {
            let tries = tries(*count, *last, now);
            let quote = quoted(reason);
            format!(
                "{}{tries}",
                quote.unwrap_or_else(|| row(reason, now).into_string())
            )
        }
        Reason::PodUnschedulable {
            scheduler, lacks, ..
        } => lacks_row(scheduler, lacks),
        Reason::NodeUnderPressure { .. } => {
            "its kubelet turns away new pods that aren't critical".to_owned()
        }
        Reason::DuplicatePods { pods, .. } => few(pods),
        Reason::NodeNotReady { .. } => return quoted(reason).map(Sentence::new),
        Reason::PodFailed { .. } | Reason::PodSucceeded { .. } => row(reason, now).into_string(),
        Reason::PodNotReady { .. }
        | Reason::PodPending { .. }
        | Reason::PodTerminating { .. }
        | Reason::PodMissing
        | Reason::NodeMissing { .. }
        | Reason::PodOutdated { .. } => return None,
        other => {
            let all = why(other, now);
            let brief = super::brief(other, None, super::Place::Here, now);
            return Some(all).filter(|all| *all != brief);
        }
    };
    Some(Sentence::new(text)).filter(|text| !text.is_empty())
}
