//! `why --map`: DaemonSets by groups of nodes.

use serde_json::{Value, json};

use crate::binary::ask_in;
use crate::plans::dump::{CREATED, Dump, not_ready, terminating};

fn ask(objects: &[Value], question: &str, environment: &[(&str, &str)]) -> (String, String) {
    let (_, out, err) = ask_in(objects, question, environment);
    (out, err)
}

fn map(objects: &[Value], question: &str) -> String {
    let (out, err) = ask(objects, question, &[]);
    assert_eq!(err, "", "{question}");
    out
}

/// The words of the line that begins with `first`, without how many nodes are excluded.
fn row<'a>(map: &'a str, first: &str) -> Vec<&'a str> {
    let heads = map.lines().find_map(|line| line.find("EXCLUDED"));
    let head = map.lines().find(|line| line.contains("EXCLUDED"));
    let columns = heads.zip(head).map(|(at, head)| head[..at].chars().count());
    let groups = |line: &'a str| {
        let end = columns.and_then(|columns| line.char_indices().nth(columns));
        &line[..end.map_or(line.len(), |(at, _)| at)]
    };
    let mut lines = map
        .lines()
        .map(|line| groups(line).split_whitespace().collect());
    lines
        .find(|words: &Vec<&str>| words.first() == Some(&first))
        .unwrap_or_else(|| panic!("no line of {first}: {map}"))
}

/// `a` with its current pod on all of `count` nodes, which `labels` labels by their number.
fn labelled(count: usize, labels: impl Fn(usize) -> Value) -> Dump {
    let mut dump = Dump::new(count, count);
    for (at, node) in dump.nodes.iter_mut().enumerate() {
        node["metadata"]["labels"] = labels(at);
    }
    dump
}

/// Another DaemonSet, without pods.
fn daemon_set(name: &str, selector: &Value) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": name, "namespace": "default", "uid": name, "creationTimestamp": CREATED},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": {
            "metadata": {"labels": {"app": name}},
            "spec": {"nodeSelector": selector, "containers": [{"name": "c", "image": "c"}]}}}})
}

#[test]
fn each_cell_counts_its_nodes() {
    let pools = ["all", "some", "some", "none", "left", "left", "going"];
    let mut dump = labelled(7, |at| json!({"pool": pools[at]}))
        .taint(5, "x", "NoSchedule")
        .taint(6, "x", "NoExecute");
    dump.pods[2] = not_ready(dump.pods[2].clone());
    dump.pods[3] = terminating(dump.pods[3].clone());
    dump.pods.remove(5);
    let mut objects = dump.objects();
    objects.push(daemon_set("b", &json!({"pool": "all"})));
    let out = map(&objects, "why --map");
    assert_eq!(
        row(&out, "DAEMONSET"),
        ["DAEMONSET", "CLEAN", "all", "going", "left", "none", "some"]
    );
    assert_eq!(row(&out, "NODES"), ["NODES", "1", "1", "2", "1", "2"]);
    assert_eq!(
        row(&out, "a"),
        ["a", "no", "●1", "●1", "!1", "○0/1", "◐1/2"]
    );
    assert_eq!(row(&out, "b"), ["b", "no", "○0/1", "·", "·", "·", "·"]);
    assert!(out.contains("pools of nodes by `pool`"), "{out}");
    let out = map(&objects, "why --map --no-headers");
    assert!(!out.contains("CLEAN") && !out.contains("NODES"), "{out}");
}

/// What the numbers of a cell add up to is in the report of the same question.
#[test]
fn the_cells_add_up_to_the_report() {
    let objects =
        labelled(9, |at| json!({"pool": format!("p{}", at % 3)})).taint(1, "x", "NoSchedule");
    let out = map(&objects.objects(), "why --map");
    let numbers = |cell: &str, mark: char| -> usize {
        let rest = cell.strip_prefix(mark).unwrap_or("0");
        rest.split('/').next().unwrap().parse().unwrap()
    };
    let cells = row(&out, "a")[2..].to_vec();
    let good: usize = cells.iter().map(|c| numbers(c, '●')).sum();
    let misplaced: usize = cells.iter().map(|c| numbers(c, '!')).sum();
    let json = map(&objects.objects(), "why a -o json");
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["status"]["available"], good);
    assert_eq!(report["status"]["misscheduled"], misplaced);
}

