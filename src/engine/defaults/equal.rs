//! Semantic equality of what the server has decoded.

use serde_json::{Map, Value};

use crate::engine::quantity::Quantity;
use crate::engine::schema::Kind;

/// `apiequality.Semantic.DeepEqual` (apimachinery 0.37.1) of two values in their
/// canonical form: quantities are equal that amount to the same, and the rest is
/// written in one way only.
pub(in crate::engine) fn same(a: &Value, b: &Value, kind: &Kind) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => same_fields(a, b, kind),
        (Value::Array(a), Value::Array(b)) => {
            let alike = |(a, b)| kind.element().map_or(a == b, |of| same(a, b, of));
            a.len() == b.len() && a.iter().zip(b).all(alike)
        }
        (Value::String(x), Value::String(y)) if is_quantity(kind) => {
            match (Quantity::parse(x), Quantity::parse(y)) {
                (Ok(x), Ok(y)) => x == y,
                _ => x == y,
            }
        }
        _ => a == b,
    }
}

fn same_fields(a: &Map<String, Value>, b: &Map<String, Value>, kind: &Kind) -> bool {
    let alike = |(key, value): (&String, &Value)| {
        let Some(other) = b.get(key) else {
            return false;
        };
        let field = kind.field(key).map(|field| &field.kind);
        let inner = field.or_else(|| kind.element());
        inner.map_or(value == other, |inner| same(value, other, inner))
    };
    a.len() == b.len() && a.iter().all(alike)
}

fn is_quantity(kind: &Kind) -> bool {
    match kind {
        Kind::Quantity => true,
        Kind::Pointer(to) => is_quantity(to),
        _ => false,
    }
}
