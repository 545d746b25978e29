use serde::Deserialize;

use super::Resources;

/// What is kept of a LimitRange: the defaults for the containers of new pods.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "wire::LimitRange")]
pub struct LimitRange {
    /// `metadata.namespace`.
    pub namespace: Box<str>,
    /// `metadata.name`.
    pub name: Box<str>,
    /// The requests of a container for resources for which it has neither a request nor a limit.
    pub default_requests: Resources,
}

mod wire {
    use super::{Deserialize, Resources};
    use crate::model::pairs::quantities;

    #[derive(Deserialize)]
    pub(super) struct LimitRange {
        #[serde(default)]
        metadata: Metadata,
        #[serde(default)]
        spec: Option<Spec>,
    }

    #[derive(Deserialize, Default)]
    struct Metadata {
        #[serde(default)]
        namespace: Option<Box<str>>,
        #[serde(default)]
        name: Box<str>,
    }

    #[derive(Deserialize, Default)]
    struct Spec {
        limits: Option<Vec<Item>>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Item {
        #[serde(rename = "type", default)]
        kind: Option<Box<str>>,
        #[serde(default, deserialize_with = "quantities")]
        min: Option<Resources>,
        #[serde(default, deserialize_with = "quantities")]
        max: Option<Resources>,
        #[serde(default, deserialize_with = "quantities")]
        default: Option<Resources>,
        #[serde(default, deserialize_with = "quantities")]
        default_request: Option<Resources>,
    }

    impl Item {
        /// Weaker sources come first: the API takes a missing request from the default limit, that
        /// from the maximum, and the request from the minimum where there is neither
        /// (`SetDefaults_LimitRangeItem`, 1.37.1).
        fn default_requests(&self) -> impl Iterator<Item = (&str, &str)> {
            let lists = [&self.min, &self.max, &self.default, &self.default_request];
            lists.into_iter().flatten().flat_map(Resources::iter)
        }
    }

    impl From<LimitRange> for super::LimitRange {
        fn from(limit_range: LimitRange) -> Self {
            let metadata = limit_range.metadata;
            let items = limit_range.spec.unwrap_or_default().limits;
            let items = items.unwrap_or_default();
            let of_containers = items
                .iter()
                .filter(|item| item.kind.as_deref() == Some("Container"));
            Self {
                namespace: metadata.namespace.unwrap_or_default(),
                name: metadata.name,
                default_requests: of_containers.flat_map(Item::default_requests).collect(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LimitRange;

    #[test]
    fn requests_of_containers_as_the_api_completes_them() -> serde_json::Result<()> {
        let limit_range: LimitRange = serde_json::from_str(
            r#"{"metadata": {"name": "l", "namespace": "n"}, "spec": {"limits": [
                {"type": "Pod", "max": {"cpu": "9"}},
                {"type": "Container", "min": {"cpu": "1m", "gpu": "1"}, "max": {"memory": "4Gi"},
                    "default": {"cpu": "2"}, "defaultRequest": {"ephemeral-storage": "1Gi"}}]}}"#,
        )?;
        let requests: Vec<_> = limit_range.default_requests.iter().collect();
        let wanted = [
            ("cpu", "2"),
            ("ephemeral-storage", "1Gi"),
            ("gpu", "1"),
            ("memory", "4Gi"),
        ];
        assert_eq!(requests, wanted);
        let empty: LimitRange = serde_json::from_str(r#"{"metadata": {"name": "l"}}"#)?;
        assert!(empty.default_requests.is_empty());
        Ok(())
    }
}
