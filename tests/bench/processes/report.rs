//! The rows of the table, and what the README says around it.

use std::fmt::Write as _;

use super::measure::Measured;
use super::plot;

pub struct Row {
    pub case: String,
    pub beside: String,
    pub target: String,
    pub reached: String,
    pub met: bool,
}

/// What one size cost.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// Where the cluster was read from.
    pub series: &'static str,
    pub nodes: usize,
    pub milliseconds: f64,
    /// Peak memory.
    pub mebibytes: f64,
}

#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
    growth: Vec<Point>,
}

/// How much more a node may cost among most nodes than among the fewest of the two
/// sizes that are compared.
const LINEAR: f64 = 1.2;
/// With fewer nodes the start of the program is much of the time.
const LINEAR_FROM: usize = 5_000;

impl Report {
    pub fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    pub fn grows(&mut self, point: Point) {
        self.growth.push(point);
    }

    /// Says for each source whether the cost grows with the number of nodes alone.
    pub fn judge_growth(&mut self) {
        for series in plot::series(&self.growth) {
            let from = series.iter().find(|p| p.nodes == LINEAR_FROM);
            let (Some(from), Some(to)) = (from, series.last()) else {
                continue;
            };
            if to.nodes <= from.nodes {
                continue;
            }
            let per_node = |p: &Point| p.milliseconds / p.nodes as f64;
            let times = per_node(to) / per_node(from);
            self.rows.push(Row {
                case: format!("growth, `why DS`, {}", from.series),
                beside: format!("a node of {} beside one of {}", to.nodes, from.nodes),
                target: format!("linear: at most {LINEAR} times"),
                reached: format!("{times:.2} times"),
                met: times <= LINEAR,
            });
        }
    }

    pub fn table(&self) -> String {
        let mut table =
            String::from("| case | beside | to reach | reached | met |\n|---|---|---|---|---|\n");
        for row in &self.rows {
            let Row {
                case,
                beside,
                target,
                reached,
                met,
            } = row;
            let met = if *met { "yes" } else { "**no**" };
            let _ = writeln!(
                table,
                "| {case} | {beside} | {target} | {reached} | {met} |"
            );
        }
        if !self.growth.is_empty() {
            table.push_str("\n| read from | nodes | ms | peak MiB |\n|---|---:|---:|---:|\n");
        }
        for point in &self.growth {
            let Point {
                series,
                nodes,
                milliseconds,
                mebibytes,
            } = point;
            let _ = writeln!(
                table,
                "| {series} | {nodes} | {milliseconds:.0} | {mebibytes:.1} |"
            );
        }
        table
    }

    /// The growth as a picture.
    pub fn plot(&self) -> String {
        plot::svg(&self.growth)
    }
}

pub fn milliseconds(measured: &Measured) -> String {
    let milliseconds = measured.time().as_secs_f64() * 1e3;
    if milliseconds < 100.0 {
        format!("{milliseconds:.1} ms")
    } else {
        format!("{milliseconds:.0} ms")
    }
}
