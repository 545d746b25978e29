//! Being asked to end.

use std::io;

/// Comes back when this process is asked to end. It listens from the call on, not
/// from the first poll; the runtime keeps the handlers.
///
/// # Errors
/// When signals can't be listened to.
#[cfg(unix)]
pub(super) fn interruption() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

/// The same where there is Ctrl-C alone.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub(super) fn interruption() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    })
}
