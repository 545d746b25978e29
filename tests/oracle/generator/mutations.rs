//! Manifests as people write them, with a few things changed: by the types of the
//! fields, so that every field comes up, with values that the server takes and such
//! as it refuses.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::fields::{Table, TableField};
use super::mutation_values as values;

/// What the mutations begin with; the server takes each.
const MANIFESTS: [&str; 6] = [
    include_str!("../manifests/node-agent.yaml"),
    include_str!("../manifests/storage-driver.yaml"),
    include_str!("../manifests/log-collector.yaml"),
    include_str!("../manifests/device-plugin.yaml"),
    include_str!("../../e2e/manifests/node-exporter.yaml"),
    include_str!("../../e2e/manifests/fluentd-elasticsearch.yaml"),
];

/// Structs of which one field is set, and those of their fields that don't count.
const ONE_OF: &[(&str, &[&str])] = &[
    ("Volume", &["name"]),
    ("VolumeProjection", &[]),
    ("LifecycleHandler", &[]),
    ("EnvVarSource", &[]),
    ("EnvFromSource", &["prefix"]),
];

/// Fields without which a struct is seldom worth anything.
const CENTRAL: [&str; 15] = [
    "name",
    "key",
    "path",
    "mountPath",
    "containerPort",
    "port",
    "operator",
    "topologyKey",
    "command",
    "weight",
    "maxSkew",
    "whenUnsatisfiable",
    "image",
    "type",
    "fieldPath",
];

/// Structs that manifests don't hold, or that hold what nobody writes.
const LEFT_OUT: [&str; 5] = [
    "DaemonSetStatus",
    "EphemeralContainer",
    "ManagedFieldsEntry",
    "OwnerReference",
    "EvictionResponder",
];

/// A place in a manifest.
struct Spot {
    pointer: String,
    kind: String,
    name: String,
}

/// Draws manifests from a seed.
pub struct Mutations {
    pub rng: Rng,
    table: Table,
    manifests: Vec<Value>,
}

impl Mutations {
    pub fn new(seed: u64, table: Table) -> Result<Self, String> {
        let manifests = MANIFESTS.map(serde_yaml::from_str).into_iter();
        let manifests: Result<Vec<Value>, _> = manifests.collect();
        let mut manifests = manifests.map_err(|e| e.to_string())?;
        for manifest in &mut manifests {
            if manifest["metadata"]["namespace"].is_null() {
                manifest["metadata"]["namespace"] = json!("default");
            }
        }
        Ok(Self {
            rng: Rng::with_seed(seed),
            table,
            manifests,
        })
    }

    /// What the mutations begin with.
    pub fn originals(&self) -> &[Value] {
        &self.manifests
    }

    /// One of them with a few things changed.
    pub fn manifest(&mut self) -> Value {
        let manifest = self.manifests[self.rng.usize(..self.manifests.len())].clone();
        self.mutated(manifest)
    }

    /// The same with a few things changed.
    pub fn mutated(&mut self, mut manifest: Value) -> Value {
        for _ in 0..1 + self.rng.usize(..3) {
            self.mutate(&mut manifest);
        }
        manifest
    }

    fn mutate(&mut self, manifest: &mut Value) {
        let mut spots = Vec::new();
        self.spots(manifest, "DaemonSet", "", String::new(), &mut spots);
        let spot = &spots[self.rng.usize(..spots.len())];
        let names = values::names(manifest);
        let Some(value) = manifest.pointer_mut(&spot.pointer) else {
            return;
        };
        if let Some(element) = spot.kind.strip_prefix("[]") {
            self.change_list(value, element, &spot.name, &names);
        } else if spot.kind.starts_with("{}") {
            let fresh = self.value(&spot.kind, &spot.name, &names);
            if let (Value::Object(map), Value::Object(fresh)) = (value, fresh) {
                map.extend(fresh);
            }
        } else if let Value::Object(map) = value {
            self.change_struct(map, &spot.kind, &names);
        } else {
            *value = self.value(&spot.kind, &spot.name, &names);
        }
    }

    /// All places that are in the manifest.
    fn spots(&self, value: &Value, kind: &str, name: &str, at: String, spots: &mut Vec<Spot>) {
        let kind = kind.trim_start_matches('*');
        if LEFT_OUT.contains(&kind) || at.ends_with("/metadata/namespace") {
            return;
        }
        match value {
            Value::Object(map) if !kind.starts_with("{}") => {
                for field in self.table.get(kind).into_iter().flatten() {
                    if let Some(value) = map.get(&field.name) {
                        let at = format!("{at}/{}", field.name);
                        self.spots(value, &field.kind, &field.name, at, spots);
                    }
                }
            }
            Value::Array(items) => {
                let element = kind.trim_start_matches("[]");
                for (index, item) in items.iter().enumerate() {
                    self.spots(item, element, name, format!("{at}/{index}"), spots);
                }
            }
            _ => {}
        }
        // Not what makes it a DaemonSet.
        if at.contains("/spec") || at.contains("/metadata/") {
            spots.push(Spot {
                pointer: at,
                kind: kind.to_owned(),
                name: name.to_owned(),
            });
        }
    }

