//! The forms of Kubernetes and OpenShift.

use super::*;

#[test]
fn a_quota_that_is_full() {
    let message = "Error creating: pods \"agent-x\" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=1, used: pods=20,requests.cpu=3, limited: pods=20,requests.cpu=3";
    let resource = |name: &str, requested: &str, used: &str| QuotaResource {
        name: name.to_owned(),
        requested: requested.to_owned(),
        used: used.to_owned(),
        limited: used.to_owned(),
    };
    let resources = vec![
        resource("pods", "1", "20"),
        resource("requests.cpu", "1", "3"),
    ];
    let quota = "q".to_owned();
    assert_eq!(
        Refusal::new(message),
        Refusal::QuotaExceeded { quota, resources }
    );
}

#[test]
fn what_has_a_known_form_is_told_apart() {
    let of = |why: &str| Refusal::new(&format!("Error creating: pods \"a-\" is forbidden: {why}"));
    let text = str::to_owned;
    let cases = [
        (
            of(
                "insufficient quota to match these scopes: [{PriorityClass In [system-node-critical]}]",
            ),
            Refusal::NoQuotaForScope {
                scopes: text("[{PriorityClass In [system-node-critical]}]"),
            },
        ),
        (
            of("violates PodSecurity \"restricted:latest\": hostNetwork != false"),
            Refusal::PodSecurity {
                level: text("restricted"),
                violations: text("hostNetwork != false"),
            },
        ),
        (
            of("error looking up service account ns/agent: serviceaccount \"agent\" not found"),
            Refusal::NoServiceAccount {
                name: text("agent"),
            },
        ),
        (
            of("no PriorityClass with name high was found"),
            Refusal::NoPriorityClass { name: text("high") },
        ),
        (
            of("pod rejected: RuntimeClass \"gvisor\" not found"),
            Refusal::NoRuntimeClass {
                name: text("gvisor"),
            },
        ),
        (
            of("[maximum cpu usage per Container is 1, but limit is 2]"),
            Refusal::LimitRange {
                violations: text("maximum cpu usage per Container is 1, but limit is 2"),
            },
        ),
        (
            Refusal::new(
                "Error creating: Internal error occurred: failed calling webhook \"w.io\": failed to call webhook: Post \"https://w\": connection refused",
            ),
            Refusal::WebhookFailed {
                webhook: text("w.io"),
                service: None,
                message: text("connection refused"),
            },
        ),
        (
            Refusal::new("Error creating: admission webhook \"w.io\" denied the request: no"),
            Refusal::WebhookDenied {
                webhook: text("w.io"),
                message: text("no"),
            },
        ),
        (
            of("unable to create new content in namespace a because it is being terminated"),
            Refusal::NamespaceTerminating,
        ),
        (
            of(
                "unable to validate against any security context constraint: [provider \"anyuid\": Forbidden: not usable by user or serviceaccount, provider restricted-v2: .spec.securityContext.hostNetwork: Invalid value: true: Host network is not allowed to be used, spec.volumes[0]: Invalid value: \"hostPath\": hostPath volumes are not allowed to be used, provider \"privileged\": Forbidden: not usable by user or serviceaccount]",
            ),
            Refusal::SecurityContextConstraints {
                violations: vec![
                    text("Host network is not allowed to be used (securityContext.hostNetwork)"),
                    text("hostPath volumes are not allowed to be used (volumes[0])"),
                ],
            },
        ),
        (
            of(
                "unable to validate against any security context constraint: [provider restricted-v2: .spec.securityContext.hostNetwork: Invalid value: true: Host network is not allowed to be used, provider restricted-v2: .containers[0].securityContext.hostNetwork: Invalid value: true: Host network is not allowed to be used]",
            ),
            Refusal::SecurityContextConstraints {
                violations: vec![text(
                    "Host network is not allowed to be used (securityContext.hostNetwork)",
                )],
            },
        ),
        (
            of(
                "PodSecurityPolicy: unable to admit pod: [spec.securityContext.hostNetwork: Invalid value: true: Host network is not allowed to be used]",
            ),
            Refusal::PodSecurityPolicy {
                violations: text(
                    "spec.securityContext.hostNetwork: Invalid value: true: Host network is not allowed to be used",
                ),
            },
        ),
        (
            of("pods with system-node-critical priorityClass is not permitted in ops namespace"),
            Refusal::PriorityClassElsewhere {
                name: text("system-node-critical"),
            },
        ),
        (
            of(
                "User \"system:serviceaccount:kube-system:daemon-set-controller\" cannot create resource \"pods\" in API group \"\" in the namespace \"ops\"",
            ),
            Refusal::ControllerForbidden {
                message: text(
                    "User \"system:serviceaccount:kube-system:daemon-set-controller\" cannot create resource \"pods\" in API group \"\" in the namespace \"ops\"",
                ),
            },
        ),
        (
            Refusal::new("Error creating: etcd is full"),
            Refusal::Other {
                message: text("etcd is full"),
            },
        ),
    ];
    for (found, expected) in cases {
        assert_eq!(found, expected);
    }
}

#[test]
fn a_policy_that_allows_no_port_at_all() {
    let message = "pods \"a-\" is forbidden: PodSecurityPolicy: unable to admit pod: [spec.containers[0].hostPort: Invalid value: 9100: Host port 9100 is not allowed to be used. Allowed ports: []]";
    let refusal = Refusal::new(message);
    let is_whole = matches!(
        &refusal,
        Refusal::PodSecurityPolicy { violations } if violations.ends_with("Allowed ports: []")
    );
    assert!(is_whole, "{refusal:?}");
}

#[test]
fn why_a_webhook_could_not_be_called() {
    let cases = [
        (
            "no endpoints available for service \"w\"",
            CallFailure::NoEndpoints,
        ),
        ("service \"w\" not found", CallFailure::NoService),
        (
            "dial tcp 10.0.0.1:443: connect: connection refused",
            CallFailure::Refused,
        ),
        ("context deadline exceeded", CallFailure::Timeout),
        (
            "tls: failed to verify certificate: x509: certificate signed by unknown authority",
            CallFailure::CertificateUntrusted,
        ),
    ];
    for (message, failure) in cases {
        assert_eq!(CallFailure::of(message), Some(failure), "{message}");
    }
    assert_eq!(CallFailure::of("EOF"), None);
}
