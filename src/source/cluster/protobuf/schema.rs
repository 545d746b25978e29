//! Which fields of which messages are read: their numbers in the `generated.proto` of k8s.io/api
//! and k8s.io/apimachinery 0.37.1, and their names in JSON. Other fields are skipped.

/// A field that is read.
pub(in crate::source::cluster) struct Field {
    pub(super) number: u32,
    /// Its name in JSON.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// What a field holds.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    /// Go always sends the text, and JSON omits an empty one (`omitempty`).
    TextIfAny,
    Bool,
    Number,
    /// `metav1.Time`: a text in JSON.
    Time,
    /// `resource.Quantity`: a text in JSON.
    Quantity,
    Message(&'static [Field]),
    /// A repeated field.
    Several(&'static Kind),
    /// A map from texts.
    Map(&'static Kind),
}

const fn field(number: u32, name: &'static str, kind: Kind) -> Field {
    Field { number, name, kind }
}

const fn text(number: u32, name: &'static str) -> Field {
    field(number, name, Kind::Text)
}

const fn text_if_any(number: u32, name: &'static str) -> Field {
    field(number, name, Kind::TextIfAny)
}

const fn message(number: u32, name: &'static str, fields: &'static [Field]) -> Field {
    field(number, name, Kind::Message(fields))
}

const fn several(number: u32, name: &'static str, kind: &'static Kind) -> Field {
    field(number, name, Kind::Several(kind))
}

/// `core.v1.Node`.
pub(in crate::source::cluster) const NODE: &[Field] = &[
    message(1, "metadata", METADATA),
    message(
        2,
        "spec",
        &[
            text_if_any(1, "podCIDR"),
            field(4, "unschedulable", Kind::Bool),
            several(5, "taints", &Kind::Message(TAINT)),
        ],
    ),
    message(
        3,
        "status",
        &[
            field(2, "allocatable", Kind::Map(&Kind::Quantity)),
            several(4, "conditions", &Kind::Message(NODE_CONDITION)),
            message(
                7,
                "nodeInfo",
                &[
                    text_if_any(4, "kernelVersion"),
                    text_if_any(5, "osImage"),
                    text_if_any(6, "containerRuntimeVersion"),
                    text_if_any(7, "kubeletVersion"),
                    text_if_any(9, "operatingSystem"),
                    text_if_any(10, "architecture"),
                ],
            ),
        ],
    ),
];

const TAINT: &[Field] = &[
    text(1, "key"),
    text_if_any(2, "value"),
    text(3, "effect"),
    field(4, "timeAdded", Kind::Time),
];

const NODE_CONDITION: &[Field] = &[
    text(1, "type"),
    text(2, "status"),
    field(4, "lastTransitionTime", Kind::Time),
    text_if_any(5, "reason"),
    text_if_any(6, "message"),
];

/// `apps.v1.ControllerRevision`. Its data has another name than in JSON, because here it is the
/// stored bytes.
pub(in crate::source::cluster) const CONTROLLER_REVISION: &[Field] = &[
    message(1, "metadata", METADATA),
    message(2, "storedData", &[text(1, "raw")]),
    field(3, "revision", Kind::Number),
];

/// `core.v1.Pod`.
pub(in crate::source::cluster) const POD: &[Field] = &[
    message(1, "metadata", METADATA),
    message(2, "spec", POD_SPEC),
    message(3, "status", POD_STATUS),
];

const METADATA: &[Field] = &[
    text_if_any(1, "name"),
    text_if_any(3, "namespace"),
    text_if_any(5, "uid"),
    field(8, "creationTimestamp", Kind::Time),
    field(9, "deletionTimestamp", Kind::Time),
    field(10, "deletionGracePeriodSeconds", Kind::Number),
    field(11, "labels", Kind::Map(&Kind::Text)),
    several(13, "ownerReferences", &Kind::Message(OWNER)),
    several(14, "finalizers", &Kind::Text),
];

const OWNER: &[Field] = &[
    text(1, "kind"),
    text(3, "name"),
    text(4, "uid"),
    text(5, "apiVersion"),
    field(6, "controller", Kind::Bool),
];

const POD_SPEC: &[Field] = &[
    several(2, "containers", &Kind::Message(CONTAINER)),
    text_if_any(10, "nodeName"),
    message(18, "affinity", AFFINITY),
    text_if_any(19, "schedulerName"),
    several(20, "initContainers", &Kind::Message(CONTAINER)),
    field(25, "priority", Kind::Number),
    several(38, "schedulingGates", &Kind::Message(&[text(1, "name")])),
    field(32, "overhead", Kind::Map(&Kind::Quantity)),
    message(40, "resources", REQUIREMENTS),
];

const CONTAINER: &[Field] = &[
    text(1, "name"),
    text_if_any(2, "image"),
    several(6, "ports", &Kind::Message(CONTAINER_PORT)),
    message(8, "resources", REQUIREMENTS),
    text_if_any(24, "restartPolicy"),
];

const CONTAINER_PORT: &[Field] = &[
    field(2, "hostPort", Kind::Number),
    text_if_any(4, "protocol"),
    text_if_any(5, "hostIP"),
];

const REQUIREMENTS: &[Field] = &[field(2, "requests", Kind::Map(&Kind::Quantity))];

const AFFINITY: &[Field] = &[message(
    1,
    "nodeAffinity",
    &[message(
        1,
        "requiredDuringSchedulingIgnoredDuringExecution",
        &[several(
            1,
            "nodeSelectorTerms",
            &Kind::Message(&[several(2, "matchFields", &Kind::Message(REQUIREMENT))]),
        )],
    )],
)];

const REQUIREMENT: &[Field] = &[
    text(1, "key"),
    text(2, "operator"),
    several(3, "values", &Kind::Text),
];

const POD_STATUS: &[Field] = &[
    text_if_any(1, "phase"),
    several(2, "conditions", &Kind::Message(POD_CONDITION)),
    text_if_any(3, "message"),
    text_if_any(4, "reason"),
    field(7, "startTime", Kind::Time),
    several(8, "containerStatuses", &Kind::Message(CONTAINER_STATUS)),
    several(
        10,
        "initContainerStatuses",
        &Kind::Message(CONTAINER_STATUS),
    ),
    field(19, "allocatedResources", Kind::Map(&Kind::Quantity)),
    message(20, "resources", REQUIREMENTS),
];

const POD_CONDITION: &[Field] = &[
    text(1, "type"),
    text(2, "status"),
    field(4, "lastTransitionTime", Kind::Time),
    text_if_any(5, "reason"),
    text_if_any(6, "message"),
];

const CONTAINER_STATUS: &[Field] = &[
    text(1, "name"),
    message(2, "state", STATE),
    message(3, "lastState", STATE),
    field(4, "ready", Kind::Bool),
    field(5, "restartCount", Kind::Number),
    field(10, "allocatedResources", Kind::Map(&Kind::Quantity)),
    message(11, "resources", REQUIREMENTS),
];

const STATE: &[Field] = &[
    message(
        1,
        "waiting",
        &[text_if_any(1, "reason"), text_if_any(2, "message")],
    ),
    message(
        3,
        "terminated",
        &[
            field(1, "exitCode", Kind::Number),
            text_if_any(3, "reason"),
            text_if_any(4, "message"),
            field(6, "finishedAt", Kind::Time),
        ],
    ),
];

/// `meta.v1.ListMeta`.
pub(super) const LIST_METADATA: &[Field] = &[
    text_if_any(2, "resourceVersion"),
    text_if_any(3, "continue"),
    field(4, "remainingItemCount", Kind::Number),
];

/// `meta.v1.Status`.
pub(super) const STATUS: &[Field] = &[
    text_if_any(2, "status"),
    text_if_any(3, "message"),
    text_if_any(4, "reason"),
    field(6, "code", Kind::Number),
];
