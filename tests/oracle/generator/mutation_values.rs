//! Values of the fields of a manifest: most are what the server takes.

use fastrand::Rng;
use serde_json::{Value, json};

/// The names that a manifest has, for its references to meet.
pub(super) fn names(manifest: &Value) -> Vec<String> {
    let spec = &manifest["spec"]["template"]["spec"];
    let lists = ["volumes", "containers", "initContainers", "resourceClaims"];
    let lists = lists.iter().filter_map(|list| spec[*list].as_array());
    let names = lists.flatten().filter_map(|item| item["name"].as_str());
    names.map(str::to_owned).collect()
}

/// The values of fields that can have few, and some that they can't have.
fn choices(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "imagePullPolicy" | "pullPolicy" => &["Always", "IfNotPresent", "Never", "never", ""],
        "protocol" => &["TCP", "UDP", "SCTP", "tcp", "HTTP", ""],
        "scheme" => &["HTTP", "HTTPS", "http", ""],
        "operator" => &[
            "In",
            "NotIn",
            "Exists",
            "DoesNotExist",
            "Equal",
            "Gt",
            "Is",
            "",
        ],
        "effect" => &["NoSchedule", "NoExecute", "PreferNoSchedule", "NoStart", ""],
        "dnsPolicy" => &[
            "ClusterFirst",
            "ClusterFirstWithHostNet",
            "Default",
            "None",
            "none",
        ],
        "restartPolicy" => &["Always", "Never", "OnFailure", "always", ""],
        "type" => &[
            "RuntimeDefault",
            "Localhost",
            "Unconfined",
            "Directory",
            "Socket",
            "RollingUpdate",
            "OnDelete",
            "Other",
            "",
        ],
        "whenUnsatisfiable" => &["DoNotSchedule", "ScheduleAnyway", "Never", ""],
        "mountPropagation" => &["None", "HostToContainer", "Bidirectional", "Both"],
        "terminationMessagePolicy" => &["File", "FallbackToLogsOnError", "Log", ""],
        "procMount" => &["Default", "Unmasked", "None"],
        "fsGroupChangePolicy" => &["OnRootMismatch", "Always", "Never"],
        "supplementalGroupsPolicy" => &["Merge", "Strict", "None"],
        "preemptionPolicy" => &["Never", "PreemptLowerPriority", "Other"],
        "accessModes" => &["ReadWriteOnce", "ReadOnlyMany", "ReadWriteOncePod", "RWO"],
        "volumeMode" => &["Filesystem", "Block", "File"],
        "recursiveReadOnly" => &["Disabled", "Enabled", "IfPossible", "true"],
        "nodeAffinityPolicy" | "nodeTaintsPolicy" => &["Honor", "Ignore", "None"],
        "resourceName" => &["cpu", "memory", "disk"],
        "resource" => &[
            "limits.cpu",
            "requests.memory",
            "limits.hugepages-2Mi",
            "cpu",
            "",
        ],
        "fieldPath" => &[
            "metadata.name",
            "spec.nodeName",
            "status.podIP",
            "metadata.labels",
            "metadata.labels['app']",
            "spec.name",
            "",
        ],
        "apiVersion" => &["v1", "v1", "v1", "v2"],
        "ip" | "nameservers" | "hostIP" => &["10.0.0.1", "::1", "10.0.0", "localhost", ""],
        "drop" | "add" => &["ALL", "NET_ADMIN", "SYS_ADMIN", "CAP_SYS_ADMIN"],
        "path" | "mountPath" | "devicePath" | "subPath" | "directory" => {
            &["/a", "/data", "a", "a/b", "../a", "a/../b", "/", "..a", ""]
        }
        "medium" => &["Memory", "HugePages", ""],
        _ => return None,
    })
}

