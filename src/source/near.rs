//! Names that may be what a misspelled name meant, as they are typed.

use crate::model::{Command, MOST_NEAR, near_names};

/// [`near_names`] as they are typed, without those that can't be.
pub fn near_typed<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<Command> {
    let near = near_names(wanted, candidates);
    near.iter().filter_map(|n| Command::argument(n)).collect()
}

/// The same for `NAMESPACE` and name: what was meant may be in another namespace.
pub(super) fn near_elsewhere<'a>(
    wanted: &str,
    candidates: impl Iterator<Item = (&'a str, &'a str)> + Clone,
) -> Vec<Command> {
    let near = near_names(wanted, candidates.clone().map(|(_, name)| name));
    let typed = near.iter().flat_map(|near| {
        let same = candidates.clone().filter(move |(_, name)| name == near);
        same.filter_map(|(namespace, name)| Command::argument(name)?.namespace(namespace))
    });
    typed.take(MOST_NEAR).collect()
}

#[cfg(test)]
mod tests {
    use super::near_elsewhere;

    #[test]
    fn elsewhere_is_told_as_it_is_typed() {
        let names = [("logging", "fluentd"), ("proxy", "envoy")];
        let near = near_elsewhere("fluntd", names.into_iter());
        let typed: Vec<String> = near.iter().map(ToString::to_string).collect();
        assert_eq!(typed, ["fluentd -n logging"]);
        assert!(near_elsewhere("cilium", names.into_iter()).is_empty());
    }
}
