//! Links in the documents lead somewhere, and every file of `docs` is led to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::binary::root;

use super::{documents, files, from_root};

/// What a document links to, and what can be linked to in it.
#[derive(Default)]
struct Document {
    links: Vec<String>,
    anchors: BTreeSet<String>,
    /// Everything that isn't markup, code too: commands name files.
    text: String,
}

#[test]
fn links_lead_somewhere() {
    let documents = read();
    let mut wrong = Vec::new();
    let mut links = 0;
    for (path, document) in &documents {
        for link in &document.links {
            links += 1;
            if let Some(problem) = problem(&documents, path, link) {
                wrong.push(format!("{path}: `{link}`: {problem}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(links > 10, "only {links} links were found");
}

#[test]
fn a_wrong_link_is_noticed() {
    let documents = read();
    let wrong = [
        "docs/reference/none.md",
        "#no-such-heading",
        "docs/reference/reasons.md#none",
        "../outside.md",
        "/LICENSE",
        "http://example.com/",
        "https://",
        "https://bad host/",
        "ftp://example.com/",
    ];
    for link in wrong {
        assert!(problem(&documents, "README.md", link).is_some(), "{link}");
    }
    let right = [
        "docs/reference/reasons.md",
        "docs/rbac",
        "#license",
        "https://kubernetes.io/docs/",
    ];
    for link in right {
        assert_eq!(problem(&documents, "README.md", link), None, "{link}");
    }
}

/// From the README one gets to every document, and each file of `docs` is linked or named there.
#[test]
fn no_file_of_the_docs_is_dead() {
    let documents = read();
    let mut reached = BTreeSet::new();
    let mut next = vec!["README.md".to_owned()];
    while let Some(path) = next.pop() {
        if !reached.insert(path.clone()) {
            continue;
        }
        let Some(document) = documents.get(&path) else {
            continue;
        };
        let links = document.links.iter();
        next.extend(links.filter_map(|link| Some(relative(&path, link)?.0)));
        let named = files("docs").into_iter();
        next.extend(named.filter(|file| document.text.contains(file)));
    }
    let all = files("docs");
    let dead: Vec<_> = all.iter().filter(|f| !reached.contains(*f)).collect();
    assert_eq!(dead, Vec::<&String>::new());
}

fn read() -> BTreeMap<String, Document> {
    let documents = documents().into_iter();
    documents
        .map(|path| {
            let text = fs::read_to_string(root().join(&path)).unwrap();
            (path, parse(&text))
        })
        .collect()
}

fn parse(text: &str) -> Document {
    let mut document = Document::default();
    let mut heading: Option<String> = None;
    let options = Options::ENABLE_TABLES | Options::ENABLE_GFM | Options::ENABLE_STRIKETHROUGH;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                document.links.push(dest_url.into_string());
            }
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let anchor = anchor(&heading.take().unwrap_or_default());
                let again = (1..).map(|n| format!("{anchor}-{n}"));
                let mut names = std::iter::once(anchor.clone()).chain(again);
                let free = names.find(|name| !document.anchors.contains(name));
                document.anchors.extend(free);
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
                document.text.push_str(&text);
                document.text.push('\n');
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                document.links.extend(html_links(&html));
            }
            _ => {}
        }
    }
    document
}

/// A heading's anchor, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        c => c.is_alphanumeric().then_some(c),
    });
    kept.flat_map(char::to_lowercase).collect()
}

/// The values of `src`, `srcset` and `href`.
fn html_links(html: &str) -> Vec<String> {
    let mut links = Vec::new();
    for attribute in ["src=\"", "srcset=\"", "href=\""] {
        for rest in html.split(attribute).skip(1) {
            let (value, _) = rest.split_once('"').unwrap();
            links.push(value.to_owned());
        }
    }
    links
}

/// What is wrong with a link of the document `path`.
fn problem(documents: &BTreeMap<String, Document>, path: &str, link: &str) -> Option<String> {
    if link.contains("://") {
        return external(link);
    }
    let Some((target, anchor)) = relative(path, link) else {
        return Some("it leads out of the repository, or from a server's root".to_owned());
    };
    if !root().join(&target).exists() {
        return Some(format!("there is no {target}"));
    }
    match (anchor, documents.get(&target)) {
        (None, _) => None,
        (Some(anchor), Some(document)) if document.anchors.contains(anchor) => None,
        (Some(anchor), _) => Some(format!("{target} has no heading #{anchor}")),
    }
}

fn external(link: &str) -> Option<String> {
    let uri: Result<http::Uri, _> = link.parse();
    match uri {
        Ok(uri)
            if uri.scheme_str() == Some("https") && uri.host().is_some_and(|h| h.contains('.')) =>
        {
            None
        }
        Ok(_) => Some("write it as https://HOST/…".to_owned()),
        Err(error) => Some(error.to_string()),
    }
}

/// The file that a link names, from the root of the package, and its anchor;
/// `None` for links to elsewhere.
fn relative<'a>(path: &str, link: &'a str) -> Option<(String, Option<&'a str>)> {
    if link.contains("://") || link.starts_with('/') {
        return None;
    }
    let (file, anchor) = match link.split_once('#') {
        Some((file, anchor)) => (file, Some(anchor)),
        None => (link, None),
    };
    if file.is_empty() {
        return Some((path.to_owned(), anchor));
    }
    let mut target = PathBuf::from(Path::new(path).parent()?);
    for part in Path::new(file).components() {
        match part {
            Component::ParentDir => target.pop().then_some(())?,
            Component::CurDir => {}
            part => target.push(part),
        }
    }
    Some((from_root(&root().join(target)), anchor))
}
