//! What pods need of their nodes besides their images: the failure by its code, and what is
//! advised by its kind.

use insta::Settings;
use serde_json::json;

use crate::binary::ask;
use crate::containers::{asked, kinds, mixed, waiting};
use crate::states::{counters, daemon_set, node, pod, revision};

const RUNC: &str = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ";

fn settings() -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn what_a_node_lacks_is_named_with_what_provides_it() {
    let starting = || waiting("ContainerCreating", "");
    let sandbox = |why: &str| {
        Some((
            "FailedCreatePodSandBox",
            format!("Failed to create pod sandbox: rpc error: code = Unknown desc = {why}"),
        ))
    };
    let cases = [
        (
            waiting("CreateContainerError", "failed to generate security options for container \"agent\": failed to generate seccomp security options for container: cannot load seccomp profile \"/var/lib/kubelet/seccomp/audit.json\": open /var/lib/kubelet/seccomp/audit.json: no such file or directory"),
            None,
            "NoProfile",
            "LoadProfile",
        ),
        (
            waiting("CreateContainerError", "failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found agent-profile"),
            None,
            "NoProfile",
            "LoadProfile",
        ),
        (
            waiting("RunContainerError", &format!("{RUNC}unable to start container process: error during container init: error mounting \"/etc/machine-id\" to rootfs at \"/etc/machine-id\": create mountpoint for /etc/machine-id mount: make mountpoint \"/etc/machine-id\": open o_path procfd: open /run/x/rootfs/etc/machine-id: read-only file system: unknown")),
            None,
            "ReadOnlyMountPoint",
            "MakeMountPoint",
        ),
        (
            waiting("RunContainerError", &format!("{RUNC}unable to start container process: error during container init: error mounting \"/x\" to rootfs at \"/etc/agent.conf\": mount /x:/etc/agent.conf (via /proc/self/fd/6), flags: 0x5001: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type")),
            None,
            "MountOntoOther",
            "MountAlike",
        ),
        (
            starting(),
            sandbox(&format!("{RUNC}expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"/kubepods/besteffort/pod1/abc\" instead: unknown")),
            "CgroupDrivers",
            "AlignCgroupDrivers",
        ),
        (
            starting(),
            sandbox("failed to start sandbox \"ab\": failed to get sandbox image \"registry.k8s.io/pause:3.8\": failed to pull image \"registry.k8s.io/pause:3.8\": dial tcp 34.96.108.209:443: i/o timeout"),
            "NoSandboxImage",
            "ProvideSandboxImage",
        ),
        (
            starting(),
            Some(("FailedMount", "MountVolume.SetUp failed for volume \"data\" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs 10.0.0.5:/data /x\nOutput: mount: /x: bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount.<type> helper program.\n".to_owned())),
            "NoMountHelper",
            "InstallMountHelper",
        ),
        (
            waiting("CreateContainerError", "failed to reserve container name \"agent_p_default_1_0\": name \"agent_p_default_1_0\" is reserved for \"4a5b6c\""),
            None,
            "NameReserved",
            "RelieveRuntime",
        ),
    ];
    let settings = settings();
    for (at, (status, event, failure, step)) in cases.into_iter().enumerate() {
        let event = event
            .as_ref()
            .map(|(reason, message)| (*reason, message.as_str()));
        let objects = mixed(&status, event, &json!({}));
        let report = asked(&objects, "why a");
        let cause = &report["causes"][0];
        let found = [&cause["reason"]["failure"], &cause["warning"]["failure"]];
        assert!(found.iter().any(|f| **f == failure), "{failure}: {cause:#}");
        assert_eq!(report["next"][0]["kind"], "Look", "{failure}");
        assert!(kinds(&report).contains(&step), "{failure}: {report:#}");
        let (_, out, _) = ask(&objects, "why a");
        settings.bind(|| insta::assert_snapshot!(format!("node-lacks-{at}-{failure}"), out));
    }
}

#[test]
fn spread_constraints_that_keep_a_pod_away_are_taken_out() {
    let spread = json!({"topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone",
        "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": {"app": "a"}}}]});
    let ds = daemon_set(&json!({}), &spread, &counters(1, 0, 1));
    let message = "0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
    let status = json!({"phase": "Pending", "conditions": [{"type": "PodScheduled",
        "status": "False", "reason": "Unschedulable", "message": message}]});
    let mut waiting = pod("p", "", &status);
    waiting["spec"] = json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms":
        [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n1"]}]}]}}}});
    let objects = [
        revision(&ds),
        ds,
        node("n1", &json!({}), &json!([])),
        waiting,
    ];
    let report = asked(&objects, "why a n1");
    assert!(kinds(&report).contains(&"RemoveSpread"), "{report:#}");
    let (_, out, _) = ask(&objects, "why a");
    settings().bind(|| insta::assert_snapshot!("node-lacks-spread", out));
}
