//! Names, and lists that are too long.

use super::dump::Dump;

/// Names are for a pipe into a deletion: what isn't made again isn't among them.
#[test]
fn names_leave_out_what_is_lost() {
    let dump = Dump::new(4, 1).taint(4, "x", "NoSchedule");
    let (code, out, err) = crate::binary::ask(&dump.objects(), "plan a -o name");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(out, "pod/a-n2-old\npod/a-n3-old\n");
    let dump = Dump::new(2, 2);
    let (_, out, _) = crate::binary::ask(&dump.objects(), "plan a -o name");
    assert_eq!(out, "");
}

#[test]
fn long_lists_say_what_they_leave_off() {
    let dump = Dump::new(30, 0)
        .taint(29, "x", "NoSchedule")
        .taint(30, "x", "NoSchedule");
    let (_, out, _) = crate::binary::ask(&dump.objects(), "plan a -o wide --limit 1");
    assert!(
        out.contains("… and 29 more pods (--limit 0 shows all)"),
        "{out}"
    );
    assert!(
        out.contains("… and 1 more pod (--limit 0 shows all)"),
        "{out}"
    );
    let (_, out, _) = crate::binary::ask(&dump.objects(), "plan a -o wide --limit 0");
    assert!(!out.contains('…'), "{out}");
    for number in 1..=30 {
        assert!(out.contains(&format!("a-n{number}-old")), "{number}: {out}");
    }
    let (_, out, _) = crate::binary::ask(&dump.objects(), "plan a -o wide --no-headers");
    assert!(!out.contains("REVISION"), "{out}");
}

/// Where nothing is left to roll, another budget changes nothing.
#[test]
fn the_exit_code_of_other_budgets() {
    for (dump, question, code) in [
        (Dump::new(3, 3), "plan a --max-unavailable 2 --exit-code", 0),
        (Dump::new(3, 2), "plan a --max-unavailable 2 --exit-code", 1),
        (Dump::new(3, 2), "plan a --max-unavailable 2", 0),
        (
            Dump::new(3, 3),
            "plan a --restart --max-unavailable 2 --exit-code",
            1,
        ),
    ] {
        let (said, out, _) = crate::binary::ask(&dump.objects(), question);
        assert_eq!(said, Some(code), "{question}: {out}");
    }
}
