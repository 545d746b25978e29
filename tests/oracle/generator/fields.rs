//! DaemonSets with all sorts of fields: drawn from the oracle's own table of the
//! Go types, so that every field, every source of a volume and every probe comes
//! up, with nulls, empties and fields that don't exist among them.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::words;

/// A field as the table writes it.
#[derive(Clone, Debug)]
pub struct TableField {
    pub name: String,
    /// As `*[]{}Name`, without marks.
    pub kind: String,
    /// The key of a list that is merged; empty for a set.
    pub merge_key: Option<String>,
}

/// The structs of the table.
pub type Table = BTreeMap<String, Vec<TableField>>;

/// Reads the lines of the oracle's answer to `schema`.
pub fn table(lines: &[String]) -> Table {
    let lines = lines.iter().filter_map(|line| line.split_once(' '));
    lines
        .map(|(name, fields)| (name.to_owned(), fields.split(' ').map(field).collect()))
        .collect()
}

fn field(text: &str) -> TableField {
    let (name, rest) = text.split_once('=').unwrap_or((text, ""));
    let rest = rest.trim_end_matches('&');
    let (kind, merge_key) = match rest.split_once('~') {
        Some((kind, key)) => (kind, Some(key.to_owned())),
        None => (rest, None),
    };
    TableField {
        name: name.to_owned(),
        kind: kind.trim_end_matches('!').to_owned(),
        merge_key,
    }
}

/// What a manifest may hold beside what is right.
#[derive(Clone, Copy, PartialEq)]
pub enum Care {
    /// Nulls, empties, unknown fields, numbers with a fraction, repeated items.
    Loose,
    /// What a merge can take: items with their keys and no unknown fields.
    Mergeable,
}

/// Draws objects from a seed.
pub struct Objects {
    pub rng: Rng,
    pub table: Table,
    care: Care,
}

