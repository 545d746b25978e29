use serde_json::{Map, Value};

/// A value and the line that it begins on, counted from 1.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::source) struct Spanned {
    pub line: usize,
    pub node: Node,
}

#[derive(Clone, Debug, PartialEq)]
pub(in crate::source) enum Node {
    /// A string.
    Text(String),
    /// Null, a boolean or a number, and how it was written.
    Plain(Value, Box<str>),
    List(Vec<Spanned>),
    Map(Vec<Field>),
}

/// One entry of an object.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::source) struct Field {
    pub key: String,
    /// The line of the key.
    pub line: usize,
    pub value: Spanned,
}

impl Spanned {
    /// True for `null`, `~` and nothing at all.
    pub(in crate::source) fn is_null(&self) -> bool {
        matches!(self.node, Node::Plain(Value::Null, _))
    }

    /// The entries of an object; none of anything else.
    pub(in crate::source) fn fields(&self) -> &[Field] {
        match &self.node {
            Node::Map(fields) => fields,
            _ => &[],
        }
    }

    /// The elements of a list; none of anything else.
    pub(in crate::source) fn elements(&self) -> &[Self] {
        match &self.node {
            Node::List(elements) => elements,
            _ => &[],
        }
    }

    /// The entry of an object.
    pub(in crate::source) fn field(&self, key: &str) -> Option<&Field> {
        self.fields().iter().find(|f| f.key == key)
    }

    /// The value of an entry that is there and isn't null.
    pub(in crate::source) fn get(&self, key: &str) -> Option<&Self> {
        let value = &self.field(key)?.value;
        (!value.is_null()).then_some(value)
    }

    /// The value below several keys.
    pub(in crate::source) fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// A string.
    pub(in crate::source) fn text(&self) -> Option<&str> {
        match &self.node {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The string at an entry.
    pub(in crate::source) fn text_at(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Self::text)
    }

    /// The line of the entry that a field path such as `spec.tolerations[0].key`
    /// ends in, or of the innermost one above it that is there.
    pub(in crate::source) fn line_of(&self, path: &str) -> usize {
        let (mut value, mut line) = (self, self.line);
        for step in steps(path) {
            if let Ok(index) = step.parse::<usize>()
                && let Some(element) = value.elements().get(index)
            {
                (value, line) = (element, element.line);
            } else if let Some(field) = value.field(step) {
                (value, line) = (&field.value, field.line);
            } else {
                break;
            }
        }
        line
    }

    /// The same for a path in `other`, an object made from this one: an element of a list is looked
    /// up by its content, because its index may differ.
    pub(in crate::source) fn line_of_same(&self, path: &str, other: &Value) -> usize {
        let (mut value, mut line, mut other) = (self, self.line, Some(other));
        for step in steps(path) {
            let index = step.parse::<usize>().ok();
            other = other.and_then(|o| index.and_then(|i| o.get(i)).or_else(|| o.get(step)));
            let (next, begins) = match (&value.node, index) {
                (Node::List(_), Some(index)) => match value.same_element(index, other) {
                    Some(element) => (element, element.line),
                    None => break,
                },
                _ => match value.field(step) {
                    Some(field) => (&field.value, field.line),
                    None => break,
                },
            };
            (value, line) = (next, begins);
        }
        line
    }

    /// The element that `other` was made of: the one at `index`, if its plain fields
    /// are in `other`, else the first of which that holds.
    fn same_element(&self, index: usize, other: Option<&Value>) -> Option<&Self> {
        let elements = self.elements();
        let Some(other) = other else {
            return elements.get(index);
        };
        let is_same = |element: &&Self| element.is_in(other);
        let at = elements.get(index).filter(is_same);
        at.or_else(|| elements.iter().find(is_same))
    }

    /// Whether all texts and numbers of this object, or this one itself, are in `other`.
    fn is_in(&self, other: &Value) -> bool {
        let is_plain = |value: &Self| matches!(value.node, Node::Text(_) | Node::Plain(..));
        if is_plain(self) {
            return self.to_value() == *other;
        }
        let mut plain = self.fields().iter().filter(|field| is_plain(&field.value));
        plain.all(|field| {
            let own = field.value.to_value();
            let kept = other.get(&field.key);
            // What is empty is dropped.
            kept == Some(&own) || kept.is_none() && is_nothing(&own)
        })
    }

    /// The value without its lines.
    pub(in crate::source) fn to_value(&self) -> Value {
        match &self.node {
            Node::Text(text) => Value::String(text.clone()),
            Node::Plain(value, _) => value.clone(),
            Node::List(elements) => elements.iter().map(Self::to_value).collect(),
            Node::Map(fields) => {
                let pairs = fields.iter().map(|f| (f.key.clone(), f.value.to_value()));
                Value::Object(pairs.collect::<Map<_, _>>())
            }
        }
    }

    /// What it is, for messages.
    pub(in crate::source) fn what(&self) -> &'static str {
        match &self.node {
            Node::Text(_) => "a string",
            Node::Plain(Value::Bool(_), _) => "a boolean",
            Node::Plain(Value::Number(_), _) => "a number",
            Node::Plain(..) => "null",
            Node::List(_) => "a list",
            Node::Map(_) => "an object",
        }
    }
}

/// Whether the server omits a field with this value.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.as_i64() == Some(0),
        _ => false,
    }
}

/// The steps of a field path: `a.b[0][c.d/e]` has four, of which the last is `c.d/e`.
fn steps(path: &str) -> Vec<&str> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (step, after) = match rest.strip_prefix('[') {
            Some(inner) => inner.split_once(']').unwrap_or((inner, "")),
            None => rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len())),
        };
        if !step.is_empty() {
            steps.push(step);
        }
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    steps
}

#[cfg(test)]
mod tests {
    #[test]
    fn steps_of_a_path() {
        assert_eq!(super::steps("a.b[0][c.d/e]"), ["a", "b", "0", "c.d/e"]);
        assert_eq!(super::steps(""), [""; 0]);
    }
}
