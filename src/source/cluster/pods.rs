//! The pods of a DaemonSet: those that its selector matches, and those that it owns and that no
//! longer match.
//!
//! The second kind is found by the hash of a revision, and so are the orphans of a DaemonSet of the
//! same name. Those whose revision is gone are requested where the question is about claims, as
//! daemon pods of none of the existing revisions. A pod that lost these labels too is missed: only
//! a list of the whole namespace would find it.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use crate::model::selector::Selector;
use crate::model::{
    ControllerRevision, DaemonSet, GENERATION_LABEL, HASH_LABEL, OwnerReference, Pod, pod_name_base,
};
use crate::source::SourceError;
use crate::source::needs::Resource;

use super::reader::QuestionReader;
use super::request::Request;

/// The selector as a query, `None` where the controller itself refuses to act on it.
pub(super) fn usable_selector(ds: &DaemonSet) -> Option<Selector> {
    Selector::acting(ds.selector())
}

impl QuestionReader<'_> {
    /// Pods and revisions of one DaemonSet on all nodes.
    pub(super) async fn pods_and_revisions(
        &self,
        ds: &DaemonSet,
    ) -> Result<(Option<Vec<Pod>>, Option<Vec<ControllerRevision>>), SourceError> {
        let with_revisions = async {
            let all = self.revisions_in(&ds.namespace).await?;
            let unrecorded = self.unrecorded_request(ds, all.as_deref());
            let revisions = all.map(|all| revisions_left(ds, all, self.is_about_claims));
            let unselected_pods =
                self.unselected_pods(ds, revisions.as_deref().unwrap_or_default());
            let unrecorded = self.unrecorded(ds, unrecorded);
            let (unselected_pods, unrecorded) = tokio::try_join!(unselected_pods, unrecorded)?;
            Ok((both(unselected_pods, unrecorded), revisions))
        };
        let (selected, (unselected_pods, revisions)) =
            tokio::try_join!(self.selected_pods(ds), with_revisions)?;
        Ok((both(selected, unselected_pods), revisions))
    }

    /// The pods of one DaemonSet with revisions among `revisions`.
    pub(super) async fn pods_of(
        &self,
        ds: &DaemonSet,
        revisions: &[ControllerRevision],
    ) -> Result<Option<Vec<Pod>>, SourceError> {
        let unselected_pods = self.unselected_pods(ds, revisions);
        let (selected, unselected_pods) =
            tokio::try_join!(self.selected_pods(ds), unselected_pods)?;
        Ok(both(selected, unselected_pods))
    }

    /// The ControllerRevisions that the selector matches, and for claims also those that the
    /// DaemonSet owns.
    pub(super) async fn revisions_of(
        &self,
        ds: &DaemonSet,
    ) -> Result<Option<Vec<ControllerRevision>>, SourceError> {
        let all = if self.is_about_claims {
            self.revisions_in(&ds.namespace).await?
        } else {
            let request = revisions_request(ds);
            self.list(Resource::ControllerRevisions, &request).await?
        };
        Ok(all.map(|all| revisions_among(ds, all)))
    }

    /// All ControllerRevisions of a namespace. The revisions that a DaemonSet left are labelled
    /// like its template, for which no selector is known.
    pub(super) async fn revisions_in(
        &self,
        namespace: &str,
    ) -> Result<Option<Vec<ControllerRevision>>, SourceError> {
        let all = Resource::ControllerRevisions.list(Some(namespace));
        self.list(Resource::ControllerRevisions, &all).await
    }

    /// For claims, the request for the pods that a DaemonSet of the same name left and whose
    /// revision isn't among `all`.
    pub(super) fn unrecorded_request(
        &self,
        ds: &DaemonSet,
        all: Option<&[ControllerRevision]>,
    ) -> Option<Request> {
        let all = all.filter(|_| self.is_about_claims)?;
        Some(unrecorded_request(Some(&ds.namespace), all))
    }

    /// Those pods; none where they aren't requested.
    pub(super) async fn unrecorded(
        &self,
        ds: &DaemonSet,
        request: Option<Request>,
    ) -> Result<Option<Vec<Pod>>, SourceError> {
        let Some(request) = request else {
            return Ok(Some(Vec::new()));
        };
        let pods: Option<Vec<Pod>> = self.list(Resource::Pods, &request).await?;
        let base = pod_name_base(&ds.name);
        let is_its = |pod: &Pod| pod.orphan_base() == Some(&*base);
        Ok(pods.map(|pods| pods.into_iter().filter(is_its).collect()))
    }

    /// The pods that the selector matches.
    pub(super) async fn selected_pods(
        &self,
        ds: &DaemonSet,
    ) -> Result<Option<Vec<Pod>>, SourceError> {
        let Some(request) = selected_request(ds) else {
            return Ok(Some(Vec::new()));
        };
        self.list(Resource::Pods, &request).await
    }

    /// The pods with the hash of one of the DaemonSet's revisions that its selector doesn't match.
    pub(super) async fn unselected_pods(
        &self,
        ds: &DaemonSet,
        revisions: &[ControllerRevision],
    ) -> Result<Option<Vec<Pod>>, SourceError> {
        let requests = unselected_requests(ds, revisions, self.is_about_claims);
        let lists = requests
            .iter()
            .map(|request| self.list::<Pod>(Resource::Pods, request));
        let lists = try_join_all(lists).await?;
        Ok(lists.into_iter().fold(Some(Vec::new()), both))
    }
}

