//! How a budget that dead nodes hold is freed, and how many of them it takes.

use crate::analysis::reason::Code;
use crate::engine::rollout::{Inputs, updated_desired_node_counts};
use crate::engine::{Ignore, node_should_run_daemon_pod};
use crate::model::{Command, Node, Pod, Taint};
use crate::words::notation::few;

use super::ground::Ground;
use super::plan::{Budget, BudgetKind};
use super::remedies::{RemedyChanges, RolloutRemedy, remedy};

/// Said of a remedy that frees some of the budget, and too little.
pub(super) const NOT_ENOUGH: &str = "that alone isn't enough, for others hold the budget too";

const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";

/// Room in a budget that has none.
pub(super) struct Wanted<'a> {
    pub(super) ground: &'a Ground<'a>,
    pub(super) budget: &'a Budget,
}

impl Wanted<'_> {
    /// How many of some holders have to let go before one more pod is replaced, in the
    /// worst order; `None` if all of them are too few. Each says whether its node is no
    /// longer eligible then: a percentage is one of fewer nodes.
    pub(super) fn enough(&self, leave: &[bool]) -> Option<usize> {
        let desired = self.ground.walk.as_ref()?.desired;
        let leaving = leave.iter().filter(|leaves| **leaves).count();
        (1..=leave.len()).find(|&count| {
            let desired = desired.saturating_sub(count.min(leaving));
            let used = self.budget.used.saturating_sub(count);
            self.allowed(desired).is_some_and(|allowed| used < allowed)
        })
    }

    fn allowed(&self, desired: usize) -> Option<usize> {
        let strategy = self.ground.inputs?.strategy;
        let counts = updated_desired_node_counts(strategy, desired).ok()?;
        let allowed = match self.budget.of {
            BudgetKind::Unavailable => counts.max_unavailable,
            BudgetKind::Surge => counts.max_surge,
        };
        usize::try_from(allowed).ok()
    }
}

/// A dead node that holds some of the budget.
struct Dead<'a> {
    node: &'a Node,
    pods: &'a [&'a Pod],
    should_run: bool,
}

/// A pod on a dead node never goes by itself. Each way out, for the nodes where it
/// frees the budget: not if a pod is made on the node again.
pub(super) fn dead_nodes(wanted: &Wanted<'_>) -> Vec<RolloutRemedy> {
    let ground = wanted.ground;
    let Some(inputs) = ground.inputs else {
        return Vec::new();
    };
    let holders = wanted.budget.holders.iter();
    let dead = holders.filter(|h| h.reason == Code::NodeNotReady);
    let dead: Vec<_> = dead
        .filter_map(|holder| {
            let node = ground.node(&holder.node)?;
            Some(Dead {
                node,
                pods: ground.pods_on(&node.name),
                should_run: inputs.decide(node).should_run,
            })
        })
        .collect();
    let stops: Vec<_> = dead.iter().filter(|d| taint_frees(&inputs, d)).collect();
    let ineligible: Vec<_> = dead.iter().filter(|d| !d.should_run).collect();
    let all: Vec<_> = dead.iter().collect();
    let ways = [
        delete(wanted, &all),
        taint(wanted, &stops),
        force(wanted, &ineligible),
    ];
    ways.into_iter().flatten().collect()
}

fn delete(wanted: &Wanted<'_>, dead: &[&Dead<'_>]) -> Option<RolloutRemedy> {
    let way = Way::new(wanted, dead)?;
    let text = match way.many() {
        false => format!(
            "delete node {}, if the machine is gone for good",
            way.names()
        ),
        true => format!(
            "delete nodes {}, if the machines are gone for good",
            way.names()
        ),
    };
    let mut delete = remedy(RemedyChanges::Node, text + &way.suffices());
    delete.command = Command::kubectl(&["delete", "node"]).names(way.nodes());
    delete.risk = Some(
        "all pods of the node are removed from the API; if the machine still runs, so do their containers"
            .to_owned(),
    );
    Some(delete)
}

