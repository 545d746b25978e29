//! What kubectl's stderr means.

/// Why a dry run returns no object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DryRunError {
    /// No program of this name is in PATH.
    #[error("there is no kubectl in PATH")]
    NoKubectl,
    /// kubectl doesn't know a flag that it needs.
    #[error("this kubectl can't do a dry run on the server: {0}")]
    TooOld(String),
    /// It couldn't be run, or its answer couldn't be read.
    #[error("kubectl can't be run: {0}")]
    NotRun(String),
    /// The user has no right to read or change the object.
    #[error("Error from server (Forbidden): {0}")]
    Forbidden(String),
    /// The object breaks a rule of the API.
    #[error("the API server refuses it: {0}")]
    Invalid(String),
    /// An admission plugin, a policy or a webhook refuses it, in its own words.
    #[error("{0}")]
    Refused(String),
    /// A webhook that can't be called without side effects.
    #[error(
        "{0}; nothing was changed, and what an apply would leave can't be known without it: its configuration needs `sideEffects: None` or `NoneOnDryRun`"
    )]
    NoDryRun(String),
    /// Fields that another manager owns.
    #[error(
        "{0}\ntake the fields over with `--force-conflicts`, or leave them out of the manifest"
    )]
    Conflict(String),
    /// Anything else, in kubectl's words: no connection, no credentials, no namespace.
    #[error("{0}")]
    Failed(String),
    /// It printed something other than a DaemonSet.
    #[error("kubectl printed no DaemonSet: {0}")]
    Unreadable(String),
    /// Flags that don't go together.
    #[error("{0}")]
    Options(String),
    /// This process was asked to end.
    #[error("interrupted")]
    Interrupted,
}

impl DryRunError {
    /// Why nobody was asked, where the result can be computed without the server.
    #[must_use]
    pub fn nobody_asked(&self) -> Option<String> {
        match self {
            Self::NoKubectl | Self::TooOld(_) => Some(self.to_string()),
            Self::Forbidden(why) => Some(why.clone()),
            _ => None,
        }
    }
}

/// The lines of stderr that aren't the error itself.
pub(super) fn warnings(stderr: &str) -> Vec<String> {
    let lines = stderr
        .lines()
        .filter_map(|line| line.strip_prefix(WARNING))
        .filter(|line| !line.contains(MIGRATION));
    lines.map(|line| line.trim().to_owned()).collect()
}

const WARNING: &str = "Warning: ";

/// A server-side apply is written in several steps, each based on the one before. A dry run stores
/// none of them, so the second always fails.
const MIGRATION: &str = "for Server-Side Apply. This is non-fatal";

/// Reads the stderr of a kubectl (1.37.1's words) that failed.
pub(super) fn refusal(stderr: &str) -> DryRunError {
    let lines = stderr.lines().filter(|line| !line.starts_with(WARNING));
    let said = lines.collect::<Vec<_>>().join("\n");
    let said = said.trim();
    if UNKNOWN_FLAG.iter().any(|words| said.contains(words)) {
        return DryRunError::TooOld(first_line(said).to_owned());
    }
    let (reason, message) = split(said);
    if message.contains("does not support dry run") {
        return DryRunError::NoDryRun(message.to_owned());
    }
    if reason == "Forbidden" && message.contains("User \"") && message.contains("\" cannot ") {
        return DryRunError::Forbidden(message.to_owned());
    }
    if let Some(at) = message.find("Apply failed with ") {
        let conflict = message.get(at..).unwrap_or(message);
        let end = conflict.find("\nPlease review the fields");
        return DryRunError::Conflict(
            conflict
                .get(..end.unwrap_or(conflict.len()))
                .unwrap_or(conflict)
                .to_owned(),
        );
    }
    let text = with_reason(reason, message);
    if ADMISSION.iter().any(|words| message.contains(words)) || reason == "Forbidden" {
        return DryRunError::Refused(text);
    }
    if let Some(at) = message.find("strict decoding error: ") {
        return DryRunError::Invalid(message.get(at..).unwrap_or(message).to_owned());
    }
    if message.contains(" is invalid: ") {
        return DryRunError::Invalid(message.to_owned());
    }
    DryRunError::Failed(failed(reason, message))
}

/// The words of a kubectl that doesn't know a flag or its value.
const UNKNOWN_FLAG: [&str; 3] = [
    "unknown flag: --",
    "for \"--dry-run\" flag",
    "Invalid dry-run value",
];

/// The words of those whom the server asks before it stores anything.
const ADMISSION: [&str; 4] = [
    "admission webhook ",
    "failed calling webhook",
    "AdmissionPolicy '",
    "exceeded quota",
];

/// The API's reason, empty where there is none, and the message without what
/// kubectl puts before it: the patch that it sent, and where it has the manifest from.
fn split(said: &str) -> (&str, &str) {
    let (reason, rest) = match said.strip_prefix("Error from server (") {
        Some(rest) => rest.split_once("): ").unwrap_or(("", rest)),
        None => ("", said.strip_prefix("Error from server: ").unwrap_or(said)),
    };
    let rest = rest.strip_prefix("error: ").unwrap_or(rest);
    let begins = rest.rfind(SOURCE).map_or(0, |at| at + SOURCE.len());
    (reason, rest.get(begins..).unwrap_or(rest).trim())
}

/// kubectl's name for stdin.
const SOURCE: &str = "\"STDIN\": ";

fn with_reason(reason: &str, message: &str) -> String {
    if reason.is_empty() {
        return message.to_owned();
    }
    format!("Error from server ({reason}): {message}")
}

