//! The few words that everything is drawn from.

use fastrand::Rng;
use serde_json::Value;

/// Keys that labels, selectors and expressions share.
pub(super) const LABEL_KEYS: &[&str] = &["a", "b", "zone", "x.io/a", "N_1"];

/// Keys that are no label keys. A node from a file may carry them, a nodeSelector
/// is matched on them as they are, and an expression with one doesn't parse.
pub(super) const BAD_KEYS: &[&str] = &[
    "", "a b", "-a", "a.", "/a", "x.io/", "X.io/a", "x.io/a/b", "_a", "é", "x..io/a", "-x/a",
];

/// Values that labels, selectors and expressions share: words, integers in all
/// their spellings, and the edges of int64.
pub(super) const LABEL_VALUES: &[&str] = &[
    "",
    "a",
    "b",
    "1",
    "5",
    "6",
    "007",
    "0",
    "9223372036854775807",
    "9223372036854775808",
];

/// Values that aren't label values: `Gt "-1"` is an integer and still no match.
pub(super) const BAD_VALUES: &[&str] = &["-1", "+5", "a b", "a-", ".a", "_", "é", "a/b"];

/// Names of nodes.
pub(super) const NODE_NAMES: &[&str] = &["n1", "n2", "n3"];

/// Keys of taints and tolerations beside the automatic ones.
pub(super) const TAINT_KEYS: &[&str] = &["a", "b", "dedicated"];

/// Values of taints and tolerations.
pub(super) const TAINT_VALUES: &[&str] = &["", "a", "b", "1", "5"];

/// Values around which comparisons turn: strict decimals, spellings that aren't,
/// and the edges of int64.
pub(super) const NUMBERS: &[&str] = &[
    "0",
    "1",
    "5",
    "6",
    "10",
    "-1",
    "-6",
    "9223372036854775807",
    "-9223372036854775808",
];

/// Values that a comparison refuses.
pub(super) const NO_NUMBERS: &[&str] = &[
    "",
    "+5",
    "007",
    "-0",
    "00",
    "-",
    " 5",
    "5 ",
    "0x5",
    "5.0",
    "1e1",
    "abc",
    "-007",
    "9223372036854775808",
    "-9223372036854775809",
    "５",
];

/// The automatic tolerations; the last one needs hostNetwork.
pub(super) const AUTOMATIC: &[(&str, &str)] = &[
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
    ("node.kubernetes.io/network-unavailable", "NoSchedule"),
];

/// One of them, that of hostNetwork more often.
pub(super) fn automatic(rng: &mut Rng) -> (&'static str, &'static str) {
    let index = rng.usize(..AUTOMATIC.len() + 5);
    AUTOMATIC[index.min(AUTOMATIC.len() - 1)]
}

/// One of the words.
pub(super) fn pick<'a>(rng: &mut Rng, words: &[&'a str]) -> &'a str {
    words[rng.usize(..words.len())]
}

/// One of the choices, each as often as its weight says.
pub(super) fn weighted<T: Copy>(rng: &mut Rng, choices: &[(u32, T)]) -> T {
    let total: u32 = choices.iter().map(|(weight, _)| weight).sum();
    let mut drawn = rng.u32(..total);
    for &(weight, choice) in choices {
        if drawn < weight {
            return choice;
        }
        drawn -= weight;
    }
    choices[choices.len() - 1].1
}

/// One of the node's own labels.
pub(super) fn own_label(rng: &mut Rng, node: &Value) -> Option<(String, String)> {
    let labels = node.pointer("/metadata/labels")?.as_object()?;
    let index = rng.usize(..labels.len().max(1));
    let (key, value) = labels.iter().nth(index)?;
    Some((key.clone(), value.as_str()?.to_owned()))
}
