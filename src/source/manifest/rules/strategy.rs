use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::Problems;
use crate::model::DaemonSet;
use crate::source::document::shown;

const PATH: &str = "spec.updateStrategy";

/// `ValidateDaemonSetUpdateStrategy` (1.37.1), after the defaults: RollingUpdate,
/// maxUnavailable 1, maxSurge 0.
pub(super) fn check(ds: &DaemonSet, problems: &mut Problems<'_>) {
    let strategy = ds.object.spec.update_strategy.as_ref();
    let kind = strategy.and_then(|s| s.type_.as_deref());
    match kind.unwrap_or_default() {
        "" | "RollingUpdate" => {}
        "OnDelete" => return,
        other => {
            let problem = format!(
                "is `{}`; it can be `RollingUpdate` or `OnDelete`",
                shown(other)
            );
            problems.add(&format!("{PATH}.type"), &problem);
            return;
        }
    }
    let rolling = strategy.and_then(|s| s.rolling_update.as_ref());
    let unavailable = rolling.and_then(|r| r.max_unavailable.as_ref());
    let surge = rolling.and_then(|r| r.max_surge.as_ref());
    let unavailable = amount("maxUnavailable", unavailable, 1, problems);
    let surge_amount = amount("maxSurge", surge, 0, problems);
    let (Some(unavailable), Some(surge)) = (unavailable, surge_amount) else {
        return;
    };
    budgets(
        rolling.is_some_and(|r| r.max_unavailable.is_some()),
        unavailable,
        surge,
        problems,
    );
}

/// Exactly one of the two has to be above 0.
fn budgets(written: bool, unavailable: i64, surge: i64, problems: &mut Problems<'_>) {
    if unavailable != 0 && surge != 0 {
        let problem = if written {
            "and `maxUnavailable` are both above 0: set one of them to 0"
        } else {
            "is above 0, and so is `maxUnavailable`, which is 1 where nothing is written: add `maxUnavailable: 0`"
        };
        problems.add(&format!("{PATH}.rollingUpdate.maxSurge"), problem);
    }
    if unavailable == 0 && surge == 0 {
        problems.add(
            &format!("{PATH}.rollingUpdate.maxUnavailable"),
            "and `maxSurge` are both 0, so that nothing could ever roll: set one of them above 0",
        );
    }
}

/// The number, or the percentage as a number; `None` when it is refused.
fn amount(
    field: &str,
    value: Option<&IntOrString>,
    default: i64,
    problems: &mut Problems<'_>,
) -> Option<i64> {
    let path = format!("{PATH}.rollingUpdate.{field}");
    let text = match value {
        None => return Some(default),
        Some(IntOrString::Int(number)) if *number < 0 => {
            problems.non_negative(&path, Some((*number).into()));
            return None;
        }
        Some(IntOrString::Int(number)) => return Some((*number).into()),
        Some(IntOrString::String(text)) => text,
    };
    let digits = text.strip_suffix('%').unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        let hint = if text.parse::<u32>().is_ok() {
            ": write the number without quotes"
        } else {
            ""
        };
        let problem = format!(
            "is `{}`, which is neither a whole number nor a percentage such as `10%`{hint}",
            shown(text)
        );
        problems.add(&path, &problem);
        return None;
    }
    // Digits too many for a number are far over 100 too.
    let percent = digits.parse().unwrap_or(i64::MAX);
    if percent > 100 {
        problems.add(&path, &format!("is `{text}`, and it can't be over 100%"));
        return None;
    }
    Some(percent)
}
