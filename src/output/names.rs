//! What `-o name` prints.

use crate::model::qualified_name::is_dns1123_subdomain;

/// How many of the left-out names are listed.
const LISTED: usize = 3;

/// An object, written as `kubectl get -o name` prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectName<'a> {
    /// `pod`, `node` or `daemonset.apps`.
    pub kind: &'static str,
    /// Its name, which may come from a file and be any text.
    pub name: &'a str,
}

impl<'a> ObjectName<'a> {
    /// A pod's name.
    pub(super) const fn pod(name: &'a str) -> Self {
        Self { kind: "pod", name }
    }

    /// A node's name.
    pub(super) const fn node(name: &'a str) -> Self {
        Self { kind: "node", name }
    }

    /// A DaemonSet's name.
    pub(super) const fn daemon_set(name: &'a str) -> Self {
        Self {
            kind: "daemonset.apps",
            name,
        }
    }
}

/// The names that can go into a pipe, one per line, and the others.
///
/// Readers of a pipe take a line, or a word, as a name: `xargs` splits at blanks, quotes and line
/// ends, and `cut -d/ -f2` turns `pod/--all` into an option. A name that a server accepts contains
/// nothing of that kind, and any other can't be meant.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The lines.
    pub lines: Vec<String>,
    /// What is left out.
    left_out: Vec<String>,
}

impl<'a> FromIterator<ObjectName<'a>> for Names {
    fn from_iter<I: IntoIterator<Item = ObjectName<'a>>>(names: I) -> Self {
        let mut all = Self::default();
        for ObjectName { kind, name } in names {
            if is_dns1123_subdomain(name) {
                all.lines.push(format!("{kind}/{name}"));
            } else {
                all.left_out.push(format!("{kind}/{name}"));
            }
        }
        all
    }
}

impl Names {
    /// The message about those that are left out; `None` where there are none.
    #[must_use]
    pub fn left_out(&self) -> Option<String> {
        let what = match self.left_out.len() {
            0 => return None,
            1 => "1 name is left out because no API server accepts it".to_owned(),
            count => format!("{count} names are left out because no API server accepts them"),
        };
        let listed: Vec<String> = self
            .left_out
            .iter()
            .take(LISTED)
            .map(|n| one_line(n))
            .collect();
        let more = match self.left_out.len().saturating_sub(LISTED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        Some(format!("{what}: `{}`{more}", listed.join("`, `")))
    }
}

/// With escaped line ends: a message of two lines would be read as two messages.
fn one_line(name: &str) -> String {
    name.replace('\n', "\\n").replace('\r', "\\r")
}

#[cfg(test)]
mod tests {
    use super::{Names, ObjectName};

    #[test]
    fn only_what_a_server_takes_goes_into_a_pipe() {
        let hostile = ["a b", "a\n--all", "--all", "a'b", "a\\b", "a;b", "", "A"];
        let names = ["agent-x7", "a.b"].into_iter().chain(hostile);
        let names: Names = names.map(|name| ObjectName { kind: "pod", name }).collect();
        assert_eq!(names.lines, ["pod/agent-x7", "pod/a.b"]);
        assert_eq!(
            names.left_out().as_deref(),
            Some(
                "8 names are left out because no API server accepts them: `pod/a b`, `pod/a\\n--all`, `pod/--all` and 5 more"
            )
        );
        assert_eq!(Names::default().left_out(), None);
    }
}
