//! Processes that end with the tests, also when those panic, are interrupted or
//! killed: a shell supervises each one and ends it when the pipe that only the
//! test process holds is closed.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// `$1` is the file that gets the exit status; the rest is the command. The first
/// line on stdout is the process's id.
const SUPERVISOR: &str = r#"
status=$1; shift
exec 3<&0
"$@" </dev/null 3<&- >&2 &
child=$!
echo $child
{ cat <&3 >/dev/null; [ -e "$status" ] || kill -KILL $child; } 2>/dev/null &
wait $child
echo $? >"$status"
wait
"#;

/// `$1` is the folder. What dies at the same moment may still write into it.
const JANITOR: &str = r#"
cat >/dev/null
for try in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" && break; sleep 0.2; done 2>/dev/null
"#;

/// A supervised process.
pub(super) struct Process {
    name: String,
    pid: u32,
    supervisor: Child,
    log: PathBuf,
    status: PathBuf,
}

impl Process {
    /// Starts `binary` with its output in `DIR/NAME.log`.
    pub(super) fn start(
        dir: &Path,
        name: &str,
        binary: &Path,
        args: &[String],
    ) -> Result<Self, String> {
        let log = dir.join(format!("{name}.log"));
        let status = dir.join(format!("{name}.exit"));
        let stderr = File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
        let mut supervisor = shell(SUPERVISOR)
            .arg(&status)
            .arg(binary)
            .args(args)
            .current_dir(dir)
            .env("HOME", dir)
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .map_err(|e| format!("starting {name}: {e}"))?;
        let mut line = String::new();
        if let Some(stdout) = supervisor.stdout.take() {
            BufReader::new(stdout)
                .read_line(&mut line)
                .map_err(|e| format!("starting {name}: {e}"))?;
        }
        let pid = line
            .trim()
            .parse()
            .map_err(|_| format!("starting {name}: no process id but `{}`", line.trim()))?;
        Ok(Self {
            name: name.to_owned(),
            pid,
            supervisor,
            log,
            status,
        })
    }

    /// An error with the end of its log when the process has ended.
    pub(super) fn still_running(&self) -> Result<(), String> {
        if !self.status.exists() {
            return Ok(());
        }
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(15)..].join("\n");
        Err(format!("{} ended:\n{tail}", self.name))
    }

    /// Sends a signal, named as `kill` names it.
    pub(super) fn signal(&self, signal: &str) -> Result<(), String> {
        self.still_running()?;
        let sent = Command::new("kill")
            .arg(format!("-{signal}"))
            .arg(self.pid.to_string())
            .status()
            .map_err(|e| format!("kill: {e}"))?;
        if sent.success() {
            Ok(())
        } else {
            Err(format!("kill -{signal} {}: {sent}", self.name))
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.supervisor);
    }
}

/// Removes a folder when the test process has ended, even by a signal.
pub(crate) struct Janitor {
    shell: Child,
}

impl Janitor {
    pub(crate) fn watch(dir: &Path) -> Result<Self, String> {
        let shell = shell(JANITOR)
            .arg(dir)
            .stdout(Stdio::null())
            .spawn()
            .map_err(|e| format!("sh: {e}"))?;
        Ok(Self { shell })
    }
}

impl Drop for Janitor {
    fn drop(&mut self) {
        end(&mut self.shell);
    }
}

/// In a process group of its own: Ctrl-C must end the tests, not the supervisor
/// that cleans up behind them.
fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", script, "sh"])
        .stdin(Stdio::piped())
        .process_group(0);
    command
}

fn end(shell: &mut Child) {
    drop(shell.stdin.take());
    // The shell ends after what it supervises; there is nobody to report to.
    let _ = shell.wait();
}
