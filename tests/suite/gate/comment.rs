//! `-o markdown`.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::json;

use super::{Files, changed_and_new, manifest, refused, said};
use crate::binary::stdout;
use crate::plans::dump::Dump;

/// What GitHub takes.
const MOST: usize = 65_536;

/// Markup that a comment has of its own.
const OWN: [&str; 8] = [
    "<b>",
    "</b>",
    "<!-- -->",
    "<details>",
    "<summary>",
    "</summary>",
    "</details>",
    "",
];

/// What a comment is when it is read as Markdown.
#[derive(Default)]
struct Read {
    heading: String,
    /// The cells of each row, the head first.
    rows: Vec<Vec<String>>,
    items: Vec<String>,
    code: Vec<String>,
    /// What isn't its own: links, images, emphasis, other HTML.
    foreign: Vec<String>,
}

fn read(markdown: &str) -> Read {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM;
    let mut read = Read::default();
    let mut text = String::new();
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(
                tag @ (Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis | Tag::Strikethrough),
            ) => read.foreign.push(format!("{tag:?}")),
            Event::Start(Tag::TableHead | Tag::TableRow) => read.rows.push(Vec::new()),
            Event::Start(Tag::Heading { .. } | Tag::TableCell | Tag::Item | Tag::CodeBlock(_)) => {
                text.clear();
            }
            Event::End(TagEnd::Heading(_)) => read.heading = std::mem::take(&mut text),
            Event::End(TagEnd::TableCell) => {
                let cell = std::mem::take(&mut text);
                read.rows.last_mut().unwrap().push(cell);
            }
            Event::End(TagEnd::Item) => read.items.push(std::mem::take(&mut text)),
            Event::End(TagEnd::CodeBlock) => read.code.push(std::mem::take(&mut text)),
            Event::Text(more) => text.push_str(&more),
            Event::Html(html) | Event::InlineHtml(html) => {
                // A line of a summary: its own tags, and text in which every other is escaped.
                let tags = html.split_inclusive('>').filter_map(|part| {
                    let at = part.find('<')?;
                    Some(part[at..].to_owned())
                });
                let other = tags.filter(|tag| !OWN.contains(&tag.as_str()));
                read.foreign.extend(other);
            }
            _ => {}
        }
    }
    read
}

