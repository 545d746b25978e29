//! What the controller did, beside what `kubectl ds why -o json` says of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Outcome;
use super::lab::Lab;
use super::pod::node_of;
use crate::control_plane::Output;

/// What the controller is expected to do with a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// It makes a pod and keeps it.
    Runs,
    /// It would make a pod, but there is none.
    Missing,
    /// It would make none, but keeps the one that is there: misscheduled.
    Keeps,
    /// It makes none; it would keep one, but there is none.
    WouldKeep,
    /// It makes none and deletes the one that is there.
    Excluded,
    /// The same, and the one that is there isn't bound: it goes with the next sync, which the
    /// node doesn't start.
    Lingers,
}

impl Expected {
    fn should_run(self) -> bool {
        matches!(self, Self::Runs | Self::Missing)
    }

    fn should_continue_running(self) -> bool {
        !matches!(self, Self::Excluded | Self::Lingers)
    }

    fn has_pod(self) -> bool {
        matches!(self, Self::Runs | Self::Keeps | Self::Lingers)
    }
}

/// The names of the counters in the report and in `.status` of the DaemonSet.
const COUNTERS: [(&str, &str); 7] = [
    ("desired", "desiredNumberScheduled"),
    ("current", "currentNumberScheduled"),
    ("misscheduled", "numberMisscheduled"),
    ("ready", "numberReady"),
    ("updated", "updatedNumberScheduled"),
    ("available", "numberAvailable"),
    ("unavailable", "numberUnavailable"),
];

/// One state of the world, read while the controller stood still.
pub(super) struct Observation {
    name: String,
    /// The DaemonSet.
    pub(super) daemonset: Value,
    /// Its pods by node.
    pods: BTreeMap<String, BTreeSet<String>>,
    /// Whether one of its pods is being deleted.
    terminating: bool,
    nodes: BTreeSet<String>,
    /// The answer of `why -o json`.
    pub(super) report: Value,
    exit: i32,
    /// How many pods the controller made or deleted in the scenario so far.
    acted: usize,
    stated: Statements,
}

/// What the scenario itself says of its state.
pub(super) struct Statements {
    /// The codes of what `why` has to find about the DaemonSet as a whole.
    pub(super) findings: Vec<&'static str>,
    /// Whether the controller has nothing to do.
    pub(super) idle: bool,
    /// Whether something is wrong that no counter shows.
    pub(super) unclean: bool,
}

impl Observation {
    pub(super) fn take(lab: &Lab<'_>, ds: &str) -> Result<Self, String> {
        let mut pods: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut terminating = false;
        for pod in lab.pods_of(ds)? {
            terminating |= !pod["metadata"]["deletionTimestamp"].is_null();
            let (Some(node), Some(name)) = (node_of(&pod), pod["metadata"]["name"].as_str()) else {
                continue;
            };
            pods.entry(node.to_owned())
                .or_default()
                .insert(name.to_owned());
        }
        let answer = lab.why(&[ds, "-o", "json"])?;
        Ok(Self {
            name: ds.to_owned(),
            daemonset: lab.get(&["daemonset", ds])?,
            pods,
            terminating,
            nodes: lab.node_names()?.into_iter().collect(),
            report: answer.json()?,
            exit: answer.code,
            acted: lab.controller_actions("create")?.len()
                + lab.controller_actions("delete")?.len(),
            stated: lab.statements(),
        })
    }

    /// All complaints at once: one failing scenario should tell all that it can.
    pub(super) fn check(&self, expected: &[(String, Expected)], stale: &[(&str, &str)]) -> Outcome {
        let mut wrong = Vec::new();
        if (self.acted == 0) != self.stated.idle {
            wrong.push(format!(
                "the controller made or deleted {} pods: {}",
                self.acted,
                if self.stated.idle {
                    "none was due"
                } else {
                    "the scenario shows nothing"
                }
            ));
        }
        self.check_controller(expected, stale, &mut wrong);
        self.check_nodes(expected, &mut wrong);
        self.check_status(stale, &mut wrong);
        self.check_rest(stale, &mut wrong);
        if wrong.is_empty() {
            return Ok(());
        }
        Err(format!(
            "{}:\n- {}\nreport: {:#}\nstatus: {}\npods: {:?}",
            self.name,
            wrong.join("\n- "),
            self.report,
            self.daemonset["status"],
            self.pods
        ))
    }

