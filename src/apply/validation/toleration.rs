//! `ValidateTolerations` (1.37.1).

use k8s_openapi::api::core::v1::{PodSpec, Toleration};

use super::{Problems, one_of};
use crate::model::qualified_name::{check_label_key, check_label_value};

const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// `ValidateTolerations` (1.37.1). `Lt` and `Gt` are behind a feature gate, and only the server
/// knows whether it is on.
pub(super) fn check(spec: &PodSpec, problems: &mut Problems) {
    for (index, toleration) in spec.tolerations.iter().flatten().enumerate() {
        let path = format!("spec.template.spec.tolerations[{index}]");
        one(&path, toleration, problems);
    }
}

fn one(path: &str, toleration: &Toleration, problems: &mut Problems) {
    let field = |name: &str| format!("{path}.{name}");
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (key, value) = (text(&toleration.key), text(&toleration.value));
    let (operator, effect) = (text(&toleration.operator), text(&toleration.effect));
    if key.is_empty() && operator != "Exists" {
        let problem = "has no `key`, which matches every taint only with `operator: Exists`: add a key or that operator";
        problems.add(path, problem);
    } else if !key.is_empty() {
        problems.check(&field("key"), check_label_key(&key));
    }
    match operator.as_str() {
        "" | "Equal" => problems.check(&field("value"), check_label_value(&value)),
        "Exists" if !value.is_empty() => {
            let problem = format!(
                "is `{}`, and with `operator: Exists` there can be none: take it out, or write `operator: Equal`",
                value
            );
            problems.add(&field("value"), problem);
        }
        "Exists" => {}
        "Lt" | "Gt" if value.parse::<i64>().is_ok() => {}
        "Lt" | "Gt" => {
            let problem = format!("is `{}`, and `{operator}` compares whole numbers", value);
            problems.add(&field("value"), problem);
        }
        other => {
            let problem = format!("is `{}`; it can be `Equal` or `Exists`", other);
            problems.add(&field("operator"), problem);
        }
    }
    if !effect.is_empty() && !EFFECTS.contains(&effect.as_str()) {
        let problem = format!("is `{}`; it can be {}", effect, one_of(&EFFECTS));
        problems.add(&field("effect"), problem);
    }
    if toleration.toleration_seconds.is_some() && effect != "NoExecute" {
        problems.add(
            &field("tolerationSeconds"),
            "takes effect only with `effect: NoExecute`, and is refused without it",
        );
    }
}
