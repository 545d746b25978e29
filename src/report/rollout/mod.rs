//! What a rollout would replace, lose and wait for.

pub mod change;
pub mod plan;
