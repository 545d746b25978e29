//! Commands for people to paste: made of words, and quoted when they are printed.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use serde::{Serialize, Serializer};

use super::foreign::is_unsafe;

/// The words that run this program, where its file has the usual name.
const USUAL: [&str; 2] = ["kubectl", "ds"];

static OWN: OnceLock<Vec<String>> = OnceLock::new();

/// Sets the words that run this program, such as `kubectl` and `ds`: once, at the start. Without a
/// call, those two are used.
pub fn set_own_name(words: Vec<String>) {
    // A second call would give one program two names.
    let _ = OWN.set(words);
}

/// A command, or the arguments of one, as the words that the program receives.
///
/// Foreign text becomes a word through methods that return `None` where no shell could hand
/// it on, or kubectl would read it as something else: a control character or an invisible
/// one, which a terminal acts on before a shell sees it; and of an object's name `/`, `=`,
/// `:`, a `-` at its end and no character at all, which kubectl takes for its own syntax.
/// Words that are not foreign are `'static`. It is displayed, and serialised, quoted for a
/// POSIX shell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Command {
    words: Vec<Word>,
    next: Option<Box<Self>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    /// The program, a flag, a flag's value: never mistaken for anything else.
    Fixed(String),
    /// A word that would be a flag if it began with `-`.
    Operand(String),
}

