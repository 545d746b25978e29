//! A terminal that a shell runs on, and what stands on it: tmux.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use crate::control_plane::{PollError, wait_for};

/// As long as a busy machine takes for a Tab.
const LIMIT: Duration = Duration::from_secs(120);

/// A terminal of its own; it ends with the value.
pub(super) struct Screen {
    socket: PathBuf,
}

impl Screen {
    /// Starts a command with nothing but these variables.
    pub(super) fn start(
        socket: PathBuf,
        variables: &[(&str, String)],
        command: &[&str],
    ) -> Result<Self, String> {
        let screen = Self { socket };
        let mut tmux = screen.tmux();
        tmux.args([
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "150",
            "-y",
            "40",
        ]);
        tmux.args(["env", "-i"]);
        tmux.args(
            variables
                .iter()
                .map(|(key, value)| format!("{key}={value}")),
        );
        done(tmux.args(command))?;
        Ok(screen)
    }

    /// Types text, letter by letter.
    pub(super) fn write(&self, text: &str) -> Result<(), String> {
        done(self.tmux().args(["send-keys", "-l", "--", text])).map(drop)
    }

    /// Presses a key, by tmux's name for it.
    pub(super) fn press(&self, key: &str) -> Result<(), String> {
        done(self.tmux().args(["send-keys", key])).map(drop)
    }

    /// Waits until this stands on the screen.
    pub(super) fn shows(&self, text: &str) -> Result<(), String> {
        wait_for(&format!("`{text}`"), LIMIT, || {
            let screen = self.text().map_err(PollError::Fatal)?;
            if screen.contains(text) {
                Ok(())
            } else {
                Err(PollError::NotYet(screen))
            }
        })
    }

    /// All that stands on the screen.
    fn text(&self) -> Result<String, String> {
        let output = done(self.tmux().args(["capture-pane", "-p", "-J"]))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(text.trim_end().to_owned())
    }

    fn tmux(&self) -> Command {
        let mut command = Command::new("tmux");
        command.env_remove("TMUX").env("LC_ALL", "C.UTF-8");
        command.arg("-S").arg(&self.socket);
        command
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Without a server there is nothing to end.
        let _ = self.tmux().arg("kill-server").output();
    }
}

fn done(command: &mut Command) -> Result<Output, String> {
    let output = command.output().map_err(|e| format!("tmux: {e}"))?;
    if output.status.success() {
        Ok(output)
    } else {
        Err(format!("tmux: {}", String::from_utf8_lossy(&output.stderr)))
    }
}
