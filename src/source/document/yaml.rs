//! YAML into values with lines.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use serde_json::Value;

use super::budget::{self, Budget};
use super::fields::Fields;
use super::scalar;
use super::spanned::{Field, Node, Spanned};
use super::yaml_source::Source;

/// Text that isn't valid YAML.
#[derive(Clone, Debug)]
pub(super) struct YamlError {
    pub line: usize,
    pub problem: String,
    /// Whether the text is no YAML, or YAML that kubectl doesn't take.
    pub is_syntax: bool,
}

/// A key that an object has twice; the last one counts, as for kubectl.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) struct Duplicate {
    pub key: String,
    pub line: usize,
    pub first_line: usize,
}

/// What a text holds.
#[derive(Debug, Default)]
pub(super) struct Yaml {
    /// The documents that aren't null.
    pub documents: Vec<Spanned>,
    pub duplicates: Vec<Duplicate>,
}

/// Deeper than any API object; aliases can nest values that aren't nested in the text.
const DEPTH: usize = 512;

/// Parses `text`, whose first line has the number `first_line`.
pub(super) fn parse(text: &str, first_line: usize, budget: &Budget) -> Result<Yaml, YamlError> {
    let mut source = Source::new(text);
    loop {
        let mut refused = None;
        match attempt(&source, first_line, budget, &mut refused) {
            Err(problem) if !refused.is_some_and(|e| source.repair(&e)) => return Err(problem),
            Err(_) => {}
            Ok(yaml) => return Ok(yaml),
        }
    }
}

/// Parses a text once; `refused` is what the parser itself didn't take.
fn attempt(
    source: &Source<'_>,
    first_line: usize,
    budget: &Budget,
    refused: &mut Option<ScanError>,
) -> Result<Yaml, YamlError> {
    let mut builder = Builder::new(source, first_line, budget);
    let read = builder.documents();
    *refused = builder.refused;
    read?;
    budget.note_copies(builder.copied);
    Ok(builder.yaml)
}

struct Builder<'a> {
    parser: Parser<'a, StrInput<'a>>,
    source: &'a Source<'a>,
    first_line: usize,
    budget: &'a Budget,
    anchors: HashMap<usize, Anchor>,
    /// How many values there are around.
    depth: usize,
    /// The bytes of the values that aliases mean.
    copied: usize,
    /// The bytes of all other values.
    held: usize,
    /// What the parser didn't take.
    refused: Option<ScanError>,
    yaml: Yaml,
}

/// What an alias may mean.
struct Anchor {
    value: Spanned,
    size: usize,
    depth: usize,
}

impl<'a> Builder<'a> {
    fn new(source: &'a Source<'a>, first_line: usize, budget: &'a Budget) -> Self {
        let mut options = Options::default();
        // Without this the parser reports comments if another crate has it built that way.
        options.set_emit_comments(false);
        Self {
            parser: Parser::new_from_str_with_options(&source.text, options),
            source,
            first_line,
            budget,
            anchors: HashMap::new(),
            depth: 0,
            copied: 0,
            held: 0,
            refused: None,
            yaml: Yaml::default(),
        }
    }

