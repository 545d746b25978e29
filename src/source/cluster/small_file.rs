//! Files that are read as a whole: kubeconfigs, certificates, keys, tokens.
//!
//! A name may refer to an endless device or to a pipe without a writer: neither may use up all
//! memory or block forever.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const MIB: u64 = 1024 * 1024;

/// Certificates, keys and tokens. All public authorities together have a quarter of a MiB, and
/// servers written in Go accept at most 1 MiB of headers.
pub(super) const CREDENTIAL: u64 = 4 * MIB;

/// Kubeconfigs: a thousand entries with all their certificates have about 10 MiB.
pub(super) const KUBECONFIG: u64 = 64 * MIB;

/// How long a pipe may take: the writer of a shell's `<(command)` may ask for a password first.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether it can be read again: a pipe can only be read once.
pub(super) fn is_regular(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// The whole file, if it has at most `limit` bytes.
///
/// # Errors
/// Those of the operating system, and our own when it is larger or endless.
pub(super) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_within(path, limit, PATIENCE)
}

fn read_within(path: &Path, limit: u64, patience: Duration) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.is_file() {
        return up_to(limit, path);
    }
    let (sender, receiver) = mpsc::channel();
    let owned = path.to_owned();
    // Opening a pipe waits for a writer, and only the end of the process ends that.
    thread::spawn(move || sender.send(up_to(limit, &owned)));
    receiver.recv_timeout(patience).unwrap_or_else(|_| {
        let problem = format!("it is no regular file, and its end didn't come within {patience:?}");
        Err(io::Error::new(ErrorKind::TimedOut, problem))
    })
}

fn up_to(limit: u64, path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(limit));
    }
    Ok(bytes)
}

/// Reads beyond `limit` bytes.
pub(super) fn too_large(limit: u64) -> io::Error {
    let problem = format!("it is larger than {} MiB", limit / MIB);
    io::Error::new(ErrorKind::FileTooLarge, problem)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, [b'x'; 8]).unwrap();
        assert_eq!(read(&path, 8).unwrap().len(), 8);
        assert_eq!(read(&path, 7).unwrap_err().kind(), ErrorKind::FileTooLarge);
        let missing = read(&folder.path().join("none"), 8).unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::NotFound);
        assert!(read(folder.path(), 8).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_pipes() {
        let endless = read(Path::new("/dev/zero"), MIB).unwrap_err();
        assert_eq!(endless.to_string(), "it is larger than 1 MiB");
        assert_eq!(read(Path::new("/dev/null"), MIB).unwrap(), b"");
        let folder = tempfile::tempdir().unwrap();
        let pipe = |name: &str| {
            let pipe = folder.path().join(name);
            let made = std::process::Command::new("mkfifo").arg(&pipe).status();
            assert!(made.unwrap().success());
            pipe
        };
        let silent = read_within(&pipe("silent"), MIB, Duration::from_millis(50));
        assert_eq!(
            silent.unwrap_err().to_string(),
            "it is no regular file, and its end didn't come within 50ms"
        );
        let written = pipe("written");
        assert!(!is_regular(&written));
        let writer = {
            let written = written.clone();
            thread::spawn(move || fs::write(written, "all"))
        };
        assert_eq!(read(&written, MIB).unwrap(), b"all");
        writer.join().unwrap().unwrap();
    }
}
