//! Claims that are created for a pod (`ValidatePersistentVolumeClaimSpec`, 1.37.1).

use super::Problems;
use super::access::{Object, object, text, texts};
use crate::model::quantity::Quantity;

pub(super) fn check_template(path: &str, claim: &Object, problems: &mut Problems) {
    let alone = "ReadWriteOncePod";
    if texts(claim, "accessModes").any(|m| m == alone)
        && texts(claim, "accessModes").any(|m| m != alone)
    {
        let problem = format!("has `{alone}`, which can't stand beside another mode");
        problems.add(&format!("{path}.accessModes"), problem);
    }
    let requests = object(claim, "resources").and_then(|r| object(r, "requests"));
    let path = format!("{path}.resources.requests[storage]");
    let storage = requests.map(|requests| text(requests, "storage"));
    let Some(storage) = storage.filter(|s| !s.is_empty()) else {
        problems.add(&path, "is missing: it says how much is claimed");
        return;
    };
    if Quantity::parse(storage).is_ok_and(|q| q <= Quantity::default()) {
        problems.add(&path, format!("is `{storage}`, and it has to be above 0"));
    }
}