    /// The documents of the text: kubectl reads the first one alone, for it cuts
    /// its text at the lines `---` as it is cut here.
    fn documents(&mut self) -> Result<(), YamlError> {
        let mut is_read = false;
        while let Some((event, span)) = self.next()? {
            match event {
                Event::StreamEnd => break,
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {
                    self.anchors.clear();
                }
                _ if is_read => {
                    let problem = "kubectl reads nothing after `...`: write `---` in its place";
                    return Err(wrong(self.line(span), problem));
                }
                event => {
                    is_read = true;
                    let document = self.value(event, span)?;
                    if !document.is_null() {
                        self.yaml.documents.push(document);
                    }
                }
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, YamlError> {
        let event = self.parser.next_event().transpose();
        event.map_err(|error| {
            let marker = error.marker();
            let line = self.number(marker.line(), marker.byte_offset());
            let problem = YamlError {
                line,
                problem: error.info(),
                is_syntax: true,
            };
            self.refused = Some(error);
            problem
        })
    }

    fn line(&self, span: Span) -> usize {
        self.number(span.start.line(), span.start.byte_offset())
    }

    fn number(&self, line: usize, at: Option<usize>) -> usize {
        let extra = self.source.extra_lines(at);
        self.first_line + line.saturating_sub(1 + extra)
    }

    fn value(&mut self, event: Event<'a>, span: Span) -> Result<Spanned, YamlError> {
        let line = self.line(span);
        if let Event::Alias(id) = event {
            return self.alias(id, line);
        }
        self.depth += 1;
        let before = self.held + self.copied;
        let (anchor, node) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                (anchor, self.scalar(text, style, tag.as_deref(), span)?)
            }
            Event::SequenceStart(_, anchor, _) => (anchor, self.list()?),
            Event::MappingStart(_, anchor, _) => (anchor, self.map()?),
            _ => return Err(ended(line)),
        };
        self.depth -= 1;
        self.hold(size_of::<Spanned>(), line)?;
        let value = Spanned { line, node };
        if anchor != 0 {
            let size = self.held + self.copied - before;
            self.copy(size, line)?;
            let anchored = Anchor {
                value: value.clone(),
                size,
                depth: budget::depth(&value),
            };
            self.anchors.insert(anchor, anchored);
        }
        Ok(value)
    }

    fn scalar(
        &mut self,
        text: Cow<'a, str>,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: Span,
    ) -> Result<Node, YamlError> {
        let line = self.line(span);
        let Some(text) = self.source.scalar(text, style, span) else {
            let problem = "U+2028 or U+2029 ends a line of this text: write it in double quotes, as `\\L` or `\\P`";
            return Err(wrong(line, problem));
        };
        if style == ScalarStyle::DoubleQuoted && self.source.escapes_slash(span) {
            return Err(wrong(
                line,
                "kubectl doesn't take the escape `\\/`: write `/`",
            ));
        }
        self.hold(text.len(), line)?;
        let (is_plain, tag) = (style == ScalarStyle::Plain, tag.map(type_of));
        let node = scalar::node(text, is_plain, tag.as_deref());
        node.map_err(|problem| wrong(line, &problem))
    }

    fn list(&mut self) -> Result<Node, YamlError> {
        let mut elements = Vec::new();
        loop {
            match self.next()? {
                Some((Event::SequenceEnd, _)) => return Ok(Node::List(elements)),
                Some((event, span)) => elements.push(self.value(event, span)?),
                None => return Err(ended(self.first_line)),
            }
        }
    }

    fn map(&mut self) -> Result<Node, YamlError> {
        let mut fields = Fields::default();
        loop {
            let (event, span) = match self.next()? {
                Some((Event::MappingEnd, _)) => break,
                Some(next) => next,
                None => return Err(ended(self.first_line)),
            };
            let line = self.line(span);
            let is_merge =
                matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let key = self.value(event, span)?;
            let key = key_text(key.node).map_err(|problem| wrong(line, problem))?;
            let Some((event, span)) = self.next()? else {
                return Err(ended(line));
            };
            if is_merge {
                self.merge(&mut fields, event, span)?;
                continue;
            }
            let mut value = self.value(event, span)?;
            // A value on the next line, or none at all, belongs to its key.
            if value.is_null() {
                value.line = line;
            }
            self.hold(size_of::<Field>() - size_of::<Spanned>(), line)?;
            fields.push(Field { key, line, value });
        }
        Ok(Node::Map(fields.finish(&mut self.yaml.duplicates)))
    }

    /// `<<`: the entries of one object, or of several, of which the first takes precedence.
    fn merge(
        &mut self,
        fields: &mut Fields,
        event: Event<'a>,
        span: Span,
    ) -> Result<(), YamlError> {
        let is_alias = matches!(event, Event::Alias(_));
        let source = self.value(event, span)?;
        let sources = match source.node {
            Node::Map(_) => vec![source],
            Node::List(sources) if !is_alias => sources,
            _ => return Err(no_merge(source.line)),
        };
        for source in sources.into_iter().rev() {
            match source.node {
                Node::Map(more) => fields.merge(more),
                _ => return Err(no_merge(source.line)),
            }
        }
        Ok(())
    }

    fn alias(&mut self, id: usize, line: usize) -> Result<Spanned, YamlError> {
        let Some(Anchor { size, depth, .. }) = self.anchors.get(&id) else {
            return Err(wrong(
                line,
                "an alias stands inside the value that it means",
            ));
        };
        let (size, depth) = (*size, *depth);
        if self.depth + depth > DEPTH {
            return Err(wrong(line, "its aliases nest values too deeply"));
        }
        self.copy(size, line)?;
        let value = self.anchors.get(&id).map(|anchor| anchor.value.clone());
        value.ok_or_else(|| ended(line))
    }

    /// Counts a copy of a value before it is made.
    fn copy(&mut self, size: usize, line: usize) -> Result<(), YamlError> {
        self.copied = self.copied.saturating_add(size);
        if self.budget.copies(self.copied) {
            return Ok(());
        }
        let problem = "up to here the anchors and aliases of the file stand for more than 8 MiB: write the values out where they are needed";
        Err(wrong(line, problem))
    }

    /// Counts what a value takes.
    fn hold(&mut self, size: usize, line: usize) -> Result<(), YamlError> {
        self.held += size;
        if self.held <= self.budget.values() {
            return Ok(());
        }
        let problem = "up to here the document has far more values than a file of its length should: no object of the API is like that";
        Err(wrong(line, problem))
    }
}

/// What kubectl doesn't accept.
fn wrong(line: usize, problem: &str) -> YamlError {
    YamlError {
        line,
        problem: problem.to_owned(),
        is_syntax: false,
    }
}

fn no_merge(line: usize) -> YamlError {
    wrong(line, "`<<` takes an object or a list of objects")
}

fn ended(line: usize) -> YamlError {
    YamlError {
        line,
        problem: "the text ends in the middle of a value".to_owned(),
        is_syntax: true,
    }
}

/// The type that a tag names; `None` for a tag without meaning to kubectl.
fn type_of(tag: &Tag) -> Cow<'_, str> {
    let own = tag.suffix_in_namespace("tag:yaml.org,2002:");
    own.unwrap_or(Cow::Borrowed("str"))
}

/// A key as `sigs.k8s.io/yaml` turns it into a string: `yes` becomes `true`.
fn key_text(key: Node) -> Result<String, &'static str> {
    match key {
        Node::Text(text) => Ok(text),
        Node::Plain(Value::Null, _) => Err("a key is empty or null, where a string is wanted"),
        Node::Plain(value, _) if value.is_u64() && !value.is_i64() => {
            Err("a key is a number that is too large, where a string is wanted: quote it")
        }
        Node::Plain(value, _) => Ok(value.to_string()),
        Node::List(_) => Err("a key is a list, where a string is wanted"),
        Node::Map(_) => Err("a key is an object, where a string is wanted"),
    }
}

#[cfg(test)]
pub(super) mod tests;
