//! The table of properties of each kind of reason, whatever its facts: a code without a line here
//! doesn't compile.

use super::code::Code;

/// The properties of a kind of reason, whatever its facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Properties {
    /// Whether it makes a DaemonSet unclean.
    pub severity: Severity,
    /// What it prevents the controller from doing.
    pub stops: Stops,
    /// Its place among the causes for which a node uses the rollout's budget: dead nodes first,
    /// what only takes time last. `None` for a reason that uses none.
    pub holds_budget: Option<u8>,
    /// How it ends.
    pub ends: Ends,
}

/// Whether a reason makes a DaemonSet unclean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Something is wrong.
    Problem,
    /// The template or the node excludes pods, as intended.
    Exclusion,
    /// It explains something, or warns of what may come.
    Notice,
}

/// What a reason prevents the controller from doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stops {
    /// Nothing.
    Nothing,
    /// Acting at all: it leaves the DaemonSet alone.
    Acting,
    /// Finishing any sync: it fails before it acts.
    Syncing,
    /// Acting on the latest change, which it hasn't seen yet.
    Observing,
    /// Creating pods: no create succeeds.
    Creating,
    /// Creating a pod at the last attempt; it tries again by itself.
    LastCreate,
    /// Rolling: the rolling update fails.
    Rolling,
}

impl Stops {
    /// Whether it makes the controller do less for the DaemonSet.
    #[must_use]
    pub const fn limits_controller(self) -> bool {
        matches!(self, Self::Acting | Self::Syncing | Self::Creating)
    }

    /// Whether it keeps the controller from doing anything for the DaemonSet, or has so far.
    #[must_use]
    pub const fn keeps_from_syncing(self) -> bool {
        matches!(self, Self::Acting | Self::Syncing | Self::Observing)
    }

    /// Whether no pods can be created because of it.
    #[must_use]
    pub const fn keeps_from_creating(self) -> bool {
        matches!(self, Self::Creating | Self::LastCreate)
    }

    /// Whether a rollout makes no progress while it lasts.
    #[must_use]
    pub const fn halts_rollout(self) -> bool {
        self.keeps_from_syncing() || matches!(self, Self::Creating | Self::Rolling)
    }
}

/// How a reason ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// By itself, at a known time.
    InTime,
    /// By itself as a rule: a pod that starts. The default of a Deployment's
    /// `progressDeadlineSeconds` is ten minutes, and a pod counts as starting for that long here.
    WhenStarted,
    /// When the pod garbage collector removes the pod, which takes 40 s or more.
    WhenCollected,
    /// When the node is ready again, or deleted.
    WithNode,
    /// With the next sync of the controller.
    AtNextSync,
    /// With the progress of the rollout.
    WithRollout,
    /// Not by itself: whoever owns the template, the node or the pod has to change it.
    ByHand,
}

impl Severity {
    /// Its meaning, in brief.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Problem => "not clean",
            Self::Exclusion => "as the template or the node wants it",
            Self::Notice => "explains or warns",
        }
    }
}

impl Stops {
    /// Its meaning, in brief; empty for nothing.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Acting => "acting at all",
            Self::Syncing => "finishing any sync",
            Self::Observing => "acting for the latest change",
            Self::Creating => "creating pods",
            Self::LastCreate => "creating a pod, when it last tried",
            Self::Rolling => "rolling pods",
        }
    }
}

impl Ends {
    /// Its meaning, in brief.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::InTime => "by itself, at a known time",
            Self::WhenStarted => "by itself as a rule, when the pod has started",
            Self::WhenCollected => "when the pod garbage collector removes the pod",
            Self::WithNode => "when the node is ready again, or gone",
            Self::AtNextSync => "at the controller's next sync",
            Self::WithRollout => "when the rollout goes on",
            Self::ByHand => "when somebody changes what causes it",
        }
    }

    /// For how many seconds without progress a rollout may wait for it; `None` for any time.
    #[must_use]
    pub const fn seconds_without_progress(self) -> Option<i64> {
        match self {
            Self::InTime => None,
            Self::WhenStarted => Some(600),
            Self::WhenCollected => Some(120),
            Self::WithNode | Self::AtNextSync | Self::WithRollout | Self::ByHand => Some(0),
        }
    }
}

