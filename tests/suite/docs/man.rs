//! A man page for each command, from the one definition of the command line.

use std::io::{self, Write};

use clap::{Arg, Command};
use clap_mangen::Man;
use kubectl_ds::cli::{definition, name::Name};
use kubectl_ds::commands::exit::Exit;
use roff::{Roff, bold, italic, roman};

use super::{check, files};

/// What the process looks at in its environment.
const ENVIRONMENT: &[(&str, &str)] = &[
    (
        "KUBECONFIG",
        "The kubeconfig files, as kubectl takes them: several are merged. Without it ~/.kube/config, \
         and in a pod its service account.",
    ),
    (
        "HTTPS_PROXY, HTTP_PROXY, NO_PROXY",
        "Proxies on the way to the API server, and where none is used.",
    ),
    (
        "KUBECTL_EXTERNAL_DIFF",
        "The program that shows the change of a template in plan, as in kubectl diff.",
    ),
    (
        "NO_COLOR",
        "When it is set and not empty, nothing is coloured by default.",
    ),
    (
        "TERM",
        "When it is dumb, nothing is coloured by default and nothing drawn in place.",
    ),
    (
        "COLUMNS",
        "How wide tables and text are; by default as wide as the terminal, and in a pipe unbroken.",
    ),
];

#[test]
fn man_pages_are_those_of_the_commands() {
    let mut all = definition(&Name::default());
    all.build();
    let mut pages = vec!["docs/reference/man/kubectl-ds.1".to_owned()];
    check(&pages[0], &page(&all, "kubectl-ds", &siblings(&all, "")));
    for command in all.get_subcommands().filter(|c| !c.is_hide_set()) {
        let name = format!("kubectl-ds-{}", command.get_name());
        let path = format!("docs/reference/man/{name}.1");
        check(&path, &page(command, &name, &siblings(&all, &name)));
        pages.push(path);
    }
    pages.sort();
    assert_eq!(files("docs/reference/man"), pages, "pages of no command");
}

/// The pages beside `own`.
fn siblings(all: &Command, own: &str) -> Vec<String> {
    let shown = all.get_subcommands().filter(|c| !c.is_hide_set());
    let names = shown.map(|c| format!("kubectl-ds-{}", c.get_name()));
    let first = (!own.is_empty()).then(|| "kubectl-ds".to_owned());
    first
        .into_iter()
        .chain(names)
        .filter(|n| n != own)
        .collect()
}

fn page(command: &Command, name: &str, siblings: &[String]) -> String {
    let help = command.get_after_help().map(ToString::to_string);
    let help = Help::of(help.as_deref().unwrap_or_default());
    let command = prepared(command, name);
    let man = Man::new(command.clone())
        .title(name.to_uppercase())
        .source("kubectl ds")
        .manual("kubectl plugins");
    // Of a page without a date roff would drop the empty argument, and take the next one for it.
    let title = rendered(|out| man.render_title(out));
    let mut page = title.replacen(" 1  ", " 1 \"\" ", 1);
    for section in [
        rendered(|out| man.render_name_section(out)),
        rendered(|out| man.render_synopsis_section(out)),
        rendered(|out| man.render_description_section(out)),
        rendered(|out| man.render_options_section(out)),
    ] {
        page.push_str(without_preamble(&section));
        if section.contains(".SH DESCRIPTION") && !help.before.is_empty() {
            page.push_str(&described(&help.before));
        }
    }
    if command.has_subcommands() {
        let section = rendered(|out| man.render_subcommands_section(out));
        page.push_str(without_preamble(&section));
    }
    let mut rest = Roff::new();
    exit_status(&mut rest, &command);
    environment(&mut rest);
    configuration(&mut rest);
    if !help.examples.is_empty() {
        examples(&mut rest, &help.examples);
    }
    if !help.after.is_empty() {
        rest.control("SH", ["NOTES"]);
        paragraphs(&mut rest, &help.after);
    }
    see_also(&mut rest, siblings);
    page + without_preamble(&rest.render())
}

