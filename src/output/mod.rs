//! How a report is printed. Layouts turn a report into a [`document::Document`];
//! only [`terminal::Terminal`], [`live::Live`] and [`progress::Progress`] write.

mod closing;
pub mod diff;
pub mod document;
pub mod format;
pub mod lists;
pub mod live;
pub mod plan;
mod plan_change;
mod plan_ledger;
mod plan_moves;
pub mod plan_trial;
pub mod plan_watch;
mod plan_waves;
mod plan_words;
pub mod progress;
mod remedies;
mod render;
pub mod sanitize;
pub mod terminal;
pub mod why_daemon_set;
pub mod why_many;
pub mod why_node;
mod why_numbers;
pub mod why_what_if;