/// Where kubectl doesn't get past the schema, its hint to disable validation would mislead.
fn failed(reason: &str, message: &str) -> String {
    let Some(message) = message.strip_prefix(NO_SCHEMA) else {
        return with_reason(reason, message);
    };
    let message = message.split("; if you choose").next().unwrap_or(message);
    if message == "the server has asked for the client to provide credentials" {
        return "error: You must be logged in to the server (Unauthorized)".to_owned();
    }
    format!("Unable to connect to the server: {message}")
}

const NO_SCHEMA: &str = "error validating data: failed to download openapi: ";

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights() {
        let get = "Error from server (Forbidden): error when retrieving current configuration of:\nResource: \"apps/v1, Resource=daemonsets\", GroupVersionKind: \"apps/v1, Kind=DaemonSet\"\nName: \"agent\", Namespace: \"default\"\nfrom server for: \"STDIN\": daemonsets.apps \"agent\" is forbidden: User \"v\" cannot get resource \"daemonsets\" in API group \"apps\" in the namespace \"default\"\n";
        let patch = "Warning: x\nError from server (Forbidden): daemonsets.apps \"agent\" is forbidden: User \"v\" cannot patch resource \"daemonsets\" in API group \"apps\" in the namespace \"default\"\n";
        for (said, verb) in [(get, "get"), (patch, "patch")] {
            let why = refusal(said).nobody_asked();
            let wanted = format!(
                "daemonsets.apps \"agent\" is forbidden: User \"v\" cannot {verb} resource \"daemonsets\" in API group \"apps\" in the namespace \"default\""
            );
            assert_eq!(why, Some(wanted));
        }
    }

    #[test]
    fn admission_keeps_its_own_words_without_the_patch() {
        let webhook = "Error from server (InternalError): error when applying patch:\n{\"metadata\":{}}\nto:\nResource: \"apps/v1, Resource=daemonsets\"\nName: \"agent\", Namespace: \"default\"\nfor: \"STDIN\": error when patching \"STDIN\": Internal error occurred: failed calling webhook \"w\": refused";
        let wanted = "Error from server (InternalError): Internal error occurred: failed calling webhook \"w\": refused";
        assert_eq!(refusal(webhook), DryRunError::Refused(wanted.to_owned()));
        let policy = "The daemonsets \"agent\" is invalid: : ValidatingAdmissionPolicy 'p' with binding 'b' denied request: agent:2 is broken";
        assert_eq!(refusal(policy), DryRunError::Refused(policy.to_owned()));
        let quota = "Error from server (Forbidden): error when creating \"STDIN\": daemonsets.apps \"x\" is forbidden: exceeded quota: q";
        assert!(matches!(refusal(quota), DryRunError::Refused(_)));
        let none = "Error from server (BadRequest): error when creating \"STDIN\": admission webhook \"w\" does not support dry run";
        let DryRunError::NoDryRun(text) = refusal(none) else {
            return assert_eq!(refusal(none), DryRunError::Interrupted);
        };
        assert_eq!(text, "admission webhook \"w\" does not support dry run");
    }

    #[test]
    fn what_the_api_finds_invalid() {
        let selector = "The DaemonSet \"agent\" is invalid: spec.selector: Invalid value: {}: field is immutable";
        assert_eq!(refusal(selector), DryRunError::Invalid(selector.to_owned()));
        let field = "The request is invalid: patch: Invalid value: \"map[metadata:map[]]\": strict decoding error: unknown field \"spec.x\"";
        let wanted = "strict decoding error: unknown field \"spec.x\"".to_owned();
        assert_eq!(refusal(field), DryRunError::Invalid(wanted));
    }

    #[test]
    fn a_conflict_says_how_to_take_over() {
        let said = "error: Apply failed with 2 conflicts: conflicts with \"other\" using apps/v1:\n- .spec.a\n- .spec.b\nPlease review the fields above--they currently have other managers. Here\nare the ways";
        let text = refusal(said).to_string();
        let wanted = "Apply failed with 2 conflicts: conflicts with \"other\" using apps/v1:\n- .spec.a\n- .spec.b\ntake the fields over with `--force-conflicts`";
        assert!(text.starts_with(wanted), "{text}");
        assert!(!text.contains("Please review"), "{text}");
    }

    #[test]
    fn no_server_no_credentials_no_flag() {
        let schema = |x: &str| {
            format!(
                "error: error validating \"STDIN\": error validating data: failed to download openapi: {x}; if you choose to ignore these errors, turn validation off with --validate=false"
            )
        };
        let refused = refusal(&schema("Get \"https://h\": connection refused")).to_string();
        assert_eq!(
            refused,
            "Unable to connect to the server: Get \"https://h\": connection refused"
        );
        let login = refusal(&schema(
            "the server has asked for the client to provide credentials",
        ));
        assert!(login.to_string().ends_with("(Unauthorized)"), "{login}");
        let old =
            refusal("Error: unknown flag: --as-user-extra\nSee 'kubectl apply --help' for usage.");
        assert_eq!(
            old,
            DryRunError::TooOld("Error: unknown flag: --as-user-extra".to_owned())
        );
        assert!(old.nobody_asked().is_some());
        let namespace = "Error from server (NotFound): error when creating \"STDIN\": namespaces \"nope\" not found";
        let text = refusal(namespace).to_string();
        assert_eq!(
            text,
            "Error from server (NotFound): namespaces \"nope\" not found"
        );
    }

    #[test]
    fn warnings_less_those_that_every_dry_run_gives() {
        let said = "Warning: spec.x is deprecated\nWarning: failed to migrate kubectl.kubernetes.io/last-applied-configuration for Server-Side Apply. This is non-fatal and will be retried next time you apply. Error: x\nother\n";
        assert_eq!(warnings(said), ["spec.x is deprecated"]);
    }
}
