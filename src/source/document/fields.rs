//! The entries of an object, of which kubectl takes the last one for each key.

use std::collections::{HashMap, HashSet};

use super::spanned::Field;
use super::yaml::Duplicate;

/// The entries of an object as they are read. A later one wins, even over one of `<<`:
/// `go.yaml.in/yaml/v2` sets those where `<<` stands.
#[derive(Default)]
pub(super) struct Fields {
    all: Vec<Field>,
    /// Which of them came from `<<`.
    merged: HashSet<usize>,
}

impl Fields {
    pub(super) fn push(&mut self, field: Field) {
        self.all.push(field);
    }

    /// The entries of an object that `<<` names.
    pub(super) fn merge(&mut self, fields: Vec<Field>) {
        let first = self.all.len();
        self.all.extend(fields);
        self.merged.extend(first..self.all.len());
    }

    /// Each key once. A repeated key is noted.
    pub(super) fn finish(self, duplicates: &mut Vec<Duplicate>) -> Vec<Field> {
        let mut seen = HashSet::with_capacity(self.all.len());
        if self.all.iter().all(|f| seen.insert(f.key.as_str())) {
            return self.all;
        }
        let mut first: HashMap<String, (usize, bool)> = HashMap::new();
        let mut kept: Vec<Field> = Vec::with_capacity(self.all.len());
        for (index, field) in self.all.into_iter().enumerate() {
            let is_merged = self.merged.contains(&index);
            let Some((at, was_merged)) = first.get_mut(&field.key) else {
                first.insert(field.key.clone(), (kept.len(), is_merged));
                kept.push(field);
                continue;
            };
            let Some(earlier) = kept.get_mut(*at) else {
                continue;
            };
            if !is_merged && !*was_merged {
                duplicates.push(Duplicate {
                    key: field.key.clone(),
                    line: field.line,
                    first_line: earlier.line,
                });
            }
            *was_merged = is_merged;
            *earlier = field;
        }
        kept
    }
}
