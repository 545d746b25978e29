//! Everything that needs nothing but Rust.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod adopt;
mod advice;
mod analysed;
mod bad_input;
mod binary;
mod carets;
mod causes;
mod claims;
mod cluster_faults;
mod completion;
mod containers;
mod coverage;
mod creates;
mod docs;
mod dry_run;
mod external_diff;
mod files;
mod gate;
mod habits;
mod help;
mod layers;
mod layouts;
mod library;
mod managed;
mod maps;
mod misled;
mod mutants;
mod name;
mod node_lacks;
mod nodes;
mod older_server;
mod orphans;
mod owners;
mod package;
mod plans;
mod pulls;
#[path = "../oracle/scalars.rs"]
mod scalars;
mod schema;
mod screens;
mod shell;
mod snapshots;
mod states;
mod states_pods;
mod stuck_pods;
mod threads;
mod trap;
mod unbound;
mod unread;
mod usage;
mod yaml;