impl Code {
    /// The properties of the kind.
    #[must_use]
    pub const fn properties(self) -> Properties {
        use Ends::{AtNextSync, ByHand, WhenCollected, WhenStarted, WithNode, WithRollout};
        use Severity::{Exclusion, Notice, Problem};
        use Stops::{Acting, Creating, LastCreate, Nothing, Observing, Rolling, Syncing};
        match self {
            Self::NodeNameMismatch
            | Self::NodeSelectorMismatch
            | Self::NodeAffinityMismatch
            | Self::NodeAffinityInvalid
            | Self::NodeAffinityNoTerms
            | Self::UntoleratedNoExecute
            | Self::UntoleratedNoSchedule => of(Exclusion, Nothing, None, ByHand),
            Self::UntoleratedPreferNoSchedule => of(Notice, Nothing, None, ByHand),
            Self::EvictedAgainAndAgain => of(Problem, Nothing, None, ByHand),
            Self::NodeTerminating => of(Notice, Nothing, Some(0), WithNode),
            Self::NodeNotReady => of(Problem, Nothing, Some(0), WithNode),
            Self::NodeMissing => of(Problem, Nothing, Some(0), WhenCollected),
            Self::PodOlderThanNode => of(Problem, Nothing, None, WhenStarted),
            Self::NodeUnderPressure => of(Problem, Nothing, Some(0), ByHand),
            Self::FailedCreate => of(Problem, LastCreate, Some(1), ByHand),
            Self::NamespaceTerminating => of(Problem, Creating, Some(1), ByHand),
            Self::ContainerWaiting => of(Problem, Nothing, Some(2), ByHand),
            Self::PodFailed | Self::PodSucceeded => of(Problem, Nothing, Some(3), ByHand),
            Self::PodUnschedulable | Self::PodSchedulingGated => {
                of(Problem, Nothing, Some(4), ByHand)
            }
            Self::PodNotReady => of(Problem, Nothing, Some(5), WhenStarted),
            Self::PodTerminating => of(Problem, Nothing, Some(6), ByHand),
            Self::PodMissing => of(Problem, Nothing, Some(7), WhenStarted),
            Self::PodPending | Self::PodNotYetScheduled => {
                of(Problem, Nothing, Some(8), WhenStarted)
            }
            Self::PodNotYetAvailable => of(Problem, Nothing, Some(9), ByHand),
            Self::DuplicatePods => of(Problem, Nothing, Some(10), AtNextSync),
            Self::PodOutdated | Self::Surging => of(Problem, Nothing, Some(10), WithRollout),
            Self::PodToBeAdopted => of(Problem, Nothing, Some(10), AtNextSync),
            Self::Misscheduled | Self::PodNotCounted => of(Problem, Nothing, None, ByHand),
            Self::VirtualNode
            | Self::NamespaceNodeSelector
            | Self::PodWarning
            | Self::RestartsAgainAndAgain => of(Notice, Nothing, None, ByHand),
            Self::DaemonSetDeleting | Self::SelectorMatchesEverything => {
                of(Problem, Acting, None, ByHand)
            }
            Self::SelectorInvalid => of(Problem, Syncing, None, ByHand),
            Self::GenerationNotObserved | Self::NeverSynced => {
                of(Problem, Observing, None, AtNextSync)
            }
            Self::TaintStartsNoSync
            | Self::DeletedNodeStartsNoSync
            | Self::ExcludedNodeStartsNoSync
            | Self::FewerNodesStartNoSync
            | Self::StatusBehind => of(Problem, Nothing, None, AtNextSync),
            Self::ForeignPods
            | Self::ReleasedPods
            | Self::LeftBehindPods
            | Self::PodsWithoutNode => of(Problem, Nothing, None, ByHand),
            Self::NodeExcluded => of(Exclusion, Nothing, None, AtNextSync),
            Self::ReplacedUnderSurge => of(Notice, Nothing, None, WithRollout),
            Self::NodeGoneUnderSurge => of(Problem, Rolling, None, WhenCollected),
            Self::HostPortsUnderSurge => of(Problem, Nothing, None, ByHand),
            Self::BudgetExhausted => of(Problem, Nothing, None, WithRollout),
            Self::BudgetInvalid => of(Problem, Rolling, None, ByHand),
            Self::OldPodsWaitForAHand => of(Problem, Nothing, None, ByHand),
            Self::Controlled | Self::OtherController | Self::StaticPod => {
                of(Notice, Nothing, None, ByHand)
            }
            Self::OrphanedPod
            | Self::BarePod
            | Self::OwnerWithoutController
            | Self::NoLongerSelected
            | Self::OwnerLetsGo
            | Self::OrphanedRevision
            | Self::DuplicateRevisions
            | Self::HistoryRewritten => of(Problem, Nothing, None, AtNextSync),
            Self::PodDrifted
            | Self::ReleasedEarlier
            | Self::FormerDaemonSet
            | Self::OwnerGone
            | Self::OrphanTerminating
            | Self::OtherIdentity
            | Self::GenerationTrap
            | Self::SelectorOverlap
            | Self::FewerNodesThanExpected
            | Self::ExpectationInvalid => of(Problem, Nothing, None, ByHand),
        }
    }

    /// Whether a finding of this kind makes a DaemonSet unclean.
    #[must_use]
    pub const fn is_problem(self) -> bool {
        matches!(self.properties().severity, Severity::Problem)
    }

    /// Whether it makes the controller leave the DaemonSet alone, or fail before it acts.
    #[must_use]
    pub const fn stops_the_controller(self) -> bool {
        matches!(self.properties().stops, Stops::Acting | Stops::Syncing)
    }
}

impl Code {
    /// Whether it only says that a pod is missing, or is misscheduled.
    #[must_use]
    pub const fn repeats_state(self) -> bool {
        matches!(self, Self::PodMissing | Self::Misscheduled)
    }
}

const fn of(severity: Severity, stops: Stops, holds_budget: Option<u8>, ends: Ends) -> Properties {
    Properties {
        severity,
        stops,
        holds_budget,
        ends,
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    /// A create that failed once may succeed while the rest of a rollout goes on.
    #[test]
    fn what_halts_rollout() {
        let halts = |code: &&Code| code.properties().stops.halts_rollout();
        let halting: Vec<_> = Code::ALL.iter().filter(halts).copied().collect();
        assert_eq!(
            halting,
            [
                Code::NamespaceTerminating,
                Code::DaemonSetDeleting,
                Code::SelectorMatchesEverything,
                Code::SelectorInvalid,
                Code::GenerationNotObserved,
                Code::NeverSynced,
                Code::NodeGoneUnderSurge,
                Code::BudgetInvalid,
            ]
        );
        let creates = |code: &&Code| code.properties().stops.keeps_from_creating();
        let creates: Vec<_> = Code::ALL.iter().filter(creates).copied().collect();
        assert_eq!(creates, [Code::FailedCreate, Code::NamespaceTerminating]);
    }
}
