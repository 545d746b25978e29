//! Connections that are lost and come back.

use std::time::Duration;

use crate::control_plane::ControlPlane;

use super::proxy::Proxy;
use super::{FOLLOWER, Field, LONG, expect, server};

/// Connections are cut and refused for some seconds, in which the rollout begins.
pub(super) fn cut_off(cluster: &ControlPlane) -> Result<(), String> {
    let field = Field::set(cluster, "cut-off")?;
    let server = server(cluster)?;
    let proxy = Proxy::to(server.parse().map_err(|_| format!("`{server}`"))?)?;
    // A rollout that isn't done while this is true.
    field.patch(&serde_json::json!({"spec": {"updateStrategy": {"type": "OnDelete"}}}))?;
    field.new_image()?;
    let url = format!("https://{}", proxy.address);
    let running = field.watch(FOLLOWER, &["--server", &url])?;
    running.says("3 old pods left", LONG)?;
    proxy.cut();
    running.says("warning: lost the connection to the server 127.0.0.1", LONG)?;
    field.patch(
        &serde_json::json!({"spec": {"updateStrategy": {"type": "RollingUpdate",
        "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}}}),
    )?;
    std::thread::sleep(Duration::from_secs(3));
    let before = running.stdout();
    proxy.mend();
    running.says("note: connected again", LONG)?;
    let answer = running.end(LONG)?;
    expect(answer.code == 0, "done after the outage", &answer)?;
    let told = answer.stderr.lines().count() == 2;
    expect(told, "the outage told once, and its end", &answer)?;
    let after =
        answer.stdout.len() > before.len() && answer.stdout.contains("is done: all 3 nodes");
    expect(after, "the rest of the rollout", &answer)?;
    field.clear()
}

/// The server accepts connections and says nothing for a while.
pub(super) fn hanging_server(cluster: &ControlPlane) -> Result<(), String> {
    let field = Field::set(cluster, "hanging")?;
    field.patch(&serde_json::json!({"spec": {"updateStrategy": {"type": "OnDelete"}}}))?;
    field.new_image()?;
    let running = field.watch(FOLLOWER, &[])?;
    running.says("3 old pods left", LONG)?;
    let paused = cluster.pause_apiserver()?;
    let lost = running.says("lost the connection", Duration::from_secs(40));
    drop(paused);
    lost?;
    running.says("note: connected again", LONG)?;
    let selector = ["pods", "-l", "app=agent", "-n", &field.namespace];
    cluster.kubectl(&[&["delete"], &selector[..]].concat())?;
    let answer = running.end(LONG)?;
    expect(answer.code == 0, "done after the outage", &answer)?;
    let told = answer.stderr.matches("lost the connection").count() == 1;
    expect(told, "the outage told once", &answer)?;
    field.clear()
}
