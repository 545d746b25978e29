//! The name of a template field, by form.

use crate::analysis::template_field::TemplateField;

const POD_SPEC: &str = "spec.template.spec";

/// Where the required node affinity stands in a pod's spec.
const REQUIRED: &str =
    "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";

/// The same, shortened in the middle of its longest word to fit a line.
const REQUIRED_SHORTENED: &str = "affinity.nodeAffinity.required….nodeSelectorTerms";

/// Its path in the DaemonSet.
#[must_use]
pub fn path(field: &TemplateField) -> String {
    format!("{POD_SPEC}.{}", below_pod_spec(field, REQUIRED))
}

/// Its path in the DaemonSet, as short as is readable.
#[must_use]
pub fn shortened(field: &TemplateField) -> String {
    format!("{POD_SPEC}.{}", below_pod_spec(field, REQUIRED_SHORTENED))
}

/// As a rule in a table, where requirements are listed below their terms.
#[must_use]
pub fn row(field: &TemplateField) -> String {
    match field {
        TemplateField::NodeSelectorTerms => "required nodeAffinity".to_owned(),
        TemplateField::NodeSelectorTerm(term) => format!("nodeAffinity term [{term}]"),
        TemplateField::Requirement {
            is_field, index, ..
        } => format!("  {}", requirement(*is_field, *index)),
        field => below_pod_spec(field, REQUIRED),
    }
}

fn below_pod_spec(field: &TemplateField, terms: &str) -> String {
    match field {
        TemplateField::NodeName => "nodeName".to_owned(),
        TemplateField::NodeSelector => "nodeSelector".to_owned(),
        TemplateField::NodeSelectorPair(key) => format!("nodeSelector[{key}]"),
        TemplateField::NodeSelectorTerms => terms.to_owned(),
        TemplateField::NodeSelectorTerm(term) => format!("{terms}[{term}]"),
        TemplateField::Requirement {
            term,
            is_field,
            index,
        } => format!("{terms}[{term}].{}", requirement(*is_field, *index)),
        TemplateField::Tolerations => "tolerations".to_owned(),
        TemplateField::Toleration(index) => format!("tolerations[{index}]"),
        TemplateField::TolerationSeconds(index) => {
            format!("tolerations[{index}].tolerationSeconds")
        }
    }
}

fn requirement(is_field: bool, index: usize) -> String {
    let list = if is_field {
        "matchFields"
    } else {
        "matchExpressions"
    };
    format!("{list}[{index}]")
}

#[cfg(test)]
mod tests {
    use super::{TemplateField, path, row, shortened};

    #[test]
    fn a_field_has_three_forms() {
        let term = TemplateField::NodeSelectorTerm(1);
        assert_eq!(
            path(&term),
            "spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[1]"
        );
        assert_eq!(row(&term), "nodeAffinity term [1]");
        let requirement = TemplateField::Requirement {
            term: 0,
            is_field: true,
            index: 2,
        };
        assert_eq!(
            shortened(&requirement),
            "spec.template.spec.affinity.nodeAffinity.required….nodeSelectorTerms[0].matchFields[2]"
        );
        assert_eq!(row(&requirement), "  matchFields[2]");
        // A key may be any text, including characters of a path.
        let pair = TemplateField::NodeSelectorPair("a].b".to_owned());
        assert_eq!(row(&pair), "nodeSelector[a].b]");
    }
}
