//! Questions that can't be answered: what is wrong, and what to do.

use serde_json::json;

use super::dump::{CREATED, Dump};

fn error(dump: &Dump, question: &str) -> String {
    let (code, out, err) = crate::binary::ask(&dump.objects(), question);
    assert_eq!((code, out.as_str()), (Some(2), ""), "{question}");
    err
}

#[test]
fn numbers_below_0() {
    let dump = Dump::new(3, 1);
    for number in ["-1", "x", "1.5", "99999999999999999999"] {
        let said = error(&dump, &format!("plan a --to-revision {number}"));
        assert!(said.contains("write the number of a revision"), "{said}");
        assert!(said.contains(&format!("'{number}'")), "{said}");
    }
    for budget in ["--max-unavailable", "--max-surge"] {
        let said = error(&dump, &format!("plan a {budget} -1"));
        assert!(said.contains("it can't be below 0"), "{said}");
    }
}

#[test]
fn which_revisions_there_are_is_unknown() {
    let mut dump = Dump::new(3, 1);
    dump.revisions.clear();
    let said = error(&dump, "plan a --to-revision 0");
    assert!(
        said.contains("kubectl get controllerrevisions -A -o yaml"),
        "{said}"
    );
}

#[test]
fn a_budget_that_is_no_number() {
    for (budget, problem) in [
        (
            json!(99_999_999_999_999_u64),
            "out of range: it takes -2147483648 to 2147483647",
        ),
        (json!(1.5), "where a whole number or a percentage is wanted"),
        (json!([]), "where a whole number or a percentage is wanted"),
    ] {
        let said = error(&Dump::new(3, 1).budget(budget, 0), "plan a");
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let field = "`spec.updateStrategy.rollingUpdate.maxUnavailable`";
        assert!(said.contains(field) && said.contains(problem), "{said}");
    }
}

/// The change would be stored, and nothing would come of it.
#[test]
fn a_change_to_what_is_being_deleted() {
    let mut dump = Dump::new(3, 1);
    dump.ds["metadata"]["deletionTimestamp"] = CREATED.into();
    let (code, out, _) = crate::binary::ask(&dump.objects(), "plan a --restart");
    assert_eq!(code, Some(0));
    assert!(
        out.contains(
            "A restart changes the template of default/a, and the controller does nothing for it"
        ),
        "{out}"
    );
}

/// A DaemonSet whose every change is refused: its selector doesn't select its own pods, as in
/// a file that somebody has edited.
fn unusable() -> Dump {
    let mut dump = Dump::new(3, 1);
    dump.ds["spec"]["selector"]["matchLabels"]["app"] = "other".into();
    dump
}

/// The report goes to stdout, and one line of stderr says what is refused.
#[test]
fn what_is_refused_is_said_on_stderr_beside_the_report() {
    for change in [
        "--restart",
        "--set-image agent=a:3",
        "--restart --max-unavailable 2",
    ] {
        for format in ["table", "wide", "json", "yaml"] {
            let question = format!("plan a {change} -o {format}");
            let (code, out, err) = crate::binary::ask(&unusable().objects(), &question);
            assert_eq!(code, Some(2), "{question}");
            let said = "error: the server would refuse DaemonSet `a`: spec.template.metadata.labels don't match";
            assert!(err.starts_with(said), "{question}: {err}");
            assert_eq!(err.lines().count(), 1, "{question}: {err}");
            assert!(out.contains("which wants `app=other`"), "{question}: {out}");
        }
        let said = error(&unusable(), &format!("plan a {change} -o name"));
        assert!(said.contains("would refuse DaemonSet `a`"), "{said}");
    }
}

/// A revision is found by the selector, so that there is no report on one.
#[test]
fn a_revision_can_not_be_found_by_a_selector_that_can_not_be_used() {
    let mut dump = Dump::new(3, 1);
    dump.ds["spec"]["selector"]["matchLabels"]["app"] = "...".into();
    for format in ["table", "json", "name"] {
        let said = error(&dump, &format!("plan a --to-revision 1 -o {format}"));
        assert!(said.starts_with("error: spec.selector"), "{said}");
    }
    let mut dump = Dump::new(3, 1);
    dump.ds["spec"]["template"]["metadata"]["labels"] = json!({"app": "other"});
    dump.ds["spec"]["updateStrategy"]["rollingUpdate"] =
        json!({"maxUnavailable": 0, "maxSurge": 0});
    let (code, out, err) = crate::binary::ask(&dump.objects(), "plan a --to-revision 1 -o json");
    assert_eq!(code, Some(2), "{out}");
    assert!(err.starts_with("error: the server would refuse"), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
}

/// With `-f` too, of one manifest and of several.
#[test]
fn a_manifest_that_is_refused() {
    let dump = Dump::new(3, 1);
    let folder = tempfile::tempdir().unwrap();
    let mut other = dump.ds.clone();
    other["metadata"]["name"] = "b".into();
    let mut changed = dump.ds.clone();
    changed["spec"]["selector"]["matchLabels"] = json!({"app": "z"});
    changed["spec"]["template"]["metadata"]["labels"] = json!({"app": "z"});
    let one = folder.path().join("one.json");
    let two = folder.path().join("two.json");
    std::fs::write(&one, changed.to_string()).unwrap();
    std::fs::write(&two, format!("{other}{changed}")).unwrap();
    let (one, two) = (one.to_str().unwrap(), two.to_str().unwrap());
    for (question, report) in [
        (format!("plan -f {one}"), true),
        (format!("plan -f {one} -o json"), true),
        (format!("plan a -f {two} -o yaml"), true),
        (format!("plan -f {one} -o name"), false),
    ] {
        let (code, out, err) = crate::binary::ask(&dump.objects(), &question);
        assert_eq!((code, !out.is_empty()), (Some(2), report), "{question}");
        let errors = err.lines().filter(|l| l.starts_with("error: "));
        let errors: Vec<_> = errors.collect();
        let said = "error: the server would refuse DaemonSet `a`: spec.selector can't be changed";
        assert!(
            matches!(errors.as_slice(), [one] if one.starts_with(said)),
            "{question}: {err}"
        );
        // People find it below the plan, programs in the error.
        let hint = "kubectl delete daemonset a -n default";
        assert!([&out, &err].iter().any(|said| said.contains(hint)), "{err}");
    }
    changed["spec"]["template"]["metadata"]["labels"] = json!({"app": "y"});
    std::fs::write(one, changed.to_string()).unwrap();
    std::fs::write(two, format!("{other}{changed}")).unwrap();
    for command in ["why", "adopt", "plan a"] {
        for file in [one, two] {
            for format in ["table", "json"] {
                let question = format!("{command} -f {file} -o {format}");
                let (code, _, err) = crate::binary::ask(&dump.objects(), &question);
                assert_eq!(code, Some(2), "{question}");
                // What else a stream holds may be warned of first.
                let errors = err.lines().filter(|line| line.starts_with("error: "));
                assert_eq!(errors.count(), 1, "{question}: {err}");
                assert!(err.contains("spec.template.metadata.labels"), "{err}");
            }
        }
    }
}

/// Names of pods that are there would be deleted for a change that isn't made.
#[test]
fn what_is_refused_names_no_pods() {
    let mut dump = Dump::new(3, 1);
    dump.ds["spec"]["template"]["metadata"]["labels"] = json!({"app": "other"});
    let said = error(&dump, "plan a --restart -o name");
    assert!(
        said.contains("the server would refuse DaemonSet `a`"),
        "{said}"
    );
    assert!(said.contains("spec.template.metadata.labels"), "{said}");
}
