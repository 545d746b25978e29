//! Where people expect a DaemonSet to run.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::DaemonSet;
use super::selector::{Selector, SelectorError};

/// The annotation of a DaemonSet with the selector of the nodes it is expected to run on.
pub const EXPECT: &str = "ds.kubectl/expect";

/// The annotation of a DaemonSet with the least number of such nodes.
pub const EXPECT_AT_LEAST: &str = "ds.kubectl/expect-at-least";

/// The default of the least number.
const AT_LEAST: usize = 1;

/// The nodes that a DaemonSet is expected to run on.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// What selects them.
    pub selector: Selector,
    /// The least number of them.
    pub at_least: usize,
    /// Who says so.
    pub source: ExpectationSource,
}

/// Who says where a DaemonSet is expected to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ExpectationSource {
    /// `--expect`.
    Flag,
    /// `--expect-file`.
    File,
    /// The annotations of the DaemonSet.
    Annotation,
    /// `--near-misses`: nothing is declared, and nodes that are one change away are expected.
    NearMisses,
}

/// An annotation about expectations that is invalid or incomplete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidExpectation {
    /// The annotation.
    pub annotation: &'static str,
    /// What is wrong with its value.
    pub problem: String,
}

/// The expectations given outside the DaemonSets.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    /// `--expect`, for all DaemonSets that are asked about.
    pub flag: Option<Expectation>,
    /// `--expect-file`, by namespace and name.
    pub file: Option<Arc<BTreeMap<(String, String), Expectation>>>,
    /// `--near-misses`.
    pub near_misses: bool,
}

impl Expectation {
    /// An expectation of at least `at_least` nodes, or one.
    #[must_use]
    pub fn new(selector: Selector, at_least: Option<usize>, source: ExpectationSource) -> Self {
        Self {
            selector,
            at_least: at_least.unwrap_or(AT_LEAST),
            source,
        }
    }

    /// The expectation in the annotations of `ds`; `None` where it has none.
    ///
    /// # Errors
    /// When one of them can't be parsed, or gives a number without a selector.
    fn of_annotations(ds: &DaemonSet) -> Result<Option<Self>, InvalidExpectation> {
        let annotation = |key| ds.object.metadata.annotations.as_ref()?.get(key);
        let invalid = |annotation, problem| InvalidExpectation {
            annotation,
            problem,
        };
        let at_least = annotation(EXPECT_AT_LEAST)
            .map(|text| parse_at_least(text).map_err(|problem| invalid(EXPECT_AT_LEAST, problem)));
        let at_least = at_least.transpose()?;
        let selector = annotation(EXPECT).map(|text| {
            let parsed = text.parse::<Selector>();
            parsed.map_err(|e: SelectorError| invalid(EXPECT, e.to_string()))
        });
        match (selector.transpose()?, at_least) {
            (Some(selector), at_least) => {
                let source = ExpectationSource::Annotation;
                Ok(Some(Self::new(selector, at_least, source)))
            }
            (None, Some(_)) => {
                let problem =
                    format!("it needs the annotation `{EXPECT}`, which selects the nodes");
                Err(invalid(EXPECT_AT_LEAST, problem))
            }
            (None, None) => Ok(None),
        }
    }
}

impl Expectations {
    /// Where `ds` is expected to run: a flag takes precedence over a file, and that over the
    /// annotations of the DaemonSet itself. `None` where there is no expectation.
    ///
    /// # Errors
    /// When the annotation that applies can't be parsed.
    pub fn of(&self, ds: &DaemonSet) -> Result<Option<Expectation>, InvalidExpectation> {
        let name = || (ds.namespace.clone(), ds.name.clone());
        let of_file = || self.file.as_ref()?.get(&name());
        let given = self.flag.as_ref().or_else(of_file);
        match given {
            Some(given) => Ok(Some(given.clone())),
            None => Expectation::of_annotations(ds),
        }
    }
}

/// Reads a least number of nodes.
///
/// # Errors
/// When it isn't a number, or is negative.
pub fn parse_at_least(text: &str) -> Result<usize, String> {
    text.trim().parse().map_err(|_| {
        format!(
            "`{text}` is not a number of nodes: write a whole number, such as 3, or 0 for no least"
        )
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn daemon_set(annotations: &serde_json::Value) -> DaemonSet {
        let object = json!({
            "metadata": {"name": "a", "namespace": "n", "annotations": annotations},
            "spec": {"selector": {}, "template": {}},
        });
        DaemonSet::from_value(object, "default").unwrap()
    }

    fn said(found: Option<Expectation>) -> Option<(String, usize, ExpectationSource)> {
        let found = found?;
        Some((found.selector.to_string(), found.at_least, found.source))
    }

    #[test]
    fn a_flag_goes_before_a_file_and_that_before_annotations() {
        let ds = daemon_set(&json!({EXPECT: "pool=gpu,!spot", EXPECT_AT_LEAST: " 3 "}));
        let mut all = Expectations::default();
        let found = |all: &Expectations| said(all.of(&ds).unwrap()).unwrap();
        let of = |source| Expectation::new("a in (b, c)".parse().unwrap(), None, source);
        assert_eq!(
            found(&all),
            (
                "pool=gpu,!spot".to_owned(),
                3,
                ExpectationSource::Annotation
            )
        );
        let name = |name: &str| ("n".to_owned(), name.to_owned());
        let file = |of| Some(Arc::new([of].into()));
        all.file = file((name("b"), of(ExpectationSource::File)));
        assert_eq!(found(&all).2, ExpectationSource::Annotation);
        all.file = file((name("a"), of(ExpectationSource::File)));
        assert_eq!(
            found(&all),
            ("a in (b,c)".to_owned(), 1, ExpectationSource::File)
        );
        all.flag = Some(of(ExpectationSource::Flag));
        assert_eq!(found(&all).2, ExpectationSource::Flag);
    }

    #[test]
    fn annotations_that_do_not_parse_are_named() {
        let of = |annotations| Expectations::default().of(&daemon_set(&annotations));
        assert_eq!(said(of(json!({})).unwrap()), None);
        for (annotations, named) in [
            (json!({EXPECT: "pool in gpu"}), EXPECT),
            (
                json!({EXPECT: "pool=gpu", EXPECT_AT_LEAST: "-1"}),
                EXPECT_AT_LEAST,
            ),
            (
                json!({EXPECT: "pool=gpu", EXPECT_AT_LEAST: "two"}),
                EXPECT_AT_LEAST,
            ),
            (json!({EXPECT_AT_LEAST: "2"}), EXPECT_AT_LEAST),
        ] {
            let invalid = of(annotations).unwrap_err();
            assert_eq!(invalid.annotation, named, "{invalid:?}");
        }
    }
}
