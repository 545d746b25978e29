//! Files that aren't manifests yet, or never were.

use std::fs;

use super::{GOOD, error, read, with};
use crate::binary::{kubectl_ds, stderr};
use crate::files::forms::utf16;
use kubectl_ds::source::manifest::Manifests;

const RENDER: &str = "this is a template that isn't rendered (`{{ … }}`): render it first: `helm template … | kubectl ds … -f -`";

#[test]
fn a_manifest_of_powershell() {
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        let manifests = read(utf16(GOOD, unit)).unwrap();
        let expected = read(GOOD).unwrap();
        let objects = |read: &Manifests| {
            read.manifests
                .iter()
                .map(|m| m.object.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(objects(&manifests), objects(&expected));
        assert_eq!(manifests.warnings, expected.warnings);
    }
}

#[test]
pub(super) fn templates_of_helm() {
    let image = GOOD.lines().find(|l| l.contains("image: ")).unwrap();
    let line = GOOD.lines().position(|l| l == image).unwrap() + 1;
    let with_image = |value: &str| {
        let (key, _) = image.split_once("image: ").unwrap();
        GOOD.replace(image, &format!("{key}image: {value}"))
    };
    let cases = [
        (with("  name: agent\n", "  name: {{ .Release.Name }}\n"), 4),
        (
            with("  name: agent\n", "  name: {{.Release.Name}}-agent\n"),
            4,
        ),
        (
            with("  name: agent\n", "  name: \"{{ .Release.Name }}\"\n"),
            4,
        ),
        (
            with(
                "metadata:\n  name",
                "{{- if .Values.agent }}\nmetadata:\n  name",
            ),
            3,
        ),
        (
            format!("{{{{- if .Values.agent }}}}\n{GOOD}{{{{- end }}}}\n"),
            1,
        ),
        (with_image("{{ .Values.image }}"), line),
        (
            with_image("\"{{ .Values.image }}:{{ .Values.tag }}\""),
            line,
        ),
    ];
    for (text, line) in cases {
        assert_eq!(error(&text), format!("stdin:{line}: {RENDER}"), "{text}");
    }
}

/// Go templates are values of their own in arguments and annotations.
#[test]
fn braces_in_values_are_no_templates() {
    let text = with(
        "  name: agent\n",
        "  name: agent\n  annotations: {a: \"{{ .x }}\"}\n",
    );
    assert_eq!(read(text).unwrap().warnings, [""; 0]);
    let broken = with(
        "  name: agent\n",
        "  name: agent\n  annotations: {a: \"{{ .x }}\"}\n",
    ) + "status:\n  a: b: c\n";
    assert!(error(broken).contains("invalid YAML"));
}

const KUSTOMIZE: &str = "`kubectl kustomize DIR | kubectl ds … -f -`";

#[test]
pub(super) fn kustomizations_and_their_patches() {
    let kustomization = format!("this is a kustomization: build its objects first: {KUSTOMIZE}");
    let cases = [
        ("resources: [ds.yaml]\n", kustomization.clone()),
        (
            "namePrefix: a-\npatches:\n- path: p.yaml\n",
            kustomization.clone(),
        ),
        (
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [ds.yaml]\n",
            kustomization.clone(),
        ),
        (
            "- op: replace\n  path: /spec/template/spec/containers/0/image\n  value: x\n",
            format!(
                "this is a JSON patch, a part of a kustomization: build the objects first: {KUSTOMIZE}"
            ),
        ),
    ];
    for (text, problem) in cases {
        assert_eq!(error(text), format!("stdin:1: {problem}"));
    }
    let patch = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent}\nspec:\n  template:\n    spec:\n      containers:\n      - name: c\n        image: x\n";
    assert_eq!(
        error(patch),
        format!(
            "stdin:4: this is a part of a DaemonSet, without selector and labels, as the patches of a kustomization are: build the whole first: {KUSTOMIZE}"
        )
    );
}

