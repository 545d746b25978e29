//! What single fields of a pod template may contain, independent of others.

use super::rule::Rule::{
    self, Absolute, AtLeast, ConfigKey, Descending, Driver, Each, EnvName, Forbidden, Header, Ip,
    Label, LabelKey, Labels, Local, Mode, NoBacksteps, NonNegative, OneOf, Port, PortName,
    PortOrName, Prefix, Range, Required, RequiredAs, Subdomain, Sysctl, Unique,
};

const ID: Rule = Range(0, i32::MAX as i64);
const PULL_POLICY: Rule = OneOf(&["Always", "IfNotPresent", "Never"]);
const NODE_POLICY: Rule = OneOf(&["Honor", "Ignore"]);
const PROFILE: Rule = OneOf(&["Localhost", "RuntimeDefault", "Unconfined"]);
const SAME_NAME: &str = "and another one of the list has that name";

/// Struct, field and rules, under the functions of `pkg/apis/core/validation`
/// (1.37.1) that have them.
pub(super) const FIELDS: &[(&str, &str, &[Rule])] = &[
    // ValidatePodSpec
    (
        "PodSpec",
        "containers",
        &[RequiredAs("is missing: a pod has at least one")],
    ),
    ("PodSpec", "nodeSelector", &[Labels]),
    ("PodSpec", "serviceAccountName", &[Subdomain]),
    ("PodSpec", "nodeName", &[Subdomain]),
    ("PodSpec", "hostname", &[Label]),
    ("PodSpec", "subdomain", &[Label]),
    ("PodSpec", "priorityClassName", &[Subdomain]),
    ("PodSpec", "runtimeClassName", &[Subdomain]),
    ("PodSpec", "hostnameOverride", &[Subdomain]),
    (
        "PodSpec",
        "preemptionPolicy",
        &[OneOf(&["PreemptLowerPriority", "Never"])],
    ),
    (
        "PodSpec",
        "dnsPolicy",
        &[OneOf(&[
            "ClusterFirstWithHostNet",
            "ClusterFirst",
            "Default",
            "None",
        ])],
    ),
    ("PodOS", "name", &[Required, OneOf(&["linux", "windows"])]),
    (
        "PodSpec",
        "activeDeadlineSeconds",
        &[Forbidden(
            "can't be set in a DaemonSet, whose pods run for ever: take it out",
        )],
    ),
    // ValidatePodTemplateSpec
    (
        "PodSpec",
        "ephemeralContainers",
        &[Forbidden("can't be in a template: take them out")],
    ),
    // validateReadinessGates, validateSchedulingGates
    ("PodReadinessGate", "conditionType", &[Required, LabelKey]),
    ("PodSpec", "schedulingGates", &[Unique("name", SAME_NAME)]),
    ("PodSchedulingGate", "name", &[Required, LabelKey]),
    // validatePodResourceClaim
    ("PodSpec", "resourceClaims", &[Unique("name", SAME_NAME)]),
    ("PodResourceClaim", "name", &[Required, Label]),
    ("PodResourceClaim", "resourceClaimName", &[Subdomain]),
    (
        "PodResourceClaim",
        "resourceClaimTemplateName",
        &[Subdomain],
    ),
    // ValidateHostAliases, validatePodDNSConfig
    ("HostAlias", "ip", &[Required, Ip]),
    ("HostAlias", "hostnames", &[Each(&Subdomain)]),
    ("PodDNSConfig", "nameservers", &[Each(&Ip)]),
    ("PodDNSConfigOption", "name", &[Required]),
    // validateContainerCommon, validatePullPolicy, validateResizePolicy
    ("Container", "name", &[Required, Label]),
    ("Container", "image", &[Required]),
    ("Container", "imagePullPolicy", &[PULL_POLICY]),
    (
        "Container",
        "terminationMessagePolicy",
        &[OneOf(&["File", "FallbackToLogsOnError"])],
    ),
    (
        "Container",
        "restartPolicy",
        &[OneOf(&["Always", "Never", "OnFailure"])],
    ),
    (
        "Container",
        "resizePolicy",
        &[Unique(
            "resourceName",
            "and another one of the list has that resource",
        )],
    ),
    (
        "ContainerResizePolicy",
        "resourceName",
        &[Required, OneOf(&["cpu", "memory"])],
    ),
    (
        "ContainerResizePolicy",
        "restartPolicy",
        &[Required, OneOf(&["NotRequired", "RestartContainer"])],
    ),
    // validateContainerPorts
    (
        "Container",
        "ports",
        &[Unique(
            "name",
            "and another port of the container has that name",
        )],
    ),
    ("ContainerPort", "name", &[PortName]),
    ("ContainerPort", "containerPort", &[Port]),
    ("ContainerPort", "hostPort", &[Port]),
    (
        "ContainerPort",
        "protocol",
        &[OneOf(&["TCP", "UDP", "SCTP"])],
    ),
    // ValidateEnv, ValidateEnvFrom, validateConfigMapKeySelector, validateSecretKeySelector
    ("EnvVar", "name", &[Required, EnvName]),
    ("EnvFromSource", "prefix", &[EnvName]),
    ("ConfigMapEnvSource", "name", &[Required, Prefix]),
    ("SecretEnvSource", "name", &[Required, Prefix]),
    ("ConfigMapKeySelector", "name", &[Required, Subdomain]),
    ("ConfigMapKeySelector", "key", &[Required, ConfigKey]),
    ("SecretKeySelector", "name", &[Required, Subdomain]),
    ("SecretKeySelector", "key", &[Required, ConfigKey]),
    ("FileKeySelector", "key", &[Required, EnvName]),
    ("FileKeySelector", "volumeName", &[Required, Label]),
    ("FileKeySelector", "path", &[Required, NoBacksteps]),
    // ValidateVolumeMounts, validateMountPropagation, validateMountRecursiveReadOnly, ValidateVolumeDevices
    (
        "Container",
        "volumeMounts",
        &[Unique("mountPath", "where another volume is mounted")],
    ),
    ("VolumeMount", "name", &[Required]),
    ("VolumeMount", "mountPath", &[Required]),
    ("VolumeMount", "subPath", &[Descending]),
    ("VolumeMount", "subPathExpr", &[Descending]),
    (
        "VolumeMount",
        "mountPropagation",
        &[OneOf(&["None", "HostToContainer", "Bidirectional"])],
    ),
    (
        "VolumeMount",
        "recursiveReadOnly",
        &[OneOf(&["Disabled", "IfPossible", "Enabled"])],
    ),
    (
        "Container",
        "volumeDevices",
        &[
            Unique("name", SAME_NAME),
            Unique("devicePath", "and another device has that path"),
        ],
    ),
    ("VolumeDevice", "name", &[Required]),
    ("VolumeDevice", "devicePath", &[Required, NoBacksteps]),
    // validateProbe
    ("Probe", "initialDelaySeconds", &[AtLeast(0)]),
    ("Probe", "timeoutSeconds", &[AtLeast(0)]),
    ("Probe", "periodSeconds", &[AtLeast(0)]),
    ("Probe", "successThreshold", &[AtLeast(0)]),
    ("Probe", "failureThreshold", &[AtLeast(0)]),
    ("Probe", "terminationGracePeriodSeconds", &[AtLeast(1)]),
    // validateExecAction, validateHTTPGetAction, validateTCPSocketAction, validateGRPCAction
    ("ExecAction", "command", &[Required]),
    ("HTTPGetAction", "port", &[PortOrName]),
    ("HTTPGetAction", "scheme", &[OneOf(&["HTTP", "HTTPS"])]),
    ("HTTPHeader", "name", &[Required, Header]),
    ("TCPSocketAction", "port", &[PortOrName]),
    ("GRPCAction", "port", &[Port]),
    // ValidateSecurityContext, validatePodSpecSecurityContext, validateSysctls
    ("SecurityContext", "runAsUser", &[ID]),
    ("SecurityContext", "runAsGroup", &[ID]),
    (
        "SecurityContext",
        "procMount",
        &[OneOf(&["Default", "Unmasked"])],
    ),
    ("PodSecurityContext", "runAsUser", &[ID]),
    ("PodSecurityContext", "runAsGroup", &[ID]),
    ("PodSecurityContext", "fsGroup", &[ID]),
    ("PodSecurityContext", "supplementalGroups", &[Each(&ID)]),
    (
        "PodSecurityContext",
        "fsGroupChangePolicy",
        &[OneOf(&["OnRootMismatch", "Always"])],
    ),
    (
        "PodSecurityContext",
        "supplementalGroupsPolicy",
        &[OneOf(&["Merge", "Strict"])],
    ),
    (
        "PodSecurityContext",
        "seLinuxChangePolicy",
        &[OneOf(&["Recursive", "MountOption"])],
    ),
    (
        "PodSecurityContext",
        "sysctls",
        &[Unique("name", SAME_NAME)],
    ),
    ("Sysctl", "name", &[Required, Sysctl]),
    ("SeccompProfile", "type", &[Required, PROFILE]),
    ("AppArmorProfile", "type", &[Required, PROFILE]),
    // ValidateVolumes
    (
        "PodSpec",
        "volumes",
        &[Unique("name", "and another volume has that name")],
    ),
    ("Volume", "name", &[Required, Label]),
    // validateVolumeSource and what it calls
    ("EmptyDirVolumeSource", "sizeLimit", &[NonNegative]),
    ("HostPathVolumeSource", "path", &[Required, NoBacksteps]),
    (
        "HostPathVolumeSource",
        "type",
        &[OneOf(&[
            "",
            "DirectoryOrCreate",
            "Directory",
            "FileOrCreate",
            "File",
            "Socket",
            "CharDevice",
            "BlockDevice",
        ])],
    ),
    ("SecretVolumeSource", "secretName", &[Required]),
    ("SecretVolumeSource", "defaultMode", &[Mode]),
    ("ConfigMapVolumeSource", "name", &[Required]),
    ("ConfigMapVolumeSource", "defaultMode", &[Mode]),
    ("KeyToPath", "key", &[Required]),
    ("KeyToPath", "path", &[Required, Local]),
    ("KeyToPath", "mode", &[Mode]),
    ("DownwardAPIVolumeSource", "defaultMode", &[Mode]),
    ("DownwardAPIVolumeFile", "path", &[Required, Local]),
    ("DownwardAPIVolumeFile", "mode", &[Mode]),
    ("ProjectedVolumeSource", "defaultMode", &[Mode]),
    ("SecretProjection", "name", &[Required]),
    ("ConfigMapProjection", "name", &[Required]),
    (
        "ServiceAccountTokenProjection",
        "expirationSeconds",
        &[Range(600, 1 << 32)],
    ),
    ("ServiceAccountTokenProjection", "path", &[Required]),
    ("ClusterTrustBundleProjection", "path", &[Required, Local]),
    (
        "PersistentVolumeClaimVolumeSource",
        "claimName",
        &[Required],
    ),
    ("CSIVolumeSource", "driver", &[Required, Driver]),
    ("NFSVolumeSource", "server", &[Required]),
    ("NFSVolumeSource", "path", &[Required, Absolute]),
    ("GitRepoVolumeSource", "repository", &[Required]),
    ("GitRepoVolumeSource", "directory", &[Descending]),
    ("ISCSIVolumeSource", "targetPortal", &[Required]),
    ("ISCSIVolumeSource", "iqn", &[Required]),
    ("ISCSIVolumeSource", "lun", &[Range(0, 255)]),
    ("GlusterfsVolumeSource", "endpoints", &[Required]),
    ("GlusterfsVolumeSource", "path", &[Required]),
    ("RBDVolumeSource", "monitors", &[Required]),
    ("RBDVolumeSource", "image", &[Required]),
    ("CinderVolumeSource", "volumeID", &[Required]),
    ("CephFSVolumeSource", "monitors", &[Required]),
    ("FlexVolumeSource", "driver", &[Required]),
    ("AzureFileVolumeSource", "secretName", &[Required]),
    ("AzureFileVolumeSource", "shareName", &[Required]),
    ("AzureDiskVolumeSource", "diskName", &[Required]),
    ("AzureDiskVolumeSource", "diskURI", &[Required]),
    ("VsphereVirtualDiskVolumeSource", "volumePath", &[Required]),
    ("GCEPersistentDiskVolumeSource", "pdName", &[Required]),
    (
        "GCEPersistentDiskVolumeSource",
        "partition",
        &[Range(0, 255)],
    ),
    ("AWSElasticBlockStoreVolumeSource", "volumeID", &[Required]),
    (
        "AWSElasticBlockStoreVolumeSource",
        "partition",
        &[Range(0, 255)],
    ),
    ("PhotonPersistentDiskVolumeSource", "pdID", &[Required]),
    ("PortworxVolumeSource", "volumeID", &[Required]),
    ("ScaleIOVolumeSource", "gateway", &[Required]),
    ("ScaleIOVolumeSource", "system", &[Required]),
    ("ScaleIOVolumeSource", "volumeName", &[Required]),
    ("QuobyteVolumeSource", "registry", &[Required]),
    ("QuobyteVolumeSource", "volume", &[Required]),
    ("ImageVolumeSource", "pullPolicy", &[PULL_POLICY]),
    ("EphemeralVolumeSource", "volumeClaimTemplate", &[Required]),
    // ValidatePersistentVolumeClaimSpec
    (
        "PersistentVolumeClaimSpec",
        "accessModes",
        &[
            Required,
            Each(&OneOf(&[
                "ReadWriteOnce",
                "ReadOnlyMany",
                "ReadWriteMany",
                "ReadWriteOncePod",
            ])),
        ],
    ),
    (
        "PersistentVolumeClaimSpec",
        "volumeMode",
        &[OneOf(&["Filesystem", "Block"])],
    ),
    // ValidatePreferredSchedulingTerms, validateWeightedPodAffinityTerms, validatePodAffinityTerm
    ("PreferredSchedulingTerm", "weight", &[Range(1, 100)]),
    ("WeightedPodAffinityTerm", "weight", &[Range(1, 100)]),
    ("PodAffinityTerm", "topologyKey", &[Required, LabelKey]),
    ("PodAffinityTerm", "namespaces", &[Each(&Label)]),
    // validateTopologySpreadConstraints
    ("TopologySpreadConstraint", "maxSkew", &[AtLeast(1)]),
    ("TopologySpreadConstraint", "topologyKey", &[Required]),
    (
        "TopologySpreadConstraint",
        "whenUnsatisfiable",
        &[Required, OneOf(&["DoNotSchedule", "ScheduleAnyway"])],
    ),
    ("TopologySpreadConstraint", "minDomains", &[AtLeast(1)]),
    (
        "TopologySpreadConstraint",
        "nodeAffinityPolicy",
        &[NODE_POLICY],
    ),
    (
        "TopologySpreadConstraint",
        "nodeTaintsPolicy",
        &[NODE_POLICY],
    ),
];
