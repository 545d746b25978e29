//! How to fix claims.

use crate::analysis::claims::remedy::ClaimRemedyKind as Kind;
use crate::engine::overlap::GENERATION_LABEL;
use crate::model::{Command, TEMPLATE_GENERATION};
use crate::words::Sentence;
use crate::words::notation::{few, objects};

/// What a remedy is.
#[must_use]
pub fn remedy(kind: &Kind) -> Sentence {
    let text = match kind {
        Kind::ListPods => "List the pods that the selector matches".to_owned(),
        Kind::FollowRollout => {
            "Follow the rollout that replaces the adopted pods".to_owned()
        }
        Kind::KeepOut {
            pods,
            label,
            once_deleted,
        } => keep_out(pods, label, *once_deleted),
        Kind::RestoreLabels { pod } => {
            format!("Keep pod {pod}: restore its labels before the next sync")
        }
        Kind::DeleteReleased { pods, hold_ports } => delete_released(pods, *hold_ports),
        Kind::DeleteWithPods { pods: 1 } => {
            "Delete the DaemonSet with its pod, which the new one couldn't adopt, then apply the manifest"
                .to_owned()
        }
        Kind::DeleteWithPods { pods } => format!(
            "Delete the DaemonSet with its {pods} pods, of which the new one could adopt none, then apply the manifest"
        ),
        Kind::DeleteOutdated { pods, once_adopted } => delete_outdated(pods, *once_adopted),
        Kind::RemoveGeneration { pods, is_manifest } => remove_generation(pods, *is_manifest),
        Kind::SetGeneration { generation } => format!(
            "Update the pods on an old template: add the annotation {TEMPLATE_GENERATION}: \"{generation}\", which no pod carries, to the manifest before you create it. On an existing DaemonSet the API server ignores it"
        ),
        Kind::RaiseGeneration {
            generation,
            once_created,
        } => {
            let when = if *once_created {
                " once it is created"
            } else {
                ""
            };
            format!(
                "Update all pods: restart the DaemonSet{when}. Its template generation becomes {generation}, which no pod carries"
            )
        }
        Kind::DeleteDuplicates => {
            "Delete the duplicate revisions before the next sync. The controller then relabels no pod, and the rollout replaces those of other templates"
                .to_owned()
        }
        Kind::RestartRelabelled => {
            "Restart the DaemonSet once its pods are relabelled. No label then tells which pods run another template"
                .to_owned()
        }
        Kind::OwnSelector => {
            "Give the manifest's selector and template a label of their own before you create it. The selector can't be changed later"
                .to_owned()
        }
        Kind::RecreateWithOwnSelector => format!(
            "Recreate the DaemonSet with a selector of its own: delete it with --cascade=orphan, then create it. `{}` of the new manifest shows what that does",
            Command::own(&["adopt", "-f"])
        ),
        Kind::OtherSelectors { controllers } => {
            format!("Give the others a selector of their own: {}", objects(controllers))
        }
    };
    Sentence::new(format!("{text}."))
}

/// What a remedy risks.
#[must_use]
pub fn risk(kind: &Kind) -> Option<Sentence> {
    let text = match kind {
        Kind::ListPods | Kind::FollowRollout | Kind::OwnSelector | Kind::OtherSelectors { .. } => {
            return None;
        }
        Kind::KeepOut { pods, label, .. } => {
            let (pods, keep, them) = match pods.as_slice() {
                [_] => ("the pod", "keeps", "it"),
                _ => ("the pods", "keep", "them"),
            };
            return Some(Sentence::new(format!(
                "{pods} {keep} running without a controller, and Services that select by {label} lose {them}"
            )));
        }
        Kind::RestoreLabels { .. } => {
            "if its node already has another pod, the controller deletes one of the two"
        }
        Kind::DeleteWithPods { .. } => {
            "their nodes are without the agent until the new pods are available"
        }
        Kind::DeleteReleased { .. } => {
            "it won't be recreated, and any debugging session in it ends"
        }
        Kind::DeleteOutdated { .. } => {
            "each node is without the agent until its new pod is available; no budget limits what you delete"
        }
        Kind::RemoveGeneration { pods, .. } => match pods.as_slice() {
            [_] => "the rollout restarts the agent on its node",
            _ => "the rollout restarts the agent on their nodes",
        },
        Kind::SetGeneration { .. } => {
            "adopted pods that run this template under another hash are replaced too"
        }
        Kind::RaiseGeneration { .. } => "every pod is replaced, even those that run the template",
        Kind::DeleteDuplicates => {
            "the rollout replaces all pods that carry the hash of a deleted revision"
        }
        Kind::RestartRelabelled => "the rollout replaces every pod",
        Kind::RecreateWithOwnSelector => {
            "until then its pods are orphans, which any controller with a matching selector adopts"
        }
    };
    Some(Sentence::new(text))
}

fn keep_out(pods: &[String], label: &str, once_deleted: bool) -> String {
    let when = if once_deleted {
        ", after you delete the stored DaemonSet with --cascade=orphan and before you create the new one"
    } else {
        ""
    };
    match pods {
        [pod] => format!("Keep pod {pod} out of the DaemonSet: remove its label {label}{when}"),
        pods => format!(
            "Keep {} pods out of the DaemonSet ({}): remove their label {label}{when}",
            pods.len(),
            few(pods)
        ),
    }
}

fn delete_released(pods: &[String], hold_ports: bool) -> String {
    match pods {
        [pod] if hold_ports => format!(
            "Delete the orphaned pod {pod}: it has a host port of the DaemonSet, whose own pod can't start there until it is gone"
        ),
        pods if hold_ports => format!(
            "Delete the {} pods that no controller owns, one by one: they have host ports of the DaemonSet, whose own pod starts on a node only when the old one is gone: {}",
            pods.len(),
            few(pods)
        ),
        [pod] => format!(
            "Delete the orphaned pod {pod} once the DaemonSet's own pod on that node is available"
        ),
        pods => format!(
            "Delete the {} pods that no controller owns, once the DaemonSet's own pods on those nodes are available: {}",
            pods.len(),
            few(pods)
        ),
    }
}

fn delete_outdated(pods: &[String], once_adopted: bool) -> String {
    let when = match (once_adopted, pods) {
        (false, _) => "",
        (true, [_]) => " once the DaemonSet has adopted it",
        (true, _) => " once the DaemonSet has adopted them",
    };
    match pods {
        [pod] => format!("Update pod {pod}: delete it{when}. Its replacement runs the template"),
        pods => format!(
            "Update the {} pods on an old template ({}): delete them a few at a time{when}. Their replacements run the template",
            pods.len(),
            few(pods)
        ),
    }
}

fn remove_generation(pods: &[String], is_manifest: bool) -> String {
    let when = if is_manifest {
        ", before or after you create the DaemonSet"
    } else {
        ""
    };
    match pods {
        [pod] => format!(
            "Update pod {pod}: remove its label {GENERATION_LABEL}{when}. The rollout then replaces it"
        ),
        pods => format!(
            "Update the {} pods on an old template: remove their label {GENERATION_LABEL}{when}. The rollout then replaces them",
            pods.len()
        ),
    }
}
