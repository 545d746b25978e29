use serde_json::{Map, Value};

/// A value and the line that it begins on, counted from 1.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::source) struct Marked {
    pub line: usize,
    pub node: Node,
}

#[derive(Clone, Debug, PartialEq)]
pub(in crate::source) enum Node {
    /// A string.
    Text(String),
    /// Null, a boolean or a number, and how it was written.
    Plain(Value, Box<str>),
    List(Vec<Marked>),
    Map(Vec<Field>),
}

/// One entry of an object.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::source) struct Field {
    pub key: String,
    /// The line of the key.
    pub line: usize,
    pub value: Marked,
}

impl Marked {
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

    /// What it is, for people.
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
