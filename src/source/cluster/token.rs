//! Bearer tokens as client-go reads them.

use kube::config::AuthInfo;
use serde_json::Value;

use super::kubeconfig::io_problem;

/// Brings a user's token into the form in which kube takes it: an empty token
/// is none, a file goes before a token, and space around what the file holds
/// doesn't count. A file that is as kube wants it stays a file, which kube
/// reads again when it changes.
pub(super) fn settle(user: &mut AuthInfo) -> Result<(), String> {
    if user.token.is_some() && is_empty(user) {
        user.token = None;
    }
    let Some(path) = user.token_file.clone().filter(|p| !p.is_empty()) else {
        user.token_file = None;
        return Ok(());
    };
    match std::fs::read_to_string(&path) {
        Ok(text) if text.trim().is_empty() => Err(format!("error: token file {path} is empty")),
        Ok(text) => {
            let token = text.trim();
            if token.len() != text.len() || user.token.is_some() {
                user.token = Some(token.to_owned().into());
                user.token_file = None;
            }
            Ok(())
        }
        Err(_) if user.token.is_some() => {
            user.token_file = None;
            Ok(())
        }
        Err(error) => {
            let problem = io_problem(&error);
            Err(format!("error: token file {path} can't be read: {problem}"))
        }
    }
}

/// The token shows itself only when it is written out.
fn is_empty(user: &AuthInfo) -> bool {
    let written = serde_json::to_value(user).unwrap_or_default();
    written.get("token").and_then(Value::as_str) == Some("")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn settled(token: Option<&str>, file: Option<&str>) -> Result<(Option<String>, bool), String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        if let Some(text) = file {
            std::fs::write(&path, text).unwrap();
        }
        let mut user = AuthInfo {
            token: token.map(|t| t.to_owned().into()),
            token_file: path.to_str().map(str::to_owned),
            ..AuthInfo::default()
        };
        settle(&mut user)?;
        let written = serde_json::to_value(&user).unwrap();
        let token = written.get("token").and_then(Value::as_str);
        Ok((token.map(str::to_owned), user.token_file.is_some()))
    }

    #[test]
    fn a_file_goes_before_a_token_and_loses_its_space() {
        let text = |t: &str| Some(t.to_owned());
        assert_eq!(settled(None, Some("f")), Ok((None, true)));
        assert_eq!(settled(None, Some("f\n")), Ok((text("f"), false)));
        assert_eq!(settled(Some("t"), Some("f")), Ok((text("f"), false)));
        assert_eq!(settled(Some("t"), None), Ok((text("t"), false)));
        assert_eq!(settled(Some(""), Some("f")), Ok((None, true)));
    }

    #[test]
    fn a_file_that_is_missing_or_empty() {
        let error = settled(Some(""), None).unwrap_err();
        assert!(error.ends_with("can't be read: no such file"), "{error}");
        let error = settled(None, Some(" \n")).unwrap_err();
        assert!(error.ends_with("is empty"), "{error}");
    }
}
