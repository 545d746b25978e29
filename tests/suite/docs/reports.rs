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

/// The codes of reasons, which have a page of their own.
const CODE: &str = "Code";

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
    /// A section for each object.
    fn sections(&mut self) -> String {
        let mut text = String::new();
        for (name, def) in self.defs.clone() {
            let Some(fields) = def["properties"].as_object() else {
                continue;
            };
            writeln!(text, "\n### {}: {name}\n", self.kind).unwrap();
            if let Some(description) = def["description"].as_str() {
                writeln!(text, "{description}\n").unwrap();
            }
            text.push_str("| field | type | meaning |\n|---|---|---|\n");
            let required: Vec<_> = list(&def["required"]).filter_map(Value::as_str).collect();
            for (field, of) in fields {
                let optional = match required.contains(&field.as_str()) {
                    true => "",
                    false => "?",
                };
                let (kind, meaning) = (self.of(of), self.meaning(of));
                if meaning.is_empty() {
                    let undescribed = format!("{} {name}: {field}", self.kind);
                    self.undescribed.push(undescribed);
                }
                writeln!(text, "| `{field}{optional}` | {kind} | {meaning} |").unwrap();
            }
        }
        text
    }

    /// What a field's own schema says of it, or that of what it refers to; of one of several
    /// words what each means.
    fn meaning(&self, field: &Value) -> String {
        let refers = [field].into_iter().chain(parts(field));
        let def = refers.filter_map(|part| self.def(part)).next();
        let def = def.map(|name| (name, &self.defs[name]));
        let own = field["description"].as_str();
        let own = own.or_else(|| def.and_then(|(_, def)| def["description"].as_str()));
        let words = def.filter(|(name, _)| *name != CODE);
        let words = words.into_iter().flat_map(|(_, def)| parts(def));
        let words = words.filter_map(|word| {
            let means = word["description"].as_str()?;
            Some(format!("{}: {means}", word["const"].as_str()?))
        });
        let meaning: Vec<_> = own.map(str::to_owned).into_iter().chain(words).collect();
        meaning.join(" ").replace('|', "\\|")
    }

    /// The type of a value, with links to the objects' sections.
    fn of(&self, value: &Value) -> String {
        match self.def(value) {
            Some(CODE) => return "[code](reasons.md)".to_owned(),
            Some(name) if self.defs[name]["properties"].is_object() => {
                let anchor = format!("{}-{name}", self.kind).to_lowercase();
                return format!("[{name}](#{anchor})");
            }
            Some(name) => return self.of(&self.defs[name]),
            None => {}
        }
        if let Some(constant) = value["const"].as_str() {
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
            "object" => format!("map of {}", self.of(&value["additionalProperties"])),
            "string" if value["format"] == "date-time" => "time".to_owned(),
            name => name.to_owned(),
        }
    }

    fn def<'a>(&self, value: &'a Value) -> Option<&'a str> {
        value["$ref"].as_str()?.strip_prefix("#/$defs/")
    }
}

/// What a schema is put together from.
fn parts(value: &Value) -> impl Iterator<Item = &Value> {
    let keys = ["oneOf", "anyOf"];
    keys.into_iter().flat_map(|key| list(&value[key]))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(" or ")
}
