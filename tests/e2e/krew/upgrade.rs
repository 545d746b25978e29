//! Installed from an index that is a git repository, and upgraded when that moves on.

use std::fs;
use std::path::{Path, PathBuf};

use super::packed::{archive, pack, read, replaced, write};
use super::place::{Place, holds, run, succeed};
use super::served::Served;
use crate::built::release_binary;

/// A custom index whose manifests name archives on loopback.
struct Index<'a> {
    place: &'a Place,
    served: &'a Served,
    dir: PathBuf,
}

impl<'a> Index<'a> {
    /// `krew/README.md` says how one is made.
    fn new(place: &'a Place, served: &'a Served) -> Result<Self, String> {
        let dir = place.dir().join("ours");
        fs::create_dir_all(dir.join("plugins")).map_err(|e| e.to_string())?;
        place.git(&dir, &["init", "--quiet", "--initial-branch=main"])?;
        Ok(Self { place, served, dir })
    }

    /// Releases `binary` as `version`: the folder of its archive.
    fn publish(&self, version: &str, binary: &Path) -> Result<PathBuf, String> {
        let folder = self.place.dir().join("served").join(version);
        let url = format!("{}/{version}", self.served.url());
        let manifest = read(&pack(self.place, binary, &folder, &url)?)?;
        let ours = concat!("version: v", env!("CARGO_PKG_VERSION"));
        let manifest = replaced(&manifest, ours, &format!("version: {version}"))?;
        write(&self.dir.join("plugins/ds.yaml"), &manifest)?;
        self.place.git(&self.dir, &["add", "plugins"])?;
        let message = format!("ds {version}");
        self.place
            .git(&self.dir, &["commit", "--quiet", "-m", &message])?;
        Ok(folder)
    }
}

pub(super) fn upgrade() -> Result<(), String> {
    let place = Place::new()?;
    let served_dir = place.dir().join("served");
    fs::create_dir(&served_dir).map_err(|e| e.to_string())?;
    let served = Served::folder(&served_dir)?;
    let index = Index::new(&place, &served)?;
    let first = release_binary()?;
    index.publish("v0.0.1", &first)?;

    let address = format!("file://{}", index.dir.display());
    place.krew(&["index", "add", "ours", &address])?;
    let before = place.everything()?;
    place.krew(&["install", "ours/ds"])?;
    is_installed(&place, "v0.0.1", &first)?;
    holds(&place.krew(&["list"])?, &["ours/ds"])?;
    let said = place.krew(&["upgrade"])?;
    holds(
        &said,
        &["Skipping plugin ours/ds, it is already on the newest version"],
    )?;

    let second = longer(&place, &first)?;
    index.publish("v0.0.2", &second)?;
    holds(&place.krew(&["update"])?, &["ours/ds v0.0.1 -> v0.0.2"])?;
    is_installed(&place, "v0.0.1", &first)?;
    holds(&place.krew(&["upgrade"])?, &["Upgraded plugin: ours/ds"])?;
    is_installed(&place, "v0.0.2", &second)?;

    // An archive that isn't what the manifest says changes nothing.
    let third = index.publish("v0.0.3", &first)?;
    fs::write(archive(&third)?, "other").map_err(|e| e.to_string())?;
    holds(&place.krew(&["upgrade"])?, &["checksum does not match"])?;
    is_installed(&place, "v0.0.2", &second)?;

    place.krew(&["uninstall", "ds"])?;
    let left = place.everything()?;
    if left != before {
        return Err(format!("before: {before:?}\nleft: {left:?}"));
    }
    place.krew(&["index", "remove", "ours"]).map(drop)
}

/// The same program in other bytes.
fn longer(place: &Place, binary: &Path) -> Result<PathBuf, String> {
    let longer = place.dir().join("longer");
    let mut bytes = fs::read(binary).map_err(|e| format!("{}: {e}", binary.display()))?;
    bytes.push(0);
    fs::write(&longer, bytes).map_err(|e| e.to_string())?;
    Ok(longer)
}

/// krew's link leads to these bytes in this version's folder, and they run.
fn is_installed(place: &Place, version: &str, binary: &Path) -> Result<(), String> {
    let target = fs::read_link(place.link("ds")).map_err(|e| format!("the link: {e}"))?;
    if !target.ends_with(format!("store/ds/{version}/kubectl-ds")) {
        return Err(format!("{version}: the link leads to {}", target.display()));
    }
    let of = |path: &Path| fs::read(path).map_err(|e| format!("{}: {e}", path.display()));
    if of(&target)? != of(binary)? {
        return Err(format!("{} isn't what was released", target.display()));
    }
    let versions = fs::read_dir(place.krew_root().join("store/ds")).map_err(|e| e.to_string())?;
    if versions.count() != 1 {
        return Err(format!("{version}: an older one stays"));
    }
    let said = succeed(&mut place.kubectl(&["ds", "--version"]))?;
    holds(&said, &[env!("CARGO_PKG_VERSION")])?;
    let listed = run(&mut place.kubectl(&["plugin", "list"]))?;
    holds(&listed.stdout, &[".krew/bin/kubectl-ds"])
}