    /// The scenario must have come to what its author thought it would.
    fn check_controller(
        &self,
        expected: &[(String, Expected)],
        stale: &[(&str, &str)],
        wrong: &mut Vec<String>,
    ) {
        let named: BTreeSet<String> = expected.iter().map(|(node, _)| node.clone()).collect();
        if named != self.nodes {
            wrong.push(format!(
                "the nodes are {:?}, expected were {named:?}",
                self.nodes
            ));
        }
        for (node, expected) in expected {
            if self.pods.contains_key(node) != expected.has_pod() {
                wrong.push(format!(
                    "{node}: expected {expected:?}, but the controller left the pods {:?}",
                    self.pods.get(node)
                ));
            }
        }
        let count = |wanted: fn(Expected) -> bool| {
            expected.iter().filter(|(_, e)| wanted(*e)).count() as u64
        };
        for (counter, number) in [
            ("desired", count(Expected::should_run)),
            ("current", count(|e| e == Expected::Runs)),
            (
                "misscheduled",
                count(|e| matches!(e, Expected::Keeps | Expected::Lingers)),
            ),
        ] {
            let reported = self.reported(counter);
            if reported != number && !stale.iter().any(|(name, _)| *name == counter) {
                wrong.push(format!(
                    "{counter}: expected {number}, but the controller's status says {reported}"
                ));
            }
        }
    }

    fn check_nodes(&self, expected: &[(String, Expected)], wrong: &mut Vec<String>) {
        let none = Vec::new();
        let listed = self.report["nodes"].as_array().unwrap_or(&none);
        let names: BTreeSet<String> = listed
            .iter()
            .filter_map(|n| n["name"].as_str().map(str::to_owned))
            .collect();
        // A node that is gone is listed as long as a pod names it.
        let due: BTreeSet<String> = self.nodes.iter().chain(self.pods.keys()).cloned().collect();
        if names != due || names.len() != listed.len() {
            wrong.push(format!("why lists the nodes {names:?}, there are {due:?}"));
        }
        for (node, expected) in expected {
            let Some(said) = listed.iter().find(|n| n["name"] == node.as_str()) else {
                continue;
            };
            let verdict = (&said["shouldRun"], &said["shouldContinueRunning"]);
            if *verdict.0 != expected.should_run()
                || *verdict.1 != expected.should_continue_running()
            {
                wrong.push(format!(
                    "{node}: the controller's answer is {expected:?}, why says {} {}",
                    verdict.0, verdict.1
                ));
            }
            let pods: BTreeSet<String> = said["pods"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|p| p["name"].as_str().map(str::to_owned))
                .collect();
            let there = self.pods.get(node).cloned().unwrap_or_default();
            if pods != there {
                wrong.push(format!("{node}: its pods are {there:?}, why says {pods:?}"));
            }
        }
    }

    fn check_status(&self, stale: &[(&str, &str)], wrong: &mut Vec<String>) {
        let differences: BTreeMap<&str, &str> = self.report["status"]["differences"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|d| Some((d["counter"].as_str()?, d["cause"].as_str()?)))
            .collect();
        for (counter, field) in COUNTERS {
            let reported = self.reported(counter);
            let computed = self.report["status"][counter].as_u64();
            if self.report["status"]["reported"][counter].as_u64() != Some(reported) {
                wrong.push(format!(
                    "status.reported.{counter} isn't {field}, {reported}"
                ));
            }
            let expected = stale
                .iter()
                .find(|(name, _)| *name == counter)
                .map(|(_, cause)| *cause);
            if (computed == Some(reported)) == expected.is_some() {
                wrong.push(format!("status.{counter}: computed {computed:?}, the controller says {reported}, expected cause of a difference: {expected:?}"));
            }
            if differences.get(counter).copied() != expected {
                wrong.push(format!(
                    "status.differences of {counter}: expected {expected:?}, got {:?}",
                    differences.get(counter)
                ));
            }
        }
    }

