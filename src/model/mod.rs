//! What the engine reads of a cluster: slim, owned, indexed, the same from a live cluster and from
//! files.
//!
//! Nodes and pods come by the thousand and are decoded into types that hold only what a decision or
//! its explanation needs. DaemonSets come one at a time and keep the API's own type.

mod accumulator;
mod admission;
mod command;
pub mod condition;
pub mod creates;
mod creator;
mod daemon_set;
mod event;
mod expectation;
pub mod expectation_file;
mod foreign;
mod gates;
pub mod go_json;
mod host_ports;
mod limit_range;
mod list;
mod namespace;
mod near;
mod node;
pub mod node_change;
mod owner;
mod pairs;
mod pod;
pub mod qualified_name;
pub mod quantity;
pub mod refusal;
mod revision;
pub mod revision_data;
pub mod selector;
mod shared;
mod snapshot;
mod span;
mod text;
mod text_list;
mod workload;

pub use admission::{
    Admission, PartialObjectMetadata, PriorityClass, QuotaScope, ResourceQuota, Service, Webhook,
    WebhookConfiguration,
};
pub use command::{Command, set_own_name};
pub use creator::{GENERATION_LABEL, STATEFUL_SET_POD_LABEL, pod_name_base};
pub use daemon_set::{DaemonSet, DecodeError, TEMPLATE_GENERATION};
pub use event::Event;
pub use expectation::{
    EXPECT, EXPECT_AT_LEAST, Expectation, ExpectationSource, Expectations, InvalidExpectation,
    parse_at_least,
};
pub use foreign::is_unsafe;
pub use gates::{FeatureGateError, FeatureGates};
pub use host_ports::{ContainerPort, host_ports};
pub use limit_range::LimitRange;
pub use list::List;
pub use namespace::Namespace;
pub use near::{MOST_NEAR, is_misspelled, is_respelled, near_names};
pub use node::{Labels, Node, NodeCondition, Resources, Taint};
pub use owner::OwnerReference;
pub use pairs::{Builder as PairsBuilder, Pairs};
pub use pod::{
    ContainerEnd, ContainerImage, ContainerResources, ContainerTrouble, HostPort, Pod,
    PodCondition, PodResources, Requirements, Scheduling,
};
pub use revision::{ControllerRevision, HASH_LABEL};
pub use snapshot::{Incomplete, Snapshot};
pub use span::span_of;
pub use text::Text;
pub use workload::{LabelMap, Workload, WorkloadKind, WorkloadObject, WrittenSelector};
