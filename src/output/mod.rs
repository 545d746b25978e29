//! How a report is printed. Layouts turn a report into a [`document::Document`];
//! only [`terminal::Terminal`], [`live::Live`] and [`progress::Progress`] write.

pub mod adopt;
mod closing;
pub mod diff;
pub mod document;
pub mod format;
pub mod items;
pub mod lists;
pub mod live;
pub mod memory;
pub mod names;
pub mod node;
pub mod plan;
pub mod progress;
mod remedies;
mod render;
pub mod sanitize;
pub mod sheet;
pub mod sorted;
mod stream;
mod table;
pub mod terminal;
pub mod why;
mod words;
pub mod yaml;
