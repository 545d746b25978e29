//! The result of a command, whatever format it is printed in.

use serde::{Serialize, Serializer};

use crate::analysis::basis::Basis;
use crate::analysis::claims::report::ClaimReport;
use crate::analysis::eligibility::{DaemonSetRef, EligibilityReport};
use crate::analysis::gauges::Gauges;
use crate::analysis::on_node::groups;
use crate::analysis::on_node::{NodeReport, NodeWhatIf};
use crate::analysis::rollout::plan::{BudgetTrial, RolloutPlan};
use crate::analysis::what_if::WhatIfReport;
use crate::model::Incomplete;
use crate::model::condition::Condition;
use crate::report::version::VERSION;
use crate::report::{claims, eligibility, node, rollout};
use crate::words::comment as words;

use super::comment::Comment;
use super::document::Document;
use super::names::ObjectName;
use super::print_options::PrintOptions;

/// A report of any kind. Its keys are printed in the order of its type's fields.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each is named after its report")]
pub enum Report<'a> {
    Eligibility(&'a EligibilityReport),
    WhatIf(&'a WhatIfReport),
    Node(&'a NodeReport),
    NodeWhatIf(&'a NodeWhatIf),
    Plan(&'a RolloutPlan),
    BudgetTrial(&'a BudgetTrial),
    Claims(&'a ClaimReport),
    Version,
}

impl<'a> From<&'a groups::Outcome> for Report<'a> {
    fn from(outcome: &'a groups::Outcome) -> Self {
        match outcome {
            groups::Outcome::Report(report) => Self::Node(report),
            groups::Outcome::WhatIf(report) => Self::NodeWhatIf(report),
        }
    }
}

/// Its published form.
impl Serialize for Report<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Eligibility(report) => {
                eligibility::EligibilityReport::new(report).serialize(serializer)
            }
            Self::WhatIf(report) => eligibility::WhatIfReport::new(report).serialize(serializer),
            Self::Node(report) => node::NodeReport::new(report).serialize(serializer),
            Self::NodeWhatIf(report) => node::NodeWhatIf::new(report).serialize(serializer),
            Self::Plan(report) => rollout::RolloutPlan::new(report).serialize(serializer),
            Self::BudgetTrial(report) => rollout::BudgetTrial::new(report).serialize(serializer),
            Self::Claims(report) => claims::ClaimReport::new(report).serialize(serializer),
            Self::Version => VERSION.serialize(serializer),
        }
    }
}

/// The answer of a command. Each output format prints a part of it.
pub trait Answer {
    /// The reports, for programs; none where they were printed as they were created.
    fn reports(&self) -> Vec<Report<'_>> {
        Vec::new()
    }

    /// What `-o name` prints.
    fn names(&self) -> Vec<ObjectName<'_>>;

    /// The answer laid out for people.
    fn layout(&self, options: PrintOptions) -> Document;

    /// What determines the exit code.
    fn outcome(&self) -> Outcome;

    /// The basis of the answer, where there is a single one.
    fn basis(&self) -> Option<&Basis> {
        None
    }

    /// The answer as a comment for a pull request.
    fn comment(&self, options: PrintOptions) -> Comment {
        Comment::of(self.layout(options), self.basis())
    }

    /// The metrics of each DaemonSet.
    fn gauges(&self) -> Vec<(&DaemonSetRef, &Gauges)> {
        Vec::new()
    }

    /// The DaemonSets that meet a condition of `--fail-on`.
    fn meeting(&self, _: Condition) -> Vec<&DaemonSetRef> {
        Vec::new()
    }

    /// What couldn't be read, where no report says it.
    fn unreported(&self) -> &[Incomplete] {
        &[]
    }
}

/// The result of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Whether something that the answer needed couldn't be read, or couldn't be printed.
    pub is_partial: bool,
    /// Whether something is wrong, or would change.
    pub has_findings: bool,
}

impl Outcome {
    /// The outcome of an answer based on `basis`.
    #[must_use]
    pub const fn new(basis: &Basis, has_findings: bool) -> Self {
        Self {
            is_partial: !basis.incomplete.is_empty(),
            has_findings,
        }
    }

    /// The outcome of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            is_partial: self.is_partial || other.is_partial,
            has_findings: self.has_findings || other.has_findings,
        }
    }
}

/// Several answers as one.
impl Answer for Vec<Box<dyn Answer>> {
    fn reports(&self) -> Vec<Report<'_>> {
        self.iter().flat_map(|answer| answer.reports()).collect()
    }

    fn names(&self) -> Vec<ObjectName<'_>> {
        self.iter().flat_map(|answer| answer.names()).collect()
    }

    fn layout(&self, options: PrintOptions) -> Document {
        let mut all = Document::default();
        for answer in self {
            all.blank();
            all.blocks.extend(answer.layout(options).blocks);
        }
        all
    }

    fn outcome(&self) -> Outcome {
        let outcomes = self.iter().map(|answer| answer.outcome());
        outcomes.fold(Outcome::default(), Outcome::and)
    }

    fn comment(&self, options: PrintOptions) -> Comment {
        let mut comments: Vec<_> = self.iter().map(|a| a.comment(options)).collect();
        if comments.len() == 1
            && let Some(only) = comments.pop()
        {
            return only;
        }
        let mut all = Comment {
            verdict: words::manifests(comments.len()).into(),
            ..Comment::default()
        };
        for comment in comments {
            all.add(comment);
        }
        all
    }

    fn meeting(&self, condition: Condition) -> Vec<&DaemonSetRef> {
        let answers = self.iter();
        answers
            .flat_map(|answer| answer.meeting(condition))
            .collect()
    }
}