/// The pods that the selector matches; `None` where the controller refuses to act on it.
pub(super) fn selected_request(ds: &DaemonSet) -> Option<Request> {
    let selector = usable_selector(ds)?;
    let request = Resource::Pods.list(Some(&ds.namespace));
    Some(request.labels(selector.to_string()))
}

/// The revisions among which [`revisions_among`] finds the DaemonSet's.
pub(super) fn revisions_request(ds: &DaemonSet) -> Request {
    let request = Resource::ControllerRevisions.list(Some(&ds.namespace));
    match usable_selector(ds) {
        Some(selector) => request.labels(selector.to_string()),
        None => request,
    }
}

/// Those of [`revisions_request`] that are the DaemonSet's, or may become so.
pub(super) fn revisions_among(
    ds: &DaemonSet,
    mut revisions: Vec<ControllerRevision>,
) -> Vec<ControllerRevision> {
    revisions.retain(|r| is_revision_of(ds, r));
    revisions
}

/// The same from all revisions of its namespace, including those left by a DaemonSet of the same
/// name; for claims also those that it owns but doesn't select.
fn revisions_left(
    ds: &DaemonSet,
    mut revisions: Vec<ControllerRevision>,
    is_about_claims: bool,
) -> Vec<ControllerRevision> {
    let selector = usable_selector(ds).filter(|_| !is_about_claims);
    revisions.retain(|r| {
        let is_its = match &selector {
            Some(selector) => selector.matches(&r.labels),
            None => is_revision_of(ds, r),
        };
        is_its || is_left_by(ds, r)
    });
    revisions
}

/// Daemon pods with a hash of none of `revisions`, which are all in `namespace`, or all existing
/// ones.
pub(super) fn unrecorded_request(
    namespace: Option<&str>,
    revisions: &[ControllerRevision],
) -> Request {
    let hashes = revisions.iter().filter_map(|r| r.labels.get(HASH_LABEL));
    let hashes: BTreeSet<&str> = hashes.filter(|hash| !hash.is_empty()).collect();
    let hashes: Vec<&str> = hashes.into_iter().collect();
    let mut selector = format!("{GENERATION_LABEL},{HASH_LABEL}");
    // A longer one wouldn't pass some proxies; then more is read than needed.
    let known = hashes.join(",");
    if !hashes.is_empty() && known.len() <= LONGEST_LIST {
        selector.push_str(&format!(",{HASH_LABEL} notin ({known})"));
    }
    Resource::Pods.list(namespace).labels(selector)
}

/// How many bytes of hashes are put into one request.
const LONGEST_LIST: usize = 4000;

/// Whether a DaemonSet of the same name left the revision, which has no controller.
pub(super) fn is_left_by(ds: &DaemonSet, revision: &ControllerRevision) -> bool {
    revision.orphan_of() == Some(&*ds.name)
}

/// Whether the DaemonSet owns the revision, or its selector matches it.
pub(super) fn is_revision_of(ds: &DaemonSet, revision: &ControllerRevision) -> bool {
    let selects = || usable_selector(ds).is_some_and(|s| s.matches(&revision.labels));
    is_owned(ds, &revision.owners) || selects()
}

fn is_owned(ds: &DaemonSet, owners: &[OwnerReference]) -> bool {
    let controller = OwnerReference::controller(owners);
    !ds.uid().is_empty() && controller.is_some_and(|c| c.uid == ds.uid())
}

fn has_no_controller(owners: &[OwnerReference]) -> bool {
    OwnerReference::controller(owners).is_none()
}

/// "Has the hash and doesn't match" is one request for each requirement of
/// the selector. Asking for the hash alone would transfer every pod twice.
///
/// The revisions count too that one of its name left, and for claims those that the DaemonSet
/// takes over: their pods were made for another, and may have been relabelled before it was
/// deleted.
pub(super) fn unselected_requests(
    ds: &DaemonSet,
    revisions: &[ControllerRevision],
    claims: bool,
) -> Vec<Request> {
    let made_pods = |r: &&ControllerRevision| {
        let takes_over = || claims && has_no_controller(&r.owners) && is_revision_of(ds, r);
        let is_its = is_owned(ds, &r.owners) || is_left_by(ds, r);
        *r.namespace == *ds.namespace && (is_its || takes_over())
    };
    let hashes: BTreeSet<&str> = revisions
        .iter()
        .filter(made_pods)
        .map(ControllerRevision::hash)
        .collect();
    if hashes.is_empty() {
        return Vec::new();
    }
    let hashes: Vec<&str> = hashes.into_iter().collect();
    let hashes = format!("{HASH_LABEL} in ({})", hashes.join(","));
    let pods = Resource::Pods.list(Some(&ds.namespace));
    if usable_selector(ds).is_none() {
        return vec![pods.labels(hashes)];
    }
    let failing = unmatched(ds.selector());
    let requests = failing.map(|f| pods.clone().labels(format!("{hashes},{f}")));
    requests.collect()
}