impl Objects {
    pub fn new(seed: u64, table: Table, care: Care) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            table,
            care,
        }
    }

    /// A manifest of a DaemonSet.
    pub fn daemon_set(&mut self) -> Value {
        let mut metadata = Map::from_iter([
            ("name".to_owned(), json!("ds")),
            ("namespace".to_owned(), json!("default")),
        ]);
        for name in ["labels", "annotations"] {
            if self.percent(40) {
                metadata.insert(name.to_owned(), self.value("{}string", name));
            }
        }
        if self.percent(10) {
            let annotations = metadata.entry("annotations").or_insert(json!({}));
            if annotations.is_object() {
                let generation = ["0", "1", "7", "+3", "007", "-2", "1.0"][self.rng.usize(..7)];
                annotations["deprecated.daemonset.template.generation"] = json!(generation);
            }
        }
        let mut spec = self.fields("DaemonSetSpec");
        for name in ["selector", "template"] {
            spec.remove(name);
        }
        spec.insert("selector".to_owned(), json!({"matchLabels": {"app": "a"}}));
        spec.insert("template".to_owned(), self.template());
        json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": metadata, "spec": spec})
    }

    fn template(&mut self) -> Value {
        let mut metadata = Map::from_iter([("labels".to_owned(), json!({"app": "a"}))]);
        if self.percent(20) {
            let annotations = self.value("{}string", "annotations");
            metadata.insert("annotations".to_owned(), annotations);
        }
        if self.percent(5) {
            metadata.insert("creationTimestamp".to_owned(), Value::Null);
        }
        let mut spec = self.fields("PodSpec");
        spec.insert(
            "containers".to_owned(),
            self.items("Container", "containers", Some("name"), 1),
        );
        // Of thirty sources each is to come up often enough.
        let volumes = 1 + self.rng.usize(..3);
        if self.percent(80) {
            spec.insert(
                "volumes".to_owned(),
                self.items("Volume", "volumes", Some("name"), volumes),
            );
        }
        json!({"metadata": metadata, "spec": spec})
    }

    /// Some of the fields of a struct.
    pub fn fields(&mut self, of: &str) -> Map<String, Value> {
        let fields = self.table.get(of).cloned().unwrap_or_default();
        let mut object = Map::new();
        let mut chosen = self.rng.usize(..fields.len().max(1));
        // Its own sources would come up too seldom.
        if of == "Volume" && self.percent(12) {
            let projected = fields.iter().position(|f| f.name == "projected");
            chosen = projected.unwrap_or(chosen);
        }
        for (index, field) in fields.iter().enumerate() {
            let wanted = match of {
                // One source, as validation wants it, or none.
                "Volume" | "VolumeProjection" => index == chosen && !self.percent(8),
                "PodSpec" => self.percent(14),
                "Container" | "EphemeralContainer" => self.percent(22),
                _ => self.percent(45),
            };
            if wanted {
                let value = self.field(field);
                object.insert(field.name.clone(), value);
            }
        }
        if self.care == Care::Loose && self.percent(1) {
            object.insert("notAField".to_owned(), json!({"a": 1}));
        }
        object
    }

    /// The value of a field: now and then nothing, or an empty one.
    pub fn field(&mut self, field: &TableField) -> Value {
        if self.percent(2) {
            return Value::Null;
        }
        let kind = field.kind.trim_start_matches('*');
        if let Some(element) = kind.strip_prefix("[]") {
            if self.percent(6) {
                return json!([]);
            }
            let most = if element.starts_with(char::is_uppercase) {
                2
            } else {
                3
            };
            let count = 1 + self.rng.usize(..most);
            return self.items(element, &field.name, field.merge_key.as_deref(), count);
        }
        self.value(kind, &field.name)
    }

    /// Some items of a list, each with the key by which they are told apart.
    pub fn items(&mut self, element: &str, name: &str, key: Option<&str>, count: usize) -> Value {
        let mut items: Vec<Value> = Vec::new();
        for _ in 0..count {
            let mut item = self.value(element, name);
            if let Some(key) = key.filter(|key| !key.is_empty()) {
                self.give_key(&mut item, element, key);
            }
            let same = |other: &Value| key.is_some_and(|k| other.get(k) == item.get(k));
            // Two ports of one number are told apart by nothing, and are common.
            if items.iter().any(same) && !(name == "ports" && self.percent(30)) {
                continue;
            }
            items.push(item);
        }
        Value::Array(items)
    }

    fn give_key(&mut self, item: &mut Value, element: &str, key: &str) {
        if self.care == Care::Loose && self.percent(3) {
            return;
        }
        let value = match key {
            "containerPort" => json!([80, 443, 8080][self.rng.usize(..3)]),
            _ => json!(["a", "b", "c", "d"][self.rng.usize(..4)]),
        };
        if !item.is_object() {
            *item = Value::Object(self.fields(element));
        }
        item[key] = value;
    }

    /// A value of a kind, for a field of that name.
    pub fn value(&mut self, kind: &str, name: &str) -> Value {
        let kind = kind.trim_start_matches('*');
        if let Some(element) = kind.strip_prefix("{}") {
            let count = self.rng.usize(..3);
            let keys = words::keys(name);
            let pairs = (0..count).map(|_| {
                let key = keys[self.rng.usize(..keys.len())].to_owned();
                (key, self.value(element, name))
            });
            return Value::Object(pairs.collect());
        }
        if self.care == Care::Loose && self.rng.u32(..2_000) == 0 {
            return words::wrong(&mut self.rng);
        }
        match kind {
            "string" => json!(words::text(&mut self.rng, name)),
            "bool" => json!(self.rng.bool()),
            "int32" | "int64" => self.number(),
            "quantity" => words::quantity(&mut self.rng, self.care == Care::Loose),
            "intOrString" => match self.rng.u8(..3) {
                0 => json!(["25%", "http", "", "1"][self.rng.usize(..4)]),
                _ => json!(self.rng.i32(0..100)),
            },
            // A fraction of a second is a change on each apply, and then dropped.
            "time" => json!(words::TIMES[self.rng.usize(usize::from(self.care != Care::Loose)..3)]),
            "any" => json!({"f:a": {}}),
            name => Value::Object(self.fields(name)),
        }
    }

    fn number(&mut self) -> Value {
        let whole = [0, 0, 1, 2, 10, 30, 420, 8080][self.rng.usize(..8)];
        if self.care == Care::Loose && self.percent(2) {
            return json!(f64::from(whole));
        }
        json!(whole)
    }

    pub fn percent(&mut self, percent: u8) -> bool {
        self.rng.u8(..100) < percent
    }
}
