//! One command a file: complete what was typed, ask the source, build the report, print it.

pub mod error;
mod open;
pub mod why;