/// For each requirement the one that matches where it doesn't. Operators are
/// known ones here, the selector was parsed.
fn unmatched(selector: &LabelSelector) -> impl Iterator<Item = String> {
    let labels = selector.match_labels.iter().flatten();
    let labels = labels.map(|(key, value)| format!("{key} notin ({value})"));
    let expressions = selector.match_expressions.iter().flatten().map(|e| {
        let values = e.values.as_deref().unwrap_or_default().join(",");
        let key = &e.key;
        match e.operator.as_str() {
            "In" => format!("{key} notin ({values})"),
            "NotIn" => format!("{key} in ({values})"),
            "Exists" => format!("!{key}"),
            _ => key.clone(),
        }
    });
    labels.chain(expressions)
}

/// Two lists as one; unknown when one of them is.
pub(super) fn both<T>(first: Option<Vec<T>>, second: Option<Vec<T>>) -> Option<Vec<T>> {
    let (mut all, more) = (first?, second?);
    all.extend(more);
    Some(all)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn targets(selector: serde_json::Value) -> Vec<String> {
        targets_of(selector, false)
    }

    fn targets_of(selector: serde_json::Value, claims: bool) -> Vec<String> {
        let ds = json!({"metadata": {"name": "d", "namespace": "n", "uid": "u"},
            "spec": {"selector": selector, "template": {}}});
        let ds = DaemonSet::from_value(ds, "n").unwrap();
        let owner = json!([{"uid": "u", "controller": true}]);
        let foreign = json!([{"uid": "v", "controller": true}]);
        let revisions: Vec<ControllerRevision> = serde_json::from_value(json!([
            {"metadata": {"name": "d-b", "namespace": "n", "ownerReferences": owner,
                "labels": {"controller-revision-hash": "b"}}},
            {"metadata": {"name": "d-a", "namespace": "n", "ownerReferences": owner,
                "labels": {"controller-revision-hash": "a"}}},
            {"metadata": {"name": "x-c", "namespace": "n", "ownerReferences": foreign,
                "labels": {"controller-revision-hash": "c", "app": "d"}}},
            {"metadata": {"name": "d-e", "namespace": "n",
                "labels": {"controller-revision-hash": "e", "app": "d"}}},
            {"metadata": {"name": "y-f", "namespace": "n",
                "labels": {"controller-revision-hash": "f", "app": "y"}}},
            {"metadata": {"name": "d-g", "namespace": "n",
                "labels": {"controller-revision-hash": "g", "app": "former"}}},
            {"metadata": {"name": "z-h", "namespace": "n",
                "labels": {"controller-revision-hash": "h", "app": "d"}}},
        ]))
        .unwrap();
        let requests = unselected_requests(&ds, &revisions, claims);
        let queries = requests.iter().map(|r| {
            let target = r.target();
            let query = target.split_once("labelSelector=").unwrap().1.to_owned();
            query
                .replace("%20", " ")
                .replace("%28", "(")
                .replace("%29", ")")
        });
        queries
            .map(|q| q.replace("%2C", ",").replace("%21", "!"))
            .collect()
    }

    #[test]
    fn strays_fail_one_requirement_or_another() {
        let selector = json!({"matchLabels": {"app": "d"}, "matchExpressions": [
            {"key": "tier", "operator": "In", "values": ["a", "b"]},
            {"key": "old", "operator": "NotIn", "values": ["yes"]},
            {"key": "keep", "operator": "Exists"},
            {"key": "drop", "operator": "DoesNotExist"},
        ]});
        let hash = "controller-revision-hash in (a,b,e,g)";
        assert_eq!(
            targets(selector),
            [
                format!("{hash},app notin (d)"),
                format!("{hash},tier notin (a,b)"),
                format!("{hash},old in (yes)"),
                format!("{hash},!keep"),
                format!("{hash},drop"),
            ]
        );
    }

    #[test]
    fn for_claims_those_of_revisions_that_are_taken_over() {
        let selector = json!({"matchLabels": {"app": "d"}});
        let wanted = "controller-revision-hash in (a,b,e,g,h),app notin (d)";
        assert_eq!(targets_of(selector, true), [wanted]);
    }

    #[test]
    fn without_a_usable_selector_the_hash_alone() {
        let hash = "controller-revision-hash in (a,b,e,g)";
        assert_eq!(targets(json!({})), [hash]);
        let invalid = json!({"matchExpressions": [{"key": "a", "operator": "Near"}]});
        assert_eq!(targets(invalid), [hash]);
    }
}
