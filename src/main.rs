//! The plugin's binary; all of it is in the library.

fn main() -> std::process::ExitCode {
    kubectl_ds::commands::main()
}
