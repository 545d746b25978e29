//! How an answer is printed. Layouts turn a report into a [`document::Document`], and
//! [`printer::Printer`] prints an [`answer::Answer`] in one of the [`formats`];
//! only [`terminal::Terminal`], [`live::Live`] and [`progress::Progress`] write.

#[macro_use]
mod scalars;

pub mod adopt;
pub mod answer;
mod closing;
pub mod comment;
mod coverage;
pub mod diff;
pub mod document;
pub mod excerpt;
pub mod formats;
mod height;
mod kyaml;
mod lists;
pub mod live;
mod managed;
mod mark;
pub mod memory;
pub mod names;
mod narrow;
mod next;
pub mod node;
pub mod plan;
pub mod print_options;
pub mod printer;
pub mod progress;
mod render;
pub mod sanitize;
mod table;
pub mod terminal;
pub mod version;
pub mod why;
mod words;
pub mod yaml;
