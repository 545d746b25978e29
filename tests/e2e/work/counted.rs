//! What one run of the binary did, counted by valgrind.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use super::binary;
use super::recorded::PEAK;

/// A run to be counted.
pub(crate) struct Counted<'a> {
    args: Vec<String>,
    /// Its standard input.
    pub(crate) input: Option<&'a Path>,
    pub(crate) kubeconfig: Option<&'a Path>,
    /// Its exit code.
    pub(crate) exit: i32,
}

impl<'a> Counted<'a> {
    pub(crate) fn new(args: &[&str]) -> Self {
        Self {
            args: args.iter().map(|&arg| arg.to_owned()).collect(),
            input: None,
            kubeconfig: None,
            exit: 0,
        }
    }

    /// Instructions, allocations and the most memory that was held, by name.
    pub(crate) fn figures(&self) -> Result<Vec<(&'static str, u64)>, String> {
        let instructions = self.under("callgrind")?;
        let heap = self.under("dhat")?;
        Ok(vec![
            ("instructions", number(&instructions, "Collected :", 0)?),
            ("allocations", number(&heap, "Total:", 1)?),
            (PEAK, number(&heap, "At t-gmax:", 0)?),
        ])
    }

    /// Runs it once as users do; what it printed to stdout.
    pub(crate) fn plain(&self) -> Result<String, String> {
        let output = self.run(Command::new(binary()?))?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// What a tool of valgrind says of it.
    fn under(&self, tool: &str) -> Result<String, String> {
        let mut command = Command::new("valgrind");
        command
            .arg(format!("--tool={tool}"))
            .arg(format!("--{tool}-out-file=/dev/null"))
            .arg(binary()?);
        let output = self.run(command)?;
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn run(&self, mut command: Command) -> Result<std::process::Output, String> {
        let program = command.get_program().to_string_lossy().into_owned();
        let input = self.input.map(File::open).transpose();
        let input = input.map_err(|e| e.to_string())?;
        command
            .args(&self.args)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", "/nonexistent")
            .stdin(input.map_or_else(Stdio::null, Stdio::from));
        if let Some(kubeconfig) = self.kubeconfig {
            command.env("KUBECONFIG", kubeconfig);
        }
        let output = command
            .output()
            .map_err(|e| format!("{program} (is it installed?): {e}"))?;
        if output.status.code() == Some(self.exit) {
            Ok(output)
        } else {
            let why = String::from_utf8_lossy(&output.stderr);
            Err(format!(
                "{program} {:?}: {}: {why}",
                self.args, output.status
            ))
        }
    }
}

/// The number of this position on the line with `label`: `==1== LABEL 1,234 bytes in 5 blocks`.
fn number(said: &str, label: &str, position: usize) -> Result<u64, String> {
    let found = said.lines().find_map(|line| {
        let (_, rest) = line.split_once(label)?;
        let mut numbers = rest
            .split_whitespace()
            .filter_map(|word| word.replace(',', "").parse().ok());
        numbers.nth(position)
    });
    found.ok_or_else(|| format!("no `{label}` in what valgrind said: {said}"))
}
