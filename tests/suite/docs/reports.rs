//! The fields of the reports, from their JSON Schemas.

use std::fmt::Write as _;
use std::fs;

use serde_json::{Map, Value};

use crate::binary::root;

use super::check;

/// The schemas, each with the command that answers by it.
const SCHEMAS: &[(&str, &str)] = &[
    ("eligibility-report", "why"),
    ("node-report", "node"),
    ("rollout-plan", "plan"),
    ("claim-report", "adopt"),
];

/// One schema while its tables are written.
struct Schema {
    /// In front of the anchors of its sections.
    kind: String,
    defs: Map<String, Value>,
    undescribed: Vec<String>,
}

#[test]
fn the_list_of_fields() {
    let mut text = String::from(
        "# The fields of the reports\n\n\
         What `-o json` and `-o yaml` print, of the version `ds.kubectl/v1alpha1`. A field whose name ends in `?` may be \
         left out.\n",
    );
    let mut undescribed = Vec::new();
    for (name, command) in SCHEMAS {
        let path = root().join(format!("docs/schemas/{name}.schema.json"));
        let whole: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let title = whole["title"].as_str().unwrap();
        let kind = title.split_once(' ').unwrap().0.to_owned();
        writeln!(
            text,
            "\n## {kind}\n\n{} Its schema: [{name}.schema.json](../schemas/{name}.schema.json); its guide: \
             [{command}](../guide/{command}.md).",
            whole["description"].as_str().unwrap()
        )
        .unwrap();
        let mut schema = Schema {
            kind,
            defs: whole["$defs"].as_object().unwrap().clone(),
            undescribed: Vec::new(),
        };
        text.push_str(&schema.sections());
        undescribed.extend(schema.undescribed);
    }
    assert_eq!(
        undescribed,
        Vec::<String>::new(),
        "fields without a description"
    );
    check("docs/reference/reports.md", &text);
}

impl Schema {
    /// A section for each object that has fields.
    fn sections(&mut self) -> String {
        let mut text = String::new();
        for (name, def) in self.defs.clone() {
            if !has_fields(&def) {
                continue;
            }
            writeln!(text, "\n### {}: {name}\n", self.kind).unwrap();
            if let Some(description) = def["description"].as_str() {
                writeln!(text, "{description}\n").unwrap();
            }
            if let Some(parts) = def["allOf"].as_array() {
                let parts: Vec<_> = parts.iter().map(|part| self.of(part)).collect();
                writeln!(text, "All fields of {}.\n", parts.join(" and of ")).unwrap();
            }
            let mut rows = String::new();
            self.rows(&format!("{} {name}", self.kind), "", &def, &mut rows);
            if !rows.is_empty() {
                writeln!(
                    text,
                    "| field | type | meaning |\n|---|---|---|\n{}",
                    rows.trim_end()
                )
                .unwrap();
            }
        }
        text
    }

    /// A row for each field of an object, those of objects within it after it.
    fn rows(&mut self, of: &str, above: &str, object: &Value, rows: &mut String) {
        let Some(fields) = object["properties"].as_object() else {
            return;
        };
        let required: Vec<_> = list(&object["required"])
            .filter_map(Value::as_str)
            .collect();
        for (name, field) in fields {
            let path = format!("{above}{name}");
            let optional = if required.contains(&name.as_str()) {
                ""
            } else {
                "?"
            };
            let meaning = self.meaning(field);
            if meaning.is_empty() && field.get("const").is_none() {
                self.undescribed.push(format!("{of}: {path}"));
            }
            let kind = self.of(field);
            writeln!(rows, "| `{path}{optional}` | {kind} | {meaning} |").unwrap();
            let (inner, mark) = within(field);
            self.rows(of, &format!("{path}{mark}."), inner, rows);
        }
    }

    /// What a field's own schema says of it, or that of what it refers to.
    fn meaning(&self, field: &Value) -> String {
        let own = field["description"].as_str();
        let mut found = own.map(str::to_owned);
        for part in parts(field) {
            found = found.or_else(|| Some(self.meaning(part)).filter(|m| !m.is_empty()));
        }
        if let (None, Some(def)) = (&found, self.def(field)) {
            found = Some(self.meaning(&self.defs[def]));
        }
        found.unwrap_or_default().replace('|', "\\|")
    }

    /// The type of a value, with links to the objects' sections.
    fn of(&self, value: &Value) -> String {
        if let Some(name) = self.def(value) {
            let def = &self.defs[name];
            return if has_fields(def) {
                let anchor = format!("{}-{name}", self.kind).to_lowercase();
                format!("[{name}](#{anchor})")
            } else {
                self.of(def)
            };
        }
        if let Some(constant) = value.get("const") {
            return format!("`{constant}`");
        }
        if let Some(values) = value["enum"].as_array() {
            return join(values.iter().map(|v| match v.as_str() {
                Some(text) => format!("`{text}`"),
                None => v.to_string(),
            }));
        }
        if parts(value).next().is_some() {
            return join(parts(value).map(|part| self.of(part)));
        }
        let types = match &value["type"] {
            Value::String(name) => vec![name.as_str()],
            types => list(types).filter_map(Value::as_str).collect(),
        };
        match types.as_slice() {
            [] => "any".to_owned(),
            types => join(types.iter().map(|name| self.named(name, value))),
        }
    }

    fn named(&self, name: &str, value: &Value) -> String {
        match name {
            "array" => format!("list of {}", self.of(&value["items"])),
            "object" if value["additionalProperties"].is_object() => {
                format!("map of {}", self.of(&value["additionalProperties"]))
            }
            "string" if value["format"] == "date-time" => "time".to_owned(),
            name => name.to_owned(),
        }
    }

    fn def<'a>(&self, value: &'a Value) -> Option<&'a str> {
        value["$ref"].as_str()?.strip_prefix("#/$defs/")
    }
}

/// The object within a field, and how a path goes on to it.
fn within(field: &Value) -> (&Value, &'static str) {
    if let Some(part) = parts(field).find(|part| has_fields(part)) {
        return (part, "");
    }
    if has_fields(&field["items"]) {
        return (&field["items"], "[]");
    }
    if has_fields(&field["additionalProperties"]) {
        return (&field["additionalProperties"], ".*");
    }
    (field, "")
}

fn has_fields(value: &Value) -> bool {
    value["properties"].is_object() || value["allOf"].is_array() && value["type"].is_null()
}

/// What a schema is put together from.
fn parts(value: &Value) -> impl Iterator<Item = &Value> {
    let keys = ["oneOf", "anyOf", "allOf"];
    keys.into_iter().flat_map(|key| list(&value[key]))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(" or ")
}
