//! The recording of an incident: commands that are typed and what each really prints, one screen
//! after the other, as a picture that moves by style sheets alone.

use std::fmt::Write as _;

use super::check;
use super::pictures::{answer, prompt};
use super::theme::{THEMES, Theme, hex};
use super::window::{LETTER, LINE, broken, drawn, window};

/// How long it takes before it begins again, in milliseconds.
const LENGTH: usize = 15_000;
/// How long a letter takes, and how long the command waits for Enter.
const TYPED: usize = 12;
const ENTER: usize = 300;

/// The questions of the walk, each with the millisecond in which it begins. Where nothing moves, the
/// middle one is shown.
const SCENES: [(usize, &str); 3] = [
    (
        0,
        "why log-agent gpu-1 -n logging --from docs/examples/walk/1-missing.yaml",
    ),
    (
        4_500,
        "plan log-agent -n logging --from docs/examples/walk/2-stuck.yaml",
    ),
    (
        11_500,
        "why log-agent -n logging --from docs/examples/walk/4-after.yaml",
    ),
];
const STILL: usize = 1;

#[test]
fn the_recording_shows_real_output() {
    let screens = SCENES.map(|(_, question)| broken(&answer(question)));
    let lines = screens.iter().map(|s| 1 + s.lines().count()).max().unwrap();
    for theme in &THEMES {
        let picture = recording(theme, &screens, lines);
        assert!(!picture.contains("<script"), "GitHub shows no scripts");
        check(
            &format!("docs/pictures/incident-{}.svg", theme.name),
            &picture,
        );
    }
}

fn recording(theme: &Theme, screens: &[String], lines: usize) -> String {
    let all = SCENES.iter().zip(screens);
    let all: String = all
        .map(|((_, question), screen)| format!("{}\n{screen}\n", prompt(question)))
        .collect();
    let mut style = drawn(theme, &all).style;
    style.push_str("    .scene { opacity: 0; }\n");
    writeln!(style, "    #scene-{STILL} {{ opacity: 1; }}").unwrap();
    style.push_str("    @media (prefers-reduced-motion: no-preference) {\n");
    let mut content = String::new();
    for (index, screen) in screens.iter().enumerate() {
        style.push_str(&animation(index));
        content.push_str(&scene(theme, index, screen));
    }
    style.push_str("    }\n");
    window(theme, &style, &content, lines)
}

/// The command with what hides the letters that aren't typed yet, and the screen below it.
fn scene(theme: &Theme, index: usize, screen: &str) -> String {
    let (_, question) = SCENES[index];
    let command = drawn(theme, &prompt(question)).text;
    let screen = drawn(theme, screen).text;
    let (ground, cursor) = (hex(theme.ground), hex(theme.cyan));
    // The prompt is there before anything is typed; the text begins 10 pixels from the left.
    let start = tenths(100 + 2 * LETTER);
    let width = tenths((letters(question) + 1) * LETTER);
    let letter = tenths(LETTER);
    format!(
        "  <g class=\"scene\" id=\"scene-{index}\">\n{command}  \
         <g class=\"scene\" id=\"typed-{index}\">\n  \
         <rect x=\"{start}\" y=\"13\" width=\"{width}\" height=\"20\" fill=\"{ground}\" />\n  \
         <rect x=\"{start}\" y=\"14\" width=\"{letter}\" height=\"18\" fill=\"{cursor}\" />\n  </g>\n  \
         <g transform=\"translate(0, {LINE})\" id=\"screen-{index}\">\n{screen}  </g>\n  </g>\n"
    )
}

/// How many letters are typed.
fn letters(question: &str) -> usize {
    "kubectl ds ".len() + question.len()
}

/// Tenths as a style sheet writes a number.
fn tenths(number: usize) -> String {
    format!("{}.{}", number / 10, number % 10)
}

/// When a scene is seen, its command typed and its screen drawn.
fn animation(index: usize) -> String {
    let (start, question) = SCENES[index];
    let end = SCENES.get(index + 1).map_or(LENGTH, |(start, _)| *start);
    let letters = letters(question);
    let typed = start + letters * TYPED;
    let printed = typed + ENTER;
    assert!(printed < end, "{question} isn't typed in time");
    let [start, typed, printed, end] =
        [start, typed, printed, end].map(|time| format!("{}%", tenths(time * 1000 / LENGTH)));
    let way = format!("transform: translateX({}px)", tenths(letters * LETTER));
    let mut style = String::new();
    let mut line = |text: String| writeln!(style, "      {text}").unwrap();
    for part in ["scene", "typed", "screen"] {
        line(format!(
            "#{part}-{index} {{ animation: {part}-{index} {}s step-end infinite; }}",
            LENGTH / 1000
        ));
    }
    for (part, from) in [("scene", &start), ("screen", &printed)] {
        line(format!(
            "@keyframes {part}-{index} {{ 0% {{ opacity: 0; }} {from} {{ opacity: 1; }} \
             {end} {{ opacity: 0; }} 100% {{ opacity: 0; }} }}"
        ));
    }
    line(format!(
        "@keyframes typed-{index} {{ 0% {{ opacity: 1; }} \
         {start} {{ opacity: 1; transform: none; animation-timing-function: steps({letters}); }} \
         {typed} {{ opacity: 1; {way}; }} {printed} {{ opacity: 0; {way}; }} 100% {{ opacity: 0; }} }}"
    ));
    style
}
