//! The DaemonSet of a sequence as it is to be.

use serde_json::{Value, json};

use super::act::{Behaviour, Edit, Selector, Strategy};
use super::state::{NAME, POOL, RUN};

/// What the next apply makes of it.
#[derive(Clone, Debug)]
pub(super) struct Manifest {
    namespace: String,
    strategy: Strategy,
    /// The value of the label that selector and pods have.
    label: String,
    template: Template,
    /// How many templates there were.
    templates: u32,
    /// How many selectors there were.
    selectors: u32,
}

#[derive(Clone, Copy, Debug)]
struct Template {
    number: u32,
    behaviour: Behaviour,
}

const FIRST: Template = Template {
    number: 1,
    behaviour: Behaviour::Good,
};

impl Manifest {
    pub(super) fn new(namespace: &str, strategy: Strategy) -> Self {
        Self {
            namespace: namespace.to_owned(),
            strategy,
            label: NAME.to_owned(),
            template: FIRST,
            templates: 1,
            selectors: 1,
        }
    }

    pub(super) fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Nothing => {}
            Edit::Template(behaviour) => {
                self.templates += 1;
                self.template = Template {
                    number: self.templates,
                    behaviour,
                };
            }
            Edit::Back => self.template = FIRST,
            Edit::Strategy(strategy) => self.strategy = strategy,
        }
    }

    pub(super) fn select(&mut self, selector: Selector) {
        if selector == Selector::Other {
            self.selectors += 1;
            self.label = format!("{NAME}-{}", self.selectors);
        }
    }

    pub(super) fn json(&self) -> Value {
        let cpu = match self.template.behaviour {
            Behaviour::TooBig => "9",
            _ => "100m",
        };
        let mut annotations = json!({});
        if self.template.behaviour == Behaviour::NeverReady {
            annotations["e2e/pod"] = json!("never-ready");
        }
        let labels = json!({"app": self.label});
        json!({
            "apiVersion": "apps/v1", "kind": "DaemonSet",
            "metadata": {"name": NAME, "namespace": self.namespace},
            "spec": {
                "selector": {"matchLabels": labels},
                "updateStrategy": strategy(self.strategy),
                "template": {
                    "metadata": {"labels": labels, "annotations": annotations},
                    "spec": {
                        "nodeSelector": {POOL: self.namespace, RUN: "yes"},
                        "containers": [{
                            "name": "agent",
                            "image": format!("agent:{}", self.template.number),
                            "resources": {"requests": {"cpu": cpu}},
                        }],
                    },
                },
            },
        })
    }
}

fn strategy(strategy: Strategy) -> Value {
    let rolling = |unavailable: Value, surge: Value| {
        json!({
            "type": "RollingUpdate",
            "rollingUpdate": {"maxUnavailable": unavailable, "maxSurge": surge},
        })
    };
    match strategy {
        Strategy::MaxUnavailable(budget) => rolling(number(budget), json!(0)),
        Strategy::MaxSurge(budget) => rolling(json!(0), number(budget)),
        Strategy::OnDelete => json!({"type": "OnDelete"}),
    }
}

/// A count as a number, a percentage as text.
fn number(budget: &str) -> Value {
    budget
        .parse::<u32>()
        .map_or_else(|_| json!(budget), |count| json!(count))
}
