//! `-o`.

use std::str::FromStr;

/// An output format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// For people with a wide terminal: nothing is grouped or left off.
    Wide,
    /// The report as JSON.
    Json,
    /// The report as YAML.
    Yaml,
    /// `node/NAME` or `daemonset.apps/NAME`, a line each.
    Name,
}

impl Format {
    /// The names of all formats, and what each is for.
    pub const NAMES: [(&str, &str); 5] = [
        ("table", "for people"),
        ("wide", "for people with a wide terminal"),
        ("json", "the report as JSON"),
        ("yaml", "the report as YAML"),
        ("name", "names alone, as KIND/NAME"),
    ];
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "table" | "" => Ok(Self::Table),
            "wide" => Ok(Self::Wide),
            "json" => Ok(Self::Json),
            "yaml" => Ok(Self::Yaml),
            "name" => Ok(Self::Name),
            other
                if ["jsonpath", "go-template", "custom-columns", "template"]
                    .iter()
                    .any(|t| other.starts_with(t)) =>
            {
                Err(format!(
                    "`{other}` isn't supported here: use `-o json` and pipe it to jq"
                ))
            }
            other => Err(format!(
                "unknown output format `{other}`: use table, wide, json, yaml or name"
            )),
        }
    }
}
