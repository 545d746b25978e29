//! The plugin's binary: reads the command line, and has a command answer it.

use std::process::ExitCode;

use kubectl_ds::cli::name::Name;
use kubectl_ds::cli::{CommandLine, complete};
use kubectl_ds::commands;
use kubectl_ds::commands::exit::Exit;
use kubectl_ds::model::set_own_name;
use kubectl_ds::output::terminal::Terminal;

fn main() -> ExitCode {
    let name = Name::of_process();
    set_own_name(name.words());
    if let Some(words) = complete::asked(&name) {
        // Who doesn't listen any more doesn't mind.
        let _ = Terminal::plain(&commands::complete(&name, words));
        return Exit::Success.into();
    }
    let exit = match CommandLine::parse(&name, std::env::args_os()) {
        Ok(line) => {
            let terminal = Terminal::new(line.global.color, line.global.headers);
            commands::run(&name, line, &terminal)
        }
        Err(error) => {
            // Nothing is left to tell of a usage text that can't be printed.
            let _ = error.print();
            // Help and version are answers; anything else is bad usage.
            if error.use_stderr() {
                Exit::Failed
            } else {
                Exit::Success
            }
        }
    };
    exit.into()
}
