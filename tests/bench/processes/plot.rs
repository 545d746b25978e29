//! The growth with the number of nodes as an SVG: both axes logarithmic, so that what
//! is linear is a line of slope one (dashed).

use std::fmt::Write as _;

use super::report::Point;

const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 300.0;
const MARGIN: f64 = 60.0;
/// Read without colour too: the second is drawn with squares.
const COLOURS: [&str; 2] = ["#1f6feb", "#bc4c00"];

/// The points of each source, as they came.
pub fn series(points: &[Point]) -> Vec<Vec<Point>> {
    let mut all: Vec<Vec<Point>> = Vec::new();
    for point in points {
        match all.iter_mut().find(|s| s[0].series == point.series) {
            Some(series) => series.push(*point),
            None => all.push(vec![*point]),
        }
    }
    all
}

pub fn svg(points: &[Point]) -> String {
    let all = series(points);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
        2.0 * (WIDTH + MARGIN) + MARGIN,
        HEIGHT + 2.0 * MARGIN
    );
    panel(&mut svg, MARGIN, "time, ms", &all, |p| p.milliseconds);
    panel(
        &mut svg,
        2.0 * MARGIN + WIDTH,
        "peak memory, MiB",
        &all,
        |p| p.mebibytes,
    );
    for (i, series) in all.iter().enumerate() {
        let x = MARGIN + 150.0 * i as f64;
        mark(&mut svg, i, x, 20.0);
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"24\">{}</text>",
            x + 10.0,
            series[0].series
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// Powers of ten around all values.
fn decades(values: impl Iterator<Item = f64> + Clone) -> (i32, i32) {
    let low = values.clone().fold(f64::INFINITY, f64::min).log10().floor();
    let high = values.fold(1.0, f64::max).log10().ceil();
    (low as i32, (high as i32).max(low as i32 + 1))
}

fn panel(svg: &mut String, left: f64, title: &str, all: &[Vec<Point>], of: impl Fn(&Point) -> f64) {
    let points = || all.iter().flatten();
    if points().next().is_none() {
        return;
    }
    let (x0, x1) = decades(points().map(|p| p.nodes as f64));
    let (y0, y1) = decades(points().map(&of));
    let x = |v: f64| left + WIDTH * (v.log10() - f64::from(x0)) / f64::from(x1 - x0);
    let y = |v: f64| MARGIN + HEIGHT * (f64::from(y1) - v.log10()) / f64::from(y1 - y0);
    for power in x0..=x1 {
        let at = x(10f64.powi(power));
        line(svg, [(at, MARGIN), (at, MARGIN + HEIGHT)], "#ddd", "");
        let label = 10u64.pow(power.unsigned_abs());
        let _ = writeln!(
            svg,
            "<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>",
            MARGIN + HEIGHT + 18.0
        );
    }
    for power in y0..=y1 {
        let at = y(10f64.powi(power));
        line(svg, [(left, at), (left + WIDTH, at)], "#ddd", "");
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            left - 6.0,
            at + 4.0,
            10f64.powi(power)
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{left}\" y=\"{:.1}\">{title}</text>",
        MARGIN - 10.0
    );
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">nodes</text>",
        left + WIDTH / 2.0,
        MARGIN + HEIGHT + 36.0
    );
    for (i, series) in all.iter().enumerate() {
        let colour = COLOURS[i % COLOURS.len()];
        let at: Vec<_> = series
            .iter()
            .map(|p| (x(p.nodes as f64), y(of(p))))
            .collect();
        for pair in at.windows(2) {
            line(svg, [pair[0], pair[1]], colour, "");
        }
        for (px, py) in &at {
            mark(svg, i, *px, *py);
        }
        // From the largest back at slope one, as far as the panel goes.
        if let Some(last) = series.last() {
            let first = 10f64
                .powi(x0)
                .max(last.nodes as f64 * 10f64.powi(y0) / of(last));
            let start = (x(first), y(of(last) * first / last.nodes as f64));
            line(
                svg,
                [start, (x(last.nodes as f64), y(of(last)))],
                colour,
                " stroke-dasharray=\"3 4\"",
            );
        }
    }
}

fn line(svg: &mut String, [from, to]: [(f64, f64); 2], colour: &str, more: &str) {
    let _ = writeln!(
        svg,
        "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{colour}\"{more}/>",
        from.0, from.1, to.0, to.1
    );
}

fn mark(svg: &mut String, series: usize, x: f64, y: f64) {
    let colour = COLOURS[series % COLOURS.len()];
    let _ = if series == 0 {
        writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"/>"
        )
    } else {
        writeln!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"8\" height=\"8\" fill=\"{colour}\"/>",
            x - 4.0,
            y - 4.0
        )
    };
}
