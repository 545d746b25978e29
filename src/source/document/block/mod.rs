//! The block style that kubectl prints, read without a YAML parser.
//!
//! A dump is thousands of items in one narrow style: keys without quotes or
//! with simple ones, two spaces for each level, lists below their key. What
//! is in that style to the letter is read here, many times faster. Whatever
//! else an item holds (a comment, an anchor, a tag, an empty line, a tab, a key that
//! is given twice), it isn't read here at all, and the YAML parser decides what it means.

mod decode;
mod scalars;
mod scanner;
mod tape;
#[cfg(test)]
mod tests;

pub(in crate::source) use decode::Block;
pub(super) use scanner::read;
pub(super) use tape::Tape;
