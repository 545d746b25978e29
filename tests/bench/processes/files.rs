//! The rows on dumps.

use std::path::{Path, PathBuf};

use super::arguments::Arguments;
use super::built::Filled;
use super::command::{Program, Work};
use super::control_plane::process::Janitor;
use super::measure::{Case, Measured, all_in_turn, in_turn};
use super::report::{Point, Report, Row, milliseconds};
use super::tools::Tools;

/// So many nodes and their daemon pods are 110 MB of JSON as kubectl prints it.
const NODES: usize = 3_000;

/// A folder for dumps that goes with the bench, however that ends.
struct Dumps {
    folder: tempfile::TempDir,
    _janitor: Janitor,
}

/// A dump and what is in it.
struct Dump {
    path: PathBuf,
    has: Filled,
    bytes: u64,
}

impl Dumps {
    fn new() -> Result<Self, String> {
        let folder = tempfile::Builder::new()
            .prefix("dumps-")
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
            .map_err(|e| format!("a folder for dumps: {e}"))?;
        let janitor = Janitor::watch(folder.path())?;
        Ok(Self {
            folder,
            _janitor: janitor,
        })
    }

    fn make(
        &self,
        tools: &Tools,
        style: &str,
        nodes: usize,
        more: &[&str],
    ) -> Result<Dump, String> {
        eprintln!("{nodes} nodes: writing {style}");
        let path = self.folder.path().join(format!("{nodes}.{style}"));
        let flag = format!("-{style}={}", path.display());
        let has = tools.fill(nodes, &[&[flag.as_str()], more].concat())?;
        let bytes = path
            .metadata()
            .map_err(|e| format!("{}: {e}", path.display()))?
            .len();
        Ok(Dump { path, has, bytes })
    }
}

impl Dump {
    /// `kubectl-ds why DS --from FROM`.
    fn why(&self, tools: &Tools, from: &Path) -> Program {
        let args = [
            "why",
            &self.has.daemon_set,
            "--namespace",
            &self.has.namespace,
            "--from",
        ];
        Program::new(
            &tools.ds,
            args.iter()
                .map(std::ffi::OsStr::new)
                .chain([from.as_os_str()]),
        )
    }

    /// By its name.
    fn why_by_name(&self, tools: &Tools) -> Case {
        let name = format!("why --from FILE, {} nodes", self.has.nodes);
        Case::new(name, Work::One(self.why(tools, &self.path)))
    }

    /// Through a pipe.
    fn why_piped(&self, tools: &Tools) -> Case {
        let program = self.why(tools, Path::new("-")).piped_from(&self.path);
        Case::new("cat FILE | why --from -", Work::One(program))
    }

    /// Millions of bytes a second.
    fn rate(&self, measured: &Measured) -> f64 {
        self.bytes as f64 / 1e6 / measured.time().as_secs_f64()
    }

    /// What it is, as the table says it.
    fn size(&self, style: &str) -> String {
        format!(
            "{:.0} MB of {style}, {} nodes",
            self.bytes as f64 / 1e6,
            self.has.nodes
        )
    }

    /// Whether the plugin sees all of it.
    fn check(&self, tools: &Tools) -> Result<(), String> {
        let said = self.why(tools, &self.path).output()?;
        let expected = format!(" of {} nodes excluded", self.has.nodes);
        if said.lines().next().is_some_and(|l| l.contains(&expected)) {
            Ok(())
        } else {
            Err(format!("expected `{expected}` in the first line of {said}"))
        }
    }
}

pub fn measure(tools: &Tools, arguments: &Arguments, report: &mut Report) -> Result<(), String> {
    let dumps = Dumps::new()?;
    json(tools, &dumps, arguments.runs, report)?;
    yaml(tools, &dumps, arguments.runs, report)?;
    growth(tools, &dumps, arguments, report)
}

