//! Existing names that a misspelled name may mean.

/// How many names are offered at most.
pub const MOST_NEAR: usize = 3;

/// No API object has a longer name, and for other texts nothing is near: counting the edits between
/// two texts takes time in proportion to the product of their lengths.
const LONGEST: usize = 253;

/// At most three of `candidates` that are close to `wanted`, the closest first, then by name. A
/// name that begins or ends with `wanted`, or the other way round, counts as close.
#[must_use]
pub fn near_names<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<String> {
    if wanted.len() > LONGEST {
        return Vec::new();
    }
    let wanted = wanted.to_lowercase();
    let mut near: Vec<(usize, &str)> = candidates
        .filter(|name| name.len() <= LONGEST)
        .filter_map(|name| Some((distance(&wanted, name)?, name)))
        .collect();
    near.sort_unstable();
    near.dedup();
    near.truncate(MOST_NEAR);
    near.into_iter().map(|(_, name)| name.to_owned()).collect()
}

/// Whether two names differ only in upper and lower case, in separators, and in the order of
/// letters. Another letter may mean another thing: zone `eu-1a` and `eu-1b`.
#[must_use]
pub fn is_respelled(one: &str, other: &str) -> bool {
    let bare = |text: &str| {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    let (one, other) = (bare(one), bare(other));
    let is_transposed = || {
        let has_digits = one.contains(|c: char| c.is_ascii_digit());
        let is_long = one.len() >= 5 && one.len() == other.len() && one.len() <= LONGEST;
        is_long
            && !has_digits
            && letters_apart(&one, &other) == 0
            && strsim::damerau_levenshtein(&one, &other) == 1
    };
    !one.is_empty() && (one == other || is_transposed())
}

/// The same, or with one letter added, removed or changed: for keys, which aren't numbered.
#[must_use]
pub fn is_misspelled(one: &str, other: &str) -> bool {
    let is_short = one.len().min(other.len()) < 5 || one.len().max(other.len()) > LONGEST;
    let is_near = || {
        one.len().abs_diff(other.len()) <= 1
            && letters_apart(one, other) <= 1
            && strsim::damerau_levenshtein(one, other) == 1
    };
    is_respelled(one, other) || (!is_short && is_near())
}

/// The number of edits between the names; `None` when they aren't close.
/// A name that continues another comes after every misspelling.
fn distance(wanted: &str, name: &str) -> Option<usize> {
    let lower = name.to_lowercase();
    let (one, other) = (wanted.chars().count(), lower.chars().count());
    let (longer, least) = (one.max(other), one.abs_diff(other));
    let most = (longer / 3).max(1);
    // The lengths and the letters alone rule out most names.
    if least <= most && letters_apart(wanted, &lower) <= most {
        let edits = strsim::damerau_levenshtein(wanted, &lower);
        if edits <= most {
            return Some(edits);
        }
    }
    let (short, long) = if wanted.len() < lower.len() {
        (wanted, lower.as_str())
    } else {
        (lower.as_str(), wanted)
    };
    let continues = long.starts_with(short) || long.ends_with(short);
    (short.len() >= 3 && continues).then_some(longer + least)
}

/// How many ASCII characters one of the names has that the other lacks, in any order: at least that
/// many edits lead from one to the other, and they are counted in one pass.
fn letters_apart(one: &str, other: &str) -> usize {
    let mut balance = [0_i32; 128];
    let bytes = one.bytes().map(|b| (b, 1));
    for (byte, step) in bytes.chain(other.bytes().map(|b| (b, -1))) {
        if let Some(count) = balance.get_mut(usize::from(byte)) {
            *count += step;
        }
    }
    let (mut more, mut fewer) = (0, 0);
    for count in balance {
        more += count.max(0);
        fewer += (-count).max(0);
    }
    usize::try_from(more.max(fewer)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{is_misspelled, is_respelled, letters_apart, near_names};

    #[test]
    fn no_fewer_edits_than_letters_apart() {
        let names = [
            "", "agent", "agnet", "tegna", "agents-2", "node-1", "nöde-1",
        ];
        for one in names {
            for other in names {
                let edits = strsim::damerau_levenshtein(one, other);
                assert!(letters_apart(one, other) <= edits, "{one} {other}");
            }
        }
        assert_eq!(letters_apart("agent", "agents-2"), 3);
        assert_eq!(letters_apart("agent", "tegna"), 0);
    }

    #[test]
    fn other_spellings() {
        for (one, other) in [
            ("True", "true"),
            ("node-type", "nodetype"),
            ("wroker", "worker"),
            ("GPU", "gpu"),
        ] {
            assert!(is_respelled(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("eu-1a", "eu-1b"),
            ("pool-12", "pool-21"),
            ("gpu", "cpu"),
            ("", "-"),
            ("worker", "workers"),
        ] {
            assert!(!is_respelled(one, other), "{one} {other}");
        }
        assert!(is_misspelled("disktype", "disktypes"));
        assert!(!is_misspelled("kubernetes.io/os", "beta.kubernetes.io/os"));
        assert!(!is_misspelled("gpu", "cpu"));
    }

    #[test]
    fn the_closest_come_first() {
        let names = [
            "fluent-bit",
            "fluentd",
            "kube-proxy",
            "fluentd-elasticsearch",
        ];
        assert_eq!(near_names("fluentdd", names.into_iter()), ["fluentd"]);
        assert_eq!(
            near_names("fluentd", names.into_iter()),
            ["fluentd", "fluentd-elasticsearch"]
        );
        assert_eq!(near_names("kube-porxy", names.into_iter()), ["kube-proxy"]);
        assert!(near_names("cilium", names.into_iter()).is_empty());
    }

    #[test]
    fn what_continues_it_comes_after_what_is_misspelled() {
        let names = ["agent-for-the-windows-nodes", "agnet", "the-agent"];
        let near = ["agnet", "the-agent", "agent-for-the-windows-nodes"];
        assert_eq!(near_names("agent", names.into_iter()), near);
    }

    #[test]
    fn what_is_too_long_for_a_name_is_near_none() {
        let (long, longer) = ("a".repeat(253), "a".repeat(254));
        let names = || [long.as_str(), longer.as_str()].into_iter();
        assert_eq!(near_names(&"a".repeat(252), names()), [long.as_str()]);
        assert!(near_names(&longer, names()).is_empty());
    }

    #[test]
    fn at_most_three_and_each_once() {
        let names = ["n4", "n3", "n2", "n1", "n1"];
        assert_eq!(near_names("n0", names.into_iter()), ["n1", "n2", "n3"]);
    }
}
