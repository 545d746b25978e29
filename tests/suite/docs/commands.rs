//! Commands that the documents name, in tables and in prose too, are commands.

use std::fs;

use kubectl_ds::cli::{definition, name::Name};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::binary::root;

use super::documents;

#[test]
fn the_readme_begins_with_the_two_commands() {
    let blocks = code("README.md", true);
    assert_eq!(
        blocks[..2],
        [
            "cargo run --quiet -- why node-exporter gpu-1 -n monitoring --from docs/examples/incident.yaml\n",
            "cargo test\n",
        ]
    );
}

#[test]
fn commands_that_are_named_are_commands() {
    let mut named = 0;
    for path in documents() {
        for text in code(&path, false) {
            for line in text.lines().filter(|line| line.contains("kubectl ds ")) {
                named += usize::from(is_command(&path, line));
            }
        }
    }
    assert!(named > 40, "only {named} commands were found");
}

/// Whether it is one for this binary; fails where it isn't taken.
fn is_command(path: &str, line: &str) -> bool {
    let line = line.trim().trim_start_matches("$ ");
    let command = line.split(" | ").next().unwrap();
    let command = command.split(" #").next().unwrap();
    let Some(args) = command.strip_prefix("kubectl ds ") else {
        return false;
    };
    if args.contains('…') {
        return false;
    }
    let args = args.split_whitespace().map(|a| a.trim_matches(['[', ']']));
    let taken = definition(&Name::default())
        .try_get_matches_from(std::iter::once("kubectl-ds").chain(args));
    if let Err(error) = taken {
        assert!(!error.use_stderr(), "{path}: `{line}`: {error}");
    }
    true
}

/// The code of a document: its blocks, or these and what stands in its lines.
fn code(path: &str, blocks_only: bool) -> Vec<String> {
    let document = fs::read_to_string(root().join(path)).unwrap();
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    for event in Parser::new_ext(&document, pulldown_cmark::Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => block = Some(String::new()),
            Event::End(TagEnd::CodeBlock) => found.extend(block.take()),
            Event::Text(text) => {
                if let Some(block) = &mut block {
                    block.push_str(&text);
                }
            }
            Event::Code(text) if !blocks_only => found.push(text.into_string()),
            _ => {}
        }
    }
    found
}