fn json(tools: &Tools, dumps: &Dumps, runs: usize, report: &mut Report) -> Result<(), String> {
    let dump = dumps.make(tools, "json", NODES, &[])?;
    dump.check(tools)?;
    let wc = Program::new("/usr/bin/wc", ["-c"]).piped_from(&dump.path);
    let length = [std::ffi::OsStr::new("length"), dump.path.as_os_str()];
    let jq = Program::new("/usr/bin/jq", length);
    let cases = [
        dump.why_by_name(tools),
        dump.why_piped(tools),
        Case::new("cat FILE | wc -c", Work::One(wc)),
        Case::new("jq length FILE", Work::One(jq)),
    ];
    let [by_name, piped, wc, jq] = in_turn(runs, cases)?;
    let faster = jq.times(&by_name);
    let file = dump.bytes as f64 / f64::from(1 << 20);
    report.add(Row {
        case: format!("`why DS --from FILE`, {}", dump.size("JSON")),
        beside: format!(
            "`cat FILE \\| wc -c`: {}; `jq length`: {}",
            milliseconds(&wc),
            milliseconds(&jq)
        ),
        target: "1,000 MB/s; 20 MiB beyond the file; 10 times faster than jq".into(),
        reached: format!(
            "{:.0} MB/s ({}), {:.1} MiB, {faster:.0} times faster",
            dump.rate(&by_name),
            milliseconds(&by_name),
            by_name.peak()
        ),
        met: dump.rate(&by_name) >= 1e3 && by_name.peak() <= file + 20.0 && faster >= 10.0,
    });
    let faster = jq.times(&piped);
    report.add(Row {
        case: "`cat FILE \\| why DS --from -`, the same".into(),
        beside: "the same".into(),
        target: "450 MB/s; 20 MiB; 10 times faster than jq".into(),
        reached: format!(
            "{:.0} MB/s ({}), {:.1} MiB, {faster:.0} times faster",
            dump.rate(&piped),
            milliseconds(&piped),
            piped.peak()
        ),
        met: dump.rate(&piped) >= 450.0 && piped.peak() <= 20.0 && faster >= 10.0,
    });
    Ok(())
}

fn yaml(tools: &Tools, dumps: &Dumps, runs: usize, report: &mut Report) -> Result<(), String> {
    let dump = dumps.make(tools, "yaml", NODES, &[])?;
    dump.check(tools)?;
    let file = dump.path.display().to_string();
    let label = ["label", "--local", "-f", &file, "a=b", "-o", "name"];
    let kubectl = Program::new(&tools.kubectl, label).env("HOME", dumps.folder.path());
    let cases = [
        dump.why_by_name(tools),
        Case::new("kubectl label --local", Work::One(kubectl)),
    ];
    let [why, kubectl] = in_turn(runs, cases)?;
    let faster = kubectl.times(&why);
    report.add(Row {
        case: format!("`why DS --from FILE`, {}", dump.size("YAML")),
        beside: "`kubectl label --local -f FILE a=b -o name`".into(),
        target: "at least 5 times faster; 150 MB/s".into(),
        reached: format!(
            "{faster:.1} times faster ({} : {}); {:.0} MB/s, {:.1} MiB",
            milliseconds(&why),
            milliseconds(&kubectl),
            dump.rate(&why),
            why.peak()
        ),
        met: faster >= 5.0 && dump.rate(&why) >= 150.0,
    });
    Ok(())
}

/// Few images, so that the largest file is 2 GB.
fn growth(
    tools: &Tools,
    dumps: &Dumps,
    arguments: &Arguments,
    report: &mut Report,
) -> Result<(), String> {
    let mut made = Vec::new();
    for &nodes in &arguments.nodes_in_files {
        made.push(dumps.make(tools, "json", nodes, &["-images=5"])?);
    }
    let cases: Vec<Case> = made.iter().map(|dump| dump.why_by_name(tools)).collect();
    let measured = all_in_turn(arguments.runs, &cases)?;
    for (dump, measured) in made.iter().zip(measured) {
        report.grows(Point {
            series: "JSON file",
            nodes: dump.has.nodes,
            milliseconds: measured.time().as_secs_f64() * 1e3,
            mebibytes: measured.peak(),
        });
    }
    Ok(())
}
