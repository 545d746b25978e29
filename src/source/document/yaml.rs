//! YAML into values with lines.

use std::collections::{HashMap, HashSet};

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

use super::marked::{Field, Marked, Node};
use super::scalar::resolve;

/// More values than this from aliases are an attack or a mistake.
const ALIASED_VALUES: usize = 1_000_000;

/// Text that is no YAML.
#[derive(Clone, Debug)]
pub(super) struct YamlError {
    pub line: usize,
    pub problem: String,
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
    pub documents: Vec<Marked>,
    pub duplicates: Vec<Duplicate>,
}

/// Parses `text`, whose first line has the number `first_line`.
pub(super) fn parse(text: &str, first_line: usize) -> Result<Yaml, YamlError> {
    let mut options = Options::default();
    // Without this the parser tells of comments where another crate has it built so.
    options.set_emit_comments(false);
    let mut builder = Builder {
        parser: Parser::new_from_str_with_options(text, options),
        first_line,
        anchors: HashMap::new(),
        aliased: 0,
        yaml: Yaml::default(),
    };
    while let Some((event, span)) = builder.next()? {
        match event {
            Event::StreamEnd => break,
            Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {
                builder.anchors.clear();
            }
            event => {
                let document = builder.value(event, span)?;
                if !document.is_null() {
                    builder.yaml.documents.push(document);
                }
            }
        }
    }
    Ok(builder.yaml)
}

struct Builder<'a> {
    parser: Parser<'a, StrInput<'a>>,
    first_line: usize,
    anchors: HashMap<usize, Marked>,
    aliased: usize,
    yaml: Yaml,
}

impl<'a> Builder<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, YamlError> {
        let event = self.parser.next_event().transpose();
        event.map_err(|error| self.scan_error(&error))
    }

    fn line(&self, span: Span) -> usize {
        self.first_line + span.start.line().saturating_sub(1)
    }

    fn scan_error(&self, error: &ScanError) -> YamlError {
        YamlError {
            line: self.first_line + error.marker().line().saturating_sub(1),
            problem: error.info(),
        }
    }

    fn value(&mut self, event: Event<'a>, span: Span) -> Result<Marked, YamlError> {
        let line = self.line(span);
        let (anchor, node) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                (anchor, scalar(&text, style, tag.as_deref()))
            }
            Event::SequenceStart(_, anchor, _) => (anchor, self.list()?),
            Event::MappingStart(_, anchor, _) => (anchor, self.map()?),
            Event::Alias(id) => return self.alias(id, line),
            _ => return Err(ended(line)),
        };
        let value = Marked { line, node };
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok(value)
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
        let mut fields: Vec<Field> = Vec::new();
        let mut merged = Vec::new();
        loop {
            let (event, span) = match self.next()? {
                Some((Event::MappingEnd, _)) => break,
                Some(next) => next,
                None => return Err(ended(self.first_line)),
            };
            let line = self.line(span);
            let is_merge =
                matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let key = key(&self.value(event, span)?)?;
            let Some((event, span)) = self.next()? else {
                return Err(ended(line));
            };
            let mut value = self.value(event, span)?;
            if is_merge {
                merged.push(value);
                continue;
            }
            // A value on the next line, or none at all, belongs to its key.
            if value.is_null() {
                value.line = line;
            }
            fields.push(Field { key, line, value });
        }
        self.drop_duplicates(&mut fields);
        for source in merged {
            merge(&mut fields, source)?;
        }
        Ok(Node::Map(fields))
    }

    fn drop_duplicates(&mut self, fields: &mut Vec<Field>) {
        let mut seen = HashSet::with_capacity(fields.len());
        if fields.iter().all(|f| seen.insert(f.key.as_str())) {
            return;
        }
        let mut first: HashMap<String, usize> = HashMap::new();
        let mut kept: Vec<Field> = Vec::with_capacity(fields.len());
        for field in fields.drain(..) {
            let Some(&index) = first.get(&field.key) else {
                first.insert(field.key.clone(), kept.len());
                kept.push(field);
                continue;
            };
            if let Some(earlier) = kept.get_mut(index) {
                self.yaml.duplicates.push(Duplicate {
                    key: field.key.clone(),
                    line: field.line,
                    first_line: earlier.line,
                });
                *earlier = field;
            }
        }
        *fields = kept;
    }

    fn alias(&mut self, id: usize, line: usize) -> Result<Marked, YamlError> {
        let Some(value) = self.anchors.get(&id).cloned() else {
            let problem = "an alias stands inside the value that it means".to_owned();
            return Err(YamlError { line, problem });
        };
        self.aliased += count(&value);
        if self.aliased > ALIASED_VALUES {
            let problem = "its aliases expand into too many values".to_owned();
            return Err(YamlError { line, problem });
        }
        Ok(value)
    }
}

fn ended(line: usize) -> YamlError {
    YamlError {
        line,
        problem: "the text ends in the middle of a value".to_owned(),
    }
}

fn count(value: &Marked) -> usize {
    let below: usize = match &value.node {
        Node::List(elements) => elements.iter().map(count).sum(),
        Node::Map(fields) => fields.iter().map(|f| count(&f.value)).sum(),
        _ => 0,
    };
    below + 1
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Node {
    let resolved = match tag.map(Tag::core_suffix) {
        None if style == ScalarStyle::Plain => resolve(text),
        Some(Some("int" | "float" | "bool" | "null")) => resolve(text),
        _ => None,
    };
    match resolved {
        Some(value) => Node::Plain(value, text.into()),
        None => Node::Text(text.to_owned()),
    }
}

/// A key as `sigs.k8s.io/yaml` turns it into a string: `yes` becomes `true`.
fn key(value: &Marked) -> Result<String, YamlError> {
    match &value.node {
        Node::Text(text) => Ok(text.clone()),
        Node::Plain(value, _) => Ok(value.to_string()),
        Node::List(_) | Node::Map(_) => Err(YamlError {
            line: value.line,
            problem: format!("a key is {}, where a string is wanted", value.what()),
        }),
    }
}

/// `<<`: the entries of one object, or of several, that aren't there yet.
fn merge(fields: &mut Vec<Field>, source: Marked) -> Result<(), YamlError> {
    match source.node {
        Node::Map(more) => {
            let there: HashSet<String> = fields.iter().map(|f| f.key.clone()).collect();
            let missing = more.into_iter().filter(|m| !there.contains(&m.key));
            fields.extend(missing);
            Ok(())
        }
        Node::List(sources) => sources.into_iter().try_for_each(|s| merge(fields, s)),
        _ => Err(YamlError {
            line: source.line,
            problem: "`<<` takes an object or a list of objects".to_owned(),
        }),
    }
}