    fn change_list(&mut self, value: &mut Value, element: &str, name: &str, names: &[String]) {
        let fresh = self.value(element, name, names);
        let Value::Array(list) = value else {
            return;
        };
        match self.rng.u8(..10) {
            0..=1 if !list.is_empty() => {
                list.remove(self.rng.usize(..list.len()));
            }
            2..=4 if !list.is_empty() => {
                let mut twin = list[self.rng.usize(..list.len())].clone();
                // A twin in all but a field or two.
                if let Value::Object(map) = &mut twin {
                    self.change_struct(map, element, names);
                }
                list.push(twin);
            }
            _ => list.push(fresh),
        }
    }

    fn change_struct(&mut self, map: &mut Map<String, Value>, of: &str, names: &[String]) {
        let fields = self.table.get(of).cloned().unwrap_or_default();
        let fields: Vec<_> = fields.into_iter().filter(|f| written(of, f)).collect();
        if fields.is_empty() {
            return;
        }
        let present: Vec<_> = fields
            .iter()
            .filter(|f| map.contains_key(&f.name))
            .collect();
        if self.rng.u8(..10) < 3 && !present.is_empty() {
            map.remove(&present[self.rng.usize(..present.len())].name);
            return;
        }
        let mut field = &fields[self.rng.usize(..fields.len())];
        // Of thirty sources these are the ones that people write.
        if of == "Volume" && self.rng.bool() {
            let name = ["emptyDir", "hostPath", "configMap", "secret"][self.rng.usize(..4)];
            field = fields.iter().find(|f| f.name == name).unwrap_or(field);
        }
        let value = self.value(&field.kind, &field.name, names);
        if let Some((_, beside)) = ONE_OF.iter().find(|(name, _)| *name == of)
            && self.rng.u8(..10) < 8
            && !beside.contains(&field.name.as_str())
        {
            map.retain(|key, _| beside.contains(&key.as_str()));
        }
        map.insert(field.name.clone(), value);
    }

    fn value(&mut self, kind: &str, name: &str, names: &[String]) -> Value {
        let kind = kind.trim_start_matches('*');
        if let Some(element) = kind.strip_prefix("[]") {
            let count = 1 + self.rng.usize(..2);
            return (0..count)
                .map(|_| self.value(element, name, names))
                .collect();
        }
        if let Some(element) = kind.strip_prefix("{}") {
            let count = 1 + self.rng.usize(..2);
            let pairs = (0..count).map(|_| {
                let key = values::key(&mut self.rng, name);
                (key, self.value(element, name, names))
            });
            return Value::Object(pairs.collect());
        }
        match kind {
            "string" => json!(values::text(&mut self.rng, name, names)),
            "bool" => json!(self.rng.bool()),
            "int32" | "int64" => json!(values::number(&mut self.rng, name)),
            "quantity" => json!(values::quantity(&mut self.rng)),
            "intOrString" => values::int_or_string(&mut self.rng, name),
            "time" | "any" => Value::Null,
            name => self.fresh(name, names),
        }
    }

    /// A new struct.
    fn fresh(&mut self, of: &str, names: &[String]) -> Value {
        let fields = self.table.get(of).cloned().unwrap_or_default();
        let fields: Vec<_> = fields.into_iter().filter(|f| written(of, f)).collect();
        let one_of = ONE_OF.iter().find(|(name, _)| *name == of);
        let chosen = self.rng.usize(..fields.len().max(1));
        let mut object = Map::new();
        for (index, field) in fields.iter().enumerate() {
            let beside = one_of.is_none_or(|(_, beside)| beside.contains(&field.name.as_str()));
            let percent = match (beside, CENTRAL.contains(&field.name.as_str())) {
                (false, _) => 100 * u8::from(index == chosen),
                (true, true) => 93,
                (true, false) => 22,
            };
            if self.rng.u8(..100) < percent {
                let value = self.value(&field.kind, &field.name, names);
                object.insert(field.name.clone(), value);
            }
        }
        Value::Object(object)
    }
}

/// Whether people write a field.
fn written(of: &str, field: &TableField) -> bool {
    match of {
        "ObjectMeta" => matches!(&*field.name, "labels" | "annotations" | "finalizers"),
        "DaemonSet" => field.name == "spec",
        "PodSpec" => !matches!(
            &*field.name,
            "ephemeralContainers" | "evictionResponders" | "schedulingGroup"
        ),
        _ => true,
    }
}