#[test]
fn what_tells_nodes_apart_makes_the_columns() {
    let of = |labels: fn(usize) -> Value| {
        let objects = labelled(3, labels).objects();
        let out = map(&objects, "why --map");
        row(&out, "DAEMONSET")[2..].join(" ")
    };
    // Pools, of several providers; what has none goes by its role.
    let pools = |at: usize| match at {
        0 => json!({"karpenter.sh/nodepool": "spot", "eks.amazonaws.com/compute-type": "auto"}),
        1 => json!({"eks.amazonaws.com/nodegroup": "blue"}),
        _ => json!({"node-role.kubernetes.io/control-plane": ""}),
    };
    assert_eq!(of(pools), "blue control-plane spot");
    assert_eq!(
        of(|_| json!({"cloud.google.com/gke-nodepool": "one"})),
        "one"
    );
    let roles = |at: usize| match at {
        0 => json!({"node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/infra": ""}),
        _ => json!({"kubernetes.io/arch": "arm64"}),
    };
    assert_eq!(of(roles), "infra,worker (none)");
    let types = |at: usize| json!({"node.kubernetes.io/instance-type": format!("m{at}.large"), "kubernetes.io/os": "linux"});
    assert_eq!(of(types), "m0.large m1.large m2.large");
    let platforms = |at: usize| json!({"kubernetes.io/os": "linux", "kubernetes.io/arch": if at == 0 { "arm64" } else { "amd64" }});
    assert_eq!(of(platforms), "linux/amd64 linux/arm64");
    assert_eq!(of(|_| json!({"kubernetes.io/os": "linux"})), "all nodes");
    let tainted = labelled(3, |_| json!({})).taint(2, "gpu", "NoSchedule");
    let out = map(&tainted.objects(), "why --map");
    assert_eq!(row(&out, "DAEMONSET")[2..], ["gpu", "(none)"]);
}

#[test]
fn a_label_of_ones_own() {
    let objects = labelled(4, |at| match at {
        0 => json!({"team": "a"}),
        1 => json!({"team": ""}),
        _ => json!({"pool": "p"}),
    });
    let out = map(&objects.objects(), "why --map=team");
    assert_eq!(row(&out, "DAEMONSET")[2..], ["\"\"", "a", "(none)"]);
    assert_eq!(row(&out, "NODES")[1..], ["1", "1", "2"]);
    let (out, err) = ask(&objects.objects(), "why --map=tem", &[]);
    assert_eq!(out, "");
    assert_eq!(
        err,
        "error: no node has the label `tem`; did you mean `team`?\n"
    );
    let narrowed = map(&objects.objects(), "why --map=team --node-selector team");
    assert_eq!(row(&narrowed, "DAEMONSET")[2..], ["\"\"", "a"]);
}

#[test]
fn nodes_that_no_list_holds() {
    let mut dump = labelled(3, |_| json!({"pool": "p"}));
    dump.nodes.pop();
    let objects = dump.objects();
    let out = map(&objects, "why --map");
    assert_eq!(row(&out, "DAEMONSET")[2..], ["p", "(gone)"]);
    assert_eq!(row(&out, "NODES")[1..], ["2"]);
    assert_eq!(row(&out, "a")[2..], ["●2", "!1"]);
    // Without any node in the files nothing is known of them.
    let pods: Vec<Value> = objects
        .into_iter()
        .filter(|o| o["kind"] != "Node")
        .collect();
    let out = map(&pods, "why --map");
    assert_eq!(row(&out, "DAEMONSET")[2..], ["(not", "read)"]);
    assert_eq!(row(&out, "a")[1..], ["?", "?3"]);
}

#[test]
fn plain_ascii_where_the_locale_has_no_more() {
    let objects = labelled(2, |at| json!({"pool": format!("p{at}")})).taint(1, "x", "NoSchedule");
    let (out, _) = ask(&objects.objects(), "why --map", &[("LC_ALL", "C")]);
    assert!(out.is_ascii(), "{out}");
    assert_eq!(row(&out, "a")[2..], ["!1", "+1"]);
}

