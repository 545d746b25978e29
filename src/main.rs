//! The plugin's binary; all of it is in the library.

fn main() {}
