//! Being asked to end.

use std::io;

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C. A terminal sends it to the programs that this one runs, too.
    Interrupt,
    /// To end, or that the terminal is gone: sent to this process alone.
    End,
}

/// The signals that ask this process to end, listened to from the call on, not
/// from the first poll; the runtime keeps the handlers.
#[cfg(unix)]
pub(crate) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// # Errors
    /// When signals can't be listened to.
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// The next one.
    pub(crate) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::End,
            _ = self.hang_up.recv() => Signal::End,
        }
    }
}

/// The same where there is Ctrl-C alone.
#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// # Errors
    /// None.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// The next one.
    pub(crate) async fn next(&mut self) -> Signal {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
        Signal::Interrupt
    }
}

/// Comes back when this process is asked to end. It listens from the call on.
///
/// # Errors
/// When signals can't be listened to.
pub(crate) fn interruption() -> io::Result<impl Future<Output = ()>> {
    let mut signals = Signals::listen()?;
    Ok(async move {
        signals.next().await;
    })
}

/// Has signals end this process again once nobody listens: the runtime keeps the
/// handlers, so the default has to be done by hand. Comes back when that is set up.
#[cfg(unix)]
pub(crate) fn end_by_signals() {
    let (ready, set_up) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            let Ok(received) = interruption() else { return };
            let _ = ready.send(());
            received.await;
            std::process::exit(INTERRUPTED);
        });
    });
    // An error too means that there is nothing to wait for.
    let _ = set_up.recv();
}

/// As a shell reports a process that SIGINT ended.
#[cfg(unix)]
const INTERRUPTED: i32 = 130;

/// Nothing to be done by hand here.
#[cfg(not(unix))]
pub(crate) const fn end_by_signals() {}
