//! Archives and a manifest, made by the release script.

use std::fs;
use std::path::{Path, PathBuf};

use super::place::{Place, succeed};

/// The five that the manifest has.
pub(super) const PLATFORMS: [&str; 5] = [
    "linux-amd64",
    "linux-arm64",
    "darwin-amd64",
    "darwin-arm64",
    "windows-amd64",
];

pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `krew/release ARGS` of the repository in `root`; says nothing of the machine but its PATH.
pub(super) fn release(place: &Place, root: &Path, args: &[&str]) -> Result<String, String> {
    succeed(place.command(root.join("krew/release")).args(args))
}

/// This machine's archive of `binary` in `to`, and its manifest, which says that the
/// archives are at `url`: the manifest.
pub(crate) fn pack(place: &Place, binary: &Path, to: &Path, url: &str) -> Result<PathBuf, String> {
    let (binary, folder) = (binary.display().to_string(), to.display().to_string());
    let args = ["--binary", &binary, "--to", &folder, "--url", url];
    release(place, repository(), &args)?;
    Ok(to.join("ds.yaml"))
}

/// This machine's archive in a folder.
pub(super) fn archive(folder: &Path) -> Result<PathBuf, String> {
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => return Err(format!("there is no archive for {other}")),
    };
    Ok(folder.join(format!("kubectl-ds-linux-{arch}.tar.gz")))
}

/// Archives of all platforms: the binary in this machine's, a script in the others,
/// which nothing here can run.
pub(super) fn pack_all(
    place: &Place,
    binary: &Path,
    to: &Path,
    more: &[&str],
) -> Result<(), String> {
    let other = place.dir().join("other");
    fs::write(&other, "#!/bin/sh\n").map_err(|e| e.to_string())?;
    let here = archive(to)?;
    for platform in PLATFORMS {
        let is_here = here.ends_with(format!("kubectl-ds-{platform}.tar.gz"));
        let packed = if is_here { binary } else { &other };
        let (packed, folder) = (packed.display().to_string(), to.display().to_string());
        let args = ["--platform", platform, "--binary", &packed, "--to", &folder];
        release(place, repository(), &[&args[..], more].concat())?;
    }
    Ok(())
}

/// What is in a file of text.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

/// `text` with one replaced by the other, which must be there.
pub(crate) fn replaced(text: &str, from: &str, to: &str) -> Result<String, String> {
    if text.contains(from) {
        Ok(text.replace(from, to))
    } else {
        Err(format!("`{from}` isn't in:\n{text}"))
    }
}
