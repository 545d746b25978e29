//! Files with bearer tokens.

use std::path::{Path, PathBuf};

use super::kubeconfig::io_problem;
use super::small_file;

/// A file with a token that may be replaced.
pub(super) struct TokenFile {
    path: PathBuf,
}

impl TokenFile {
    pub(super) fn new(path: &str) -> Self {
        let path = PathBuf::from(path);
        Self { path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The token. As in client-go (`fileTokenSource`, 0.37.1) surrounding white space is ignored.
    pub(super) fn read(&self) -> Result<String, String> {
        let unusable = |problem: &str| format!("error: {} {problem}", self.origin());
        let bytes = small_file::read(&self.path, small_file::CREDENTIAL)
            .map_err(|e| unusable(&format!("can't be read: {}", io_problem(&e))))?;
        let text = String::from_utf8(bytes).map_err(|_| unusable("isn't UTF-8"))?;
        match text.trim() {
            "" => Err(unusable("is empty")),
            token => Ok(token.to_owned()),
        }
    }

    /// As messages name it.
    pub(super) fn origin(&self) -> String {
        format!("token file {}", self.path.display())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn space_around_a_token_does_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let file = TokenFile::new(path.to_str().unwrap());
        let error = file.read().unwrap_err();
        assert!(error.ends_with("can't be read: no such file"), "{error}");
        for text in ["t", " t\r\n"] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(file.read().as_deref(), Ok("t"));
        }
        std::fs::write(&path, " \n").unwrap();
        assert!(file.read().unwrap_err().ends_with("is empty"));
        std::fs::write(&path, [0xff]).unwrap();
        assert!(file.read().unwrap_err().ends_with("isn't UTF-8"));
    }
}
