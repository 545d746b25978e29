//! What may have been meant where something doesn't exist, as commands to paste.

use crate::analysis::orphan::Orphan;
use crate::cli::names::{is_daemon_set_word, is_pod_word};
use crate::cli::typed::TypedWords;
use crate::model::Command;
use crate::source::{Instead, OrphanPod, SourceError, not_found};
use crate::words::orphan::answer;

use super::error::CommandError;

/// What was typed.
pub(super) struct Typed {
    /// The command.
    pub(super) command: &'static str,
    /// What came after it.
    pub(super) words: TypedWords,
}

/// Adds to the error about something that doesn't exist what may have been meant.
pub(super) fn explain(error: CommandError, typed: &Typed) -> CommandError {
    if let CommandError::Source(SourceError::Orphan(orphan)) = &error {
        let OrphanPod { pod, node, now } = &**orphan;
        let told = Orphan::new(pod, node.as_deref(), *now);
        return CommandError::Usage(answer(&told, *now).into_string());
    }
    let CommandError::Source(SourceError::NotFound {
        kind,
        name,
        namespace,
        near,
        elsewhere,
        instead,
    }) = &error
    else {
        return error;
    };
    let hints = [
        typed.swapped(name, *instead),
        typed.by_kind(name),
        instead.and_then(|instead| typed.other_kind(name, instead)),
        typed.elsewhere(name, elsewhere),
        typed.near(kind, name, near),
    ];
    let Some(hint) = hints.into_iter().flatten().next() else {
        return error;
    };
    let missing = not_found(kind, name, namespace.as_deref());
    CommandError::Usage(format!("{missing}; {hint}"))
}

impl Typed {
    /// `why NODE DS`.
    fn swapped(&self, name: &str, instead: Option<Instead>) -> Option<String> {
        let (_, others) = self.words.operands.split_first()?;
        let (ds, nodes) = others.split_first()?;
        if instead != Some(Instead::Node) {
            return None;
        }
        let words = [ds.as_str(), name].into_iter();
        let hint = self.again(words.chain(nodes.iter().map(String::as_str)), None)?;
        Some(format!(
            "`{name}` is a node, and the DaemonSet comes first: write `{hint}`"
        ))
    }

    /// `why ds NAME`, `why pod NAME`: the word was read as a name.
    fn by_kind(&self, name: &str) -> Option<String> {
        let (word, others) = self.words.operands.split_first()?;
        let (second, others) = others.split_first()?;
        let is_kind = is_daemon_set_word(word) || is_pod_word(word);
        if !is_kind || (name != word && name != second) {
            return None;
        }
        let object = if is_pod_word(word) {
            format!("pod/{second}")
        } else {
            second.clone()
        };
        let others = others.iter().map(String::as_str);
        let hint = self.again(std::iter::once(object.as_str()).chain(others), None)?;
        Some(format!(
            "`{word}` was taken for the name of a DaemonSet: write `{hint}`"
        ))
    }

    /// Something else has this name.
    fn other_kind(&self, name: &str, instead: Instead) -> Option<String> {
        let own = |words: &[&'static str]| Command::own(words);
        let with_flags = |command: Option<Command>| self.words.with_global_flags(command?);
        match instead {
            Instead::Pod => {
                let why = with_flags(own(&["why"]).object("pod", name))?;
                Some(format!("`{name}` is a pod: `{why}` tells of its DaemonSet"))
            }
            Instead::Node => {
                let node = with_flags(own(&["node"]).name(name))?;
                let why = with_flags(own(&["why", "DS"]).name(name))?;
                Some(format!(
                    "`{name}` is a node: `{node}` or `{why}` tells of it"
                ))
            }
        }
    }

    /// Other namespaces have one of this name.
    fn elsewhere(&self, name: &str, namespaces: &[String]) -> Option<String> {
        match namespaces {
            [] => None,
            [one] => {
                let hint = self.again(self.with(name), Some(one));
                let hint = hint.map_or_else(String::new, |hint| format!(": write `{hint}`"));
                Some(format!("namespace `{one}` has one{hint}"))
            }
            several => Some(format!(
                "namespaces `{}` have one: choose with `-n`",
                several.join("`, `")
            )),
        }
    }

    /// One similar name, as a command; several as names.
    fn near(&self, kind: &str, name: &str, near: &[Command]) -> Option<String> {
        let names: Vec<String> = near.iter().map(ToString::to_string).collect();
        let hint = match near {
            [] => return None,
            [one] => self.instead_of(kind, name, one),
            _ => None,
        };
        let hint = hint.map_or_else(|| names.join("`, `"), |hint| hint.to_string());
        Some(format!("did you mean `{hint}`?"))
    }

    fn instead_of(&self, kind: &str, name: &str, near: &Command) -> Option<Command> {
        // One of another namespace includes that.
        let (near, namespace) = match near.words().as_slice() {
            [near] => ((*near).to_owned(), None),
            [near, "-n", namespace] => ((*near).to_owned(), Some((*namespace).to_owned())),
            _ => return None,
        };
        let is_node = kind == "node";
        let operands = self.words.operands.iter();
        let typed = operands.enumerate().map(|(at, word)| {
            let is_it = bare(word) == name && (is_node || at == 0);
            if is_it { near.as_str() } else { word.as_str() }
        });
        self.again(typed, namespace.as_deref())
    }

    /// The operands, with only `name` as the first one: the word before it was wrong.
    fn with<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let others = self.words.operands.iter().skip(1);
        std::iter::once(name).chain(others.map(String::as_str))
    }

    /// The command with other operands and all its flags.
    fn again<'w>(
        &self,
        operands: impl Iterator<Item = &'w str>,
        namespace: Option<&str>,
    ) -> Option<Command> {
        let command = Command::own(&[self.command]);
        let mut operands = operands;
        let command = operands.try_fold(command, |command, word| command.operand(word))?;
        self.words.with_flags(command, namespace)
    }
}

/// A name without the kind or the namespace in front.
fn bare(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or_default()
}
