//! `-o prometheus`: gauges in the text exposition format.

use std::io::{self, Write};

use crate::analysis::eligibility::DaemonSetRef;
use crate::analysis::gauges::{Gauge, Gauges};
use crate::output::sanitize::sanitize;
use crate::words::gauges::help;

use super::{Format, Style};

pub(super) const FORMAT: Format = Format {
    name: "prometheus",
    help: "gauges in the text format, of all DaemonSets",
    style: Style::Gauges,
    commands: Some(&["why"]),
};

/// Writes the samples of all DaemonSets, gauge by gauge. An unknown value has no sample.
///
/// # Errors
/// When `out` can't be written.
pub fn write(out: &mut impl Write, all: &[(&DaemonSetRef, &Gauges)]) -> io::Result<()> {
    for gauge in Gauge::ALL {
        let name = gauge.name();
        writeln!(out, "# HELP kubectl_ds_{name} {}", help(gauge))?;
        writeln!(out, "# TYPE kubectl_ds_{name} gauge")?;
        for (of, gauges) in all {
            let Some(value) = gauges.get(gauge) else {
                continue;
            };
            let (namespace, daemon_set) = (label(&of.namespace), label(&of.name));
            writeln!(
                out,
                "kubectl_ds_{name}{{namespace=\"{namespace}\",daemonset=\"{daemon_set}\"}} {value}"
            )?;
        }
    }
    Ok(())
}

/// The value of a label, as the format escapes it.
fn label(value: &str) -> String {
    let value = sanitize(value);
    value.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_has_no_sample_and_labels_are_escaped() {
        let of = DaemonSetRef {
            namespace: "a\\b".to_owned(),
            name: "c\"d\ne".to_owned(),
        };
        let gauges = Gauges {
            desired: Some(3),
            incomplete: 1,
            ..Gauges::default()
        };
        let mut out = Vec::new();
        assert!(write(&mut out, &[(&of, &gauges)]).is_ok());
        let text = String::from_utf8(out).unwrap_or_default();
        let samples: Vec<_> = text.lines().filter(|l| !l.starts_with('#')).collect();
        assert_eq!(
            samples,
            [
                "kubectl_ds_desired{namespace=\"a\\\\b\",daemonset=\"c\\\"d e\"} 3",
                "kubectl_ds_incomplete{namespace=\"a\\\\b\",daemonset=\"c\\\"d e\"} 1",
            ]
        );
    }
}
