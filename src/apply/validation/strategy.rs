//! `ValidateDaemonSetUpdateStrategy` (1.37.1).

use super::Problems;
use crate::apply::budget::check_budgets;
use crate::model::DaemonSet;

const PATH: &str = "spec.updateStrategy";

pub(super) fn check(ds: &DaemonSet, problems: &mut Problems) {
    let strategy = ds.object.spec.update_strategy.as_ref();
    let kind = strategy.and_then(|s| s.type_.as_deref());
    match kind.unwrap_or_default() {
        "" | "RollingUpdate" => {}
        "OnDelete" => return,
        other => {
            let problem = format!("is `{other}`; it can be `RollingUpdate` or `OnDelete`");
            problems.add(&format!("{PATH}.type"), problem);
            return;
        }
    }
    for refused in check_budgets(strategy.and_then(|s| s.rolling_update.as_ref())) {
        let path = format!("{PATH}.rollingUpdate.{}", refused.field);
        problems.add(&path, refused.problem.to_string());
    }
}
