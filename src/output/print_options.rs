//! The options of a layout.

use super::lists::Limits;

/// How much a layout shows, how wide it may be, and which characters it may use.
#[derive(Clone, Copy, Debug)]
pub struct PrintOptions {
    /// How much of a long list is shown.
    pub limits: Limits,
    /// The width in columns; `None` for unlimited.
    pub width: Option<usize>,
    /// Whether tables have heads.
    pub headers: bool,
    /// Whether all of Unicode can be shown, or only ASCII.
    pub unicode: bool,
}

/// Whether the locale's encoding is UTF-8. Without a locale it is assumed: containers mostly have
/// none, and terminals that show nothing else are rare.
pub(super) fn is_unicode(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
    locale.is_none_or(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::is_unicode;

    #[test]
    fn the_first_that_is_set_decides() {
        let with = |all: &'static [(&str, &str)]| {
            let value = |name: &str| all.iter().find(|(n, _)| *n == name);
            is_unicode(|name| value(name).map(|(_, v)| (*v).to_owned()))
        };
        assert!(with(&[]));
        assert!(with(&[("LANG", "de_DE.UTF-8")]));
        assert!(with(&[("LANG", "C.utf8"), ("LC_ALL", "")]));
        assert!(!with(&[("LANG", "C")]));
        assert!(!with(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "POSIX")]));
        assert!(!with(&[
            ("LC_CTYPE", "de_DE.ISO-8859-1"),
            ("LANG", "en_US.UTF-8")
        ]));
    }
}
