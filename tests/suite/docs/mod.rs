//! What the documents show is what the binary prints, and their lists are the code's.
//!
//! `UPDATE_DOCS=1 cargo test --test suite docs` writes them anew.

mod commands;
mod console;
mod kinds;
mod links;
mod man;
mod pictures;
mod readme;
mod recording;
mod reference;
mod reports;
mod theme;
mod window;

use std::fs;
use std::path::Path;

use crate::binary::root;

/// How wide the documents' console blocks and pictures are: what a page shows without scrolling.
const COLUMNS: &str = "100";

/// Compares a document with what it should hold, or writes it with `UPDATE_DOCS=1`.
fn check(path: &str, wanted: &str) {
    let file = root().join(path);
    let mut found = fs::read_to_string(&file).unwrap_or_default();
    // What is right already isn't touched: other tests read it at the same time.
    if found != wanted && std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, wanted).unwrap();
        wanted.clone_into(&mut found);
    }
    assert!(
        found == wanted,
        "{path} is out of date: UPDATE_DOCS=1 cargo test --test suite docs"
    );
}

/// The files below a folder of the package, as paths from its root.
fn files(folder: &str) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(from_root(&path));
            }
        }
    }
    files.sort();
    files
}

fn from_root(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap();
    path.to_str().unwrap().replace('\\', "/")
}

/// The Markdown documents of the package.
fn documents() -> Vec<String> {
    let at_the_root = [
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
    ];
    let folders = ["docs", "tests", "src", "krew", "completions"];
    let there = folders.iter().filter(|f| root().join(f).is_dir());
    let below = there.flat_map(|folder| files(folder));
    let markdown = below.filter(|path| path.ends_with(".md"));
    at_the_root
        .map(str::to_owned)
        .into_iter()
        .chain(markdown)
        .collect()
}