#[test]
fn a_kustomization_beside_manifests() {
    let text = format!(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [ds.yaml]\n---\n{GOOD}"
    );
    assert_eq!(
        read(text).unwrap().warnings,
        [format!(
            "stdin:1: skipped a kustomization, so the DaemonSets are taken as they are written: with what it changes they come from {KUSTOMIZE}"
        )]
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kustomization.yaml");
    fs::write(&path, "namePrefix: a-\n").unwrap();
    let output = kubectl_ds(
        &[
            "why",
            "-f",
            path.to_str().unwrap(),
            "--from",
            "docs/examples/incident.yaml",
        ],
        &[],
    );
    assert!(
        stderr(&output).contains("kustomization.yaml:1: this is a kustomization"),
        "{}",
        stderr(&output)
    );
}

#[test]
pub(super) fn daemon_sets_of_other_controllers() {
    assert_eq!(
        error(with(
            "apiVersion: apps/v1",
            "apiVersion: apps.kruise.io/v1alpha1"
        )),
        "stdin:1: this is DaemonSet `agent` of `apps.kruise.io/v1alpha1`, which another controller runs, where a DaemonSet of `apps/v1` is wanted"
    );
}

/// What bears on the answer is named among many that are skipped.
#[test]
fn one_of_another_controller_among_many_others() {
    let mut text = String::new();
    for name in ["a", "b", "c", "d", "e"] {
        text += &format!("apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\n---\n");
    }
    text += "apiVersion: apps.kruise.io/v1alpha1\nkind: DaemonSet\nmetadata: {name: f}\n---\n";
    text += GOOD;
    assert_eq!(
        read(text).unwrap().warnings,
        [
            "stdin:21: skipped DaemonSet `f` of `apps.kruise.io/v1alpha1`, which another controller runs",
            "stdin:1: skipped 5 objects from here on that are no DaemonSets",
        ]
    );
}

/// kubectl refuses them ("cannot unmarshal array into Go value").
#[test]
fn objects_without_a_list_around_them() {
    let problem =
        "objects in a list need `kind: List` and `items` around them: kubectl refuses them without";
    let good: serde_json::Value = serde_yaml::from_str(GOOD).unwrap();
    for text in [format!("[{good}]"), serde_yaml::to_string(&[good]).unwrap()] {
        assert_eq!(error(text), format!("stdin:1: {problem}"));
    }
}

#[test]
fn several_daemon_sets_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ds.yaml");
    let of = |name: &str, namespace: &str| {
        let metadata = format!("  name: {name}\n  namespace: {namespace}\n");
        with("  name: agent\n", &metadata)
    };
    let (first, other) = (of("agent", "default"), of("agent", "other"));
    let third = of("third", "default");
    fs::write(&path, format!("{first}---\n{other}---\n{third}")).unwrap();
    let ask = |more: &[&str]| {
        let path = path.to_str().unwrap();
        let args = [
            &["plan", "-f", path, "--from", "docs/examples/incident.yaml"],
            more,
        ]
        .concat();
        let output = kubectl_ds(&args, &[("COLUMNS", "1000")]);
        (output.status.code(), stderr(&output))
    };
    let listed = "`agent` of namespace `default`, `agent` of namespace `other`, `third` of namespace `default`";
    let several = format!("error: the manifests hold several DaemonSets, {listed}");
    assert_eq!(ask(&[]), (Some(0), String::new()));
    let namespace = "give the namespace of one of them with `-n`";
    assert_eq!(
        ask(&["agent"]),
        (Some(2), format!("{several}: {namespace}\n"))
    );
    let (code, none) = ask(&["agent", "-n", "third"]);
    assert_eq!((code, none), (Some(2), format!("{several}: {namespace}\n")));
    assert_eq!(
        ask(&["nothing"]),
        (
            Some(2),
            format!("error: the manifests hold no DaemonSet `nothing`, but {listed}\n")
        )
    );
    let (code, skipped) = ask(&["agent", "-n", "other"]);
    assert_eq!(code, Some(0), "{skipped}");
    assert_eq!(
        skipped,
        "warning: skipped DaemonSet `agent` in namespace `default`\nwarning: skipped DaemonSet `third` in namespace `default`\n"
    );
}
