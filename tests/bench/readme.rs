//! The parts of `tests/bench/README.md` that benches write, each between markers of
//! its own, so that one bench leaves what another wrote.

use std::fs;
use std::path::Path;

/// Puts `text` where the part of this name stands in the README beside the benches.
pub fn write_part(name: &str, text: &str) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/README.md");
    let said = |e: std::io::Error| format!("{}: {e}", path.display());
    let readme = fs::read_to_string(&path).map_err(said)?;
    let (begin, end) = markers(name);
    let (before, rest) = readme
        .split_once(&begin)
        .ok_or_else(|| format!("{}: no `{begin}`", path.display()))?;
    let (_, after) = rest
        .split_once(&end)
        .ok_or_else(|| format!("{}: no `{end}`", path.display()))?;
    let text = text.trim();
    fs::write(&path, format!("{before}{begin}\n{text}\n{end}{after}")).map_err(said)
}

/// Writes a file beside the README.
#[allow(dead_code, reason = "not every bench has one")]
pub fn write_beside(file: &str, text: &str) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/bench")
        .join(file);
    fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))
}

fn markers(name: &str) -> (String, String) {
    (
        format!("<!-- {name}: written by cargo bench --bench {name} -->"),
        format!("<!-- {name}: end -->"),
    )
}

/// The machine, as the tables name it.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown CPU", |(_, model)| model);
    format!("{cores} cores, {model}")
}
