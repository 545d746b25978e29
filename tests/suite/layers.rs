//! Data flows one way: what each file of `src` uses of the crate is of a layer below its own.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::binary::root;

/// The layers from the top to the bottom, each with those that it may use.
const LAYERS: &[(&str, &[&str])] = &[
    ("main", &["commands", "cli", "output", "model"]),
    (
        "commands",
        &[
            "cli",
            "output",
            "report",
            "words",
            "analysis",
            "engine",
            "apply",
            "source",
            "model",
            "interruption",
        ],
    ),
    ("cli", &["output", "apply", "source", "model"]),
    (
        "output",
        &["report", "words", "analysis", "model", "interruption"],
    ),
    ("report", &["words", "analysis", "model"]),
    ("words", &["analysis", "engine", "model"]),
    ("analysis", &["engine", "apply", "model"]),
    ("engine", &["model"]),
    ("apply", &["model"]),
    ("source", &["model", "interruption"]),
    ("model", &[]),
    ("interruption", &[]),
];

type Exception = (&'static str, &'static str, &'static str);

/// What is still otherwise: the file or the folder, the layer that it uses, and why. One
/// that no file needs any more fails the test.
const EXCEPTIONS: &[Exception] = &[];

/// What a file uses of the crate.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Use {
    line: usize,
    layer: String,
}

#[test]
fn no_arrow_goes_up() {
    let mut wrong = Vec::new();
    let mut needed = BTreeSet::new();
    for (file, text) in sources() {
        for used in uses(&file, &text) {
            match exception(&file, &used.layer) {
                Some(exception) => {
                    needed.insert(exception);
                }
                None => wrong.extend(problem(&file, &used)),
            }
        }
    }
    let unneeded = EXCEPTIONS.iter().filter(|e| !needed.contains(e));
    wrong.extend(unneeded.map(|(place, layer, _)| {
        format!("src/{place} doesn't use `{layer}` any more: take the exception away")
    }));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_layers_stand_in_their_order() {
    for (index, (layer, below)) in LAYERS.iter().enumerate() {
        for used in *below {
            let at = LAYERS.iter().position(|(name, _)| name == used);
            assert!(at.is_some_and(|at| at > index), "{layer} uses {used}");
        }
    }
}

/// What the compiler can't refuse: prose that a layout puts together and passes on as quoted.
#[test]
fn layouts_put_no_text_together() {
    const LAYOUTS: &[&str] = &[
        "adopt/", "node/", "plan/", "why/", "closing", "lists", "words", "next", "document",
    ];
    let mut seen = BTreeSet::new();
    for (file, text) in sources() {
        let layout = file.strip_prefix("output/");
        let layout = layout.and_then(|file| LAYOUTS.iter().find(|l| file.starts_with(**l)));
        if let Some(layout) = layout {
            seen.insert(layout);
            let lines = text.lines().zip(1..);
            let found: Vec<_> = lines
                .filter(|(line, _)| line.contains("format!") || line.contains("format_args!"))
                .collect();
            assert_eq!(found, [], "src/{file}: sentences are made in `words`");
        }
    }
    assert_eq!(seen.len(), LAYOUTS.len(), "{seen:?}");
}

/// The files of `src` by their paths in it.
fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    let mut sources = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(&src).unwrap().to_str().unwrap();
                let text = std::fs::read_to_string(&path).unwrap();
                sources.push((name.replace('\\', "/"), text));
            }
        }
    }
    assert!(sources.len() > 100, "{} files", sources.len());
    sources.sort();
    sources
}

fn exception(file: &str, layer: &str) -> Option<&'static Exception> {
    EXCEPTIONS
        .iter()
        .find(|(place, used, _)| file.starts_with(place) && *used == layer)
}

/// What is wrong with a use; `None` where it is allowed.
fn problem(file: &str, used: &Use) -> Option<String> {
    let Use { line, layer } = used;
    let own = layer_of(file);
    if own == *layer {
        return None;
    }
    let place = format!("src/{file}:{line}");
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == own) else {
        return Some(format!("{place}: `{own}` is no layer: add it to LAYERS"));
    };
    let is_allowed = allowed.contains(&layer.as_str());
    (!is_allowed).then(|| format!("{place}: `{own}` uses `{layer}`"))
}

/// The folder or the file below `src`.
fn layer_of(file: &str) -> String {
    let first = file.split('/').next().unwrap_or_default();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules that a file stands for: `source/cluster/mod.rs` is `source::cluster`.
fn module_of(file: &str) -> Vec<String> {
    let path = Path::new(file).with_extension("");
    let parts = path.iter().map(|part| part.to_str().unwrap().to_owned());
    let mut modules: Vec<String> = parts.collect();
    if modules.last().is_some_and(|last| last == "mod") {
        modules.pop();
    }
    if matches!(file, "lib.rs" | "main.rs") {
        modules.clear();
    }
    modules
}

/// What the code of a file uses by paths from `crate::`, or from `super::` where these go
/// beyond its own layer. What is compiled for tests alone may join layers.
fn uses(file: &str, text: &str) -> Vec<Use> {
    let mut uses = Vec::new();
    if !file.ends_with("/tests.rs") {
        let code: TokenStream = text.parse().unwrap_or_else(|e| panic!("src/{file}: {e}"));
        read(code, &module_of(file), &mut uses);
    }
    uses
}

/// Reads the code of a module.
fn read(code: TokenStream, module: &[String], uses: &mut Vec<Use>) {
    let tokens: Vec<TokenTree> = code.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        let here = &tokens[at..];
        at += match here {
            [TokenTree::Punct(sign), TokenTree::Group(attribute), ..]
                if sign.as_char() == '#' && is_cfg_test(attribute) =>
            {
                2 + item(&here[2..])
            }
            [
                TokenTree::Ident(word),
                TokenTree::Ident(name),
                TokenTree::Group(body),
                ..,
            ] if word == "mod" => {
                let inner = [module, &[name.to_string()]].concat();
                read(body.stream(), &inner, uses);
                3
            }
            [TokenTree::Group(group), ..] => {
                read(group.stream(), module, uses);
                1
            }
            _ if starts_path(&tokens, at) => path(here, module.to_vec(), uses),
            _ => 1,
        };
    }
}

