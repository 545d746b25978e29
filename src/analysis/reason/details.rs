//! Details of single kinds of reasons: what refused a create, which pods hold what is lacking.

use crate::analysis::refusal::Evidence;
use crate::model::refusal::Refusal;

use super::{
    ApiMessage, ContainerFact, EndKind, NotReady, NotReadyCause, PullFailure, Reason, Shortage,
};

impl Reason {
    /// What refused a create.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::FailedCreate { message, .. } => Some(Refusal::new(message)),
            _ => None,
        }
    }

    /// The evidence that objects give about the refusal.
    #[must_use]
    pub const fn evidence(&self) -> Option<&Evidence> {
        match self {
            Self::FailedCreate { evidence, .. } => evidence.as_ref(),
            _ => None,
        }
    }

    /// Why the node isn't ready.
    #[must_use]
    pub fn node_cause(&self) -> Option<NotReadyCause> {
        match self {
            Self::NodeNotReady { why, .. } => Some(why.cause),
            Self::UntoleratedNoExecute(untolerated) | Self::UntoleratedNoSchedule(untolerated) => {
                untolerated.trouble.as_ref().map(|trouble| trouble.cause)
            }
            _ => None,
        }
    }

    /// The container that it is about.
    #[must_use]
    pub const fn container(&self) -> Option<&ContainerFact> {
        match self {
            Self::ContainerWaiting { container, .. }
            | Self::RestartsAgainAndAgain { container, .. }
            | Self::PodPending {
                why: NotReady::Container(container),
                ..
            }
            | Self::PodNotReady {
                why: NotReady::Container(container),
                ..
            } => Some(container),
            _ => None,
        }
    }

    /// The same, to add what is known of other pods.
    pub(in crate::analysis) const fn container_mut(&mut self) -> Option<&mut ContainerFact> {
        match self {
            Self::ContainerWaiting { container, .. }
            | Self::PodPending {
                why: NotReady::Container(container),
                ..
            }
            | Self::PodNotReady {
                why: NotReady::Container(container),
                ..
            } => Some(container),
            _ => None,
        }
    }

    /// How the container concerned last ended.
    #[must_use]
    pub fn container_end(&self) -> Option<EndKind> {
        self.container()?.last_end.as_ref().map(EndKind::of)
    }

    /// What the kubelet says of the image that the container concerned can't get.
    #[must_use]
    pub fn pull_message(&self) -> Option<&ApiMessage> {
        match self {
            Self::ContainerWaiting { said, .. } if said.reason.contains("Image") => Some(said),
            _ => None,
        }
    }

    /// Why the container concerned can't get its image.
    #[must_use]
    pub fn pull_failure(&self) -> Option<PullFailure> {
        PullFailure::of(self.pull_message()?)
    }

    /// How many pods have failed on the node.
    #[must_use]
    pub fn repeats(&self) -> Option<i64> {
        match self {
            Self::PodFailed { repeats, .. } => {
                let here = repeats.filter(|repeats| !repeats.on_all_nodes);
                here.map(|repeats| repeats.count)
            }
            _ => None,
        }
    }

    /// The finalizers that hold the pod or the node.
    #[must_use]
    pub fn finalizers(&self) -> &[String] {
        match self {
            Self::PodTerminating { finalizers, .. } | Self::NodeTerminating { finalizers, .. } => {
                finalizers
            }
            _ => &[],
        }
    }

    /// The pods that hold what the pod lacks, as `namespace/name`.
    #[must_use]
    pub fn holders(&self) -> Vec<String> {
        let lacks = match self {
            Self::PodUnschedulable { lacks, .. } => lacks.as_slice(),
            _ => &[],
        };
        let holders = lacks.iter().flat_map(|lack| match lack {
            Shortage::Port { holders, .. }
            | Shortage::Resource { holders, .. }
            | Shortage::Rivals { holders, .. } => holders.as_slice(),
            Shortage::Selector(_) | Shortage::Claims { .. } => &[],
        });
        let names = holders.map(|holder| format!("{}/{}", holder.namespace, holder.pod));
        names.collect()
    }
}

impl Reason {
    /// Whether, as the cause of nodes, it says what `finding` says about the DaemonSet.
    #[must_use]
    pub fn covers(&self, finding: &Self) -> bool {
        match finding {
            Self::VirtualNode { .. } => matches!(self, Self::VirtualNode { .. }),
            Self::NamespaceNodeSelector { .. } => self.is_added_selector(),
            _ => false,
        }
    }

    /// Whether admission restricted a pod to nodes other than its own.
    fn is_added_selector(&self) -> bool {
        match self {
            Self::PodUnschedulable { lacks, .. } => lacks
                .iter()
                .any(|lack| matches!(lack, Shortage::Selector(_))),
            _ => false,
        }
    }
}

impl NotReadyCause {
    /// As reports have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NetworkPlugin => "NetworkPlugin",
            Self::NoPodCidr => "NoPodCidr",
            Self::Runtime => "Runtime",
            Self::ShuttingDown => "ShuttingDown",
            Self::Maintenance => "Maintenance",
            Self::Silent => "Silent",
            Self::Other => "Other",
        }
    }
}

impl EndKind {
    /// As reports have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OutOfMemory => "OutOfMemory",
            Self::NotStarted => "NotStarted",
            Self::ExecFormat => "ExecFormat",
            Self::Completed => "Completed",
            Self::Killed => "Killed",
            Self::Terminated => "Terminated",
            Self::Crashed => "Crashed",
            Self::Exited(_) => "Exited",
        }
    }
}

impl PullFailure {
    /// As reports have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RateLimited => "RateLimited",
            Self::NoPlatform => "NoPlatform",
            Self::Unauthorized => "Unauthorized",
            Self::Denied => "Denied",
            Self::NotFound => "NotFound",
            Self::Certificate => "Certificate",
            Self::CertificateExpired => "CertificateExpired",
            Self::CertificateName => "CertificateName",
            Self::PlainHttp => "PlainHttp",
            Self::NoSpace => "NoSpace",
            Self::Unreachable => "Unreachable",
            Self::NeverPulled => "NeverPulled",
            Self::InvalidName => "InvalidName",
        }
    }
}
