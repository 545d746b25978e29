//! The lists that are written from the code.

use std::fmt::Write as _;
use std::fs;

use kubectl_ds::analysis::owners::agent::AGENTS;
use kubectl_ds::analysis::owners::finalizer::OWNED_FINALIZERS;
use kubectl_ds::analysis::owners::label::{
    DISCOVERED_LABELS, OFF_SWITCHES, OWNED_LABELS, OffSwitch, RENAMED_LABELS,
};
use kubectl_ds::analysis::owners::manager::MARKS;
use kubectl_ds::analysis::owners::owned_taint::{OWNED_TAINTS, TaintKey};
use kubectl_ds::analysis::reason::code::Code;
use kubectl_ds::commands::exit::Exit;
use kubectl_ds::words::owners;

use crate::binary::root;

use super::check;

#[test]
fn the_list_of_reason_codes() {
    let mut text = String::from(
        "# Reason codes\n\n\
         The codes of `reasons[]`, `findings[]` and `differences[].cause` in every report: what each means, \
         whether it keeps a DaemonSet from being clean, what it keeps the controller from, whether a node for \
         which it holds uses the rollout's budget, and how it ends unless its own facts say more.\n\n\
         | code | meaning | severity | keeps the controller from | uses the budget | ends |\n|---|---|---|---|---|---|\n",
    );
    for code in Code::ALL {
        let properties = code.properties();
        let budget = if properties.holds_budget.is_some() {
            "yes"
        } else {
            ""
        };
        writeln!(
            text,
            "| `{}` | {} | {} | {} | {budget} | {} |",
            code.name(),
            code.description(),
            properties.severity.description(),
            properties.stops.description(),
            properties.ends.description(),
        )
        .unwrap();
    }
    check("docs/reference/reasons.md", &text);
}

#[test]
fn the_list_of_owned_taints() {
    let mut text = String::from(
        "# Taints that have an owner\n\n\
         What is known of the taints that controllers, providers and agents put on nodes: what each says of its node, who \
         puts it on, when it goes (`endsWhen` in the reports), whether a DaemonSet should tolerate it, and what its value is. \
         The first row that fits a taint counts; one with another effect than its owner uses was put on by hand.\n\n\
         A toleration of one of these is advised by the key with `Exists`, never for a value; so it is for any other taint whose \
         value looks like a time or an ID. That one is taken off by hand is advised only where it goes when an \
         administrator takes it off, and for taints that aren't in this list.\n\n\
         | taint | effects | says | owner | goes | `endsWhen` | tolerate | value | source |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for owned in OWNED_TAINTS {
        let key = match owned.key {
            TaintKey::Is(key) => format!("`{key}`"),
            TaintKey::Prefix(prefix) => format!("`{prefix}*`"),
        };
        let effects = match owned.effects {
            [] => "any".to_owned(),
            effects => effects.join(", "),
        };
        writeln!(
            text,
            "| {key} | {effects} | {} | {} | {} | `{}` | {} | {} | [source]({}) |",
            owners::means(owned.means),
            owned.owner,
            owners::end(owned),
            owned.ends.name(),
            owners::tolerate(owned.tolerate),
            owners::value(owned.value),
            owned.source,
        )
        .unwrap();
    }
    text.push_str(
        "\n## Agents that end a taint of their own node\n\n\
         A DaemonSet that is called so, or whose images are, has to tolerate these taints: they go once its own pod runs. So has \
         one that runs in the host's network and mounts `/etc/cni/net.d`, of nodes that aren't ready for want of a network \
         plugin, and one that mounts `/var/lib/kubelet/plugins/DRIVER` the taint `DRIVER/agent-not-ready`.\n\n\
         | names | taints | source |\n|---|---|---|\n",
    );
    for agent in AGENTS {
        let listed = |all: &[&str]| {
            let all: Vec<_> = all.iter().map(|one| format!("`{one}`")).collect();
            all.join(", ")
        };
        let (names, ends) = (listed(agent.names), listed(agent.ends));
        writeln!(text, "| {names} | {ends} | [source]({}) |", agent.source).unwrap();
    }
    text.push_str(
        "\n## Labels that have an owner\n\n\
         A label that says what the machine is isn't gone round by a change of the template: what can't run there had better \
         not. Where it is missing it is put back, by its owner or by hand.\n\n\
         | labels | owner | source |\n|---|---|---|\n",
    );
    for owned in OWNED_LABELS {
        let keys: Vec<_> = owned.keys.iter().map(|key| format!("`{key}`")).collect();
        let keys = keys.join(", ");
        writeln!(
            text,
            "| {keys} | {} | [source]({}) |",
            owned.owner, owned.source
        )
        .unwrap();
    }
    text.push_str(
        "\n## Labels that were renamed\n\n\
         A selector by the old name that no node has is advised to be by the new one, where nodes have that.\n\n\
         | old | new | source |\n|---|---|---|\n",
    );
    for (old, new, source) in RENAMED_LABELS {
        writeln!(text, "| `{old}` | `{new}` | [source]({source}) |").unwrap();
    }
    text.push_str(
        "\n## Labels that an agent finds on the machine\n\n\
         They are the last that a node is advised to be given by hand.\n\n\
         | labels | agent | source |\n|---|---|---|\n",
    );
    for (prefix, agent, source) in DISCOVERED_LABELS {
        writeln!(text, "| `{prefix}*` | {agent} | [source]({source}) |").unwrap();
    }
    text.push_str(
        "\n## Labels that keep an operator off a node\n\n\
         Where a node has one, taking it off is advised in place of setting what the operator sets.\n\n\
         | label | operator | sets then none of | source |\n|---|---|---|---|\n",
    );
    for switch in OFF_SWITCHES {
        let OffSwitch {
            key,
            value,
            withholds,
            owner,
            source,
        } = switch;
        writeln!(
            text,
            "| `{key}={value}` | {owner} | `{withholds}*` | [source]({source}) |"
        )
        .unwrap();
    }
    text.push_str(
        "\n## What manages a DaemonSet\n\n\
         Its controlling owner, or what these labels and annotations of it name (`managedBy` in the reports), may undo a \
         change of it by hand. That is said beside each change that is advised.\n\n\
         | label or annotation | manager | source |\n|---|---|---|\n",
    );
    for mark in MARKS {
        let keys: Vec<_> = mark.keys.iter().map(|key| format!("`{key}`")).collect();
        let (keys, manager) = (keys.join(", "), mark.manager);
        writeln!(text, "| {keys} | {manager} | [source]({}) |", mark.source).unwrap();
    }
    text.push_str(
        "\n## Finalizers of nodes that have an owner\n\n| finalizer | owner | source |\n|---|---|---|\n",
    );
    for (name, owner, source) in OWNED_FINALIZERS {
        writeln!(text, "| `{name}` | {owner} | [source]({source}) |").unwrap();
    }
    check("docs/reference/taints.md", &text);
}

#[test]
fn the_list_of_exit_codes() {
    let mut table = String::from("| exit code | meaning |\n|---|---|\n");
    for exit in Exit::ALL {
        writeln!(table, "| {} | {} |", exit.code(), exit.meaning()).unwrap();
    }
    check(
        "docs/reference/exit-codes.md",
        &format!("# Exit codes\n\n{table}"),
    );
    let output = fs::read_to_string(root().join("docs/guide/output.md")).unwrap();
    assert!(
        output.contains(&table),
        "docs/guide/output.md has other exit codes:\n{table}"
    );
}
