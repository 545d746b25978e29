//! Running commands: time and peak memory of each.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4 as _;

/// A program, its arguments, and where its input comes from.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    args: Vec<OsString>,
    environment: Vec<(&'static str, OsString)>,
    /// Piped into it by `cat`.
    input: Option<PathBuf>,
    /// Other exit codes than 0 that are an answer.
    answers: &'static [i32],
}

impl Program {
    pub fn new<A: AsRef<OsStr>>(
        path: impl Into<PathBuf>,
        args: impl IntoIterator<Item = A>,
    ) -> Self {
        Self {
            path: path.into(),
            args: args.into_iter().map(|a| a.as_ref().to_owned()).collect(),
            environment: Vec::new(),
            input: None,
            answers: &[],
        }
    }

    pub fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// `cat PATH | PROGRAM`.
    pub fn piped_from(mut self, path: impl Into<PathBuf>) -> Self {
        self.input = Some(path.into());
        self
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.args);
        // Nothing of the user's own configuration, and no colours.
        command.env_clear().env("PATH", "/usr/bin:/bin");
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        command
    }

    /// What it prints, once.
    pub fn output(&self) -> Result<String, String> {
        let output = self
            .command()
            .stdin(self.stdin()?)
            .output()
            .map_err(|e| self.says(&e.to_string()))?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(self.says(&format!("{}: {}", output.status, why.trim())));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn stdin(&self) -> Result<Stdio, String> {
        match &self.input {
            None => Ok(Stdio::null()),
            Some(path) => File::open(path)
                .map(Stdio::from)
                .map_err(|e| format!("{}: {e}", path.display())),
        }
    }

    /// Starts it with its output thrown away, and what feeds it.
    fn spawn(&self) -> Result<(Child, Option<Child>), String> {
        let mut command = self.command();
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let feeder = self.input.as_deref().map(cat).transpose()?;
        let (stdin, feeder) = match feeder {
            Some((child, output)) => (output, Some(child)),
            None => (Stdio::null(), None),
        };
        let child = command
            .stdin(stdin)
            .spawn()
            .map_err(|e| self.says(&e.to_string()))?;
        Ok((child, feeder))
    }

    fn says(&self, what: &str) -> String {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let args: Vec<_> = self.args.iter().map(|a| a.to_string_lossy()).collect();
        format!("{name} {}: {what}", args.join(" "))
    }
}

fn cat(path: &Path) -> Result<(Child, Stdio), String> {
    let mut child = Command::new("/bin/cat")
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("cat: {e}"))?;
    let output = child.stdout.take().ok_or("cat has no output")?;
    Ok((child, output.into()))
}

/// What is measured as one: programs at once, or one after the other.
#[derive(Clone, Debug)]
pub enum Work {
    One(Program),
    AtOnce(Vec<Program>),
    InTurn(Vec<Program>),
}

/// One run of it.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// From the first start to the last end.
    pub time: Duration,
    /// Of the process that had most, in bytes.
    pub peak: u64,
}

impl Work {
    pub fn run(&self) -> Result<Run, String> {
        let start = Instant::now();
        let peak = match self {
            Self::One(program) => at_once(std::slice::from_ref(program))?,
            Self::AtOnce(programs) => at_once(programs)?,
            Self::InTurn(programs) => programs
                .iter()
                .map(|program| at_once(std::slice::from_ref(program)))
                .try_fold(0, |peak, next| Ok::<_, String>(next?.max(peak)))?,
        };
        Ok(Run {
            time: start.elapsed(),
            peak,
        })
    }
}

fn at_once(programs: &[Program]) -> Result<u64, String> {
    let mut started = Vec::new();
    for program in programs {
        started.push((program, program.spawn()?));
    }
    let mut peak = 0;
    for (program, (mut child, feeder)) in started {
        let mut stderr = child.stderr.take();
        let used = child.wait4().map_err(|e| program.says(&e.to_string()))?;
        if let Some(mut feeder) = feeder {
            feeder.wait().map_err(|e| format!("cat: {e}"))?;
        }
        let code = used.status.code();
        if !used.status.success() && !code.is_some_and(|code| program.answers.contains(&code)) {
            let why = stderr.take().map(std::io::read_to_string);
            let why = why.and_then(Result::ok).unwrap_or_default();
            return Err(program.says(&format!("{}: {}", used.status, why.trim())));
        }
        peak = peak.max(used.rusage.maxrss);
    }
    Ok(peak)
}
