//! What would put claims right.

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
        Kind::DeleteReleased { pods } => delete_released(pods),
        Kind::DeleteOutdated { pods, once_adopted } => delete_outdated(pods, *once_adopted),
        Kind::RemoveGeneration { pods, is_manifest } => remove_generation(pods, *is_manifest),
        Kind::SetGeneration { generation } => format!(
            "Put the annotation {TEMPLATE_GENERATION}: \"{generation}\" into the manifest before it is created: no pod carries that number, so the revision's hash alone tells which are updated, and the rollout replaces the others; on an existing object the API server ignores it"
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
                "Restart the DaemonSet{when}: its template generation becomes {generation}, which no pod carries"
            )
        }
        Kind::DeleteDuplicates => {
            "Delete the duplicates before the next sync: no pod is then relabelled, and those of other templates stay old"
                .to_owned()
        }
        Kind::RestartRelabelled => {
            "Restart the DaemonSet once its pods are relabelled: no label tells any more which of them run another template"
                .to_owned()
        }
        Kind::OwnSelector => {
            "Give the manifest's selector and template a label of their own before it is created: the selector can't be changed later"
                .to_owned()
        }
        Kind::RecreateWithOwnSelector => format!(
            "Give it a selector of its own: as that can't be changed, delete it with --cascade=orphan and create it again; `{}` of the new manifest says what that does",
            Command::own(&["adopt", "-f"])
        ),
        Kind::OtherSelectors { controllers } => {
            format!("Or give these a selector of their own: {}", objects(controllers))
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
            let it = match pods.as_slice() {
                [_] => "it",
                _ => "each",
            };
            return Some(Sentence::new(format!(
                "what else selects by {label}, such as a Service, no longer finds it; {it} runs on without a controller, beside the DaemonSet's pod where its node has or gets one, and nothing replaces it when it ends"
            )));
        }
        Kind::RestoreLabels { .. } => {
            "if another pod is already created beside it, one of the two is deleted as a duplicate"
        }
        Kind::DeleteReleased { .. } => {
            "it isn't created again; if somebody relabelled it to debug it, that ends"
        }
        Kind::DeleteOutdated { .. } => {
            "each node is without the agent until its new pod is available: no budget limits what you delete"
        }
        Kind::RemoveGeneration { pods, .. } => match pods.as_slice() {
            [_] => "it is replaced, within the rollout's budget",
            _ => "they are replaced, within the rollout's budget",
        },
        Kind::SetGeneration { .. } => {
            "what is taken over and doesn't carry that hash is replaced, within the rollout's budget"
        }
        Kind::RaiseGeneration { .. } => {
            "every pod is replaced, within the rollout's budget, those that run the template too"
        }
        Kind::DeleteDuplicates => {
            "pods that carry the hash of a deleted revision are old then, and are replaced"
        }
        Kind::RestartRelabelled => "every pod is replaced, within the rollout's budget",
        Kind::RecreateWithOwnSelector => {
            "its pods are orphans in between, and any selector that matches them adopts them"
        }
    };
    Some(Sentence::new(text))
}

fn keep_out(pods: &[String], label: &str, once_deleted: bool) -> String {
    let when = if once_deleted {
        ", once the stored DaemonSet is deleted without its pods and before the new one is created"
    } else {
        ""
    };
    match pods {
        [pod] => format!("Keep pod {pod} out: remove its label {label}{when}"),
        pods => format!(
            "Keep {} pods out ({}): remove their label {label}{when}",
            pods.len(),
            few(pods)
        ),
    }
}

fn delete_released(pods: &[String]) -> String {
    match pods {
        [pod] => format!(
            "Delete pod {pod}, which runs without a controller, once its node has an available one of the DaemonSet"
        ),
        pods => format!(
            "Delete the {} pods that run without a controller, once their nodes have available ones of the DaemonSet: {}",
            pods.len(),
            few(pods)
        ),
    }
}

fn delete_outdated(pods: &[String], once_adopted: bool) -> String {
    let when = match (once_adopted, pods) {
        (false, _) => "",
        (true, [_]) => " once it is taken over",
        (true, _) => " once they are taken over",
    };
    match pods {
        [pod] => format!("Delete pod {pod}{when}: the new one runs the template"),
        pods => format!(
            "Delete the {} pods{when}, a few at a time: the new ones run the template ({})",
            pods.len(),
            few(pods)
        ),
    }
}

fn remove_generation(pods: &[String], is_manifest: bool) -> String {
    let when = if is_manifest {
        ", before it is created or after"
    } else {
        ""
    };
    match pods {
        [pod] => format!(
            "Remove the label {GENERATION_LABEL} from pod {pod}{when}: it then counts as old, and the rollout replaces it"
        ),
        _ => format!(
            "Remove the label {GENERATION_LABEL} from the pods{when}: they then count as old, and the rollout replaces them"
        ),
    }
}
