//! What `-v` shows.

use std::io::Write;
use std::time::Duration;

use http::StatusCode;

/// The level from which kubectl shows its requests.
pub const REQUESTS: u8 = 6;

/// The requests on stderr: method, URL, status and time, without headers and bodies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trace {
    shows: bool,
}

impl Trace {
    pub(super) const fn new(verbosity: u8) -> Self {
        let shows = verbosity >= REQUESTS;
        Self { shows }
    }

    pub(super) fn config(self, origin: &str) {
        self.line(&format!("Config loaded from {origin}"));
    }

    pub(super) fn no_credentials(self) {
        self.line("No credentials are sent: the server has no TLS");
    }

    pub(super) fn answered(self, url: &str, status: StatusCode, took: Duration) {
        self.line(&format!("GET {url} {status} in {} ms", took.as_millis()));
    }

    pub(super) fn failed(self, url: &str, took: Duration) {
        self.line(&format!("GET {url} no answer in {} ms", took.as_millis()));
    }

    fn line(self, text: &str) {
        if self.shows {
            // There is nowhere to report that stderr is closed.
            let _ = writeln!(std::io::stderr().lock(), "{text}");
        }
    }
}
