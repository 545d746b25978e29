//! The name that this is called by, from the name of its file.
//!
//! kubectl finds a plugin by the name of its file, and whoever packages it may
//! have to choose another one. What people read follows the file's name: here the
//! help texts and scripts, and every command that is printed through
//! [`set_own_name`](crate::model::set_own_name).

use std::ffi::OsStr;
use std::path::Path;

use clap::Command;
use clap::builder::StyledStr;

/// The command as help texts and examples write it.
const WRITTEN: &str = "kubectl ds";

/// The file as help texts write it, for a shell that runs it without kubectl.
const WRITTEN_FILE: &str = "kubectl-ds";

/// What kubectl wants the file of a plugin's completion to begin with
/// (`lookupCompletionExec`, kubectl 1.37.1).
const COMPLETER: &str = "kubectl_complete-";

/// The plugin's name as its file has it: `ds` of `kubectl-ds`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    plugin: String,
    is_completer: bool,
}

impl Default for Name {
    fn default() -> Self {
        Self {
            plugin: "ds".to_owned(),
            is_completer: false,
        }
    }
}

impl Name {
    /// The name that this process was started by.
    #[must_use]
    pub fn of_process() -> Self {
        std::env::args_os()
            .next()
            .map_or_else(Self::default, |program| Self::of(&program))
    }

    /// The name of a program; that of this plugin where it is no plugin's.
    #[must_use]
    pub fn of(program: &OsStr) -> Self {
        let file = Path::new(program).file_name().and_then(OsStr::to_str);
        let file = file.unwrap_or_default();
        let stem = match file.rsplit_once('.') {
            Some((stem, extension)) if extension.eq_ignore_ascii_case("exe") => stem,
            _ => file,
        };
        let (plugin, is_completer) = match stem.strip_prefix(COMPLETER) {
            Some(plugin) => (plugin, true),
            None => (stem.strip_prefix("kubectl-").unwrap_or_default(), false),
        };
        if !is_name(plugin) {
            return Self::default();
        }
        Self {
            plugin: plugin.to_owned(),
            is_completer,
        }
    }

    /// Whether kubectl asks for completions: it runs another file for that.
    #[must_use]
    pub const fn is_completer(&self) -> bool {
        self.is_completer
    }

    /// What a person types: a dash in the file's name parts two words, an
    /// underscore is a dash (`registerPluginCommands`, kubectl 1.37.1).
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let plugin = self.plugin.split('-').map(|word| word.replace('_', "-"));
        ["kubectl".to_owned()].into_iter().chain(plugin).collect()
    }

    /// The same in one text.
    #[must_use]
    pub fn command(&self) -> String {
        self.words().join(" ")
    }

    /// The name of the plugin's file, without `.exe`.
    #[must_use]
    pub fn binary(&self) -> String {
        format!("kubectl-{}", self.plugin)
    }

    /// The name of the file that kubectl runs for completions, without `.exe`.
    #[must_use]
    pub fn completer(&self) -> String {
        format!("{COMPLETER}{}", self.plugin)
    }

    /// The definition of the command line with this name, in its help texts too.
    #[must_use]
    pub fn in_definition(&self, command: Command) -> Command {
        let name = self.command();
        if name == WRITTEN {
            return command;
        }
        self.in_help(command).name(name.clone()).bin_name(name)
    }

    fn in_help(&self, mut command: Command) -> Command {
        if let Some(text) = command.get_after_help().map(|t| self.in_styled(t)) {
            command = command.after_help(text);
        }
        if let Some(text) = command.get_after_long_help().map(|t| self.in_styled(t)) {
            command = command.after_long_help(text);
        }
        if let Some(text) = command.get_long_about().map(|t| self.in_styled(t)) {
            command = command.long_about(text);
        }
        command.mut_subcommands(|sub| self.in_help(sub))
    }

    /// A help text, which holds nothing foreign, with this name.
    fn in_styled(&self, text: &StyledStr) -> StyledStr {
        let text = text.to_string();
        let text = text.replace(WRITTEN_FILE, &self.binary());
        text.replace(WRITTEN, &self.command()).into()
    }
}

/// Whether a file of this name can be meant for a plugin: it ends up in scripts
/// that shells run.
fn is_name(plugin: &str) -> bool {
    let is_word = |word: &str| {
        let mut letters = word.chars();
        letters.next().is_some_and(|c| c.is_ascii_alphanumeric())
            && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    plugin.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(program: &str) -> (String, String, bool) {
        let name = Name::of(OsStr::new(program));
        (name.command(), name.binary(), name.is_completer())
    }

    #[test]
    fn follows_the_file() {
        for (program, command, binary) in [
            ("kubectl-ds", "kubectl ds", "kubectl-ds"),
            ("/home/me/.krew/bin/kubectl-ds", "kubectl ds", "kubectl-ds"),
            (
                "./kubectl-daemonsets",
                "kubectl daemonsets",
                "kubectl-daemonsets",
            ),
            ("kubectl-why_ds", "kubectl why-ds", "kubectl-why_ds"),
            ("kubectl-why-ds", "kubectl why ds", "kubectl-why-ds"),
            ("kubectl-dsx.EXE", "kubectl dsx", "kubectl-dsx"),
        ] {
            let (found, file, is_completer) = of(program);
            assert_eq!((&*found, &*file), (command, binary), "{program}");
            assert!(!is_completer, "{program}");
        }
    }

    #[test]
    fn any_other_file_is_this_plugin() {
        for program in [
            "",
            "ds",
            "kubectl",
            "kubectl-",
            "kubectl-a b",
            "kubectl-$(id)",
            "kubectl--x",
        ] {
            assert_eq!(Name::of(OsStr::new(program)), Name::default(), "{program}");
        }
    }

    #[test]
    fn kubectl_asks_another_file() {
        let name = Name::of(OsStr::new("/bin/kubectl_complete-why_ds.exe"));
        assert!(name.is_completer());
        assert_eq!(name.command(), "kubectl why-ds");
        assert_eq!(name.completer(), "kubectl_complete-why_ds");
    }

    #[test]
    fn help_texts_say_it() {
        let name = Name::of(OsStr::new("kubectl-daemonsets"));
        assert_eq!(name.words(), ["kubectl", "daemonsets"]);
        let help = name.in_styled(&"`kubectl ds why`, kubectl-ds bash".into());
        let wanted = "`kubectl daemonsets why`, kubectl-daemonsets bash";
        assert_eq!(help.to_string(), wanted);
        let two = Name::of(OsStr::new("kubectl-why_a-ds"));
        assert_eq!(two.words(), ["kubectl", "why-a", "ds"]);
    }
}
