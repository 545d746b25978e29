//! Plays sequences side by side on one control plane. They keep step, for there is one
//! controller manager, which stands still for all of them or for none.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::act::Sequence;
use super::ask::{Answer, Question, Reports, ask, run_all, words};
use super::compare::{self, Scene};
use super::complaint::Complaint;
use super::player::{Doing, Player};
use super::state::{NAME, States, look, name_of, until_still};
use crate::control_plane::{
    ADMIN, AuditMark, ControlPlane, Node, PATIENCE, Paused, PollError, wait_for,
};
use crate::scenario::Outcome;

/// What the kubelets and the scheduler leave as it is for so long has come to rest.
const STILL_WITHOUT_CONTROLLERS: Duration = Duration::from_millis(400);

/// The same where the controllers are at it.
const STILL: Duration = Duration::from_millis(1000);

/// What is asked when the controller is at rest.
const AT_REST: [&str; 4] = ["why", "plan", "adopt", "node"];

/// Of so many sequences one is also compared with reports that are wrong.
const STRICT: usize = 10;

/// Numbers the players: no name is used twice.
static PLAYERS: AtomicU32 = AtomicU32::new(1);

/// Numbers the syncs, so that each one changes something.
static SYNCS: AtomicUsize = AtomicUsize::new(11);

/// What became of a sequence.
pub(super) struct Played {
    pub(super) sequence: Sequence,
    pub(super) complaints: Vec<Complaint>,
    /// How many things were compared.
    pub(super) compared: usize,
}

/// Plays them all.
pub(super) fn play(plane: &ControlPlane, sequences: Vec<Sequence>) -> Result<Vec<Played>, String> {
    let rounds = sequences.iter().map(|s| s.rounds.len()).max().unwrap_or(0);
    let mut batch = Batch::open(plane, sequences)?;
    let mut paused = plane.pause_controller_manager()?;
    // The first round only makes the DaemonSets.
    for round in 0..=rounds {
        paused = batch.round(round, paused)?;
    }
    drop(paused);
    batch.close()
}

struct Batch<'a> {
    plane: &'a ControlPlane,
    players: Vec<Player>,
    namespaces: Vec<String>,
}

/// What was seen before the controllers went on.
struct Before {
    states: States,
    said: Vec<Reports>,
    /// What was said of the manifests before they were applied.
    of_manifests: Vec<Reports>,
}

impl<'a> Batch<'a> {
    fn open(plane: &'a ControlPlane, sequences: Vec<Sequence>) -> Result<Self, String> {
        let player = |sequence| Player::new(sequence, PLAYERS.fetch_add(1, Ordering::Relaxed));
        let players: Vec<Player> = sequences.into_iter().map(player).collect();
        let namespaces: Vec<String> = players.iter().map(|p| p.namespace.clone()).collect();
        for name in &namespaces {
            let namespace = json!({
                "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name},
            });
            let body = Some(("application/json", &namespace));
            plane.send(Method::POST, "/api/v1/namespaces", body)?;
        }
        let nodes: Vec<Node> = players.iter().flat_map(Player::new_nodes).collect();
        plane.add_nodes(&nodes)?;
        Ok(Self {
            plane,
            players,
            namespaces,
        })
    }

