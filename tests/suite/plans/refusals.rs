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
            "`kubectl rollout restart` changes the template, and the controller does nothing"
        ),
        "{out}"
    );
}

/// Names of pods that are there would be deleted for a change that isn't made.
#[test]
fn what_is_refused_names_no_pods() {
    let mut dump = Dump::new(3, 1);
    dump.ds["spec"]["template"]["metadata"]["labels"] = json!({"app": "other"});
    let said = error(&dump, "plan a --restart -o name");
    assert!(said.contains("the server would refuse it"), "{said}");
    assert!(said.contains("spec.template.metadata.labels"), "{said}");
}
