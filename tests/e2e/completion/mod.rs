//! Completion as people have it: by kubectl, and in real shells on a terminal.

mod kubectl;
mod screen;
mod shells;

use std::ffi::OsString;
use std::path::PathBuf;

use libtest_mimic::Trial;

use crate::control_plane::ControlPlane;
use crate::read_only::USER;
use crate::schedule::Schedule;

pub(crate) fn trials(schedule: &Schedule) -> Vec<Trial> {
    vec![
        schedule.on_control_plane("completion/kubectl".to_owned(), kubectl::asks),
        schedule.on_control_plane("completion/shells".to_owned(), shells::complete),
    ]
}

/// A folder with what `completion --install` writes, and a PATH with it in front.
fn installed(control_plane: &ControlPlane, name: &str) -> Result<(PathBuf, OsString), String> {
    let folder = control_plane.scratch().join(name);
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let place = folder.display().to_string();
    let answer = control_plane.ds_plugin_as(USER, &["completion", "--install", &place])?;
    if !answer.success() {
        return Err(format!("--install: {answer:?}"));
    }
    let command = control_plane.kubectl_command(USER, &[])?;
    let mut variables = command.get_envs();
    let path = variables.find_map(|(key, value)| value.filter(|_| key == "PATH"));
    let path = path.ok_or("no PATH")?;
    let folders = std::iter::once(folder.clone()).chain(std::env::split_paths(path));
    let path = std::env::join_paths(folders).map_err(|e| e.to_string())?;
    Ok((folder, path))
}
