//! What pictures are coloured with: GitHub's own pages, so that text can be read on either.

use anstyle_svg::{Palette, Term};

type Rgb = (u8, u8, u8);

pub(super) struct Theme {
    pub(super) name: &'static str,
    text: Rgb,
    pub(super) ground: Rgb,
    /// The title bar, its line and its title.
    pub(super) bar: Rgb,
    pub(super) line: Rgb,
    pub(super) title: Rgb,
    red: Rgb,
    green: Rgb,
    yellow: Rgb,
    pub(super) cyan: Rgb,
}

pub(super) const THEMES: [Theme; 2] = [
    Theme {
        name: "dark",
        text: (0xe6, 0xed, 0xf3),
        ground: (0x0d, 0x11, 0x17),
        bar: (0x1c, 0x21, 0x28),
        line: (0x3d, 0x44, 0x4d),
        title: (0x9d, 0xa7, 0xb3),
        red: (0xff, 0x7b, 0x72),
        green: (0x3f, 0xb9, 0x50),
        yellow: (0xd2, 0x99, 0x22),
        cyan: (0x39, 0xc5, 0xcf),
    },
    Theme {
        name: "light",
        text: (0x1f, 0x23, 0x28),
        ground: (0xff, 0xff, 0xff),
        bar: (0xf0, 0xf2, 0xf5),
        line: (0xd1, 0xd9, 0xe0),
        title: (0x59, 0x63, 0x6e),
        red: (0xcf, 0x22, 0x2e),
        green: (0x11, 0x63, 0x29),
        yellow: (0x7d, 0x4e, 0x00),
        cyan: (0x1b, 0x7c, 0x83),
    },
];

impl Theme {
    pub(super) fn term(&self) -> Term {
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
            .background(false)
    }
}

/// A colour as a style sheet writes it.
pub(super) fn hex((red, green, blue): Rgb) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}
