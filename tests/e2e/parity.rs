//! The same question to a cluster and to its dump has the same answer, byte for byte.

use libtest_mimic::Trial;

use crate::control_plane::ControlPlane;
use crate::shared::Shared;
use crate::stage::Stage;

pub(crate) fn trials(control_plane: &Shared) -> Vec<Trial> {
    vec![control_plane.trial("parity".to_owned(), parity)]
}

const QUESTIONS: &[&str] = &[
    "why agent",
    "why agent NODE",
    "why agent NODE --impact",
    "why picky NODE",
    "why picky",
    "why -A",
    "why --problems",
    "why pod/POD",
    "why -f DIR/new.yaml",
    "why agent NODE --taint team=a:NoExecute",
    "why agent --node-selector disk=ssd --label disk=hdd",
    "why agent --cordon --not-ready",
    "why agent --node-file DIR/node.yaml",
    "why agent --limit 1 --no-headers",
    "why -l team=a",
    "why -A --problems --node-selector disk",
    "why poor -n QUOTA",
    "why poor NODE -n QUOTA",
    "why nonsense",
    "why agent nonsense",
];

const FORMATS: [&str; 4] = ["table", "wide", "json", "yaml"];

fn parity(control_plane: &ControlPlane) -> Result<(), String> {
    let stage = Stage::set(control_plane, "parity")?;
    // One state of the world: nobody writes while the two are compared.
    let paused = control_plane.pause_controller_manager()?;
    let differences = compare(control_plane, &stage);
    drop(paused);
    stage.clear()?;
    let differences = differences?;
    if differences.is_empty() {
        Ok(())
    } else {
        Err(differences.join("\n"))
    }
}

fn compare(control_plane: &ControlPlane, stage: &Stage<'_>) -> Result<Vec<String>, String> {
    let mut differences = Vec::new();
    let now = "2030-01-01T00:00:00Z";
    for dump_format in ["yaml", "json"] {
        let [objects, version] = stage
            .dump(dump_format)?
            .map(|path| path.display().to_string());
        for question in QUESTIONS {
            for format in FORMATS {
                let mut args = stage.args(question);
                args.extend(["-o", format, "--now", now].map(str::to_owned));
                let mut from = args.clone();
                from.extend(["--from", &objects, "--from", &version].map(str::to_owned));
                let live = control_plane
                    .ds_plugin(&args.iter().map(String::as_str).collect::<Vec<_>>())?;
                let saved = control_plane
                    .ds_plugin(&from.iter().map(String::as_str).collect::<Vec<_>>())?;
                if live != saved {
                    differences.push(format!(
                        "`{question} -o {format}` differs from the {dump_format} dump:\n{}",
                        first_difference(&show(&live), &show(&saved))
                    ));
                }
            }
        }
    }
    Ok(differences)
}

fn show(output: &crate::control_plane::Output) -> String {
    format!(
        "exit {}\n{}\nstderr:\n{}",
        output.code, output.stdout, output.stderr
    )
}

fn first_difference(live: &str, saved: &str) -> String {
    let mut pairs = live.lines().zip(saved.lines());
    match pairs.find(|(live, saved)| live != saved) {
        Some((live, saved)) => format!("  cluster: {live}\n  dump:    {saved}"),
        None => format!(
            "  cluster has {} lines, dump {}",
            live.lines().count(),
            saved.lines().count()
        ),
    }
}
