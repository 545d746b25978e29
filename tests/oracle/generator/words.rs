//! Texts, quantities and times for the fields of a DaemonSet.

use fastrand::Rng;
use serde_json::{Value, json};

const DIGEST: &str = "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

const IMAGES: [&str; 24] = [
    "a",
    "a:latest",
    "a:1.2",
    "x.io/a",
    "x.io:5000/a/b",
    "x.io:5000/a/b:latest",
    "localhost/a",
    "[::1]:80/a",
    "library/a:1",
    "docker.io/a",
    "a/b/c:latest",
    "Upper",
    "X/a",
    "a b",
    "a:la test",
    "",
    "a__b",
    "a___b",
    "a.-b",
    "a--b",
    "-a",
    "x_y.io/a",
    "index.docker.io/a",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
];

pub(super) const TIMES: [&str; 3] = [
    "2026-01-31T12:00:00.987Z",
    "2026-01-31T12:00:00Z",
    "2026-01-31T12:00:00+02:00",
];

const QUANTITIES: [&str; 20] = [
    "100m", "0.1", "1", "1.5", "1000m", "200Mi", "1024Mi", "1.5Gi", "1e3", "12E", "0", "100u",
    "1500u", "1n", "0.0001", "1.0005", "2048Ki", "0.5Ki", "1.2345Mi", "5k",
];

/// The values of fields on which a default depends, each with the empty text.
fn choices(name: &str) -> &'static [&'static str] {
    match name {
        "type" => &["RollingUpdate", "OnDelete", "", "Directory"],
        "restartPolicy" => &["Always", ""],
        "imagePullPolicy" | "pullPolicy" => &["Always", "Never", ""],
        "protocol" => &["TCP", "UDP", "HTTP1", ""],
        "serviceAccount" | "serviceAccountName" => &["a", "b", ""],
        "dnsPolicy" => &["Default", ""],
        "scheme" => &["HTTPS", ""],
        "apiVersion" => &["v1", ""],
        _ => &[
            "a",
            "b",
            "c",
            "",
            "a b/ü\"\n",
            "<&>\u{2028}\u{7f}\u{8}\u{1}",
        ],
    }
}

/// A text for a field of that name.
pub(super) fn text(rng: &mut Rng, name: &str) -> String {
    if name == "image" || name == "reference" {
        let image = IMAGES[rng.usize(..IMAGES.len())];
        let digest = match rng.u8(..16) {
            0..=2 => DIGEST,
            3 => "@sha256:0123",
            4 => "@sha512:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            _ => "",
        };
        return format!("{image}{digest}");
    }
    let choices = choices(name);
    choices[rng.usize(..choices.len())].to_owned()
}

/// The keys of a map that is a field of that name.
pub(super) fn keys(name: &str) -> &'static [&'static str] {
    match name {
        "limits" | "requests" | "overhead" => &["cpu", "memory", "x.io/gpu", "hugepages-2Mi"],
        "annotations" => &["a", "b", "x.io/a", "pod.beta.kubernetes.io/init-containers"],
        _ => &["a", "b", "x.io/a"],
    }
}

/// A quantity as people write it, as a text or a number.
pub(super) fn quantity(rng: &mut Rng, loose: bool) -> Value {
    match rng.u8(..8) {
        0 => json!(rng.i32(0..5)),
        1 => json!([0.5, 1.25, 3.0][rng.usize(..3)]),
        2 if loose => json!(" 1 "),
        3 if loose => Value::Null,
        _ => json!(QUANTITIES[rng.usize(..QUANTITIES.len())]),
    }
}

/// What fits into few fields.
pub(super) fn wrong(rng: &mut Rng) -> Value {
    match rng.u8(..6) {
        0 => json!(5_000_000_000_i64),
        1 => json!(1.5),
        2 => json!("x"),
        3 => json!([1]),
        4 => json!({"a": "b"}),
        _ => json!(true),
    }
}
