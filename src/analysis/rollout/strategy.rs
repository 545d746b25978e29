//! The resolved strategy, and the revision of the template.

use k8s_openapi::api::apps::v1::DaemonSetUpdateStrategy;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::engine::rollout::{is_rolling_update, surge_count, unavailable_count};
use crate::model::DaemonSet;

use super::analysis::RolloutAnalysis;
use super::plan::{Strategy, StrategyType, Written};

pub(super) fn strategy(analysis: &RolloutAnalysis<'_>, desired: Option<usize>) -> Strategy {
    let ds = analysis.ds();
    let spec = ds.object.spec.update_strategy.as_ref();
    // As the rolling update uses them, if it is called.
    let counts = analysis.update().map(|u| u.counts);
    let resolved = |count: fn(
        Option<&DaemonSetUpdateStrategy>,
        usize,
    ) -> Result<i64, crate::engine::rollout::InvalidBudget>| {
        // A number doesn't depend on what it is counted from.
        let [one, many] = [1, 1000].map(|of| count(spec, of).ok());
        let number = one.filter(|_| one == many);
        desired.map_or(number, |desired| count(spec, desired).ok())
    };
    Strategy {
        kind: kind(spec),
        max_unavailable: counts
            .map(|c| c.max_unavailable)
            .or_else(|| resolved(unavailable_count)),
        max_surge: counts
            .map(|c| c.max_surge)
            .or_else(|| resolved(surge_count)),
        min_ready_seconds: ds.min_ready_seconds(),
        written: written(ds),
    }
}

fn kind(spec: Option<&DaemonSetUpdateStrategy>) -> StrategyType {
    if is_rolling_update(spec) {
        StrategyType::RollingUpdate
    } else {
        StrategyType::OnDelete
    }
}

fn written(ds: &DaemonSet) -> Written {
    let strategy = ds.object.spec.update_strategy.as_ref();
    let rolling = strategy.and_then(|s| s.rolling_update.as_ref());
    let text = |value: &Option<IntOrString>| match value {
        Some(IntOrString::Int(number)) => Some(number.to_string()),
        Some(IntOrString::String(text)) => Some(text.clone()),
        None => None,
    };
    Written {
        max_unavailable: rolling.and_then(|r| text(&r.max_unavailable)),
        max_surge: rolling.and_then(|r| text(&r.max_surge)),
    }
}
