//! The fields of a change, put into the object that it changes.

use serde_json::Value;

use crate::scenario::Outcome;

/// An error unless `fields` lead from the one object to the other.
pub(super) fn lead(from: &Value, to: &Value, fields: &[Value]) -> Outcome {
    let mut changed = from.clone();
    for field in fields {
        let path = field["path"].as_str().ok_or("a field has no path")?;
        let (inner, last) = steps(path);
        let mut at = &mut changed;
        for step in &inner {
            at = enter(at, step).ok_or_else(|| format!("{path}: there is no {step} in {from}"))?;
        }
        change(at, &last, field).map_err(|why| format!("{path}: {why}"))?;
    }
    if changed["spec"] == to["spec"] {
        Ok(())
    } else {
        Err(format!(
            "{fields:?} lead to {}, and what is there is {}",
            changed["spec"], to["spec"]
        ))
    }
}

/// `spec.containers[agent].image`: the way and the last step.
fn steps(path: &str) -> (Vec<String>, String) {
    let mut steps = Vec::new();
    let mut step = String::new();
    let mut bracketed = false;
    for letter in path.chars() {
        match letter {
            '.' | '[' | ']' if !bracketed || letter == ']' => {
                bracketed = letter == '[';
                steps.extend((!step.is_empty()).then(|| std::mem::take(&mut step)));
            }
            letter => step.push(letter),
        }
    }
    steps.extend((!step.is_empty()).then_some(step));
    let last = steps.pop().unwrap_or_default();
    (steps, last)
}

fn enter<'a>(value: &'a mut Value, step: &str) -> Option<&'a mut Value> {
    let Value::Array(items) = value else {
        return value.get_mut(step);
    };
    let at = position(items, step)?;
    items.get_mut(at)
}

/// The item of a list by its name, its mountPath or its place.
fn position(items: &[Value], step: &str) -> Option<usize> {
    let named = |item: &Value| item["name"] == step || item["mountPath"] == step;
    let place = || step.parse().ok().filter(|place| *place < items.len());
    items.iter().position(named).or_else(place)
}

fn change(at: &mut Value, step: &str, field: &Value) -> Outcome {
    let (before, after) = (field.get("before"), field.get("after"));
    let there = match &*at {
        Value::Array(items) => position(items, step).map(|place| items[place].clone()),
        other => other.get(step).cloned(),
    };
    if there.as_ref() != before {
        return Err(format!("{there:?} is there, not {before:?}"));
    }
    match (at, after) {
        (Value::Array(items), after) => {
            let place = position(items, step);
            match (place, after) {
                (Some(place), Some(after)) => items[place] = after.clone(),
                (Some(place), None) => drop(items.remove(place)),
                (None, Some(after)) => items.push(after.clone()),
                (None, None) => return Err("nothing is changed".to_owned()),
            }
        }
        (Value::Object(fields), Some(after)) => drop(fields.insert(step.to_owned(), after.clone())),
        (Value::Object(fields), None) => drop(fields.remove(step)),
        (other, _) => return Err(format!("{other} has no fields")),
    }
    Ok(())
}
