//! Images that can't be had: what is advised for each cause.

use serde_json::{Value, json};

use crate::containers::{asked, kinds, mixed, waiting, warning};
use crate::states::ready;

const PULL: &str = "Back-off pulling image \"r/a\": ErrImagePull: ";

/// The step of this kind.
fn step<'r>(report: &'r Value, kind: &str) -> &'r Value {
    let mut steps = report["next"].as_array().unwrap().iter();
    let found = steps.find(|step| step["kind"] == kind);
    found.unwrap_or_else(|| panic!("{kind}: {report:#}"))
}

#[test]
fn what_a_registry_lacks_is_named_with_what_ends_it() {
    let untrusted = "failed to do request: Head \"https://harbor.example:5000/v2/a/manifests/1\": tls: failed to verify certificate: x509: ";
    for (why, failure, kind) in [
        (
            "certificate signed by unknown authority",
            "Certificate",
            "TrustRegistry",
        ),
        (
            "certificate has expired or is not yet valid: current time 2026-01-02T12:00:00Z is after 2026-01-01T00:00:00Z",
            "CertificateExpired",
            "RenewRegistryCertificate",
        ),
        (
            "certificate is valid for harbor.internal, not harbor.example",
            "CertificateName",
            "RenewRegistryCertificate",
        ),
    ] {
        let said = format!("{PULL}{untrusted}{why}");
        let status = waiting("ImagePullBackOff", &said);
        let report = asked(&mixed(&status, None, &json!({})), "why a arm-1");
        let reasons = &report["nodes"][0]["reasons"];
        assert_eq!(reasons[0]["pullFailure"], failure, "{reasons:#}");
        assert_eq!(report["next"][0]["kind"], "Look");
        let text = step(&report, kind)["text"].as_str().unwrap();
        assert!(text.contains("harbor.example:5000"), "{text}");
    }
    let http = "http: server gave HTTP response to HTTPS client";
    let said = format!("{PULL}Head \"https://10.0.0.9:5000/v2/a/manifests/1\": {http}");
    let status = waiting("ImagePullBackOff", &said);
    let report = asked(&mixed(&status, None, &json!({})), "why a");
    step(&report, "AllowPlainHttp");
}

/// Kubelets before 1.31 tell it in the event alone.
#[test]
fn what_an_event_says_of_a_pull_counts_as_much() {
    let status = waiting("ImagePullBackOff", "Back-off pulling image \"r/a\"");
    let said = "Failed to pull image \"r/a\": failed to register layer: write /bin/a: no space left on device";
    let objects = mixed(&status, Some(("Failed", said)), &json!({}));
    let report = asked(&objects, "why a arm-1");
    let command = "kubectl debug node/arm-1 -it --image=busybox --profile=sysadmin -- chroot /host crictl rmi --prune";
    assert_eq!(step(&report, "FreeNode")["command"], command);
}

/// Another's event isn't about the image.
#[test]
fn a_container_that_waits_for_something_else_needs_no_room() {
    let status = waiting("ContainerCreating", "");
    let said = "MountVolume.SetUp failed for volume \"v\" : no space left on device";
    let objects = mixed(&status, Some(("FailedMount", said)), &json!({}));
    assert!(!kinds(&asked(&objects, "why a arm-1")).contains(&"FreeNode"));
    let mut evicted = ready();
    evicted["phase"] = "Failed".into();
    evicted["reason"] = "Evicted".into();
    evicted["message"] = "The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 9Gi.".into();
    let mut objects = mixed(&evicted, None, &json!({}));
    objects.push(warning("Pod", "other", "Tick", "", 1));
    step(&asked(&objects, "why a arm-1"), "FreeNode");
}