fn rendered(render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    render(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The command under the name of its page, with its usage on one line instead of all flags.
fn prepared(command: &Command, name: &str) -> Command {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").to_owned();
    let shown = command.get_bin_name().unwrap().to_owned();
    let command = command
        .clone()
        .display_name(name.to_owned())
        .bin_name(shown)
        .override_usage(usage)
        .subcommand_help_heading("COMMANDS")
        .mut_subcommands(|c| {
            let page = format!("kubectl-ds-{}", c.get_name());
            c.display_name(page)
        });
    // A page has room for the flags that the short help leaves out.
    let command = command.mut_args(|arg| arg.hide_short_help(false));
    command.mut_args(|arg| match arg.get_help_heading() {
        // FILES is where other pages name the files of a program.
        Some(heading) => {
            let heading = format!("{heading} options");
            arg.help_heading(heading)
        }
        None => arg,
    })
}

/// What makes no report isn't clean, partial or followed.
fn exit_status(page: &mut Roff, command: &Command) {
    let is_flag = |arg: &Arg| arg.get_id() == "exit_code" && !arg.is_hide_set();
    let reports = command.get_arguments().any(is_flag);
    page.control("SH", ["EXIT STATUS"]);
    let ends = Exit::ALL.into_iter();
    for exit in ends.filter(|e| reports || matches!(e, Exit::Success | Exit::Failed)) {
        page.control("TP", []);
        page.text([bold(exit.code().to_string())]);
        page.text([roman(exit.meaning().replace('`', ""))]);
    }
}

fn environment(page: &mut Roff) {
    page.control("SH", ["ENVIRONMENT"]);
    for (name, meaning) in ENVIRONMENT {
        page.control("TP", []);
        page.text([bold(*name)]);
        page.text([roman(*meaning)]);
    }
}

fn configuration(page: &mut Roff) {
    page.control("SH", ["FILES"]);
    page.control("TP", []);
    page.text([italic("~/.kube/config")]);
    page.text([roman(
        "The kubeconfig, where neither KUBECONFIG nor --kubeconfig names another.",
    )]);
}

/// What a help text ends with: prose, its examples, and prose again.
struct Help<'a> {
    before: Vec<&'a str>,
    examples: Vec<&'a str>,
    after: Vec<&'a str>,
}

impl<'a> Help<'a> {
    fn of(text: &'a str) -> Self {
        let lines: Vec<_> = text.trim().lines().collect();
        let head = lines.iter().position(|line| *line == "Examples:");
        let (before, rest) = lines.split_at(head.unwrap_or(lines.len()));
        let rest = rest.get(1..).unwrap_or_default();
        let is_example = |line: &&str| line.is_empty() || line.starts_with("  ");
        let end = rest.iter().position(|line| !is_example(line));
        let (examples, after) = rest.split_at(end.unwrap_or(rest.len()));
        Self {
            before: before.to_vec(),
            examples: examples.to_vec(),
            after: after.to_vec(),
        }
    }
}

/// More paragraphs of the section before.
fn described(lines: &[&str]) -> String {
    let mut page = Roff::new();
    page.control("PP", []);
    paragraphs(&mut page, lines);
    let page = page.render();
    page[page.find(".PP").unwrap()..].to_owned()
}

fn paragraphs(page: &mut Roff, lines: &[&str]) {
    for (index, line) in lines.iter().enumerate() {
        match line.trim() {
            "" if index + 1 < lines.len() => {
                page.control("PP", []);
            }
            text => {
                page.text([roman(text)]);
            }
        }
    }
}

fn examples(page: &mut Roff, lines: &[&str]) {
    page.control("SH", ["EXAMPLES"]);
    page.control("nf", []);
    let last = lines.iter().rposition(|line| !line.is_empty());
    for line in lines.iter().take(last.map_or(0, |last| last + 1)) {
        page.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
    }
    page.control("fi", []);
}

fn see_also(page: &mut Roff, siblings: &[String]) {
    page.control("SH", ["SEE ALSO"]);
    let mut line = Vec::new();
    for (index, name) in siblings.iter().enumerate() {
        line.push(roman(if index == 0 { "" } else { ", " }));
        line.extend([italic(name.as_str()), roman("(1)")]);
    }
    page.text(line);
}

/// Every rendering begins with the same definitions, which a page needs once.
fn without_preamble(text: &str) -> &str {
    &text[text.find(".SH").unwrap()..]
}
