//! Files with objects: reading, parsing with line numbers, decoding.
//!
//! YAML is read as kubectl reads it: scalars mean what YAML 1.1 and
//! `go.yaml.in/yaml/v2` say, so that `yes` without quotes is a boolean.

mod block;
mod budget;
mod compressed;
mod cuts;
mod decode;
mod fields;
mod foreign;
mod input;
mod json;
mod json_items;
mod json_list;
mod json_parallel;
mod json_stream;
mod mismatch;
mod object;
mod once;
mod pieces;
mod read_block;
mod read_json;
mod read_yaml;
mod scalar;
mod spanned;
mod stream;
mod text;
mod thread_pool;
mod unreadable;
mod utf16;
mod visitor;
mod yaml;
mod yaml_cuts;
mod yaml_source;
mod yaml_stream;

use crate::model::is_unsafe;

pub(in crate::source) use decode::{Failure, Unknown, decode};
pub(in crate::source) use foreign::{KUSTOMIZE, unrendered};
pub(in crate::source) use input::{CHUNK, Inputs};
pub(in crate::source) use object::{Body, Entry, Object, check_one_object, given_twice};
pub(in crate::source) use spanned::Spanned;
pub(in crate::source) use text::parse;
pub(in crate::source) use unreadable::{error, place};
pub(in crate::source) use visitor::ObjectVisitor;
pub(in crate::source) use yaml::Duplicate;

/// Foreign text for a message: characters that a terminal interprets or that are invisible are
/// escaped.
pub(in crate::source) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}
