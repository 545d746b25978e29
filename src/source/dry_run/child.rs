//! The process of kubectl: started, fed, and ended together with this one.

use std::ffi::OsString;
use std::fs::OpenOptions;
#[cfg(unix)]
use std::fs::Permissions;
use std::io::{self, ErrorKind, Write};
#[cfg(unix)]
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

use super::DryRunError;
use crate::interruption::{end_by_signals, interruption};

/// A kubeconfig that nobody else may read, removed when this value is dropped.
pub(super) struct PrivateKubeconfig {
    folder: TempDir,
}

impl PrivateKubeconfig {
    pub(super) fn write(text: &str) -> io::Result<Self> {
        let mut folder = tempfile::Builder::new();
        folder.prefix("kubectl-ds-");
        // The file too: somebody might move it.
        let mut file = OpenOptions::new();
        file.write(true).create_new(true);
        #[cfg(unix)]
        let folder = folder.permissions(Permissions::from_mode(0o700));
        #[cfg(unix)]
        let file = file.mode(0o600);
        let kubeconfig = Self {
            folder: folder.tempdir()?,
        };
        file.open(kubeconfig.path())?.write_all(text.as_bytes())?;
        Ok(kubeconfig)
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }
}

/// Runs `kubectl` with `input` on its stdin.
///
/// While `secret` is on the disk, a signal that ends this process ends kubectl first and removes
/// the file. Without it both end as usual.
pub(super) fn run(
    kubectl: &Path,
    arguments: Vec<OsString>,
    input: &[u8],
    secret: Option<PrivateKubeconfig>,
) -> Result<Output, DryRunError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| DryRunError::NotRun(e.to_string()))?;
    runtime.block_on(async {
        let mut command = Command::new(kubectl);
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if secret.is_none() {
            return answer(start(&mut command)?, input).await;
        }
        let interrupted = interruption().map_err(|e| DryRunError::NotRun(e.to_string()))?;
        let output = tokio::select! {
            output = async { answer(start(&mut command)?, input).await } => output,
            () = interrupted => Err(DryRunError::Interrupted),
        };
        drop(secret);
        // From here on signals have their previous effect.
        end_by_signals();
        output
    })
}

fn start(command: &mut Command) -> Result<Child, DryRunError> {
    command.spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => DryRunError::NoKubectl,
        _ => DryRunError::NotRun(error.to_string()),
    })
}

/// Feeds and reads concurrently: neither side waits for a full pipe.
async fn answer(mut child: Child, input: &[u8]) -> Result<Output, DryRunError> {
    let stdin = child.stdin.take();
    let feed = async move {
        if let Some(mut stdin) = stdin {
            // A kubectl that refuses its arguments never reads stdin; its answer says so.
            let _ = stdin.write_all(input).await;
        }
    };
    let ((), output) = tokio::join!(feed, child.wait_with_output());
    output.map_err(|e| DryRunError::NotRun(e.to_string()))
}
