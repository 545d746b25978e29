//! Pictures of the terminal, drawn from what the binary really prints.

use anstyle_svg::{Palette, Term};

use crate::binary::{kubectl_ds, stderr, stdout};

use super::{COLUMNS, check};

/// The pictures by name, each with its question.
const PICTURES: &[(&str, &str)] = &[
    (
        "why-node",
        "why node-exporter gpu-1 -n monitoring --from docs/examples/incident.yaml",
    ),
    (
        "why",
        "why node-exporter -n monitoring --from docs/examples/incident.yaml",
    ),
    ("map", "why -A --map --from docs/examples/incident.yaml"),
    ("node", "node gpu-1 --from docs/examples/incident.yaml"),
    (
        "plan",
        "plan log-agent -n logging --from docs/examples/walk/2-stuck.yaml",
    ),
    (
        "adopt",
        "adopt edge-metrics -n agents --from docs/examples/takeover.yaml",
    ),
];

/// What GitHub's own pages are coloured with, so that text can be read on either.
struct Theme {
    name: &'static str,
    text: (u8, u8, u8),
    ground: (u8, u8, u8),
    red: (u8, u8, u8),
    green: (u8, u8, u8),
    yellow: (u8, u8, u8),
    cyan: (u8, u8, u8),
}

const DARK: Theme = Theme {
    name: "dark",
    text: (0xe6, 0xed, 0xf3),
    ground: (0x0d, 0x11, 0x17),
    red: (0xff, 0x7b, 0x72),
    green: (0x3f, 0xb9, 0x50),
    yellow: (0xd2, 0x99, 0x22),
    cyan: (0x39, 0xc5, 0xcf),
};

const LIGHT: Theme = Theme {
    name: "light",
    text: (0x1f, 0x23, 0x28),
    ground: (0xf6, 0xf8, 0xfa),
    red: (0xcf, 0x22, 0x2e),
    green: (0x11, 0x63, 0x29),
    yellow: (0x7d, 0x4e, 0x00),
    cyan: (0x1b, 0x7c, 0x83),
};

impl Theme {
    fn term(&self) -> Term {
        let six = [
            self.ground,
            self.red,
            self.green,
            self.yellow,
            self.cyan,
            self.cyan,
            self.cyan,
            self.text,
        ];
        let colors: [_; 16] = std::array::from_fn(|index| six[index % six.len()].into());
        Term::new()
            .palette(Palette(colors))
            .fg_color(self.text.into())
            .bg_color(self.ground.into())
    }
}

#[test]
fn pictures_show_real_output() {
    for (name, question) in PICTURES {
        let args: Vec<_> = question.split_whitespace().collect();
        let args = [args.as_slice(), &["--color", "always"]].concat();
        let output = kubectl_ds(&args, &[("COLUMNS", COLUMNS)]);
        assert_eq!(stderr(&output), "", "{name}");
        let printed = stdout(&output);
        assert!(printed.contains('\u{1b}'), "{name} has no colour");
        let screen = format!(
            "\u{1b}[2m$\u{1b}[0m kubectl ds {question}\n{}",
            printed.trim_end()
        );
        for theme in [DARK, LIGHT] {
            let picture = aligned(&scalable(&theme.term().render_svg(&screen)));
            check(
                &format!("docs/pictures/{name}-{}.svg", theme.name),
                &picture,
            );
        }
    }
}

/// With fonts first that have the marks in the width of letters; others would shift what follows.
fn aligned(picture: &str) -> String {
    let fonts = "SFMono-Regular, Consolas, Liberation Mono, Menlo, monospace";
    assert!(picture.contains(fonts));
    picture.replace(
        fonts,
        "DejaVu Sans Mono, Menlo, Cascadia Mono, Consolas, Liberation Mono, monospace",
    )
}

/// With a view box the whole picture gets smaller where the page is narrow, and isn't cut off.
fn scalable(picture: &str) -> String {
    let value = |name: &str| {
        let (_, rest) = picture.split_once(&format!(" {name}=\"")).unwrap();
        rest.split_once("px\"").unwrap().0
    };
    let view_box = format!(
        "<svg viewBox=\"0 0 {} {}\"",
        value("width"),
        value("height")
    );
    picture.replacen("<svg", &view_box, 1)
}
