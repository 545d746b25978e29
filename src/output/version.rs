//! `version` for people, as kubectl prints its own.

use crate::analysis::basis::VERIFIED_RELEASE;
use crate::report::version::GIT_VERSION;

use super::answer::{Answer, Outcome, Report};
use super::document::{Document, Quoted, Text};
use super::names::ObjectName;
use super::print_options::PrintOptions;

/// The program's version.
#[derive(Clone, Copy, Debug)]
pub struct Version;

impl Answer for Version {
    fn reports(&self) -> Vec<Report<'_>> {
        vec![Report::Version]
    }

    fn names(&self) -> Vec<ObjectName<'_>> {
        Vec::new()
    }

    fn layout(&self, _: PrintOptions) -> Document {
        let mut document = Document::default();
        let versions = [
            ("Client Version: ", GIT_VERSION),
            ("Verified Kubernetes Version: ", VERIFIED_RELEASE),
        ];
        for (label, version) in versions {
            document.line(0, Text::from(label).then(Quoted::new(version)));
        }
        document
    }

    fn outcome(&self) -> Outcome {
        Outcome::default()
    }
}
