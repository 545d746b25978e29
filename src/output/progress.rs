//! A line on a terminal that waits.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a terminal waits before it says what for.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shows on stderr what is being waited for, once that takes over a second, and removes the line
/// when dropped. Shows nothing where stderr isn't a terminal.
#[derive(Debug)]
pub struct Progress {
    done: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts waiting; `what` says for what, each time the line is rewritten.
    #[must_use]
    pub fn start(what: impl Fn() -> String + Send + 'static) -> Self {
        if !io::stderr().is_terminal() {
            return Self {
                done: None,
                thread: None,
            };
        }
        let (done, over) = channel::<()>();
        let began = Instant::now();
        let thread = std::thread::spawn(move || {
            let mut shown = false;
            while over.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown = true;
                let (what, seconds) = (what(), began.elapsed().as_secs());
                write_line(&format!("\r\u{1b}[K{what} ({seconds}s)"));
            }
            if shown {
                write_line("\r\u{1b}[K");
            }
        });
        Self {
            done: Some(done),
            thread: Some(thread),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.done.take();
        if let Some(thread) = self.thread.take() {
            // A thread that only prints has no result to lose.
            let _ = thread.join();
        }
    }
}

fn write_line(text: &str) {
    // A message that can't be written has nowhere else to go.
    let _ = io::stderr().write_all(text.as_bytes());
    let _ = io::stderr().flush();
}
