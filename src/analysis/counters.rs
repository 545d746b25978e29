//! The counters of a DaemonSet: those that the controller would write, and those it has written.

use crate::engine::status::{Counters, StatusInputs, count};

use super::creates::open_refusal;
use super::daemon_set::DaemonSetAnalysis;
use super::fate::is_seen_by_its_node;
use super::node::{Eligibility, NodeEligibility};
use super::reason::Code;
use super::status::{Evidence, StatusReport};

impl DaemonSetAnalysis<'_> {
    /// What the controller would count; `None` where nodes or pods couldn't be read.
    pub(super) fn counters(&self) -> Option<Counters> {
        let inputs = StatusInputs {
            min_ready_seconds: self.context.min_ready_seconds,
            hash: self.context.hash,
            template_generation: self.context.template_generation,
            now: self.snapshot.latest_now(),
        };
        let nodes = self.snapshot.nodes.as_deref()?;
        Some(count(&self.compiled, nodes, self.pods.as_ref()?, inputs))
    }

    /// The counters, and why they differ from those of the API.
    pub(super) fn status(
        &self,
        reports: &[NodeEligibility],
        missing_nodes: usize,
    ) -> Option<StatusReport> {
        let Some(computed) = self.counters() else {
            return self.stored_status();
        };
        let kept = reports
            .iter()
            .filter(|n| n.eligibility == Eligibility::KeepsRunning && !n.pods.is_empty());
        let excluded = reports
            .iter()
            .filter(|n| n.eligibility == Eligibility::Excluded && !n.pods.is_empty());
        if !self.applied {
            return Some(StatusReport::of_manifest(computed));
        }
        let mut findings = self.findings.iter();
        let on_nodes = reports.iter().flat_map(|n| &n.reasons);
        let mut refused = on_nodes.chain(open_refusal(self));
        let evidence = Evidence {
            kept_by_no_schedule: kept.count(),
            excluded_unbound: excluded.filter(|n| !is_seen_by_its_node(&n.pods)).count(),
            missing_nodes,
            not_synced: findings.find(|f| f.code().properties().stops.keeps_from_syncing()),
            refused: refused.find(|r| r.code() == Code::FailedCreate),
            revisions_known: self.context.revisions_known,
        };
        Some(StatusReport::new(self.ds, computed, evidence))
    }

    /// The API's counters alone.
    pub(super) fn stored_status(&self) -> Option<StatusReport> {
        StatusReport::of_stored(self.ds).filter(|_| self.applied)
    }
}
