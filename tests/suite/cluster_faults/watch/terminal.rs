//! `plan DS --watch` on a terminal: what stands on the screen.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::rollout::{World, new_pod, replaced, stays};
use super::*;

const WIDTH: u16 = 100;
const HEIGHT: u16 = 30;

/// The binary on a terminal of its own.
struct OnTerminal {
    child: Child,
    screen: OwnedFd,
}

impl OnTerminal {
    fn watch(mock: &Mock, term: &str) -> Self {
        let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&screen).unwrap();
        unlockpt(&screen).unwrap();
        let size = Winsize {
            ws_row: HEIGHT,
            ws_col: WIDTH,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let name = ptsname(&screen, Vec::new()).unwrap();
        let name = name.to_str().unwrap().to_owned();
        let open = || File::options().read(true).write(true).open(&name).unwrap();
        let end = open();
        tcsetwinsize(&end, size).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_kubectl-ds"))
            .args([
                "plan",
                "a",
                "--watch",
                "-n",
                "default",
                "--server",
                &mock.url(),
            ])
            .env_clear()
            .envs([("HOME", "/nonexistent"), ("TERM", term)])
            .stdin(Stdio::null())
            .stdout(open())
            .stderr(open())
            .spawn()
            .unwrap();
        Self { child, screen }
    }

    /// All that was written until the process ended.
    fn end(mut self) -> (String, ExitStatus) {
        let mut screen = File::from(self.screen);
        let mut written = Vec::new();
        let mut buffer = [0; 4096];
        // The read fails when nobody holds the other end any more.
        while let Ok(count @ 1..) = screen.read(&mut buffer) {
            written.extend_from_slice(&buffer[..count]);
        }
        (
            String::from_utf8(written).unwrap(),
            self.child.wait().unwrap(),
        )
    }

    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().unwrap();
        assert!(sent.success());
    }
}

/// What a screen shows after all of it was written. It knows what is used here
/// and fails at anything else.
fn shown(written: &str) -> Vec<String> {
    let mut lines: Vec<Vec<char>> = vec![Vec::new()];
    let (mut row, mut column) = (0, 0);
    let mut rest = written.chars();
    while let Some(c) = rest.next() {
        match c {
            '\r' => column = 0,
            '\n' => {
                row += 1;
                lines.resize(lines.len().max(row + 1), Vec::new());
            }
            '\u{1b}' => {
                assert_eq!(rest.next(), Some('['));
                let mut code = String::new();
                let end = loop {
                    match rest.next().unwrap() {
                        c if c.is_ascii_alphabetic() => break c,
                        c => code.push(c),
                    }
                };
                match (&*code, end) {
                    (up, 'A') => row -= up.parse::<usize>().unwrap(),
                    ("", 'K') => lines[row].truncate(column),
                    ("", 'J') => {
                        lines.truncate(row + 1);
                        lines[row].truncate(column);
                    }
                    ("?7", 'l' | 'h') | (_, 'm') => {}
                    other => panic!("{other:?} is unknown"),
                }
            }
            c => {
                let line = &mut lines[row];
                line.resize(line.len().max(column + 1), ' ');
                line[column] = c;
                column += 1;
            }
        }
    }
    assert_eq!(column, 0, "the cursor is in the middle of a line");
    let lines = lines.into_iter().map(|l| l.into_iter().collect::<String>());
    lines.map(|l| l.trim_end().to_owned()).collect()
}

