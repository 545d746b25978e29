//! A command that runs beside the test.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::control_plane::{Output, PollError, wait_for};

type Text = Arc<Mutex<String>>;

/// A running command and what it has printed so far. It is ended with the value.
pub(super) struct Running {
    child: Child,
    stdout: (Text, Option<JoinHandle<()>>),
    stderr: (Text, Option<JoinHandle<()>>),
}

impl Running {
    pub(super) fn start(mut command: Command) -> Result<Self, String> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| format!("kubectl: {e}"))?;
        let stdout = child.stdout.take().map(gather).ok_or("no stdout")?;
        let stderr = child.stderr.take().map(gather).ok_or("no stderr")?;
        Ok(Self {
            child,
            stdout,
            stderr,
        })
    }

    pub(super) fn stdout(&self) -> String {
        text(&self.stdout.0)
    }

    pub(super) fn stderr(&self) -> String {
        text(&self.stderr.0)
    }

    /// Waits until it has printed `words` to stdout or to stderr.
    pub(super) fn says(&self, words: &str, limit: Duration) -> Result<(), String> {
        wait_for(&format!("`{words}`"), limit, || {
            let said = format!("{}{}", self.stdout(), self.stderr());
            if said.contains(words) {
                Ok(())
            } else {
                Err(PollError::NotYet(said))
            }
        })
    }

    pub(super) fn signal(&self, signal: &str) -> Result<(), String> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        match sent {
            Ok(status) if status.success() => Ok(()),
            other => Err(format!("kill {signal}: {other:?}")),
        }
    }

    /// Waits until it ends.
    pub(super) fn end(mut self, limit: Duration) -> Result<Output, String> {
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().map_err(|e| e.to_string())? {
                break status;
            }
            if began.elapsed() > limit {
                let (out, err) = (self.stdout(), self.stderr());
                return Err(format!("it didn't end within {limit:?}:\n{out}\n{err}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        for reader in [&mut self.stdout.1, &mut self.stderr.1] {
            if let Some(reader) = reader.take() {
                reader.join().map_err(|_| "a reader panicked")?;
            }
        }
        Ok(Output {
            code: status.code().unwrap_or(-1),
            stdout: self.stdout(),
            stderr: self.stderr(),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended, or its test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn gather(stream: impl Read + Send + 'static) -> (Text, Option<JoinHandle<()>>) {
    let all = Text::default();
    let to = Arc::clone(&all);
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut all = to.lock().unwrap_or_else(PoisonError::into_inner);
            all.push_str(&line);
            all.push('\n');
        }
    });
    (all, Some(reader))
}

fn text(text: &Text) -> String {
    text.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