impl Command {
    /// `kubectl` with these words.
    #[must_use]
    pub fn kubectl(words: &[&'static str]) -> Self {
        Self::of(&["kubectl"]).with(words)
    }

    /// This program, by the name it was called by, with these words.
    #[must_use]
    pub fn own(words: &[&'static str]) -> Self {
        let own = OWN.get().map_or_else(
            || USUAL.map(str::to_owned).to_vec(),
            |words| words.to_owned(),
        );
        Self {
            words: own.into_iter().map(Word::Fixed).collect(),
            next: None,
        }
        .with(words)
    }

    /// These words: any program, or only arguments.
    #[must_use]
    pub fn of(words: &[&'static str]) -> Self {
        let none = Self {
            words: Vec::new(),
            next: None,
        };
        none.with(words)
    }

    /// A text as a single argument.
    #[must_use]
    pub fn argument(text: &str) -> Option<Self> {
        Self::of(&[]).operand(text)
    }

    /// Adds words.
    #[must_use]
    pub fn with(mut self, words: &[&'static str]) -> Self {
        let words = words.iter().map(|word| Word::Fixed((*word).to_owned()));
        self.words.extend(words);
        self
    }

    /// Adds an argument that isn't a name, such as `KEY=VALUE` or `KEY-`.
    #[must_use]
    pub fn operand(mut self, text: &str) -> Option<Self> {
        self.words.push(Word::Operand(printable(text)?));
        Some(self)
    }

    /// Adds the name of an object.
    #[must_use]
    pub fn name(self, name: &str) -> Option<Self> {
        is_name(name).then(|| self.operand(name))?
    }

    /// Adds the names of objects.
    #[must_use]
    pub fn names<'n>(self, names: impl IntoIterator<Item = &'n str>) -> Option<Self> {
        names.into_iter().try_fold(self, Self::name)
    }

    /// Adds an object as `KIND/NAME`.
    #[must_use]
    pub fn object(self, kind: &'static str, name: &str) -> Option<Self> {
        is_name(name).then(|| self.operand(&format!("{kind}/{name}")))?
    }

    /// Adds an option with its value. `short` and `long` name the same option: a value
    /// that begins with `-` is written with the long one, in one word.
    #[must_use]
    pub fn option(mut self, (short, long): (&str, &str), value: &str) -> Option<Self> {
        let value = printable(value)?;
        if value.starts_with('-') {
            self.words.push(Word::Fixed(format!("{long}={value}")));
        } else {
            self.words.push(Word::Fixed(short.to_owned()));
            self.words.push(Word::Fixed(value));
        }
        Some(self)
    }

    /// Adds a flag that was typed, or `FLAG=VALUE` in one word.
    #[must_use]
    pub fn flag(mut self, text: &str) -> Option<Self> {
        self.words.push(Word::Fixed(printable(text)?));
        Some(self)
    }

    /// Adds `-n NAMESPACE`.
    #[must_use]
    pub fn namespace(self, namespace: &str) -> Option<Self> {
        self.option(("-n", "--namespace"), namespace)
    }

    /// The same with its output piped to `next`.
    #[must_use]
    pub fn piped_to(mut self, next: Self) -> Self {
        self.next = Some(Box::new(next));
        self
    }

    /// The words, the program first: what it and those after a pipe receive, unquoted. Where an
    /// operand begins with `-`, all operands come last, after `--`.
    #[must_use]
    pub fn words(&self) -> Vec<&str> {
        let is_flag = |word: &Word| matches!(word, Word::Operand(text) if text.starts_with('-'));
        if !self.words.iter().any(is_flag) {
            return self.words.iter().map(Word::text).collect();
        }
        let is_operand = |word: &&Word| matches!(word, Word::Operand(_));
        let operands = self.words.iter().filter(is_operand);
        let others = self.words.iter().filter(|word| !is_operand(word));
        let others = others.map(Word::text).chain(["--"]);
        others.chain(operands.map(Word::text)).collect()
    }
}

impl Word {
    fn text(&self) -> &str {
        match self {
            Self::Fixed(text) | Self::Operand(text) => text,
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, word) in self.words().into_iter().enumerate() {
            let blank = if at == 0 { "" } else { " " };
            write!(f, "{blank}{}", quoted(word))?;
        }
        match &self.next {
            Some(next) => write!(f, " | {next}"),
            None => Ok(()),
        }
    }
}

impl Serialize for Command {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn printable(text: &str) -> Option<String> {
    (!text.contains(is_unsafe)).then(|| text.to_owned())
}

/// What kubectl accepts as a name wherever one may stand (`GetResourcesAndPairs` and
/// `TaintOptions.Complete`, kubectl 0.37.1, `splitResourceTypeName`, cli-runtime 0.37.1).
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(['/', '=', ':']) && !text.ends_with('-')
}

/// A word for a POSIX shell. What people leave unquoted stays unquoted: the crate would quote each
/// `KEY=VALUE` too, for shells that expand a leading `=`.
fn quoted(word: &str) -> Cow<'_, str> {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && !word.starts_with(['=', '%']) && word.chars().all(is_bare) {
        return Cow::Borrowed(word);
    }
    // It only refuses NUL, which no word contains.
    shlex::try_quote(word).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Command;

    fn delete(name: &str, namespace: &str) -> Option<String> {
        let command = Command::kubectl(&["delete", "pod"]).name(name)?;
        let command = command.namespace(namespace)?.with(&["--wait=false"]);
        Some(command.to_string())
    }

    #[test]
    fn what_is_bare_in_documents_stays_bare() {
        assert_eq!(
            delete("agent-x7", "ops").as_deref(),
            Some("kubectl delete pod agent-x7 -n ops --wait=false")
        );
        let taint = Command::kubectl(&["taint", "nodes"]).name("n1");
        let taint = taint.and_then(|c| c.operand("nvidia.com/gpu=present:NoSchedule-"));
        assert_eq!(
            taint.map(|c| c.to_string()).as_deref(),
            Some("kubectl taint nodes n1 nvidia.com/gpu=present:NoSchedule-")
        );
    }

    #[test]
    fn a_shell_reads_back_the_words() {
        for text in [
            "a b", "a;b", "$(id)", "`id`", "it's", "\"", "\\", "!x", "^", "#", "~", "*", "{a,b}",
            "=ls", "%1", "節", "a|b", "&", "<", "",
        ] {
            let command = Command::of(&["x"]).operand(text);
            let line = command.map(|c| c.to_string()).unwrap_or_default();
            assert!(!line.contains('\n'), "{line:?}");
            let read = shlex::split(&line).unwrap_or_default();
            assert_eq!(read, ["x", text], "{line}");
        }
    }

    #[test]
    fn what_begins_with_a_dash_is_no_flag() {
        assert_eq!(
            delete("--all", "--x").as_deref(),
            Some("kubectl delete pod --namespace=--x --wait=false -- --all")
        );
        let pair = Command::kubectl(&["label", "pods"]).names(["a", "-b"]);
        let pair = pair.and_then(|c| c.namespace("ops")?.operand("k-"));
        assert_eq!(
            pair.map(|c| c.to_string()).as_deref(),
            Some("kubectl label pods -n ops -- a -b k-")
        );
    }

    #[test]
    fn what_can_not_be_handed_on_makes_no_command() {
        for name in [
            "a\nb",
            "a\tb",
            "\u{1b}[2J",
            "\u{7f}",
            "\0",
            "\u{9b}",
            "\u{202e}",
            "\u{200b}",
            "",
            "a/b",
            "a=b",
            "a:b",
            "a-",
        ] {
            assert_eq!(delete(name, "ops"), None, "{name:?}");
        }
        assert_eq!(delete("a", "x\ny"), None);
    }

    #[test]
    fn a_pipe_and_its_own_name() {
        let delete = Command::of(&["xargs", "kubectl", "delete"]);
        let names = Command::own(&["plan"]).name("a;b");
        let pipe = names.map(|c| c.with(&["-o", "name"]).piped_to(delete).to_string());
        assert_eq!(
            pipe.as_deref(),
            Some("kubectl ds plan 'a;b' -o name | xargs kubectl delete")
        );
    }
}
