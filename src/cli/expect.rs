//! Where DaemonSets are expected to run, of `why`, `plan` and `node`.

use clap::Args;

use crate::model::selector::Selector;
use crate::model::{Expectation, ExpectationSource};

use super::value;

/// Where DaemonSets are expected to run.
#[derive(Debug, Default, Args)]
pub(super) struct ExpectArgs {
    /// It is expected on the nodes with these labels
    ///
    /// In kubectl's syntax, such as `nvidia.com/gpu.present=true`. An expected node that the template
    /// excludes, or that has no available pod, is broken. It goes before `--expect-file` and the
    /// annotation `ds.kubectl/expect` of the DaemonSet.
    #[arg(long, value_name = "SELECTOR", help_heading = "Coverage", value_parser = value::selector)]
    expect: Option<Selector>,
    /// How many such nodes there are at least; 1 by default
    #[arg(
        long,
        value_name = "N",
        requires = "expect",
        help_heading = "Coverage",
        value_parser = value::at_least,
        allow_negative_numbers = true
    )]
    expect_at_least: Option<usize>,
    /// Expectations of many DaemonSets; repeatable
    ///
    /// Files of `kind: Expectations`, with a namespace, a name and a selector for each. They go before
    /// the annotations of the DaemonSets.
    #[arg(long, value_name = "FILE|DIR|-", help_heading = "Coverage")]
    expect_file: Vec<String>,
}

/// What is said of where DaemonSets are expected to run.
#[derive(Debug, Default)]
pub struct ExpectRequest {
    /// `--expect`, with `--expect-at-least`.
    pub flag: Option<Expectation>,
    /// `--expect-file`.
    pub files: Vec<String>,
    /// `--near-misses`.
    pub near_misses: bool,
}

impl ExpectArgs {
    /// The files, which may be read from stdin.
    pub(super) fn files(&self) -> (&'static str, &[String]) {
        ("--expect-file", &self.expect_file)
    }

    /// Whether anything is said.
    pub(super) const fn is_given(&self) -> bool {
        self.expect.is_some() || !self.expect_file.is_empty()
    }

    pub(super) fn request(self, near_misses: bool) -> ExpectRequest {
        let at_least = self.expect_at_least;
        let expect = self.expect;
        let source = ExpectationSource::Flag;
        ExpectRequest {
            flag: expect.map(|selector| Expectation::new(selector, at_least, source)),
            files: self.expect_file,
            near_misses,
        }
    }
}
