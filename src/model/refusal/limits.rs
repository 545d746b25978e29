//! What a LimitRange finds wrong with a pod (`plugin/pkg/admission/limitranger`, 1.37.1).

/// A limit that a pod doesn't keep to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitViolation {
    /// Whether the bound is the most that is allowed, rather than the least.
    pub is_most: bool,
    /// The resource, such as `cpu`.
    pub resource: String,
    /// Whether it is each container's, rather than the whole pod's.
    pub per_container: bool,
    /// What is allowed.
    pub bound: String,
    /// What the pod has.
    pub found: Found,
}

/// What a pod has of a resource that a LimitRange bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// This request.
    Request(String),
    /// This limit.
    Limit(String),
    /// No request.
    NoRequest,
    /// No limit.
    NoLimit,
}

impl LimitViolation {
    /// Those that `text` names, as far as they have a known form.
    #[must_use]
    pub fn all(text: &str) -> Vec<Self> {
        let words = ["maximum ", "minimum "];
        let starts = words.iter().flat_map(|word| text.match_indices(word));
        let mut starts: Vec<usize> = starts.map(|(at, _)| at).collect();
        starts.sort_unstable();
        let ends = starts.iter().copied().skip(1).chain([text.len()]);
        let parts = starts.iter().zip(ends);
        parts
            .filter_map(|(start, end)| Self::new(text.get(*start..end)?))
            .collect()
    }

    fn new(text: &str) -> Option<Self> {
        let text = text.trim_end_matches([',', ' ']);
        let is_most = text.starts_with("maximum ");
        let (_, rest) = text.split_once(' ')?;
        let (resource, rest) = rest.split_once(" usage per ")?;
        let (per, rest) = rest.split_once(" is ")?;
        let (bound, found) = rest
            .split_once(", but ")
            .or_else(|| rest.split_once(".  "))?;
        let found = match found.split_once(" is ")? {
            ("request", quantity) => Found::Request(quantity.to_owned()),
            ("limit", quantity) => Found::Limit(quantity.to_owned()),
            ("No request", _) => Found::NoRequest,
            ("No limit", _) => Found::NoLimit,
            _ => return None,
        };
        Some(Self {
            is_most,
            resource: resource.to_owned(),
            per_container: per == "Container",
            bound: bound.to_owned(),
            found,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_wrong() {
        let violation =
            |is_most, resource: &str, per_container, bound: &str, found| LimitViolation {
                is_most,
                resource: resource.to_owned(),
                per_container,
                bound: bound.to_owned(),
                found,
            };
        let text = "maximum cpu usage per Container is 1, but limit is 2, minimum memory usage per Container is 64Mi, but request is 32Mi, maximum memory usage per Pod is 1Gi.  No limit is specified, cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000";
        assert_eq!(
            LimitViolation::all(text),
            [
                violation(true, "cpu", true, "1", Found::Limit("2".to_owned())),
                violation(
                    false,
                    "memory",
                    true,
                    "64Mi",
                    Found::Request("32Mi".to_owned())
                ),
            ]
        );
        let alone = "minimum cpu usage per Container is 100m.  No request is specified";
        assert_eq!(
            LimitViolation::all(alone),
            [violation(false, "cpu", true, "100m", Found::NoRequest)]
        );
    }
}
