//! `-o prometheus`. That its own parsers read it, `tests/e2e/prometheus.rs` shows.

use std::collections::BTreeMap;

use super::{Files, said};
use crate::binary::{kubectl_ds, stdout};
use crate::plans::dump::{Dump, not_ready};

/// The samples by name and labels.
fn samples(text: &str) -> BTreeMap<String, u64> {
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    let samples = samples.map(|line| {
        let (name, value) = line.rsplit_once(' ').unwrap();
        (name.to_owned(), value.parse().unwrap())
    });
    samples.collect()
}

fn of(gauge: &str, namespace: &str, daemon_set: &str) -> String {
    format!("kubectl_ds_{gauge}{{namespace=\"{namespace}\",daemonset=\"{daemon_set}\"}}")
}

#[test]
fn the_gauges_of_an_incident() {
    let args = [
        "why",
        "-A",
        "-o",
        "prometheus",
        "--from",
        "docs/examples/incident.yaml",
    ];
    let text = stdout(&kubectl_ds(&args, &[]));
    let found = samples(&text);
    for (gauge, value) in [
        ("desired", 5),
        ("available", 2),
        ("missing", 1),
        ("misscheduled", 2),
        ("excluded", 4),
        ("uncovered", 0),
        ("lost", 2),
        ("incomplete", 0),
    ] {
        let name = of(gauge, "monitoring", "node-exporter");
        assert_eq!(found.get(&name), Some(&value), "{name}: {text}");
        for kind in ["HELP", "TYPE"] {
            let line = format!("# {kind} kubectl_ds_{gauge} ");
            assert_eq!(text.matches(&line).count(), 1, "{line}");
        }
    }
    assert_eq!(found.len(), 3 * 8, "{text}");
    assert!(!text.contains("worker-"), "a node's name: {text}");
}

#[test]
fn what_is_not_known_has_no_sample() {
    let mut dump = Dump::new(3, 3);
    dump.pods.clear();
    let (code, text, _) = said(&Files::new(&dump.objects(), &[]).ask("why -o prometheus"));
    let found = samples(&text);
    let known: Vec<_> = found.into_iter().collect();
    let name = |gauge| of(gauge, "default", "a");
    assert_eq!(code, 3, "{text}");
    assert_eq!(known[0], (name("desired"), 3));
    assert!(known.contains(&(name("incomplete"), 1)), "{known:?}");
    for gauge in ["available", "missing", "misscheduled", "excluded", "lost"] {
        assert!(
            known.iter().all(|(known, _)| *known != name(gauge)),
            "{known:?}"
        );
    }
    let mut dump = Dump::new(3, 3);
    dump.nodes.clear();
    let (code, text, _) = said(&Files::new(&dump.objects(), &[]).ask("why -o prometheus"));
    assert_eq!(code, 3, "{text}");
    assert_eq!(
        samples(&text),
        BTreeMap::from([(name("incomplete"), 1)]),
        "{text}"
    );
}

#[test]
fn a_pod_that_is_not_ready_is_neither_available_nor_missing() {
    let dump = Dump::new(3, 3).pod(2, not_ready);
    let (_, text, _) = said(&Files::new(&dump.objects(), &[]).ask("why -o prometheus"));
    let found = samples(&text);
    assert_eq!(found[&of("available", "default", "a")], 2, "{text}");
    assert_eq!(found[&of("missing", "default", "a")], 0, "{text}");
}

/// Without DaemonSets there are no samples, and it is a text that can be scraped.
#[test]
fn without_daemon_sets_there_are_heads_alone() {
    let files = Files::new(&Dump::new(1, 1).objects(), &[]);
    let (code, text, err) = said(&files.ask("why -n other -o prometheus"));
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(
        text.lines().filter(|l| l.starts_with("# ")).count(),
        16,
        "{text}"
    );
    assert_eq!(samples(&text), BTreeMap::new());
}

#[test]
fn a_series_means_all_nodes_of_all_daemon_sets() {
    let files = Files::new(&Dump::new(1, 1).objects(), &[]);
    for (question, wanted) in [
        ("why a", "leave out the name and `-f`"),
        ("why a n1", "leave out the name and `-f`"),
        (
            "why -f docs/examples/edge-agent.yaml",
            "leave out the name and `-f`",
        ),
        ("why -A --problems", "leave out `--problems`"),
        ("why -A --node-selector a=b", "leave out `--node-selector`"),
        ("why -A --map", "`--map` is drawn for people"),
        (
            "plan a",
            "`plan` has no output format `prometheus`: use table, wide, json, yaml, name or markdown",
        ),
    ] {
        let (code, out, err) = said(&files.ask(&format!("{question} -o prometheus")));
        assert_eq!((code, out.as_str()), (2, ""), "{question}: {err}");
        assert!(err.contains(wanted), "{question}: {err}");
    }
}
