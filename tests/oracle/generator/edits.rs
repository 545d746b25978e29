//! Changes of a DaemonSet: what its author does to the manifest, and what others
//! do to the live object.

use serde_json::{Map, Value, json};

use super::fields::{Objects, TableField};

impl Objects {
    /// A manifest with some things changed.
    pub fn edited(&mut self, manifest: &Value) -> Value {
        let mut edited = manifest.clone();
        for _ in 0..1 + self.rng.usize(..4) {
            self.edit(&mut edited);
        }
        edited
    }

    /// A live object that others have written to: its status, its identity, the
    /// annotation of a restart, other fields. Now and then one that was never
    /// applied, or whose annotation somebody took away.
    pub fn touched(&mut self, live: &Value) -> Value {
        let mut live = live.clone();
        live["metadata"]["uid"] = json!("d6a3c1");
        live["metadata"]["resourceVersion"] = json!("17");
        live["metadata"]["creationTimestamp"] = json!("2026-01-31T12:00:00Z");
        live["metadata"]["generation"] = json!(self.rng.u8(1..9));
        live["status"]["numberReady"] = json!(self.rng.u8(..5));
        if self.percent(30) {
            let metadata = &mut live["spec"]["template"]["metadata"];
            metadata["annotations"]["kubectl.kubernetes.io/restartedAt"] =
                json!("2026-01-31T12:00:00Z");
        }
        for _ in 0..self.rng.usize(..3) {
            self.edit(&mut live);
        }
        if self.percent(8)
            && let Some(annotations) = live["metadata"]["annotations"].as_object_mut()
        {
            annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
        }
        live
    }

    fn edit(&mut self, object: &mut Value) {
        let (path, of) = match self.rng.u8(..20) {
            0 => ("/spec/updateStrategy", "DaemonSetUpdateStrategy"),
            1 => {
                let number = self.value("int32", "");
                object["spec"]["minReadySeconds"] = number;
                return;
            }
            2..=4 => {
                let field = ["labels", "annotations"][self.rng.usize(..2)];
                return self.edit_map(&mut object["metadata"][field], "string", field);
            }
            5 => {
                let metadata = &mut object["spec"]["template"]["metadata"];
                return self.edit_map(&mut metadata["annotations"], "string", "annotations");
            }
            _ => ("/spec/template/spec", "PodSpec"),
        };
        if let Some(Value::Object(map)) = object.pointer_mut(path) {
            self.edit_struct(map, of, None);
        }
    }

    fn edit_struct(&mut self, map: &mut Map<String, Value>, of: &str, protected: Option<&str>) {
        let fields = self.table.get(of).cloned().unwrap_or_default();
        let free = fields.iter().filter(|f| Some(f.name.as_str()) != protected);
        let free: Vec<&TableField> = free.collect();
        let has = |f: &&&TableField| map.contains_key(&f.name);
        let present: Vec<&TableField> = free.iter().filter(has).copied().collect();
        let nests = |f: &&TableField| map[&f.name].is_object() || map[&f.name].is_array();
        let nested: Vec<&TableField> = present.iter().copied().filter(nests).collect();
        match self.rng.u8(..10) {
            0..=5 if !nested.is_empty() => {
                let field = nested[self.rng.usize(..nested.len())];
                self.edit_field(&mut map[&field.name], field);
            }
            6..=7 if !present.is_empty() => {
                map.remove(&present[self.rng.usize(..present.len())].name);
            }
            _ if of == "Volume" || of == "VolumeProjection" => {
                map.retain(|key, _| key == "name");
                let source = free[self.rng.usize(..free.len())];
                map.insert(source.name.clone(), self.field(source));
            }
            _ if !free.is_empty() => {
                let field = free[self.rng.usize(..free.len())];
                map.insert(field.name.clone(), self.field(field));
            }
            _ => {}
        }
    }

    fn edit_field(&mut self, value: &mut Value, field: &TableField) {
        let kind = field.kind.trim_start_matches('*');
        if let Some(element) = kind.strip_prefix("[]") {
            self.edit_list(value, element, field);
        } else if let Some(element) = kind.strip_prefix("{}") {
            self.edit_map(value, element, &field.name);
        } else if let Value::Object(map) = value {
            self.edit_struct(map, kind, None);
        }
    }

    fn edit_list(&mut self, value: &mut Value, element: &str, field: &TableField) {
        let Value::Array(list) = value else {
            return;
        };
        let key = field.merge_key.as_deref().filter(|key| !key.is_empty());
        match self.rng.u8(..10) {
            0..=4 if !list.is_empty() => {
                let index = self.rng.usize(..list.len());
                match &mut list[index] {
                    Value::Object(map) => self.edit_struct(map, element, key),
                    other => *other = self.value(element, &field.name),
                }
            }
            5 if list.len() > 1 => {
                list.remove(self.rng.usize(..list.len()));
            }
            6 => self.rng.shuffle(list),
            7 => *value = self.items(element, &field.name, key, 3),
            _ => {
                let fresh = self.items(element, &field.name, key, 1);
                let Some(item) = fresh.get(0).cloned() else {
                    return;
                };
                let known = |other: &Value| key.is_some_and(|k| other.get(k) == item.get(k));
                if !list.iter().any(known) {
                    list.insert(self.rng.usize(..=list.len()), item);
                }
            }
        }
    }

    fn edit_map(&mut self, value: &mut Value, element: &str, name: &str) {
        let fresh = self.value(&format!("{{}}{element}"), name);
        let (Value::Object(map), Value::Object(fresh)) = (&mut *value, &fresh) else {
            *value = fresh;
            return;
        };
        let ours = |key: &&String| !key.contains("kubectl");
        let keys: Vec<String> = map.keys().filter(ours).cloned().collect();
        if self.rng.bool() && !keys.is_empty() {
            map.remove(&keys[self.rng.usize(..keys.len())]);
        }
        map.extend(fresh.clone());
    }
}
