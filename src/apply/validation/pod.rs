//! Rules between the fields of a pod (`ValidatePodSpec`, 1.37.1).

use super::Problems;
use super::access::{Object, flag, list, object, text, texts};

pub(super) fn check(path: &str, spec: &Object, problems: &mut Problems) {
    let policy = text(spec, "restartPolicy");
    // `ValidateDaemonSetSpec`
    if !matches!(policy, "" | "Always") {
        let problem = format!(
            "is `{policy}`; in a DaemonSet it can only be `Always`, which is also the default"
        );
        problems.add(&format!("{path}.restartPolicy"), problem);
    }
    namespaces(path, spec, problems);
    dns(path, spec, problems);
}

/// `validateShareProcessNamespace`, `validateHostUsers`, `validatePodHostName`
fn namespaces(path: &str, spec: &Object, problems: &mut Problems) {
    let is_on = |field: &str| flag(spec, field) == Some(true);
    if is_on("shareProcessNamespace") && is_on("hostPID") {
        let problem = "can't be true beside `hostPID: true`: take one of them out";
        problems.add(&format!("{path}.shareProcessNamespace"), problem);
    }
    if flag(spec, "hostUsers") == Some(false) {
        for field in ["hostPID", "hostIPC"] {
            if is_on(field) {
                let problem = "can't be true with `hostUsers: false`: take one of them out";
                problems.add(&format!("{path}.{field}"), problem);
            }
        }
    }
    if spec.contains_key("hostnameOverride") {
        for field in ["setHostnameAsFQDN", "hostNetwork"] {
            if is_on(field) {
                let problem = format!("can't be set beside `{field}: true`");
                problems.add(&format!("{path}.hostnameOverride"), problem);
            }
        }
    }
}

/// `validatePodDNSConfig`
fn dns(path: &str, spec: &Object, problems: &mut Problems) {
    let path = format!("{path}.dnsConfig");
    let config = object(spec, "dnsConfig");
    let nameservers = config.map_or(&[][..], |config| list(config, "nameservers"));
    if text(spec, "dnsPolicy") == "None" && nameservers.is_empty() {
        let problem = "is missing: `dnsPolicy: None` takes at least one";
        problems.add(&format!("{path}.nameservers"), problem);
    }
    if nameservers.len() > 3 {
        let problem = format!("has {} elements; it can have 3", nameservers.len());
        problems.add(&format!("{path}.nameservers"), problem);
    }
    let searches = config.map_or(0, |config| texts(config, "searches").count());
    if searches > 32 {
        let problem = format!("has {searches} elements; it can have 32");
        problems.add(&format!("{path}.searches"), problem);
    }
}