#[test]
fn it_is_drawn_in_place() {
    let mut steps = vec![Step::Wait(Duration::from_secs(2))];
    steps.extend(replaced("n1", &new_pod("n1"), 10));
    steps.push(Step::Wait(Duration::from_secs(2)));
    steps.extend(replaced("n2", &new_pod("n2"), 20));
    steps.push(stays());
    let mock = World::new(&["n1", "n2"]).serve(steps);
    let (written, status) = OnTerminal::watch(&mock, "xterm").end();
    assert_eq!(status.code(), Some(0), "{written}");
    // Half way it was drawn, and is no longer on the screen.
    let bar = |filled: usize| format!("[{}", "#".repeat(filled));
    let plain = strip_colours(&written);
    for filled in [0, 15, 30] {
        assert!(plain.contains(&bar(filled)), "{filled}: {plain}");
    }
    assert!(plain.contains("1 of 2 nodes done (50%)"), "{plain}");
    let screen = shown(&written);
    assert!(
        screen[0].starts_with("✓ No rollout of default/a is under way"),
        "{screen:#?}"
    );
    assert!(
        screen[1].starts_with(&format!("{}] 2 of 2 nodes done (100%)", bar(30))),
        "{screen:#?}"
    );
    assert!(screen.len() < 10, "{screen:#?}");
    let bars = screen.iter().filter(|l| l.contains("nodes done")).count();
    assert_eq!(bars, 1, "{screen:#?}");
    let last = &screen[screen.len() - 2..];
    assert_eq!(
        last,
        [
            "✓ Rollout of default/a is done: both nodes have an available pod of revision 2 (a-h)",
            ""
        ]
    );
    // What was turned off is on again, and nothing else was.
    assert_eq!(
        written.matches("\u{1b}[?7l").count(),
        written.matches("\u{1b}[?7h").count()
    );
    assert_eq!(
        written.matches("\u{1b}[?").count(),
        2 * written.matches("\u{1b}[?7h").count()
    );
}

fn strip_colours(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |plain, piece| {
        let end = piece.find(|c: char| c.is_ascii_alphabetic()).unwrap();
        plain + &piece[end + 1..]
    })
}

#[test]
fn it_ends_cleanly_when_it_is_asked_to() {
    for signal in ["-INT", "-TERM"] {
        let mock = World::new(&["n1", "n2"]).serve(vec![stays()]);
        let running = OnTerminal::watch(&mock, "xterm");
        std::thread::sleep(Duration::from_millis(1500));
        running.signal(signal);
        let (written, status) = running.end();
        assert_eq!(status.code(), Some(130), "{written}");
        let screen = shown(&written);
        assert_eq!(
            screen[0],
            "✓ Rollout of default/a is under way: 2 old pods left"
        );
        assert_eq!(screen.last().map(String::as_str), Some(""), "{screen:#?}");
    }
}

#[test]
fn a_terminal_that_can_not_move_its_cursor_gets_lines() {
    let mut steps = Vec::from(replaced("n1", &new_pod("n1"), 20));
    steps.push(stays());
    let mock = World::new(&["n1"]).serve(steps);
    let (written, _) = OnTerminal::watch(&mock, "dumb").end();
    assert!(
        !written.contains("\u{1b}[?7l") && !written.contains("A\u{1b}"),
        "{written}"
    );
    assert!(written.contains("1 of 1 node done"), "{written}");
    assert!(written.contains("is done: its one node "), "{written}");
}

#[test]
fn a_warning_stands_above_the_drawing() {
    let mut first = Vec::from(replaced("n1", &new_pod("n1"), 10));
    first.extend([
        Step::Wait(Duration::from_secs(2)),
        Step::Send("{\"type".to_owned()),
    ]);
    let mut then = vec![Step::Wait(Duration::from_secs(2))];
    then.extend(replaced("n2", &new_pod("n2"), 20));
    then.push(stays());
    let path = "/api/v1/namespaces/default/pods";
    let replies = vec![Reply::steps(first), Reply::steps(then)];
    let mock = World::new(&["n1", "n2"]).serve_watches([(path, replies)]);
    let (written, status) = OnTerminal::watch(&mock, "xterm").end();
    assert_eq!(status.code(), Some(0), "{written}");
    let screen = shown(&written);
    assert!(
        screen[0].starts_with("warning: lost the connection"),
        "{screen:#?}"
    );
    let drawn = screen
        .iter()
        .filter(|l| l.contains("ollout of default/a is under way"))
        .count();
    assert_eq!(drawn, 1, "{screen:#?}");
}
