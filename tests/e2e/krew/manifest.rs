//! What the release script writes, judged by krew's own validator.

use std::fs;
use std::path::Path;

use super::packed::{archive, pack, pack_all, read, release, replaced, repository, write};
use super::place::{Place, TOOLS, holds, run};
use super::served::Served;
use crate::built::release_binary;
use crate::control_plane::Output;

/// The longest that krew's index takes.
const SHORT_DESCRIPTION: usize = 50;

/// krew's validator, which also installs each platform's archive.
fn validate(place: &Place, manifest: &Path, more: &[&str]) -> Result<Output, String> {
    let manifest = format!("--manifest={}", manifest.display());
    run(place
        .command("validate-krew-manifest")
        .arg(manifest)
        .args(more))
}

/// The manifest of all platforms passes, and is what krew-release-bot would make.
pub(super) fn valid() -> Result<(), String> {
    let place = Place::new()?;
    let dist = place.dir().join("dist");
    fs::create_dir(&dist).map_err(|e| e.to_string())?;
    let served = Served::folder(&dist)?;
    let binary = release_binary()?;
    pack_all(&place, &binary, &dist, &["--url", &served.url()])?;

    let verdict = validate(&place, &dist.join("ds.yaml"), &[])?;
    holds(&verdict.stderr, &["all 5 spec.platforms installed fine"])?;
    if !verdict.success() {
        return Err(verdict.stderr);
    }
    description(&read(&dist.join("ds.yaml"))?)?;
    drop(served);
    as_the_bot(&place, &binary)
}

fn description(manifest: &str) -> Result<(), String> {
    let mut lines = manifest.lines().map(str::trim);
    let text = lines.find_map(|line| line.strip_prefix("shortDescription: "));
    let text = text.ok_or("no shortDescription")?;
    if text.is_empty() || text.len() > SHORT_DESCRIPTION {
        return Err(format!("{} characters: `{text}`", text.len()));
    }
    Ok(())
}

/// Go's own templates, filled with the values of a release, and the script agree.
fn as_the_bot(place: &Place, binary: &Path) -> Result<(), String> {
    let dist = place.dir().join("published");
    pack_all(place, binary, &dist, &[])?;
    let template = repository().join("krew/ds.yaml").display().to_string();
    let address = env!("CARGO_PKG_REPOSITORY");
    let (owner, repository) = address
        .strip_prefix("https://github.com/")
        .and_then(|path| path.split_once('/'))
        .ok_or_else(|| format!("`{address}` is no repository on GitHub"))?;
    let tag = concat!("v", env!("CARGO_PKG_VERSION"));
    let folder = dist.display().to_string();
    let filled = TOOLS.go(&[
        "run", "./filled", &template, tag, owner, repository, &folder,
    ])?;
    let ours = read(&dist.join("ds.yaml"))?;
    if filled.trim() == ours.trim() {
        Ok(())
    } else {
        Err(format!("Go's template:\n{filled}\nkrew/release:\n{ours}"))
    }
}

/// What is wrong is seen: the validator isn't given a manifest that it can't refuse.
pub(super) fn broken() -> Result<(), String> {
    let place = Place::new()?;
    let dist = place.dir().join("dist");
    fs::create_dir(&dist).map_err(|e| e.to_string())?;
    let served = Served::folder(&dist)?;
    let manifest = pack(&place, &stand_in(&place)?, &dist, &served.url())?;
    let good = read(&manifest)?;
    let verdict = validate(&place, &manifest, &[])?;
    if !verdict.success() {
        return Err(verdict.stderr);
    }
    let sum = good.lines().find_map(|l| l.trim().strip_prefix("sha256: "));
    let sum = sum.ok_or("no sum")?;
    let other_sum: String = sum.chars().rev().collect();
    let license = "    - from: LICENSE\n      to: .\n";
    for (from, to, says) in [
        ("version: v", "version: ", "failed to parse plugin version"),
        ("name: ds", "name: other", "plugin should be named"),
        (sum, &sum.to_uppercase(), "`sha256` value"),
        (sum, &other_sum, "checksum does not match"),
        (license, "", "LICENSE (or alike) file is not extracted"),
        ("bin: kubectl-ds", "bin: other", "source binary"),
        (
            "os: linux",
            "os: plan9",
            "doesn't match any supported platforms",
        ),
        ("kubectl-ds-linux", "other-linux", "status code 404"),
    ] {
        write(&manifest, &replaced(&good, from, to)?)?;
        let verdict = validate(&place, &manifest, &[])?;
        if verdict.success() {
            return Err(format!("with `{to}` for `{from}` it passes"));
        }
        holds(&verdict.stderr, &[says])?;
    }
    Ok(())
}

/// A program that runs anywhere here, where it doesn't matter which.
fn stand_in(place: &Place) -> Result<std::path::PathBuf, String> {
    let file = place.dir().join("stand-in");
    write(&file, "#!/bin/sh\necho stand-in\n")?;
    Ok(file)
}

/// The same binary gives the same bytes, later and from a file of other times and modes;
/// a tag that isn't the version's is refused.
pub(super) fn reproducible() -> Result<(), String> {
    let place = Place::new()?;
    let (first, second) = (place.dir().join("first"), place.dir().join("second"));
    let binary = stand_in(&place)?;
    pack(&place, &binary, &first, "http://127.0.0.1")?;
    // Archives count whole seconds.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let copy = place.dir().join("copy");
    write(&copy, &read(&binary)?)?;
    let mut modes = fs::metadata(&copy)
        .map_err(|e| e.to_string())?
        .permissions();
    modes.set_readonly(true);
    fs::set_permissions(&copy, modes).map_err(|e| e.to_string())?;
    pack(&place, &copy, &second, "http://127.0.0.1")?;
    for file in [archive(&first)?, first.join("SHA256SUMS")] {
        let other = second.join(file.file_name().ok_or("no name")?);
        if fs::read(&file).map_err(|e| e.to_string())?
            != fs::read(&other).map_err(|e| e.to_string())?
        {
            return Err(format!("{} and {} differ", file.display(), other.display()));
        }
    }
    let binary = binary.display().to_string();
    let tag = concat!("v", env!("CARGO_PKG_VERSION"));
    release(
        &place,
        repository(),
        &["--binary", &binary, "--tag", tag, "--to", "/dev/null/x"],
    )
    .err()
    .filter(|why| !why.contains("the tag is"))
    .ok_or("the tag of this version is refused, or a folder that can't be is none")?;
    let refused = release(
        &place,
        repository(),
        &["--binary", &binary, "--tag", "v0.0.9"],
    );
    holds(&refused.err().unwrap_or_default(), &["the tag is `v0.0.9`"])
}