/// The text outside of code, where mentions, references and addresses are looked for.
fn outside_of_code(markdown: &str) -> String {
    let mut is_code = false;
    let lines = markdown.lines().filter(|line| {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_stream_has_a_row_for_each_and_each_in_full() {
    let files = changed_and_new();
    let markdown = stdout(&files.plan("plan -o markdown"));
    let read = read(&markdown);
    assert_eq!(read.foreign, Vec::<String>::new(), "{markdown}");
    let rows: Vec<_> = read.rows.iter().map(|row| row[1..].join(" ")).collect();
    assert_eq!(
        rows[1..],
        [
            "default/a changes pods 4 0 0 0 0 0 0 0",
            "default/b changes pods 0 4 0 0 0 0 0 0",
        ]
    );
    assert_eq!(read.items, ["default/a: n1, n2, n3, n4"]);
    // Folded is what `plan` says for people in 100 columns.
    let alone = ["a", "b"].map(|name| stdout(&files.plan(&format!("plan {name}"))));
    assert_eq!(read.code, alone);
    let total = stdout(&files.plan("plan"));
    assert!(
        read.heading.ends_with(total.lines().last().unwrap()),
        "{}",
        read.heading
    );
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("comment-stream", markdown);
    });
}

/// The worst first; what is refused is named with its field.
#[test]
fn what_is_lost_and_refused_comes_first() {
    let dump = Dump::new(4, 1).taint(4, "x", "NoSchedule");
    let mut same = manifest("a", "a:2");
    same["spec"]["template"]["spec"]["tolerations"] = json!([]);
    let stream = [manifest("b", "b:1"), same, refused("c")];
    let files = Files::new(&dump.objects(), &stream);
    let (code, markdown, err) = said(&files.plan("plan -o markdown --fail-on lost,refused"));
    assert_eq!(code, 1, "{err}");
    let read = read(&markdown);
    let rows = read.rows[1..]
        .iter()
        .map(|row| (row[1].as_str(), row[2].as_str()));
    let rows: Vec<_> = rows.collect();
    assert_eq!(
        rows,
        [
            ("default/c", "refused"),
            ("default/a", "loses pods"),
            ("default/b", "changes pods"),
        ]
    );
    let refused: Vec<_> = read.rows.iter().map(|row| row[10].as_str()).collect();
    assert_eq!(refused, ["Refused", "1", "0", "0"]);
    // The first line has the worst of it.
    let (total, worst) = read.heading.split_once("; ").unwrap();
    assert!(total.ends_with("1 lost, 1 refused"), "{total}");
    assert!(worst.starts_with("✗ default/c: "), "{worst}");
    assert!(
        read.items[0].starts_with("default/c: ")
            && read.items[0].contains("spec.updateStrategy.type")
    );
    assert!(
        read.items[1].starts_with("default/a: n4: "),
        "{:?}",
        read.items
    );
}

/// Nodes that are no longer eligible where the DaemonSet is expected, and those that are now.
#[test]
fn expectations_that_are_broken_and_mended_are_listed() {
    let mut narrowed = manifest("a", "a:2");
    narrowed["spec"]["template"]["spec"]["nodeSelector"] = json!({"kubernetes.io/hostname": "n1"});
    let files = Files::new(
        &Dump::new(4, 1).objects(),
        &[manifest("b", "b:1"), narrowed],
    );
    let expect = "--expect kubernetes.io/hostname";
    let (code, markdown, _) =
        said(&files.plan(&format!("plan {expect} -o markdown --fail-on uncovered")));
    assert_eq!(code, 1);
    let read = read(&markdown);
    let column: Vec<_> = read
        .rows
        .iter()
        .map(|row| (&*row[1], &*row[2], &*row[9]))
        .collect();
    assert_eq!(
        column[1..],
        [
            ("default/a", "breaks expectations", "3"),
            ("default/b", "changes pods", "0"),
        ]
    );
    let by = "; expected on kubernetes.io/hostname (--expect)";
    assert_eq!(read.items[0], format!("default/a: n2, n3, n4{by}"));
    assert!(
        read.items
            .contains(&format!("default/b: n1, n2, n3, n4{by}"))
    );
    let title = |text: &str| markdown.find(&format!("**{text}")).unwrap();
    assert!(title("Expectations broken by it") < title("Expectations mended by it"));
    assert!(
        read.heading.contains("expectations broken on 3 nodes"),
        "{}",
        read.heading
    );
    assert!(read.heading.starts_with('✗'), "{}", read.heading);
    // What stays excluded is neither; nor is a label that too few nodes carry.
    let few = "--expect kubernetes.io/hostname=n9 --expect-at-least 2";
    let markdown = stdout(&files.plan(&format!("plan a {few} -o markdown")));
    assert!(
        markdown.contains("0 nodes then, 0 today, at least 2 expected"),
        "{markdown}"
    );
    assert!(!markdown.contains("**Expectations broken"), "{markdown}");
    // A what-if on one node says it too.
    let taint = format!("why a n1 {expect} --taint x=y:NoSchedule -o markdown");
    let markdown = stdout(&files.ask(&taint));
    assert!(
        markdown.contains(&format!("<b>default/a</b>: n1{by}")),
        "{markdown}"
    );
}

/// The expected nodes without an available pod, with what keeps it from them.
#[test]
fn what_is_uncovered_today_is_listed() {
    let mut dump = Dump::new(4, 4).taint(2, "x", "NoSchedule");
    dump.pods.remove(1);
    let files = Files::new(&dump.objects(), &[]);
    for question in ["why a", "why -A", "why a n2"] {
        let question = format!("{question} --expect kubernetes.io/hostname -o markdown");
        let markdown = stdout(&files.ask(&question));
        let read = read(&markdown);
        assert_eq!(read.items.len(), 1, "{markdown}");
        assert!(read.items[0].starts_with("default/a: n2"), "{markdown}");
        if let [header, row] = read.rows.as_slice() {
            assert_eq!((&*header[6], &*row[6]), ("Uncovered", "1"), "{markdown}");
            assert!(read.items[0].contains("taint x"), "{markdown}");
        }
    }
    let none = stdout(&files.ask("why a --expect pool=tpu -o markdown"));
    assert!(none.contains("there is no node with pool=tpu"), "{none}");
}

/// How old the state is that it was computed from.
#[test]
fn it_says_how_old_the_state_is() {
    let files = Files::new(&Dump::new(1, 1).objects(), &[]);
    let dump = files.dump.to_str().unwrap().to_owned();
    let args = ["plan", "a", "-o", "markdown", "--from", &dump];
    let markdown = stdout(&crate::binary::kubectl_ds(&args, &[]));
    let read_at = "Computed from the state at 2026-01-01T00:00:20Z, ";
    let (_, age) = markdown
        .split_once(read_at)
        .unwrap_or_else(|| panic!("{markdown}"));
    assert!(age.contains(" before this was written."), "{age}");
    let markdown = stdout(&files.ask("plan a -o markdown"));
    assert!(markdown.contains("--now"), "{markdown}");
}

/// Names of nodes that a file brings are anything.
#[test]
fn foreign_text_is_no_markup() {
    const HOSTILE: [&str; 8] = [
        "<img src=x onerror=alert(1)>",
        "@octocat",
        "#12 GH-12",
        "[text](https://example.com)",
        "![image](https://example.com/a.png)",
        "a|b`c`**d**_e_~~f~~",
        "</summary></details>```",
        "www.example.com mailto:a@example.com",
    ];
    let mut dump = Dump::new(HOSTILE.len(), 0);
    for (index, name) in HOSTILE.iter().enumerate() {
        dump.nodes[index]["metadata"]["name"] = (*name).into();
        dump.nodes[index]["spec"]["taints"] = json!([{"key": "x", "effect": "NoSchedule"}]);
        dump.pods[index]["spec"]["nodeName"] = (*name).into();
    }
    let mut names = HOSTILE;
    names.sort_unstable();
    let files = Files::new(&dump.objects(), &[]);
    for question in ["plan a", "why a", "why -A"] {
        let markdown = stdout(&files.ask(&format!("{question} -o markdown --limit 0")));
        let read = read(&markdown);
        assert_eq!(read.foreign, Vec::<String>::new(), "{question}: {markdown}");
        let columns = read.rows[0].len();
        assert!(
            read.rows.iter().all(|row| row.len() == columns),
            "{markdown}"
        );
        if question == "plan a" {
            assert!(
                read.items[0].contains(&names.join(", ")),
                "{:?}",
                read.items
            );
        }
        let text = outside_of_code(&markdown);
        for (sign, at) in text.match_indices(['@', '#']).map(|(at, sign)| (sign, at)) {
            let rest = &text[at + 1..];
            let is_heading = sign == "#" && (rest.starts_with(['#', ' ']));
            assert!(
                is_heading || rest.starts_with("<!-- -->"),
                "{question}: {rest}"
            );
        }
        assert!(!text.contains("://") && !text.contains("www.e"), "{text}");
        for code in &read.code {
            assert!(code.contains("default/a"), "a fence was closed: {code}");
        }
    }
}

/// Nothing of a large cluster makes it too long, and what is left out is counted.
#[test]
fn it_fits_whatever_the_cluster_is() {
    let mut stream: Vec<_> = (0..120)
        .map(|n| manifest(&format!("b{n}"), "b:1"))
        .collect();
    stream.push(manifest("a", "a:3"));
    // Many nodes, and many DaemonSets.
    for (question, nodes) in [("plan a", 12_000), ("plan", 1_000)] {
        let files = Files::new(&Dump::new(nodes, 0).objects(), &stream);
        let markdown = stdout(&files.plan(&format!("{question} -o markdown --limit 0")));
        let units = markdown.encode_utf16().count();
        assert!(units <= MOST, "{question}: {units}");
        assert!(units > MOST / 2, "{question}: {units}");
        let read = read(&markdown);
        assert_eq!(read.foreign, Vec::<String>::new(), "{question}");
        let said = ["more lines", "characters more)", "Left out, "];
        let is_said = said.iter().any(|said| markdown.contains(said));
        assert!(is_said, "{question}");
    }
}

#[test]
fn only_some_commands_have_it() {
    let files = Files::new(&Dump::new(1, 1).objects(), &[]);
    for (question, wanted) in [
        (
            "node n1 -o markdown",
            "`node` has no output format `markdown`: use table, wide, json, yaml, kyaml or name",
        ),
        (
            "adopt a -o markdown",
            "`adopt` has no output format `markdown`",
        ),
        ("plan a --watch -o markdown", "`--watch`"),
    ] {
        let (code, out, err) = said(&files.ask(question));
        assert_eq!((code, out.as_str()), (2, ""), "{question}");
        assert!(err.contains(wanted), "{question}: {err}");
    }
    for question in ["why a n1", "why a n1 --cordon", "why a --node-selector a=b"] {
        let (code, out, err) = said(&files.ask(&format!("{question} -o markdown")));
        assert_eq!((code, err.as_str()), (0, ""), "{question}");
        assert_eq!(read(&out).code.len(), 1, "{out}");
    }
}
