//! Another program instead of the diff, as in `kubectl diff`.

use std::io::{self, IsTerminal};
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::TemplateDiff;
use crate::interruption::{Signal, Signals, end_by_signals};

/// The variable that names another diff program, as for `kubectl diff`.
pub const EXTERNAL_DIFF: &str = "KUBECTL_EXTERNAL_DIFF";

/// How long a program may take to end when asked to.
const GRACE: Duration = Duration::from_secs(2);

impl TemplateDiff {
    /// Lets another program show it, as `kubectl diff` does (`DiffProgram.getCommand`, kubectl
    /// 0.37.1): `command` is the value of [`EXTERNAL_DIFF`]. The program writes to this process's
    /// own stdout and stderr. A signal that ends this process ends the program first and removes
    /// its files.
    ///
    /// # Errors
    /// When it can't be run or exits with more than 1, which means failure; with the kind
    /// [`io::ErrorKind::Interrupted`] when this process was asked to end.
    pub fn show_by(&self, command: &str) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let shown = runtime.block_on(self.run(command));
        // From here on signals have their previous effect.
        end_by_signals();
        shown
    }

    async fn run(&self, command: &str) -> io::Result<()> {
        // Before there is anything to remove.
        let signals = Signals::listen()?;
        let (live, merged) = (
            self.folder("LIVE-", &self.before)?,
            self.folder("MERGED-", &self.after)?,
        );
        let (program, arguments) = arguments(command, live.path(), merged.path());
        let failed = |problem: String| {
            io::Error::other(format!(
                "`{program}`, which {EXTERNAL_DIFF} names, {problem}"
            ))
        };
        let terminal = is_on_terminal();
        let child = start(program, &arguments, terminal).map_err(|e| {
            failed(match e.kind() {
                io::ErrorKind::NotFound => "isn't in PATH".to_owned(),
                _ => format!("can't be run: {e}"),
            })
        })?;
        let status = ended(child, signals, terminal).await?;
        match status.code() {
            Some(0 | 1) => Ok(()),
            Some(code) => Err(failed(format!("failed with exit code {code}"))),
            None => Err(failed("was ended by a signal".to_owned())),
        }
    }

    /// One side, in a folder that is removed when the value is dropped.
    fn folder(&self, prefix: &str, text: &str) -> io::Result<TempDir> {
        let mut folder = tempfile::Builder::new();
        folder.prefix(prefix);
        // A template may contain something confidential.
        #[cfg(unix)]
        folder.permissions(PermissionsExt::from_mode(0o700));
        let folder = folder.tempdir()?;
        if !text.is_empty() {
            // A name from a file that no server has checked may contain anything.
            let file = self.file.replace(['/', '\0'], "_");
            std::fs::write(folder.path().join(file), text)?;
        }
        Ok(folder)
    }
}

/// Whether somebody may look at the program and type into it.
fn is_on_terminal() -> bool {
    io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal()
}

/// On a terminal the program stays in this process's group, so that it can read from the terminal.
/// Otherwise it leads a group of its own, with everything that it starts.
fn start(program: &str, arguments: &[&Path], terminal: bool) -> io::Result<Child> {
    let mut command = Command::new(program);
    command.args(arguments).kill_on_drop(true);
    #[cfg(unix)]
    if !terminal {
        command.process_group(0);
    }
    #[cfg(not(unix))]
    let _ = terminal;
    command.spawn()
}

/// Waits for the program, or ends it when this process is asked to end.
async fn ended(mut child: Child, mut signals: Signals, terminal: bool) -> io::Result<ExitStatus> {
    let mut was_interrupted = false;
    loop {
        let signal = tokio::select! {
            status = child.wait() => {
                let status = status?;
                let failed = !matches!(status.code(), Some(0 | 1));
                if failed && (was_interrupted || is_of_interrupt(status)) {
                    return Err(io::ErrorKind::Interrupted.into());
                }
                return Ok(status);
            }
            signal = signals.next() => signal,
        };
        if terminal && signal == Signal::Interrupt {
            // The program got the signal from the terminal too: most programs end, but a pager
            // continues.
            was_interrupted = true;
            continue;
        }
        end(&mut child, terminal).await?;
        return Err(io::ErrorKind::Interrupted.into());
    }
}

#[cfg(unix)]
fn is_of_interrupt(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(rustix::process::Signal::INT.as_raw())
}

#[cfg(not(unix))]
const fn is_of_interrupt(_: ExitStatus) -> bool {
    false
}

/// Asks the program to end, so that it can restore the terminal; kills it if it takes too long.
#[cfg(unix)]
async fn end(child: &mut Child, terminal: bool) -> io::Result<()> {
    use rustix::process::{Pid, Signal, kill_process, kill_process_group};

    let id = child.id().and_then(|id| i32::try_from(id).ok());
    let id = id.and_then(Pid::from_raw);
    let send = |signal| match id {
        // A program that is already gone needs no signal.
        Some(id) if terminal => drop(kill_process(id, signal)),
        Some(id) => drop(kill_process_group(id, signal)),
        None => {}
    };
    send(Signal::TERM);
    if tokio::time::timeout(GRACE, child.wait()).await.is_err() {
        send(Signal::KILL);
        child.wait().await?;
    }
    Ok(())
}

#[cfg(not(unix))]
async fn end(child: &mut Child, _: bool) -> io::Result<()> {
    tokio::time::timeout(GRACE, child.kill())
        .await
        .unwrap_or(Ok(()))
}

/// The folders come first, then those words of the command that consist of letters, digits, `-` and
/// `=`; others are left out, so that no shell syntax is mistaken for an argument.
fn arguments<'a>(command: &'a str, live: &'a Path, merged: &'a Path) -> (&'a str, Vec<&'a Path>) {
    let mut words = command.split(' ');
    let program = words.next().unwrap_or_default();
    let is_plain = |word: &&str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '=';
        !word.is_empty() && word.chars().all(plain)
    };
    let folders = [live, merged].into_iter();
    let arguments = folders.chain(words.filter(is_plain).map(Path::new));
    (program, arguments.collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_command_is_split_as_kubectl_splits_it() {
        let (live, merged) = (Path::new("/l"), Path::new("/m"));
        let words = |command| {
            let (program, arguments) = arguments(command, live, merged);
            let arguments = arguments.iter().map(|a| a.to_str().unwrap());
            format!("{program} {}", arguments.collect::<Vec<_>>().join(" "))
        };
        assert_eq!(words("colordiff -N -u"), "colordiff /l /m -N -u");
        assert_eq!(
            words("dyff between --omit-header"),
            "dyff /l /m between --omit-header"
        );
        assert_eq!(
            words("diff $(rm) ;ls  --color=always -I'x'"),
            "diff /l /m --color=always"
        );
    }

    #[test]
    fn a_program_that_fails() {
        let (before, after) = (json!({"spec": {}}), json!({"spec": {"a": 1}}));
        let diff = TemplateDiff::new("ops", "../agent", &before, &after).unwrap();
        assert!(diff.show_by("true").is_ok() && diff.show_by("false").is_ok());
        let error = diff.show_by("/nonexistent/diff").unwrap_err().to_string();
        let wanted = "`/nonexistent/diff`, which KUBECTL_EXTERNAL_DIFF names, isn't in PATH";
        assert_eq!(error, wanted);
    }
}
