//! Another name by one change: krew's index may refuse this one.

use std::fs;

use super::packed::{archive, read, release, replaced, repository, write};
use super::place::{Place, holds, run, succeed};
use crate::built::release_binary;

const OTHER: &str = "daemonsets";

pub(super) fn renamed() -> Result<(), String> {
    let place = Place::new()?;
    let root = place.dir().join("renamed");
    fs::create_dir_all(root.join("krew")).map_err(|e| e.to_string())?;
    for file in ["Cargo.toml", "LICENSE", "krew/release", "krew/ds.yaml"] {
        fs::copy(repository().join(file), root.join(file)).map_err(|e| format!("{file}: {e}"))?;
    }
    let template = root.join("krew/ds.yaml");
    let named = format!("$name := \"{OTHER}\"");
    write(
        &template,
        &replaced(&read(&template)?, "$name := \"ds\"", &named)?,
    )?;

    let (binary, dist) = (release_binary()?, root.join("dist"));
    let (binary, to) = (binary.display().to_string(), dist.display().to_string());
    release(&place, &root, &["--binary", &binary, "--to", &to])?;
    let manifest = dist.join(format!("{OTHER}.yaml"));
    no_other_name(&read(&manifest)?.replace("kubectl-ds", ""))?;
    let manifest = format!("--manifest={}", manifest.display());
    succeed(
        place
            .command("validate-krew-manifest")
            .args([&manifest, "--skip-install"]),
    )?;

    let archive = format!("--archive={}", archive(&dist)?.display());
    let said = place.krew(&["install", &manifest, &archive])?;
    holds(&said, &["kubectl daemonsets completion"])?;
    speaks_of_itself(&place)?;
    place.krew(&["uninstall", OTHER]).map(drop)
}

/// Help and errors say the name that a person types.
fn speaks_of_itself(place: &Place) -> Result<(), String> {
    let dump = repository().join("docs/examples/incident.yaml");
    let dump = dump.display().to_string();
    for (args, code, says) in [
        (&["--help"][..], 0, "Usage: kubectl daemonsets"),
        (&["why", "--help"], 0, "kubectl daemonsets why"),
        (&["plan", "--help"], 0, "kubectl daemonsets plan"),
        (
            &["completion", "--help"],
            0,
            "kubectl daemonsets completion",
        ),
        (&["completion", "bash"], 0, "kubectl-daemonsets"),
        (&["--version"], 0, "kubectl daemonsets"),
        (&["why", "--frob"], 2, "kubectl daemonsets why"),
        (&["why", "nothing", "--from", &dump], 2, "nothing"),
    ] {
        let output = run(&mut place.kubectl(&[&[OTHER], args].concat()))?;
        let all = output.stdout + &output.stderr;
        holds(&all, &[says])?;
        no_other_name(&all)?;
        if output.code != code {
            return Err(format!("{args:?}: exit {}: {all}", output.code));
        }
    }
    Ok(())
}

fn no_other_name(text: &str) -> Result<(), String> {
    match text
        .lines()
        .find(|line| line.contains("kubectl ds") || line.contains("kubectl-ds"))
    {
        Some(line) => Err(format!("it speaks of another name: `{line}`")),
        None => Ok(()),
    }
}
