//! What the package says of itself and what it holds.

use std::fs;
use std::process::Command;

use crate::binary::root;

/// What the include list lets in, and what cargo adds.
fn belongs(file: &str) -> bool {
    const FILES: [&str; 6] = [
        ".cargo_vcs_info.json",
        "Cargo.lock",
        "Cargo.toml",
        "Cargo.toml.orig",
        "LICENSE",
        "README.md",
    ];
    const FOLDERS: [(&str, &[&str]); 3] = [
        ("src/", &["rs", "txt", "yaml"]),
        // zsh wants `_kubectl-ds`, and kubectl `kubectl_complete-ds`.
        ("completions/", &["bash", "fish", "ps1", "cmd", ""]),
        ("docs/reference/", &["md", "1"]),
    ];
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    FILES.contains(&file)
        || FOLDERS
            .iter()
            .any(|(folder, kinds)| file.starts_with(folder) && kinds.contains(&extension))
}

fn packaged() -> Vec<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["package", "--list", "--allow-dirty", "--offline", "--quiet"])
        .current_dir(root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    // What cargo warns of is missing from the manifest.
    assert_eq!(said, "");
    let text = String::from_utf8(output.stdout).unwrap();
    // As git writes paths, on every system.
    text.lines().map(|line| line.replace('\\', "/")).collect()
}

#[test]
fn it_holds_what_it_should_and_nothing_else() {
    let files = packaged();
    let strangers: Vec<_> = files.iter().filter(|file| !belongs(file)).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
    for wanted in [
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE",
        "README.md",
        "src/lib.rs",
        "src/main.rs",
        "docs/reference/reasons.md",
    ] {
        assert!(files.iter().any(|file| file == wanted), "{wanted}");
    }
}

/// A file that is compiled in and isn't in the package would break it for all but us.
#[test]
fn what_is_compiled_in_is_in_it() {
    let files = packaged();
    let mut seen = 0;
    for source in files.iter().filter(|file| file.ends_with(".rs")) {
        let text = fs::read_to_string(root().join(source)).unwrap();
        let folder = source.rsplit_once('/').unwrap().0;
        for after in text.split("include_str!(\"").skip(1) {
            let path = root().join(folder).join(after.split('"').next().unwrap());
            let path = path.canonicalize().unwrap();
            let path = path.strip_prefix(root().canonicalize().unwrap()).unwrap();
            let path = path.to_str().unwrap().replace('\\', "/");
            assert!(files.contains(&path), "{source} includes {path}");
            seen += 1;
        }
    }
    assert!(seen > 0, "nothing is compiled in");
}

/// Whoever publishes it writes the address once; the documents must follow.
#[test]
fn one_address() {
    let repository = env!("CARGO_PKG_REPOSITORY");
    let (owner, _) = repository.rsplit_once('/').unwrap();
    let mut seen = 0;
    for file in ["README.md", "krew/README.md"] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        for (at, _) in text.match_indices("kubectl-ds/releases/") {
            let address = format!("{repository}/releases/");
            let before = &text[..at + "kubectl-ds/releases/".len()];
            assert!(before.ends_with(&address), "{file}: not {address}");
            seen += 1;
        }
        for (at, _) in text.match_indices("/krew-index.git") {
            let before = &text[..at];
            let is_ours = before.ends_with(owner) || before.ends_with("/kubernetes-sigs");
            assert!(is_ours, "{file}: not {owner}/krew-index.git");
            seen += 1;
        }
    }
    assert!(seen > 0, "no address in the documents");
}

fn version(text: &str) -> Vec<u64> {
    text.split('.').map(|part| part.parse().unwrap()).collect()
}

/// `rust-version` is a claim about all that is compiled on this platform, not about our own code alone.
#[test]
fn no_dependency_needs_a_newer_rust() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let rustc = String::from_utf8(rustc.stdout).unwrap();
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: "));
    let output = Command::new(cargo)
        .args(["metadata", "--locked", "--offline", "--format-version=1"])
        .args(["--filter-platform", host.unwrap()])
        .current_dir(root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let ours = version(env!("CARGO_PKG_RUST_VERSION"));
    let packages = metadata["packages"].as_array().unwrap();
    let needs = |package: &&serde_json::Value| {
        let needed = package["rust_version"].as_str();
        needed.is_some_and(|needed| version(needed)[..2] > ours[..2])
    };
    let newer: Vec<_> = packages.iter().filter(needs).map(|p| &p["id"]).collect();
    assert!(newer.is_empty(), "{newer:?}");
    assert!(packages.len() > 100, "{}", packages.len());
}
