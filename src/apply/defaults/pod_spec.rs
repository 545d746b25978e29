//! The defaults of a pod template's spec.

use serde_json::{Value, json};

use crate::model::quantity::Quantity;

use super::access::{Object, default, items, object, text};
use super::{containers, volumes};

/// What `SetObjectDefaults_DaemonSet` does to the pod's spec.
pub(super) fn set_defaults(spec: &mut Object) {
    set_defaults_pod_spec(spec);
    items(spec, "volumes").for_each(volumes::set_defaults);
    for field in containers::LISTS {
        items(spec, field).for_each(containers::set_defaults);
    }
    round_up(spec, "overhead");
    if let Some(resources) = object(spec, "resources") {
        round_up_resources(resources);
    }
}

/// `SetDefaults_PodSpec`.
fn set_defaults_pod_spec(spec: &mut Object) {
    if text(spec, "serviceAccountName").is_empty()
        && let Some(account) = spec.get("serviceAccount").cloned()
    {
        spec.insert("serviceAccountName".to_owned(), account);
    }
    if let Some(account) = spec.get("serviceAccountName").cloned() {
        spec.insert("serviceAccount".to_owned(), account);
    }
    default(spec, "dnsPolicy", "ClusterFirst");
    default(spec, "restartPolicy", "Always");
    default(spec, "securityContext", json!({}));
    default(spec, "terminationGracePeriodSeconds", 30);
    default(spec, "schedulerName", "default-scheduler");
}

/// `SetDefaults_ResourceList` on limits and requests.
pub(super) fn round_up_resources(resources: &mut Object) {
    round_up(resources, "limits");
    round_up(resources, "requests");
}

/// `SetDefaults_ResourceList`: nothing below a thousandth is kept.
fn round_up(of: &mut Object, field: &str) {
    let Some(list) = object(of, field) else {
        return;
    };
    for quantity in list.values_mut() {
        let read = quantity.as_str().map(Quantity::parse);
        if let Some(Ok(read)) = read {
            *quantity = Value::from(read.rounded_up_to_milli().to_string());
        }
    }
}
