//! bash, zsh and fish on a terminal: half a name, Tab, the name.

use std::path::Path;

use super::installed;
use super::screen::Screen;
use crate::control_plane::ControlPlane;
use crate::read_only::{USER, allow_everything};
use crate::stage::Stage;

/// How a shell is started, and how it is taught; `SCRIPTS` stands for the folder.
struct Shell {
    command: &'static [&'static str],
    lessons: &'static [&'static str],
}

const SHELLS: [Shell; 3] = [
    Shell {
        command: &["bash", "--noprofile", "--norc", "-i"],
        lessons: &[
            "source /usr/share/bash-completion/bash_completion",
            "source <(kubectl completion bash)",
            "source SCRIPTS/kubectl-ds.bash",
        ],
    },
    Shell {
        command: &["zsh", "-f", "-i"],
        lessons: &[
            "fpath=(SCRIPTS $fpath)",
            "autoload -U compinit; compinit -u -D",
            "source <(kubectl completion zsh)",
        ],
    },
    Shell {
        command: &["fish", "--no-config", "-i"],
        lessons: &[
            "kubectl completion fish | source",
            "source SCRIPTS/kubectl-ds.fish",
        ],
    },
];

/// What is typed, and what stands there after Tab.
const TYPED: [(&str, &str); 11] = [
    ("kubectl-ds wh", "kubectl-ds why"),
    ("kubectl-ds why -n keys ag", "why -n keys agent"),
    ("kubectl-ds -n keys plan ds/pi", "plan ds/picky"),
    ("kubectl-ds node ssd-k", "node ssd-keys"),
    ("kubectl-ds why --from=dum", "--from=dump.yaml"),
    (
        "kubectl-ds why agent --from dump.yaml -n keys ssd-",
        "-n keys ssd-keys",
    ),
    (
        "kubectl-ds why --context=arn:aws:eks:eu:1:cluster/p",
        "--context=arn:aws:eks:eu:1:cluster/prod",
    ),
    (
        "kubectl-ds why --context arn:aws:eks:eu:1:cluster/t",
        "--context arn:aws:eks:eu:1:cluster/test",
    ),
    ("kubectl ds why -n keys ag", "kubectl ds why -n keys agent"),
    ("kubectl ds node gpu-k", "kubectl ds node gpu-keys"),
    (
        "kubectl ds why --context arn:aws:eks:eu:1:cluster/t",
        "--context arn:aws:eks:eu:1:cluster/test",
    ),
];

const CONTEXTS: &str = "apiVersion: v1\nkind: Config\ncontexts:\n\
    - {name: 'arn:aws:eks:eu:1:cluster/prod', context: {cluster: e2e}}\n\
    - {name: 'arn:aws:eks:eu:1:cluster/test', context: {cluster: e2e}}\n";

pub(super) fn complete(control_plane: &ControlPlane) -> Result<(), String> {
    let stage = Stage::set(control_plane, "keys")?;
    allow_everything(control_plane)?;
    let (folder, path) = installed(control_plane, "keys-bin")?;
    let contexts = folder.join("contexts.yaml");
    std::fs::write(&contexts, CONTEXTS).map_err(|e| e.to_string())?;
    let kubeconfig = control_plane.kubeconfig_for(USER);
    let variables = [
        ("PATH", path.to_string_lossy().into_owned()),
        (
            "KUBECONFIG",
            format!("{}:{}", kubeconfig.display(), contexts.display()),
        ),
        ("HOME", folder.display().to_string()),
        ("PS1", "% ".to_owned()),
        ("TERM", "screen".to_owned()),
        ("LC_ALL", "C.UTF-8".to_owned()),
    ];
    let mut wrong = Vec::new();
    for shell in SHELLS {
        let name = shell.command[0];
        let socket = folder.join(format!("{name}.tmux"));
        let screen = Screen::start(socket, &variables, shell.command)?;
        if let Err(why) = learn(&screen, &shell, &stage.dir) {
            wrong.push(format!("{name}: {why}"));
            continue;
        }
        for (typed, wanted) in TYPED {
            if let Err(why) = tab(&screen, typed, wanted) {
                wrong.push(format!("{name}: {typed}: {why}"));
            }
        }
        if let Err(why) = explained(&screen) {
            wrong.push(format!("{name}: {why}"));
        }
    }
    stage.clear()?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

fn learn(screen: &Screen, shell: &Shell, folder: &Path) -> Result<(), String> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    let scripts = scripts.display().to_string();
    let enter = |line: &str| {
        screen.write(line)?;
        screen.press("Enter")
    };
    enter(&format!("cd {}", folder.display()))?;
    for lesson in shell.lessons {
        enter(&lesson.replace("SCRIPTS", &scripts))?;
    }
    // What is typed while the lessons are read would be completed by none of them.
    enter("clear; echo rea''dy")?;
    screen.shows("ready")
}

fn tab(screen: &Screen, typed: &str, wanted: &str) -> Result<(), String> {
    screen.write(typed)?;
    screen.shows(typed)?;
    screen.press("Tab")?;
    let result = screen.shows(wanted);
    screen.press("C-u")?;
    result
}

/// Several names are listed, each with what it is.
fn explained(screen: &Screen) -> Result<(), String> {
    screen.write("kubectl-ds plan -n keys --no")?;
    screen.press("Tab")?;
    screen.press("Tab")?;
    let result = screen.shows("Leave out the heads of tables");
    screen.press("C-u")?;
    result
}
