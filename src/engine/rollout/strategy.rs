//! How the two budgets resolve.

use k8s_openapi::api::apps::v1::{DaemonSetUpdateStrategy, RollingUpdateDaemonSet};

use super::int_or_percent::{ScaleError, scaled_value_from_int_or_percent};
use super::is_rolling_update;

/// A budget that can't be resolved; the rolling update then does nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("spec.updateStrategy.rollingUpdate.{field} {problem}")]
pub struct InvalidBudget {
    /// `maxUnavailable` or `maxSurge`.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: ScaleError,
}

/// The budgets as numbers of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RolloutBudgets {
    /// How many nodes may have a second pod at once; 0 for a rollout without surge.
    pub max_surge: i64,
    /// Nodes that may be without an available pod at once.
    pub max_unavailable: i64,
    /// Nodes that should run a pod: the base of percentages.
    pub desired: usize,
}

fn rolling(strategy: Option<&DaemonSetUpdateStrategy>) -> Option<&RollingUpdateDaemonSet> {
    strategy
        .filter(|_| is_rolling_update(strategy))?
        .rolling_update
        .as_ref()
}

/// `util.AllowsSurge` (1.37.1): whether a node may have a second pod.
#[must_use]
pub fn allows_surge(strategy: Option<&DaemonSetUpdateStrategy>) -> bool {
    surge_count(strategy, 1).is_ok_and(|surge| surge > 0)
}

/// `util.SurgeCount` (1.37.1): `maxSurge` of `desired` nodes, 0 where it isn't set.
///
/// # Errors
/// When the value isn't a percentage.
pub fn surge_count(
    strategy: Option<&DaemonSetUpdateStrategy>,
    desired: usize,
) -> Result<i64, InvalidBudget> {
    let Some(max_surge) = rolling(strategy).and_then(|r| r.max_surge.as_ref()) else {
        return Ok(0);
    };
    scaled_value_from_int_or_percent(Some(max_surge), desired).map_err(|problem| InvalidBudget {
        field: "maxSurge",
        problem,
    })
}

/// `util.UnavailableCount` (1.37.1): `maxUnavailable` of `desired` nodes, 0 where
/// there is no rolling update.
///
/// # Errors
/// When the value isn't a percentage, or a rolling update has none.
pub fn unavailable_count(
    strategy: Option<&DaemonSetUpdateStrategy>,
    desired: usize,
) -> Result<i64, InvalidBudget> {
    let Some(rolling) = rolling(strategy) else {
        return Ok(0);
    };
    scaled_value_from_int_or_percent(rolling.max_unavailable.as_ref(), desired).map_err(|problem| {
        InvalidBudget {
            field: "maxUnavailable",
            problem,
        }
    })
}

/// The numbers of `updatedDesiredNodeCounts` (1.37.1) for `desired` nodes: if both budgets resolve
/// to 0, `maxUnavailable` counts as 1.
///
/// # Errors
/// When one of the budgets can't be resolved.
pub fn updated_desired_node_counts(
    strategy: Option<&DaemonSetUpdateStrategy>,
    desired: usize,
) -> Result<RolloutBudgets, InvalidBudget> {
    let max_unavailable = unavailable_count(strategy, desired)?;
    let max_surge = surge_count(strategy, desired)?;
    let neither = desired > 0 && max_unavailable == 0 && max_surge == 0;
    Ok(RolloutBudgets {
        max_surge,
        max_unavailable: if neither { 1 } else { max_unavailable },
        desired,
    })
}
