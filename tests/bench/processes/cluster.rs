//! The rows on a real API server.

use super::arguments::Arguments;
use super::command::Work;
use super::filled::Cluster;
use super::measure::{Case, Measured, in_turn};
use super::report::{Point, Report, Row, milliseconds};
use super::tools::Tools;

/// kubectl needs minutes for more.
const KUBECTL_AT_MOST: usize = 5_000;

pub fn measure(tools: &Tools, arguments: &Arguments, report: &mut Report) -> Result<(), String> {
    for &nodes in &arguments.nodes {
        let cluster = Cluster::start(tools, nodes)?;
        whole(&cluster, arguments.runs, report)?;
        one_node(&cluster, arguments.runs, report)?;
        if nodes <= KUBECTL_AT_MOST {
            beside_kubectl(&cluster, arguments.runs, report)?;
        }
    }
    Ok(())
}

fn why(cluster: &Cluster) -> Case {
    let program = cluster.ds(&["why", &cluster.has.daemon_set]);
    Case::new("why DS", Work::One(program))
}

fn lists(cluster: &Cluster) -> Case {
    let has = &cluster.has;
    let pods = format!(
        "/api/v1/namespaces/{}/pods?labelSelector={}",
        has.namespace,
        has.selector.replace('=', "%3D")
    );
    let at_once = vec![cluster.curl(&["/api/v1/nodes"]), cluster.curl(&[&pods])];
    Case::new("curl of nodes and its pods", Work::AtOnce(at_once))
}

/// `why DS` beside the bare lists, and the other commands beside it.
fn whole(cluster: &Cluster, runs: usize, report: &mut Report) -> Result<(), String> {
    let has = &cluster.has;
    let command = |name: &str| {
        let program = cluster.ds(&[name, &has.daemon_set]);
        Case::new(format!("{name} DS"), Work::One(program))
    };
    let cases = [
        why(cluster),
        lists(cluster),
        command("plan"),
        command("adopt"),
    ];
    let [why, curl, plan, adopt] = in_turn(runs, cases)?;
    let nodes = has.nodes;
    report.grows(Point {
        series: "API server",
        nodes,
        milliseconds: why.time().as_secs_f64() * 1e3,
        mebibytes: why.peak(),
    });
    let case = format!("`why DS`, {nodes} nodes");
    report.add(ratio_row(
        &case,
        &why,
        "`curl` of the two lists",
        &curl,
        1.2,
    ));
    for (name, measured) in [("plan", &plan), ("adopt", &adopt)] {
        let case = format!("`{name} DS`, {nodes} nodes");
        report.add(ratio_row(&case, measured, "`why DS`", &why, 1.3));
    }
    let limit = match nodes {
        ..=5_000 => 32.0,
        _ => 100.0,
    };
    report.add(Row {
        case: format!("`why DS`, {nodes} nodes: peak memory"),
        beside: String::new(),
        target: format!("at most {limit:.0} MiB"),
        reached: format!("{:.1} MiB", why.peak()),
        met: why.peak() <= limit,
    });
    Ok(())
}

fn one_node(cluster: &Cluster, runs: usize, report: &mut Report) -> Result<(), String> {
    let has = &cluster.has;
    let args = ["why", &has.daemon_set, &has.node];
    let asked = cluster.asked_by(&args)?;
    let paths: Vec<&str> = asked.iter().map(String::as_str).collect();
    let cases = [
        Case::new("why DS NODE", Work::One(cluster.ds(&args))),
        Case::new("curl of its objects", Work::One(cluster.curl(&paths))),
    ];
    let [why, curl] = in_turn(runs, cases)?;
    let case = format!("`why DS NODE`, {} nodes", has.nodes);
    let beside = format!("`curl` of its {} requests", paths.len());
    report.add(ratio_row(&case, &why, &beside, &curl, 1.5));
    Ok(())
}

fn beside_kubectl(cluster: &Cluster, runs: usize, report: &mut Report) -> Result<(), String> {
    let selector = format!("--selector={}", cluster.has.selector);
    let kubectl = Work::InTurn(vec![
        cluster.kubectl(&["get", "nodes", "--output=json"]),
        cluster.kubectl(&["get", "pods", &selector, "--output=json"]),
    ]);
    let cases = [
        why(cluster),
        Case::new("kubectl get nodes, then pods", kubectl),
    ];
    let [why, kubectl] = in_turn(runs, cases)?;
    let faster = kubectl.times(&why);
    let smaller = kubectl.peak() / why.peak();
    report.add(Row {
        case: format!("`why DS`, {} nodes", cluster.has.nodes),
        beside: "`kubectl get nodes -o json`, then `kubectl get pods -l … -o json`".into(),
        target: "at least 30 times faster, a thirtieth of the memory".into(),
        reached: format!(
            "{faster:.0} times faster ({} : {}), 1/{smaller:.0} of the memory ({:.0} : {:.0} MiB)",
            milliseconds(&why),
            milliseconds(&kubectl),
            why.peak(),
            kubectl.peak()
        ),
        met: faster >= 30.0 && smaller >= 30.0,
    });
    Ok(())
}

fn ratio_row(case: &str, ours: &Measured, beside: &str, theirs: &Measured, limit: f64) -> Row {
    let times = ours.times(theirs);
    Row {
        case: case.to_owned(),
        beside: beside.to_owned(),
        target: format!("at most {limit} times"),
        reached: format!(
            "{times:.2} times ({} : {})",
            milliseconds(ours),
            milliseconds(theirs)
        ),
        met: times <= limit,
    }
}
