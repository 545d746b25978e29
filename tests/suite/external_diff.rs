//! Another program in the place of the diff, as `kubectl diff` runs it.

use kubectl_ds::output::diff::TemplateDiff;
use serde_json::{Value, json};

use crate::dry_run::{Kubectl, agent};

/// What `KUBECTL_EXTERNAL_DIFF` names, run on two templates.
fn shown(behaviour: &str, words: &str) -> (Kubectl, Result<(), String>) {
    let program = Kubectl::new(behaviour);
    let template = |image: &str| agent(image)["spec"]["template"].clone();
    let diff = TemplateDiff::new("ops", "agent", &template("a:1"), &template("a:2")).unwrap();
    let command = format!("{}{words}", program.folder().join("kubectl").display());
    let result = diff.show_by(&command).map_err(|e| e.to_string());
    (program, result)
}

#[test]
fn it_gets_two_private_folders_with_a_file_of_kubectls_name_and_its_plain_words() {
    let keep = "cat \"$1\"/* > \"$here/live\"; cat \"$2\"/* > \"$here/merged\"; ls \"$1\" \"$2\" > \"$here/listed\"; ls -ld \"$1\" \"$2\" > \"$here/modes\"; exit 1";
    let (program, result) = shown(keep, " -u $(x) --color=always");
    assert_eq!(result, Ok(()), "1 means that there are differences");
    let arguments = program.kept("arguments");
    let arguments: Vec<&str> = arguments.lines().collect();
    let [live, merged, words @ ..] = arguments.as_slice() else {
        panic!("{arguments:?}");
    };
    assert!(live.contains("/LIVE-") && merged.contains("/MERGED-"));
    assert_eq!(words, ["-u", "--color=always"]);
    let file = "apps.v1.DaemonSet.ops.agent";
    assert_eq!(program.kept("listed").matches(file).count(), 2);
    assert!(
        program
            .kept("modes")
            .lines()
            .all(|l| l.starts_with("drwx------"))
    );
    for (side, image) in [("live", "a:1"), ("merged", "a:2")] {
        let object: Value = serde_yaml::from_str(&program.kept(side)).unwrap();
        assert_eq!(
            object["metadata"],
            json!({"name": "agent", "namespace": "ops"})
        );
        assert_eq!(object["spec"]["template"], agent(image)["spec"]["template"]);
    }
    for folder in [live, merged] {
        assert!(!std::path::Path::new(folder).exists());
    }
}

#[test]
fn more_than_1_means_that_it_failed() {
    for (behaviour, text) in [
        ("exit 2", "failed with exit code 2"),
        ("kill -9 $$", "was ended by a signal"),
    ] {
        let (_, result) = shown(behaviour, "");
        let error = result.unwrap_err();
        assert!(error.ends_with(text), "{error}");
        assert!(error.contains("KUBECTL_EXTERNAL_DIFF"), "{error}");
    }
    assert_eq!(shown("exit 0", "").1, Ok(()));
}
