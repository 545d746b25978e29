//! The API's protobuf, as a server writes it.

use serde_json::Value;

use super::mock::{Received, Reply};

/// A field of bytes: a text, a message or a map's entry.
pub(crate) fn field(number: u8, bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let bytes = bytes.as_ref();
    [&*key(number, 2), &*varint(bytes.len() as u64), bytes].concat()
}

pub(crate) fn number(number: u8, value: u64) -> Vec<u8> {
    [key(number, 0), varint(value)].concat()
}

/// A field's number and the kind of its value.
pub(crate) fn key(number: u8, kind: u8) -> Vec<u8> {
    varint(u64::from(number) << 3 | u64::from(kind))
}

pub(crate) fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// An object in its envelope.
pub(crate) fn envelope(kind: &str, raw: &[u8]) -> Vec<u8> {
    let type_meta = [field(1, "v1"), field(2, kind)].concat();
    let fields = [
        field(1, type_meta),
        field(2, raw),
        field(3, ""),
        field(4, ""),
    ];
    [b"k8s\0".to_vec(), fields.concat()].concat()
}

/// A list of encoded objects.
pub(crate) fn list(kind: &str, items: &[Vec<u8>], next: &str) -> Vec<u8> {
    let metadata = [field(1, ""), field(2, "9"), field(3, next)].concat();
    let items = items.iter().flat_map(|item| field(2, item));
    envelope(
        kind,
        &field(1, metadata)
            .into_iter()
            .chain(items)
            .collect::<Vec<u8>>(),
    )
}

pub(crate) fn reply(status: u16, body: Vec<u8>) -> Reply {
    Reply::new(status, body).with("Content-Type", "application/vnd.kubernetes.protobuf")
}

/// A `Status` as [`Reply::status`] has it.
pub(crate) fn status(code: u16, reason: &str, message: &str) -> Reply {
    let status = [
        field(1, field(1, "")),
        field(2, "Failure"),
        field(3, message),
        field(4, reason),
        number(6, u64::from(code)),
    ];
    reply(code, envelope("Status", &status.concat()))
}

/// The answer as protobuf where that is accepted and there is such a list.
pub(crate) fn preferred(request: &Received, answer: Reply) -> Reply {
    let accepts = request.header("accept").unwrap_or_default();
    let asked = accepts.starts_with("application/vnd.kubernetes.protobuf,");
    let plural = request.path().rsplit('/').next().unwrap_or_default();
    let (kind, encode): (_, fn(&Value) -> Vec<u8>) = match plural {
        "nodes" if asked => ("NodeList", node),
        "pods" if asked => ("PodList", pod),
        "controllerrevisions" if asked => ("ControllerRevisionList", revision),
        _ => return answer,
    };
    if answer.status != 200 {
        return answer;
    }
    let value: Value = serde_json::from_slice(&answer.body).unwrap();
    let items: Vec<Vec<u8>> = value["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(encode)
        .collect();
    reply(
        200,
        list(
            kind,
            &items,
            value["metadata"]["continue"].as_str().unwrap_or_default(),
        ),
    )
}

fn text(number: u8, value: &Value) -> Vec<u8> {
    // Go writes an empty text too.
    field(number, value.as_str().unwrap_or_default())
}

pub(crate) fn node(node: &Value) -> Vec<u8> {
    let parts = [
        field(1, metadata(&node["metadata"])),
        field(2, ""),
        field(3, ""),
    ];
    parts.concat()
}

fn pod(pod: &Value) -> Vec<u8> {
    let required =
        &pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    let requirement = &required["nodeSelectorTerms"][0]["matchFields"][0];
    let requirement = [
        text(1, &requirement["key"]),
        text(2, &requirement["operator"]),
        text(3, &requirement["values"][0]),
    ];
    let affinity = field(1, field(1, field(1, field(2, requirement.concat()))));
    let spec = [
        text(3, &Value::Null),
        text(10, &pod["spec"]["nodeName"]),
        field(18, affinity),
    ];
    let status = [text(1, &pod["status"]["phase"]), field(3, ""), field(4, "")];
    let metadata = metadata(&pod["metadata"]);
    [
        field(1, metadata),
        field(2, spec.concat()),
        field(3, status.concat()),
    ]
    .concat()
}

fn revision(revision: &Value) -> Vec<u8> {
    stored_revision(revision, &revision["data"].to_string())
}

/// A revision whose data is stored in these bytes.
pub(crate) fn stored_revision(revision: &Value, data: &str) -> Vec<u8> {
    let parts = [
        field(1, metadata(&revision["metadata"])),
        field(2, field(1, data)),
        number(3, revision["revision"].as_u64().unwrap_or_default()),
    ];
    parts.concat()
}

fn metadata(metadata: &Value) -> Vec<u8> {
    let mut bytes = [
        text(1, &metadata["name"]),
        field(2, ""),
        text(3, &metadata["namespace"]),
        text(5, &metadata["uid"]),
        // The zero time.
        field(8, ""),
    ]
    .concat();
    for (key, value) in metadata["labels"].as_object().into_iter().flatten() {
        bytes.extend(field(11, [field(1, key), text(2, value)].concat()));
    }
    for owner in metadata["ownerReferences"].as_array().into_iter().flatten() {
        let owner = [
            text(1, &owner["kind"]),
            text(3, &owner["name"]),
            text(4, &owner["uid"]),
            text(5, &owner["apiVersion"]),
            number(6, u64::from(owner["controller"] == true)),
        ];
        bytes.extend(field(13, owner.concat()));
    }
    bytes
}