/// The length of the item that `tokens` begin with.
fn item(tokens: &[TokenTree]) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Punct(sign) => sign.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    tokens
        .iter()
        .position(ends)
        .map_or(tokens.len(), |at| at + 1)
}

fn is_cfg_test(attribute: &Group) -> bool {
    attribute.stream().to_string().replace(' ', "") == "cfg(test)"
}

fn starts_path(tokens: &[TokenTree], at: usize) -> bool {
    let begins = ["crate", "super", "kubectl_ds"];
    let is_start =
        matches!(&tokens[at], TokenTree::Ident(word) if begins.iter().any(|b| word == b));
    let goes_on = at >= 2 && is_separator(&tokens[at - 2..]);
    is_start && is_separator(&tokens[at + 1..]) && !goes_on
}

/// Whether `::` comes next.
fn is_separator(tokens: &[TokenTree]) -> bool {
    let is_colon = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ':');
    matches!(tokens, [first, second, ..] if is_colon(first) && is_colon(second))
}

/// Reads a path, or the paths of a group, from the module `from` on; the result is its length.
fn path(tokens: &[TokenTree], mut from: Vec<String>, uses: &mut Vec<Use>) -> usize {
    match tokens.first() {
        Some(TokenTree::Group(group)) => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let is_comma = |t: &TokenTree| matches!(t, TokenTree::Punct(p) if p.as_char() == ',');
            for one in inner.split(is_comma) {
                path(one, from.clone(), uses);
            }
        }
        Some(TokenTree::Ident(word)) if word == "crate" || word == "kubectl_ds" => from.clear(),
        Some(TokenTree::Ident(word)) if word == "super" => drop(from.pop()),
        Some(TokenTree::Ident(word)) => {
            let (line, layer) = (word.span().start().line, word.to_string());
            if from.is_empty() {
                uses.push(Use { line, layer });
            }
            from.push(word.to_string());
        }
        _ => return 1,
    }
    match tokens.get(1..) {
        Some(rest) if is_separator(rest) => 3 + path(&rest[2..], from, uses),
        _ => 1,
    }
}

/// What a file of these lines uses, as `line layer`.
fn used(file: &str, lines: &[&str]) -> Vec<String> {
    let uses = uses(file, &lines.join("\n"));
    let texts = uses.iter().map(|u| format!("{} {}", u.line, u.layer));
    texts.collect()
}

#[test]
fn every_way_to_name_a_layer_is_seen() {
    let seen = used(
        "engine/rollout/mod.rs",
        &[
            "use crate::output::{self, table::{Row, Cell}};",
            "use crate::{cli, commands::why::{self}, model::Pod};",
            "use super::super::report::Reason;",
            "use super::{claim::Claim, super::source::Question};",
            "use super::pods;",
            "fn f(a: &'static str) -> char { crate::words::say(a); '\"' }",
            "mod wire { use super::super::super::apply; use super::budget; }",
            "pub(in crate::engine) struct S;",
            "pub(crate) type T = <S as crate::analysis::U>::V;",
        ],
    );
    assert_eq!(
        seen,
        [
            "1 output",
            "2 cli",
            "2 commands",
            "2 model",
            "3 report",
            "4 source",
            "6 words",
            "7 apply",
            "8 engine",
            "9 analysis",
        ]
    );
}

#[test]
fn what_is_no_code_or_a_test_is_passed_over() {
    let seen = used(
        "model/node.rs",
        &[
            "// use crate::engine::a;",
            "/// [`crate::engine::b`]",
            "const A: &str = \"crate::engine::c\"; /* crate::engine::d */",
            "#[cfg(test)]",
            "use crate::engine::h;",
            "#[cfg(test)]",
            "#[allow(clippy::unwrap_used)]",
            "mod tests { use crate::engine::i; fn f() { crate::engine::j() } }",
            "use crate::source::k;",
        ],
    );
    assert_eq!(seen, ["9 source"]);
    assert_eq!(uses("model/selector/tests.rs", "use crate::engine::a;"), []);
}

#[test]
fn an_arrow_that_goes_up_is_told_with_its_place() {
    let problems = |file: &str, line: &str| -> Vec<String> {
        let uses = uses(file, line);
        uses.iter().filter_map(|used| problem(file, used)).collect()
    };
    assert_eq!(
        problems("engine/claim.rs", "\nuse crate::apply::defaults;"),
        ["src/engine/claim.rs:2: `engine` uses `apply`"]
    );
    assert_eq!(
        problems("source/files/mod.rs", "use super::super::engine::Finding;"),
        ["src/source/files/mod.rs:1: `source` uses `engine`"]
    );
    assert_eq!(
        problems("helpers/mod.rs", "use crate::model::Pod;"),
        ["src/helpers/mod.rs:1: `helpers` is no layer: add it to LAYERS"]
    );
    assert_eq!(
        problems("main.rs", "fn main() { kubectl_ds::source::ask() }"),
        ["src/main.rs:1: `main` uses `source`"]
    );
    assert_eq!(
        problems("engine/claim.rs", "use crate::model::Pod;"),
        [""; 0]
    );
}
