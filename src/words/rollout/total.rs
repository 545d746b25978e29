//! The plans of several DaemonSets in one line.

use crate::analysis::rollout::total::Total;
use crate::words::notation::{daemon_sets, nodes};
use crate::words::sentence::Sentence;

/// `Total of 3 DaemonSets: 12 to replace, 2 to create, 0 lost, 1 stuck`.
#[must_use]
pub fn total(total: Total) -> Sentence {
    let counted = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let of_nodes =
        |count: usize, what: &str| (count > 0).then(|| format!("{} {what}", nodes(count)));
    let parts = [
        Some(format!("{} to replace", total.replaced)),
        counted(total.by_hand, "to replace by hand (OnDelete)"),
        counted(total.created, "to create"),
        counted(total.deleted, "to delete"),
        Some(format!("{} lost", total.lost)),
        of_nodes(total.nodes_gained, "gained"),
        of_nodes(total.nodes_lost, "no longer eligible"),
        (total.expectations_broken > 0).then(|| {
            format!(
                "expectations broken on {}",
                nodes(total.expectations_broken)
            )
        }),
        counted(total.stuck, "stuck"),
        counted(total.refused, "refused"),
        counted(total.unknown, "not known in full"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let of = daemon_sets(total.daemon_sets);
    Sentence::new(format!("Total of {of}: {}", parts.join(", ")))
}

/// The result of one plan, in a word or two.
#[must_use]
pub const fn outcome(total: Total) -> &'static str {
    match total {
        Total { refused: 1.., .. } => "refused",
        Total { stuck: 1.., .. } => "stuck",
        Total { lost: 1.., .. } => "loses pods",
        Total {
            expectations_broken: 1..,
            ..
        } => "breaks expectations",
        Total {
            nodes_lost: 1.., ..
        } => "loses nodes",
        Total { unknown: 1.., .. } => "not known in full",
        total if total.is_nothing() => "changes no pods",
        _ => "changes pods",
    }
}

#[cfg(test)]
mod tests {
    use super::{Total, total};

    #[test]
    fn what_is_none_is_left_out_but_what_is_replaced_and_lost() {
        let none = Total {
            daemon_sets: 2,
            ..Total::default()
        };
        let says = |of| total(of).into_string();
        assert_eq!(says(none), "Total of 2 DaemonSets: 0 to replace, 0 lost");
        assert_eq!(
            says(none.and(Total::REFUSED)),
            "Total of 3 DaemonSets: 0 to replace, 0 lost, 1 refused"
        );
        let one = Total {
            daemon_sets: 1,
            nodes_gained: 1,
            created: 1,
            ..Total::default()
        };
        assert_eq!(
            says(one.and(one)),
            "Total of 2 DaemonSets: 0 to replace, 2 to create, 0 lost, 2 nodes gained"
        );
    }
}