    /// Acts; lets the controllers go on; compares what was said before with what came, and
    /// what is said then with what a whole sync still changes.
    fn round(&mut self, number: usize, paused: Paused<'a>) -> Result<Paused<'a>, String> {
        let plane = self.plane;
        let first = plane.audit_mark()?;
        let before = self.act_and_ask(number)?;
        drop(paused);
        self.act(number, false)?;
        self.apply(number, false)?;
        until_still(plane, &self.namespaces, STILL)?;
        let paused = plane.pause_controller_manager()?;
        let rest = until_still(plane, &self.namespaces, STILL_WITHOUT_CONTROLLERS)?;
        let second = plane.audit_mark()?;
        let said = self.ask_all(&rest, &AT_REST, |player| player.plays(number));
        drop(paused);
        self.sync(&rest)?;
        until_still(plane, &self.namespaces, STILL)?;
        let paused = plane.pause_controller_manager()?;
        let then = until_still(plane, &self.namespaces, STILL_WITHOUT_CONTROLLERS)?;
        let refused = [self.refused(first)?, self.refused(second)?];
        self.compare(number, &before, (&rest, said.as_slice()), &then, &refused);
        for (player, said) in self.players.iter_mut().zip(said) {
            player.last = said;
        }
        Ok(paused)
    }

    /// What is done while the controllers stand still, and what is said then.
    fn act_and_ask(&mut self, number: usize) -> Result<Before, String> {
        self.act(number, true)?;
        let still = until_still(self.plane, &self.namespaces, STILL_WITHOUT_CONTROLLERS)?;
        let of_manifests = self.ask_of_manifests(number, &still)?;
        self.apply(number, true)?;
        let states = until_still(self.plane, &self.namespaces, STILL_WITHOUT_CONTROLLERS)?;
        let said = self.ask_all(&states, &["why", "plan"], |player| {
            player.plays(number) && player.stopped(number)
        });
        Ok(Before {
            states,
            said,
            of_manifests,
        })
    }

    fn act(&mut self, number: usize, stopped: bool) -> Outcome {
        for player in &mut self.players {
            if player.stopped(number) != stopped {
                continue;
            }
            player.mended = None;
            for act in player.acts(number) {
                let done = player.act(self.plane, act);
                done.map_err(|why| format!("{}: {act}: {why}", player.sequence))?;
            }
        }
        Ok(())
    }

    /// Applies the manifests of those whose round it is.
    fn apply(&mut self, number: usize, stopped: bool) -> Outcome {
        let mut commands: Vec<(Command, Option<String>)> = Vec::new();
        for player in &mut self.players {
            if player.stopped(number) == stopped && std::mem::take(&mut player.applies) {
                let command = self.plane.kubectl_command(ADMIN, &["apply", "-f", "-"])?;
                commands.push((command, Some(player.manifest.json().to_string())));
            }
        }
        for output in run_all(commands) {
            let output = output?;
            if !output.success() {
                return Err(format!("kubectl apply: {}", output.stderr));
            }
        }
        Ok(())
    }

    fn ask_of_manifests(&mut self, number: usize, states: &States) -> Result<Vec<Reports>, String> {
        let mut questions = Vec::new();
        for (place, player) in self.players.iter().enumerate() {
            if !player.applies || !player.stopped(number) || number == 0 {
                continue;
            }
            let file = format!("{}.json", player.namespace);
            let path = self.plane.scratch().join(file);
            std::fs::write(&path, player.manifest.json().to_string())
                .map_err(|e| format!("{}: {e}", path.display()))?;
            let name = match states[&player.namespace].ds {
                Some(_) => "plan",
                None => "adopt",
            };
            let path = path.display().to_string();
            questions.push(Question {
                player: place,
                name,
                words: words(&player.namespace, &[name, "-f", &path]),
            });
        }
        Ok(self.answers(&questions))
    }

    /// Asks about every DaemonSet that there is.
    fn ask_all(
        &mut self,
        states: &States,
        names: &[&'static str],
        of: impl Fn(&Player) -> bool,
    ) -> Vec<Reports> {
        let mut questions = Vec::new();
        for (place, player) in self.players.iter().enumerate() {
            if !of(player) || states[&player.namespace].ds.is_none() {
                continue;
            }
            for &name in names {
                let of = match name {
                    "node" => player.asked_node(),
                    _ => NAME,
                };
                let words = words(&player.namespace, &[name, of]);
                questions.push(Question {
                    player: place,
                    name,
                    words,
                });
            }
        }
        self.answers(&questions)
    }

    /// What was said by player; what couldn't be said is complained of.
    fn answers(&mut self, questions: &[Question]) -> Vec<Reports> {
        let mut said = vec![Reports::new(); self.players.len()];
        for Answer {
            player,
            name,
            said: report,
        } in ask(self.plane, questions)
        {
            let complaints = &mut self.players[player].complaints;
            match report {
                Ok(report) => drop(said[player].insert(name, report)),
                Err(why) => complaints.expect(false, &format!("{name} fails"), || why),
            }
        }
        said
    }

    /// A whole sync of every DaemonSet.
    fn sync(&self, states: &States) -> Outcome {
        let limit = SYNCS.fetch_add(1, Ordering::Relaxed);
        let there = |namespace: &&String| states[*namespace].ds.is_some();
        let namespaces: Vec<&String> = self.namespaces.iter().filter(there).collect();
        for &namespace in &namespaces {
            let plane = self.plane;
            Doing { plane, namespace }.touch(limit)?;
        }
        wait_for("a sync of every DaemonSet", PATIENCE, || {
            self.plane.still_running()?;
            let sets = self.plane.get(&["daemonsets"])?;
            let mut sets = sets["items"].as_array().into_iter().flatten();
            let behind = sets.find(|set| {
                let is_ours = namespaces
                    .iter()
                    .any(|ns| set["metadata"]["namespace"] == **ns);
                is_ours && set["status"]["observedGeneration"] != set["metadata"]["generation"]
            });
            match behind {
                Some(set) => Err(PollError::NotYet(set["metadata"]["namespace"].to_string())),
                None => Ok(()),
            }
        })
    }

    /// The namespaces in which the controller was refused a pod since then.
    fn refused(&self, mark: AuditMark) -> Result<BTreeSet<String>, String> {
        let events = self.plane.audit_since(mark)?;
        let refused = events.into_iter().filter(|event| {
            event.by_daemonset_controller() && !event.succeeded() && event.verb == "create"
        });
        let places = refused.filter_map(|event| event.object_ref);
        let pods = places.filter(|place| place.resource == "pods");
        Ok(pods.map(|place| place.namespace).collect())
    }

    fn compare(
        &mut self,
        number: usize,
        before: &Before,
        (rest, said): (&States, &[Reports]),
        then: &States,
        refused: &[BTreeSet<String>; 2],
    ) {
        for (place, player) in self.players.iter_mut().enumerate() {
            if !player.plays(number) {
                continue;
            }
            let stopped = player.stopped(number);
            let (namespace, complaints) = (&player.namespace, &mut player.complaints);
            if stopped {
                complaints.at(number, "before the controller went on");
                let scene = Scene {
                    state: &before.states[namespace],
                    then: &then[namespace],
                    refused: refused[0].contains(namespace),
                    reports: &before.said[place],
                    at_rest: false,
                };
                compare::foreseen(&scene, &before.of_manifests[place], complaints);
                compare::all(&scene, complaints);
            }
            complaints.at(number, "at rest");
            let scene = Scene {
                state: &rest[namespace],
                then: &then[namespace],
                refused: refused[1].contains(namespace),
                reports: &said[place],
                at_rest: true,
            };
            compare::all(&scene, complaints);
            if place % STRICT == 0 {
                compare::is_strict(&scene, complaints);
            }
            if let Some(mended) = player.mended.take() {
                mended.check(&then[namespace], complaints);
            }
        }
    }

    /// Removes everything, so that the control plane is as it was.
    fn close(self) -> Result<Vec<Played>, String> {
        let states = look(self.plane, &self.namespaces)?;
        for (namespace, state) in &states {
            let plane = self.plane;
            let doing = Doing { plane, namespace };
            for pod in &state.pods {
                if !pod["metadata"]["finalizers"].is_null() {
                    doing.finalizers(name_of(pod), Value::Null)?;
                }
            }
        }
        let delete = |path: String| self.plane.send(Method::DELETE, &path, None).map(drop);
        for namespace in &self.namespaces {
            let path = format!("/api/v1/namespaces/{namespace}");
            delete(path.clone())?;
            // No more are made in it.
            delete(format!("{path}/pods?gracePeriodSeconds=0"))?;
        }
        for node in self.players.iter().flat_map(|player| &player.nodes) {
            delete(format!("/api/v1/nodes/{node}"))?;
        }
        let played = self.players.into_iter().map(|player| {
            let (complaints, compared) = player.complaints.into_parts();
            Played {
                sequence: player.sequence,
                complaints,
                compared,
            }
        });
        Ok(played.collect())
    }
}