/// One DaemonSet has the row that it has among all, below its own answer.
#[test]
fn the_map_of_one() {
    let mut dump =
        labelled(4, |at| json!({"pool": format!("p{}", at % 2)})).taint(3, "x", "NoSchedule");
    dump.pods[0] = not_ready(dump.pods[0].clone());
    dump.others.push(daemon_set("b", &json!({})));
    let all = map(&dump.objects(), "why --map=pool");
    let one = map(&dump.objects(), "why a --map=pool");
    assert_eq!(row(&one, "default/a")[1..], row(&all, "a")[1..]);
    assert!(!one.contains("default/b"), "{one}");
    assert!(
        one.starts_with("✗ DaemonSet default/a: 1 of 3 nodes broken"),
        "{one}"
    );
}

#[test]
fn questions_that_a_map_does_not_answer() {
    let objects = Dump::new(1, 1).objects();
    for (question, words) in [
        ("why a n1 --map", "leave out `-f`, the pod, the node"),
        ("why --map zone", "behind `=`"),
        ("why --map -o json", "drawn for people"),
        ("why --map -o name", "drawn for people"),
        ("why -f x.yaml --map", "draws all DaemonSets"),
        ("why --map topology.kubernetes.io/zone", "behind `=`"),
        ("why a --map --watch", "leave out `--map`"),
    ] {
        let (out, err) = ask(&objects, question, &[]);
        assert!(out.is_empty() && err.contains(words), "{question}: {err}");
    }
}

/// Names of any alphabet, and longer than the screen is wide.
#[test]
fn columns_stay_in_line() {
    let pools = ["節点池", "🚀-a", "e\u{301}te\u{301}", "plain"];
    let mut dump = labelled(8, |at| json!({"pool": pools[at % 4]}));
    dump.others.push(daemon_set(&"節".repeat(70), &json!({})));
    let (out, _) = ask(&dump.objects(), "why -A --map", &[("COLUMNS", "100")]);
    use unicode_width::UnicodeWidthStr;
    let table: Vec<&str> = out
        .lines()
        .skip_while(|l| !l.starts_with("DAEMONSET"))
        .collect();
    for line in &table {
        assert!(line.width() <= 100, "{} columns: {line}", line.width());
    }
    let starts = |line: &str, what: &str| line[..line.rfind(what).unwrap()].width();
    let heads = starts(table[0], "🚀-a");
    let cells = [
        starts(table[1], "2"),
        starts(table[2], "●2"),
        starts(table[3], "○0/2"),
    ];
    assert_eq!(cells, [heads; 3], "{out}");
    assert!(table[3].contains('…'), "{out}");
}

/// 3,000 nodes in 60 pools and 41 DaemonSets: what doesn't fit is counted, and what is
/// broken is shown first.
#[test]
fn a_cluster_of_any_size_fits_the_screen() {
    let mut dump = labelled(
        3000,
        |at| json!({"pool": format!("pool-{:02}", at % 60), "at": at.to_string()}),
    );
    dump.pods[42] = not_ready(dump.pods[42].clone());
    for number in 0..40 {
        dump.others.push(daemon_set(
            &format!("agent-{number:02}"),
            &json!({"no": "where"}),
        ));
    }
    let objects = dump.objects();
    let (out, _) = ask(&objects, "why --map", &[("COLUMNS", "80")]);
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
    let heads = row(&out, "DAEMONSET");
    let broken = heads.iter().position(|h| *h == "…42").unwrap();
    assert!(out.contains("Their names begin with `pool-`\n"), "{out}");
    assert_eq!(row(&out, "a")[broken], "◐49/50");
    let shown = heads.len() - 2;
    assert!(
        out.contains(&format!("… and {} more groups", 60 - shown)),
        "{out}"
    );
    let agents = out.lines().filter(|l| l.starts_with("agent-")).count();
    assert!(out.lines().count() <= 40, "{out}");
    let more = format!("… and {} more rows (--limit 0 shows all)", 40 - agents);
    assert!(out.contains(&more), "{out}");

    let out = map(&objects, "why --map=at -o wide --no-headers");
    let cells = &row(&out, "a")[2..];
    assert_eq!(cells.len(), 202);
    assert_eq!(cells[200..], ["◐2799/2800", "0"]);
}
