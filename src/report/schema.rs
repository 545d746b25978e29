//! The JSON Schemas of the reports, derived from their types; `docs/schemas` holds them.

use std::borrow::Cow;
use std::path::Path;
use std::{env, fs};

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::model::Command;
use crate::model::expectation_file::{ExpectationFile, KIND};
use crate::words::Sentence;

use super::header::API_VERSION;
use super::{claims, eligibility, node, rollout};

/// The schema of everything that a command answers.
struct Published {
    /// Its file.
    name: &'static str,
    /// The kind of its reports.
    kind: &'static str,
    description: &'static str,
    /// The forms of its reports.
    forms: fn(&mut SchemaGenerator) -> Vec<Schema>,
}

const ALL: [Published; 4] = [
    Published {
        name: "eligibility-report",
        kind: eligibility::KIND,
        description: "What `kubectl ds why` answers with -o json: a report, a what-if, or a List of them.",
        forms: |of| {
            vec![
                of.subschema_for::<eligibility::EligibilityReport<'_>>(),
                of.subschema_for::<eligibility::WhatIfReport<'_>>(),
            ]
        },
    },
    Published {
        name: "node-report",
        kind: node::KIND,
        description: "What `kubectl ds node` answers with -o json: a report, a what-if, or a List of them.",
        forms: |of| {
            vec![
                of.subschema_for::<node::NodeReport<'_>>(),
                of.subschema_for::<node::NodeWhatIf<'_>>(),
            ]
        },
    },
    Published {
        name: "rollout-plan",
        kind: rollout::KIND,
        description: "What `kubectl ds plan` answers with -o json: a plan, with --max-unavailable or --max-surge a plan under today's budgets beside one under others, or a List of them.",
        forms: |of| {
            vec![
                of.subschema_for::<rollout::RolloutPlan<'_>>(),
                of.subschema_for::<rollout::BudgetTrial<'_>>(),
            ]
        },
    },
    Published {
        name: "claim-report",
        kind: claims::KIND,
        description: "What `kubectl ds adopt` answers with -o json: a report, or a List of them. Nothing is ever taken over by it.",
        forms: |of| vec![of.subschema_for::<claims::ClaimReport<'_>>()],
    },
];

#[test]
fn the_schemas_are_those_of_the_types() {
    for published in ALL {
        check(published.name, &published.schema());
    }
    check("expectations", &expectations());
}

fn check(name: &str, schema: &Value) {
    let path = format!("docs/schemas/{name}.schema.json");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(&path);
    let wanted = format!("{schema:#}\n");
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, &wanted).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == wanted,
        "{path} is out of date: UPDATE_DOCS=1 cargo test"
    );
}

/// The schema of what `--expect-file` reads.
fn expectations() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let file = generator.subschema_for::<ExpectationFile>();
    let mut definitions = generator.take_definitions(true);
    definitions.values_mut().for_each(tidy);
    let fields = &mut definitions["ExpectationFile"]["properties"];
    fields["apiVersion"]["const"] = API_VERSION.into();
    fields["kind"]["const"] = KIND.into();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "expectations.schema.json",
        "title": format!("{KIND} of {API_VERSION}"),
        "description": "What `--expect-file` of `kubectl ds` reads: where DaemonSets are expected to run.",
        "allOf": [file],
        "$defs": definitions,
    })
}

impl Published {
    fn schema(&self) -> Value {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        let mut generator = settings.into_generator();
        let mut forms = (self.forms)(&mut generator);
        let mut definitions = generator.take_definitions(true);
        for definition in definitions.values_mut() {
            tidy(definition);
            if definition["properties"].get("evaluatedAt").is_some() {
                let fields = &mut definition["properties"];
                fields["apiVersion"]["const"] = API_VERSION.into();
                fields["kind"]["const"] = self.kind.into();
            }
        }
        definitions.insert("List".to_owned(), list(&forms));
        forms.push(json_schema!({"$ref": "#/$defs/List"}));
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": format!("{}.schema.json", self.name),
            "title": format!("{} of {API_VERSION}", self.kind),
            "description": self.description,
            "oneOf": forms,
            "$defs": definitions,
        })
    }
}

/// What the formats write around several reports.
fn list(forms: &[Schema]) -> Value {
    json!({
        "type": "object",
        "description": "Several reports.",
        "required": ["apiVersion", "kind", "items"],
        "properties": {
            "apiVersion": {"const": API_VERSION, "description": format!("Always `{API_VERSION}`.")},
            "kind": {"const": "List", "description": "Always `List`."},
            "items": {"type": "array", "items": {"oneOf": forms}, "description": "The reports."},
        },
        "additionalProperties": false,
    })
}

/// Makes a schema as strict as the type, and readable.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Array(values) => values.iter_mut().for_each(tidy),
        Value::Object(fields) => {
            fields.values_mut().for_each(tidy);
            if let Some(Value::String(text)) = fields.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            // Rust's number formats don't exist in JSON Schema.
            if fields.get("format").is_some_and(|f| f != "date-time") {
                fields.remove("format");
            }
            close(fields);
        }
        _ => {}
    }
}

/// An object has no fields other than those of its type, and an optional field is never `null`.
fn close(object: &mut Map<String, Value>) {
    let required = object.get("required").cloned().unwrap_or_default();
    let required = required.as_array().map_or(&[][..], Vec::as_slice);
    let Some(Value::Object(fields)) = object.get_mut("properties") else {
        return;
    };
    for (name, field) in fields {
        if !required.iter().any(|r| r == name) {
            without_null(field);
        }
    }
    object.insert("additionalProperties".to_owned(), false.into());
}

fn without_null(schema: &mut Value) {
    let Value::Object(fields) = schema else {
        return;
    };
    if let Some(Value::Array(types)) = fields.get_mut("type") {
        types.retain(|name| name != "null");
        if let [name] = types.as_slice() {
            let name = name.clone();
            fields.insert("type".to_owned(), name);
        }
    }
    if let Some(Value::Array(forms)) = fields.get_mut("anyOf") {
        forms.retain(|form| form["type"] != "null");
        if let [Value::Object(form)] = forms.as_slice() {
            let form = form.clone();
            fields.remove("anyOf");
            for (key, value) in form {
                fields.entry(key).or_insert(value);
            }
        }
    }
}

/// They are published as text.
macro_rules! text {
    ($($name:ident)*) => {
        $(impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string"})
            }
        })*
    };
}

text! { Sentence Command }
