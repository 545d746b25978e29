//! The LimitRanges that apply to new pods.

use crate::model::{LimitRange, Snapshot};
use crate::source::needs::Resource;
use crate::source::{Question, SourceError};

use super::reader::QuestionReader;

/// The LimitRanges that a question needs, as they were read.
pub(super) struct LimitRanges(Option<Vec<LimitRange>>);

impl QuestionReader<'_> {
    /// Reads them in one list: like the neighbours they depend only on the namespace.
    pub(super) async fn limit_ranges(
        &self,
        question: &Question,
    ) -> Result<LimitRanges, SourceError> {
        if !question.sums {
            return Ok(LimitRanges(None));
        }
        let request = Resource::LimitRanges.list(question.subject.namespace());
        Ok(LimitRanges(
            self.list(Resource::LimitRanges, &request).await?,
        ))
    }
}

impl LimitRanges {
    /// Puts those of the DaemonSets' namespaces into the snapshot, which holds the DaemonSets.
    pub(super) fn put_into(self, snapshot: &mut Snapshot, question: &Question) {
        let namespaces = question.subject.namespaces(&snapshot.daemon_sets);
        let mut all = self.0;
        if let Some(all) = &mut all {
            all.retain(|l| namespaces.contains(&*l.namespace));
        }
        snapshot.limit_ranges = all;
    }
}