/// Names that the server takes nearly everywhere, and such as it doesn't.
const NAMES: [&str; 10] = [
    "a", "b", "data", "config", "agent", "log-2", "a1", "x", "web", "n1",
];
const BAD_NAMES: [&str; 9] = ["A", "a_b", "-a", "a-", "", "a b", "a.b", "é", "a/b"];
const KEYS: [&str; 7] = [
    "a",
    "app",
    "example.com/a",
    "kubernetes.io/os",
    "A.b_c-1",
    "tier",
    "zone",
];
const BAD_KEYS: [&str; 5] = ["a b", "-a", "a/b/c", "Ex.com/a", ""];
const RESOURCES: [&str; 8] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "nvidia.com/gpu",
    "example.com/fpga",
    "hugepages-2Mi",
    "cpus",
    "storage",
];

/// A text for a field of that name.
pub(super) fn text(rng: &mut Rng, name: &str, names: &[String]) -> String {
    if let Some(choices) = choices(name) {
        return choices[rng.usize(..choices.len())].to_owned();
    }
    let is_reference = matches!(name, "name" | "containerName" | "volumeName");
    if is_reference && !names.is_empty() && rng.u8(..100) < 45 {
        return names[rng.usize(..names.len())].clone();
    }
    if matches!(name, "key" | "topologyKey" | "matchLabelKeys") && rng.u8(..100) < 60 {
        return KEYS[rng.usize(..KEYS.len())].to_owned();
    }
    match rng.u8(..100) {
        0..=79 => NAMES[rng.usize(..NAMES.len())].to_owned(),
        80..=82 => "a".repeat(64),
        _ => BAD_NAMES[rng.usize(..BAD_NAMES.len())].to_owned(),
    }
}

/// The key of a map that is a field of that name.
pub(super) fn key(rng: &mut Rng, name: &str) -> String {
    let keys: &[&str] = match (name, rng.u8(..100)) {
        ("limits" | "requests" | "overhead", _) => &RESOURCES,
        (_, 0..=84) => &KEYS,
        _ => &BAD_KEYS,
    };
    keys[rng.usize(..keys.len())].to_owned()
}

pub(super) fn number(rng: &mut Rng, name: &str) -> i64 {
    let numbers: &[i64] = match name {
        "containerPort" | "hostPort" | "port" => &[80, 443, 8080, 9100, 9100, 0, -1, 70_000],
        "runAsUser" | "runAsGroup" | "fsGroup" | "supplementalGroups" => {
            &[0, 1000, 65_534, -1, 3_000_000_000]
        }
        "weight" => &[1, 50, 100, 0, 101],
        "expirationSeconds" => &[3600, 600, 599, 10],
        "defaultMode" | "mode" => &[420, 256, 511, 512, -1],
        "successThreshold" => &[1, 1, 1, 2, 0, -1],
        "terminationGracePeriodSeconds" => &[30, 0, -1],
        _ => &[1, 5, 30, 0, 1, 10, -1],
    };
    numbers[rng.usize(..numbers.len())]
}

pub(super) fn quantity(rng: &mut Rng) -> &'static str {
    const QUANTITIES: [&str; 14] = [
        "100m", "1", "2", "500m", "64Mi", "128Mi", "1Gi", "4Mi", "3Mi", "0", "1500m", "-1", "2Gi",
        "1e3",
    ];
    QUANTITIES[rng.usize(..QUANTITIES.len())]
}

pub(super) fn int_or_string(rng: &mut Rng, name: &str) -> Value {
    if name == "port" {
        let ports = [
            json!(80),
            json!("http"),
            json!("metrics"),
            json!(0),
            json!("HTTP"),
            json!("80"),
            json!(70_000),
        ];
        return ports[rng.usize(..ports.len())].clone();
    }
    let budgets = [
        json!(1),
        json!(0),
        json!("10%"),
        json!("0%"),
        json!(-1),
        json!("101%"),
        json!("1"),
        json!("ten"),
    ];
    budgets[rng.usize(..budgets.len())].clone()
}
