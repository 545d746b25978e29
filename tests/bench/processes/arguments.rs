//! What was asked for on the command line.

use std::path::PathBuf;

/// Rows that need the same preparation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// On a real API server.
    Cluster,
    /// On dumps.
    Files,
    /// Start and size of the program.
    Start,
}

const GROUPS: [(&str, Group); 3] = [
    ("cluster", Group::Cluster),
    ("files", Group::Files),
    ("start", Group::Start),
];

pub struct Arguments {
    groups: Vec<Group>,
    /// Sizes of the clusters on the API server, ascending.
    pub nodes: Vec<usize>,
    /// The same of the dumps.
    pub nodes_in_files: Vec<usize>,
    /// Counted runs of each command.
    pub runs: usize,
    /// What to measure in place of the release build.
    pub binary: Option<PathBuf>,
    /// Keep an API server with so many nodes.
    pub serve: Option<usize>,
}

const SIZES: [usize; 3] = [1_000, 5_000, 20_000];
const SIZES_IN_FILES: [usize; 4] = [1_000, 5_000, 20_000, 100_000];
const RUNS: usize = 9;

impl Arguments {
    pub fn parse() -> Result<Self, String> {
        let mut parsed = Self {
            groups: Vec::new(),
            nodes: SIZES.to_vec(),
            nodes_in_files: SIZES_IN_FILES.to_vec(),
            runs: RUNS,
            binary: None,
            serve: None,
        };
        let mut rest = std::env::args().skip(1).filter(|a| a != "--bench");
        while let Some(argument) = rest.next() {
            let mut value = || {
                rest.next()
                    .ok_or_else(|| format!("`{argument}` needs a value"))
            };
            match argument.as_str() {
                "--nodes" => {
                    parsed.nodes = sizes(&value()?)?;
                    parsed.nodes_in_files = parsed.nodes.clone();
                }
                "--runs" => parsed.runs = number(&value()?)?,
                "--binary" => parsed.binary = Some(value()?.into()),
                "--serve" => parsed.serve = Some(number(&value()?)?),
                name => parsed.groups.push(group(name)?),
            }
        }
        Ok(parsed)
    }

    pub fn wants(&self, group: Group) -> bool {
        self.groups.is_empty() || self.groups.contains(&group)
    }

    /// Whether this run measures all that the README shows.
    pub fn everything(&self) -> bool {
        self.groups.is_empty() && self.nodes == SIZES && self.runs >= RUNS
    }
}

fn group(name: &str) -> Result<Group, String> {
    let known = GROUPS.iter().find(|(known, _)| *known == name);
    known.map(|(_, group)| *group).ok_or_else(|| {
        let names = GROUPS.map(|(name, _)| name).join(", ");
        format!("no rows are called `{name}`; there are {names}")
    })
}

fn sizes(list: &str) -> Result<Vec<usize>, String> {
    let mut sizes = list.split(',').map(number).collect::<Result<Vec<_>, _>>()?;
    sizes.sort_unstable();
    Ok(sizes)
}

fn number(text: &str) -> Result<usize, String> {
    let parsed = text.replace('_', "").parse().ok().filter(|n| *n > 0);
    parsed.ok_or_else(|| format!("`{text}` is no number above 0"))
}