    fn check_rest(&self, stale: &[(&str, &str)], wrong: &mut Vec<String>) {
        if self.exit != 0 {
            wrong.push(format!("exit {}", self.exit));
        }
        if self.report["incomplete"]
            .as_array()
            .is_some_and(|missing| !missing.is_empty())
        {
            wrong.push(format!("incomplete: {}", self.report["incomplete"]));
        }
        let found: Vec<&str> = self.report["findings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|finding| finding["code"].as_str())
            .collect();
        if found != self.stated.findings {
            wrong.push(format!(
                "findings should be {:?}, are {found:?}",
                self.stated.findings
            ));
        }
        // These two are hints.
        let problem = self
            .stated
            .findings
            .iter()
            .any(|code| !["NamespaceNodeSelector", "VirtualNode"].contains(code));
        let status = |counter: &str| self.report["status"][counter].as_u64().unwrap_or_default();
        let odd_pods = self.terminating
            || self
                .pods
                .iter()
                .any(|(node, pods)| pods.len() > 1 || !self.nodes.contains(node));
        let clean = status("desired") == status("available")
            && status("desired") == status("updated")
            && status("misscheduled") == 0
            && stale.is_empty()
            && !problem
            && !self.stated.unclean
            && !odd_pods;
        if self.report["clean"] != clean {
            wrong.push(format!(
                "clean should be {clean}, is {}",
                self.report["clean"]
            ));
        }
    }

    /// `why DS NODE`, which asks for much less, must say the same of the node.
    pub(super) fn check_alone(&self, node: &str, answer: &Output) -> Outcome {
        let report = answer.json()?;
        let alone = &report["nodes"][0];
        let together = self.node(node)?;
        for field in [
            "name",
            "shouldRun",
            "shouldContinueRunning",
            "eligibility",
            "podState",
            "reasons",
            "pods",
            "distance",
        ] {
            // A waiting pod's age is said in words, and the clock goes on.
            let comparable = |value: &Value| {
                if field == "reasons" || field == "pods" {
                    codes_of(value)
                } else {
                    value.clone()
                }
            };
            if comparable(&alone[field]) != comparable(&together[field]) {
                return Err(format!(
                    "{node}: {field} is {} among all nodes and {} alone",
                    together[field], alone[field]
                ));
            }
        }
        Ok(())
    }

    fn reported(&self, counter: &str) -> u64 {
        let field = COUNTERS
            .iter()
            .find(|(name, _)| *name == counter)
            .map_or("", |(_, field)| *field);
        // The API leaves zeros out of some of them.
        self.daemonset["status"][field].as_u64().unwrap_or_default()
    }

    /// The report's entry of a node.
    pub(super) fn node(&self, name: &str) -> Result<&Value, String> {
        self.report["nodes"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|node| node["name"] == name)
            .ok_or_else(|| format!("why says nothing of {name}"))
    }

    /// That a node has this podState.
    pub(super) fn expect_pod_state(&self, node: &str, state: &str) -> Outcome {
        let said = self.node(node)?;
        if said["podState"] == state {
            Ok(())
        } else {
            Err(format!("{node}: podState should be {state}: {said:#}"))
        }
    }

    /// That a node has a reason with this code.
    pub(super) fn expect_reason(&self, node: &str, code: &str) -> Outcome {
        let said = self.node(node)?;
        let found = said["reasons"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|r| r["code"] == code);
        if found {
            Ok(())
        } else {
            Err(format!("{node}: no reason {code}: {said:#}"))
        }
    }
}

/// Names and codes, without the words around them.
fn codes_of(list: &Value) -> Value {
    let of_one = |item: &Value| json!([item["code"], item["name"], item["state"], item["updated"]]);
    list.as_array().into_iter().flatten().map(of_one).collect()
}
