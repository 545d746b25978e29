//! One command a file: complete what was typed, ask the source, build the report, print it.

pub mod adopt;
pub mod apply;
mod ask;
pub mod completion;
pub mod error;
mod manifest;
pub mod node;
mod open;
pub mod plan;
pub mod why;