fn taint(wanted: &Wanted<'_>, dead: &[&Dead<'_>]) -> Option<RolloutRemedy> {
    let way = Way::new(wanted, dead)?;
    let text = match way.many() {
        false => format!(
            "taint node {} out-of-service, if it is powered off",
            way.names()
        ),
        true => format!(
            "taint nodes {} out-of-service, if they are powered off",
            way.names()
        ),
    };
    let mut taint = remedy(RemedyChanges::Node, text + &way.suffices());
    let command = Command::kubectl(&["taint", "node"]).names(way.nodes());
    taint.command = command
        .and_then(|command| command.operand(&format!("{OUT_OF_SERVICE}=nodeshutdown:NoExecute")));
    taint.risk = Some(
        "terminating pods of the node are removed by force and their volumes detached: data is lost if the machine still writes"
            .to_owned(),
    );
    Some(taint)
}

fn force(wanted: &Wanted<'_>, dead: &[&Dead<'_>]) -> Option<RolloutRemedy> {
    let way = Way::new(wanted, dead)?;
    let names = pod_names(dead);
    let text = match names.as_slice() {
        [one] => format!(
            "force-delete pod {one}; no other is made on the node, for it isn't eligible while it isn't ready"
        ),
        names => format!(
            "force-delete pods {}; no others are made on their nodes, for those aren't eligible while they aren't ready",
            few(names)
        ),
    };
    let mut force = remedy(RemedyChanges::Pod, text + &way.suffices());
    let command = Command::kubectl(&["delete", "pod"]).names(pod_names(way.least));
    force.command = command.and_then(|command| {
        let command = command.namespace(&wanted.ground.ds().namespace)?;
        Some(command.with(&["--force", "--grace-period=0"]))
    });
    force.risk = Some(
        "the pod's containers may still run, and run beside a new pod's when the node comes back"
            .to_owned(),
    );
    Some(force)
}

fn pod_names<'a>(dead: &[&Dead<'a>]) -> Vec<&'a str> {
    let pods = dead.iter().flat_map(|d| d.pods);
    pods.map(|pod| &*pod.name).collect()
}

/// What is to be done to some dead nodes.
struct Way<'a> {
    dead: &'a [&'a Dead<'a>],
    /// As many of them as are enough, or all.
    least: &'a [&'a Dead<'a>],
    enough: Option<usize>,
}

impl<'a> Way<'a> {
    /// `None` for no nodes.
    fn new(wanted: &Wanted<'_>, dead: &'a [&'a Dead<'a>]) -> Option<Self> {
        let leave: Vec<_> = dead.iter().map(|d| d.should_run).collect();
        let enough = wanted.enough(&leave);
        let least = dead.get(..enough.unwrap_or(dead.len())).unwrap_or(dead);
        (!dead.is_empty()).then_some(Self {
            dead,
            least,
            enough,
        })
    }

    const fn many(&self) -> bool {
        self.dead.len() > 1
    }

    /// The nodes that may be taken.
    fn names(&self) -> String {
        let names: Vec<&str> = self.dead.iter().map(|d| &*d.node.name).collect();
        few(&names)
    }

    /// The nodes of the command.
    fn nodes(&self) -> impl Iterator<Item = &'a str> {
        self.least.iter().map(|d| &*d.node.name)
    }

    /// How many of them it takes, where that isn't plain.
    fn suffices(&self) -> String {
        match (self.enough, self.dead.len()) {
            (None, _) => format!("; {NOT_ENOUGH}"),
            (Some(_), 1) => String::new(),
            (Some(1), _) => "; one of them is enough".to_owned(),
            (Some(count), all) if count == all => "; it takes all of them".to_owned(),
            (Some(count), _) => format!("; {count} of them are enough"),
        }
    }
}

/// Whether the taint makes the node's pods go, and none is made there again. The pod
/// garbage collector removes those that are being deleted already; others have to be
/// evicted, or deleted by the controller, first.
fn taint_frees(inputs: &Inputs<'_>, dead: &Dead<'_>) -> bool {
    let mut node = dead.node.clone();
    node.taints.push(Taint {
        key: OUT_OF_SERVICE.into(),
        value: "nodeshutdown".into(),
        effect: "NoExecute".into(),
        time_added: None,
    });
    let then = node_should_run_daemon_pod(inputs.compiled, &node, &mut Ignore);
    let going = dead.pods.iter().all(|pod| pod.is_deleting());
    !then.should_run && (going || !then.should_continue_running)
}
