//! Probes and the handlers of a container's life
//! (`validateLivenessProbe`, `validateReadinessProbe`, `validateStartupProbe`, `validateHandler`, 1.37.1).

use super::Problems;
use super::access::{Object, has, number, object};

/// In the order in which upstream checks them.
const HANDLERS: [&str; 5] = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

pub(super) fn check_container(path: &str, container: &Object, problems: &mut Problems) {
    for field in ["livenessProbe", "startupProbe"] {
        let threshold = object(container, field).and_then(|p| number(p, "successThreshold"));
        if let Some(threshold) = threshold.filter(|t| *t != 1) {
            let problem = format!("is {threshold}; for a {field} it can only be 1");
            problems.add(&format!("{path}.{field}.successThreshold"), problem);
        }
    }
    let readiness = object(container, "readinessProbe");
    if readiness.is_some_and(|probe| has(probe, "terminationGracePeriodSeconds")) {
        let path = format!("{path}.readinessProbe.terminationGracePeriodSeconds");
        let problem = "can't be set for a readinessProbe, which terminates nothing: take it out";
        problems.add(&path, problem);
    }
}

/// Exactly one handler.
pub(super) fn check_handlers(path: &str, of: &Object, problems: &mut Problems) {
    let mut handlers = HANDLERS.iter().filter(|handler| has(of, handler));
    let Some(first) = handlers.next() else {
        problems.add(path, "has no handler: add `exec`, `httpGet` or `tcpSocket`");
        return;
    };
    for other in handlers {
        let problem = format!("is a second handler beside `{first}`: keep one of them");
        problems.add(&format!("{path}.{other}"), problem);
    }
}
