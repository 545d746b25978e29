//! What kubelets and runtimes say, by its form.

use super::*;

#[test]
fn the_plugin_that_failed() {
    let added = "plugin type=\"calico\" failed (add): Unauthorized";
    assert_eq!(network_plugin(added), Some("calico"));
    let deleted = "KillPodSandboxError: \"plugin type=\\\"flannel\\\" failed (delete): x\"";
    assert_eq!(network_plugin(deleted), Some("flannel"));
    assert_eq!(network_plugin("no runtime"), None);
}

#[test]
fn what_kubelet_and_runtimes_say() {
    let object = |kind, name: &str| Failure::MissingObject {
        kind,
        name: name.to_owned(),
    };
    let cases = [
        (
            "secret \"agent-token\" not found",
            Some(object("Secret", "agent-token")),
        ),
        (
            "MountVolume.SetUp failed for volume \"config\" : configmap \"a\" not found",
            Some(object("ConfigMap", "a")),
        ),
        ("secret \"a\" is immutable", None),
        (
            "couldn't find key api-key in Secret datadog/datadog-secret",
            Some(Failure::MissingKey {
                kind: "Secret",
                name: "datadog-secret".to_owned(),
                key: "api-key".to_owned(),
            }),
        ),
        (
            "container has runAsNonRoot and image will run as root (pod: \"v_logging(5a2f)\", container: v)",
            Some(Failure::RunsAsRoot),
        ),
        (
            "container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root (pod: \"v_l(5a)\", container: v)",
            Some(Failure::NamedUser {
                user: "app".to_owned(),
            }),
        ),
        (
            "MountVolume.SetUp failed for volume \"s\" : hostPath type check failed: /var/run/docker.sock is not a socket file",
            Some(Failure::NoHostPath {
                path: "/var/run/docker.sock".to_owned(),
                wanted: "socket file".to_owned(),
            }),
        ),
        (
            "path / is mounted on / but it is not a shared or slave mount",
            Some(Failure::NotShared {
                path: "/".to_owned(),
            }),
        ),
        (
            "failed to generate container \"4a\" spec: failed to generate spec: path \"/sys/fs/bpf\" is mounted on \"/sys\" but it is not a shared mount",
            Some(Failure::NotShared {
                path: "/sys/fs/bpf".to_owned(),
            }),
        ),
        (
            "kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name secrets-store.csi.k8s.io not found in the list of registered CSI drivers",
            Some(Failure::NoDriver {
                driver: "secrets-store.csi.k8s.io".to_owned(),
            }),
        ),
        (
            "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for \"nvidia\" is configured",
            Some(Failure::NoRuntimeHandler {
                handler: "nvidia".to_owned(),
            }),
        ),
        (
            "failed to setup network for sandbox \"a8\": plugin type=\"aws-cni\" name=\"aws-cni\" failed (add): add cmd: failed to assign an IP address to container",
            Some(Failure::NoAddress),
        ),
        (
            "failed to setup network for sandbox \"22\": plugin type=\"flannel\" failed (add): loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory",
            Some(Failure::NoNetworkFile {
                path: "/run/flannel/subnet.env".to_owned(),
            }),
        ),
        (
            "unable to start container process: exec: \"/agent\": stat /agent: no such file or directory",
            Some(Failure::NoProgram {
                program: "/agent".to_owned(),
            }),
        ),
        (
            "nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown",
            Some(Failure::NoNvidiaDriver),
        ),
        (
            "failed to generate security options for container \"a\": failed to generate seccomp security options for container: cannot load seccomp profile \"/var/lib/kubelet/seccomp/audit.json\": open /var/lib/kubelet/seccomp/audit.json: no such file or directory",
            Some(Failure::NoProfile {
                kind: "seccomp",
                name: "/var/lib/kubelet/seccomp/audit.json".to_owned(),
            }),
        ),
        (
            "failed to generate apparmor spec opts: apparmor profile not found agent-profile",
            Some(Failure::NoProfile {
                kind: "AppArmor",
                name: "agent-profile".to_owned(),
            }),
        ),
        (
            "error mounting \"/etc/machine-id\" to rootfs at \"/etc/machine-id\": create mountpoint for /etc/machine-id mount: make mountpoint \"/etc/machine-id\": open o_path procfd: open /run/x/etc/machine-id: read-only file system: unknown",
            Some(Failure::ReadOnlyMountPoint {
                path: "/etc/machine-id".to_owned(),
            }),
        ),
        (
            "error mounting \"/var/lib/kubelet/pods/1/volume-subpaths/config/agent/0\" to rootfs at \"/etc/agent.conf\": mount x: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type",
            Some(Failure::MountOntoOther {
                path: "/etc/agent.conf".to_owned(),
            }),
        ),
        (
            "Failed to create pod sandbox: runc create failed: expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"/kubepods/besteffort/pod1/abc\" instead: unknown",
            Some(Failure::CgroupDrivers),
        ),
        (
            "MountVolume.SetUp failed for volume \"data\" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs 10.0.0.5:/data /x\nOutput: mount: /x: bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount.<type> helper program.",
            Some(Failure::NoMountHelper {
                filesystem: "nfs".to_owned(),
            }),
        ),
        (
            "Failed to create pod sandbox: failed to start sandbox \"ab\": failed to get sandbox image \"registry.k8s.io/pause:3.8\": failed to pull image \"registry.k8s.io/pause:3.8\": dial tcp 34.96.108.209:443: i/o timeout",
            Some(Failure::NoSandboxImage {
                image: "registry.k8s.io/pause:3.8".to_owned(),
            }),
        ),
        (
            "failed to reserve container name \"a_p_n_1_0\": name \"a_p_n_1_0\" is reserved for \"4a5b6c\"",
            Some(Failure::NameReserved),
        ),
        (
            "hcs::CreateComputeSystem w: The container operating system does not match the host operating system.",
            Some(Failure::OtherWindows),
        ),
        ("open /etc/agent.yaml: no such file or directory", None),
    ];
    for (message, expected) in cases {
        assert_eq!(Failure::of(message), expected, "{message}");
    }
}
