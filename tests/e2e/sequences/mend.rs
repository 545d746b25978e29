//! Whether what a plan names as what blocks it is what blocks it: it is mended, and then
//! the rollout has to go on.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::ask::Reports;
use super::complaint::Complaints;
use super::player::Doing;
use super::state::{State, is_deleting, is_eligible, is_labelled, name_of};

/// What was mended, and what was left to do.
#[derive(Debug, Default)]
pub(super) struct Mended {
    /// What was done, in words.
    done: Vec<String>,
    /// What was named and nothing here can mend.
    left: Vec<String>,
    /// Old pods.
    old: BTreeSet<String>,
    /// Nodes that were to get a pod.
    create: BTreeSet<String>,
}

impl Mended {
    /// Mends all that the plan names.
    pub(super) fn mend(doing: &Doing<'_>, said: &Reports) -> Result<Self, String> {
        let mut mended = Self::default();
        let Some(plan) = said.get("plan") else {
            return Ok(mended);
        };
        mended.old = names(&plan["old"], "pod");
        mended.create = names(&plan["manage"]["create"], "node");
        let held = plan["budget"]["holders"].as_array();
        let mut done = BTreeSet::new();
        for blocker in plan["blockers"].as_array().into_iter().flatten() {
            mended.blocker(doing, plan, blocker)?;
        }
        for holder in held.into_iter().flatten() {
            if done.insert(holder["pod"].to_string()) {
                mended.holder(doing, holder)?;
            }
        }
        Ok(mended)
    }

    /// What is no pod's own.
    fn blocker(&mut self, doing: &Doing<'_>, plan: &Value, blocker: &Value) -> Result<(), String> {
        match blocker["code"].as_str().unwrap_or_default() {
            "FailedCreate" => {
                doing.lift_quota()?;
                self.done.push("lifted the quota".to_owned());
            }
            "OldPodsWaitForAHand" => {
                let mut old = plan["old"].as_array().into_iter().flatten();
                let Some(old) = old.find(|old| old["remade"] == true) else {
                    return Ok(());
                };
                let pod = old["pod"].as_str().unwrap_or_default();
                if doing
                    .get("pods", pod)?
                    .is_some_and(|pod| !is_deleting(&pod))
                {
                    doing.delete_pod(pod)?;
                    self.done.push(format!("deleted {pod}"));
                    self.old.clear();
                    self.create = [old["node"].as_str().unwrap_or_default().to_owned()].into();
                }
            }
            "BudgetExhausted" => {}
            // Said again as what holds the budget, if there is one.
            _ if plan["budget"]["holders"]
                .as_array()
                .is_some_and(|h| !h.is_empty()) => {}
            code => match blocker["pod"].as_str() {
                Some(_) => self.holder(doing, blocker)?,
                None => self.left.push(code.to_owned()),
            },
        }
        Ok(())
    }

    /// A pod that is named.
    fn holder(&mut self, doing: &Doing<'_>, holder: &Value) -> Result<(), String> {
        let name = holder["pod"].as_str().unwrap_or_default();
        let node = holder["node"].as_str().unwrap_or_default();
        let Some(pod) = doing.get("pods", name)? else {
            self.left.push(holder.to_string());
            return Ok(());
        };
        let on = doing.plane.get(&["node", node])?;
        let unscheduled = pod["spec"]["nodeName"].is_null();
        let what = if is_deleting(&pod) {
            doing.finalizers(name, Value::Null)?;
            "let go"
        } else if !is_eligible(&on) {
            doing.delete_pod(name)?;
            self.old.remove(name);
            "deleted"
        } else if unscheduled && is_labelled(&on) {
            doing.enlarge(node)?;
            "made room for"
        } else {
            doing.make_ready(name)?;
            "made ready"
        };
        self.done.push(format!("{what} {name} on {node}"));
        Ok(())
    }

    /// What has to have come of it.
    pub(super) fn check(&self, then: &State, complaints: &mut Complaints) {
        let had_to_go_on = !self.old.is_empty() || !self.create.is_empty();
        if self.done.is_empty() || !self.left.is_empty() || !had_to_go_on {
            return;
        }
        let there: BTreeSet<String> = then.owned().map(|pod| name_of(pod).to_owned()).collect();
        let replaced = !self.old.is_subset(&there);
        let made = self
            .create
            .iter()
            .any(|node| then.on(node).next().is_some());
        complaints.expect(
            replaced || made,
            "blocked by: mended, and nothing goes on",
            || json!({"mended": self.done, "old": self.old, "create": self.create}).to_string(),
        );
    }
}

fn names(list: &Value, field: &str) -> BTreeSet<String> {
    let entries = list.as_array().into_iter().flatten();
    let names = entries.filter_map(|entry| entry[field].as_str());
    names.map(str::to_owned).collect()
}
