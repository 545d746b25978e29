//! The common part of all group names, which needn't be repeated in each head.

/// Where a name can be cut so that the rest is still readable.
const SEPARATORS: [char; 4] = ['-', '.', '_', '/'];

/// The common beginning and end of all names, up to a separator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CommonAffixes {
    pub(super) before: String,
    pub(super) after: String,
}

impl CommonAffixes {
    /// The common part of `names`; empty where one of them consists of nothing else.
    pub(super) fn of(names: &[&str]) -> Self {
        let Some((first, others)) = names.split_first().filter(|(_, others)| !others.is_empty())
        else {
            return Self::default();
        };
        let before = others.iter().fold(*first, |shared, name| {
            let same = shared.chars().zip(name.chars());
            let len = same.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8());
            shared.get(..len.sum()).unwrap_or_default()
        });
        let end = before.rfind(SEPARATORS).map_or(0, |at| at + 1);
        let before = before.get(..end).unwrap_or_default();
        let rest = |name: &&'_ str| name.strip_prefix(before).unwrap_or_default().to_owned();
        let after = others.iter().map(rest).fold(rest(first), |shared, name| {
            let same = shared.chars().rev().zip(name.chars().rev());
            let len = same.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8());
            let from = shared.len() - len.sum::<usize>();
            shared.get(from..).unwrap_or_default().to_owned()
        });
        let start = after.find(SEPARATORS).unwrap_or(after.len());
        let shared = Self {
            before: before.to_owned(),
            after: after.get(start..).unwrap_or_default().to_owned(),
        };
        let all_differ = names
            .iter()
            .all(|n| shared.middle(n).is_some_and(|m| !m.is_empty()));
        if all_differ { shared } else { Self::default() }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.before.is_empty() && self.after.is_empty()
    }

    /// A name with `…` for the part that it shares with the others.
    pub(super) fn left_out(&self, name: &str) -> String {
        let Some(middle) = self.middle(name) else {
            return name.to_owned();
        };
        let dots = |shared: &str| if shared.is_empty() { "" } else { "…" };
        [dots(&self.before), middle, dots(&self.after)].concat()
    }

    fn middle<'a>(&self, name: &'a str) -> Option<&'a str> {
        name.strip_prefix(&*self.before)?.strip_suffix(&*self.after)
    }
}

#[cfg(test)]
mod tests {
    use super::CommonAffixes;

    fn heads(names: &[&str]) -> Vec<String> {
        let shared = CommonAffixes::of(names);
        names.iter().map(|name| shared.left_out(name)).collect()
    }

    #[test]
    fn what_all_names_share_is_left_out() {
        let names = ["prod-workers-1-blue", "prod-workers-12-blue"];
        assert_eq!(heads(&names), ["…1…", "…12…"]);
        assert_eq!(heads(&["pool-1", "pool-12"]), ["…1", "…12"]);
        assert_eq!(heads(&["a.zone", "b.zone"]), ["a…", "b…"]);
        for apart in [&["general", "gpu"][..], &["pool-1"], &["p-", "p-a"]] {
            assert_eq!(heads(apart), apart);
        }
    }
}
