//! What is done in a sequence, drawn from its seed.

use std::fmt;

use fastrand::Rng;

/// So many nodes each sequence has for itself.
pub(super) const NODES: usize = 4;

/// One thing that is done, to the DaemonSet, to its pods or to a node by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// `kubectl apply` of the manifest after an edit.
    Apply(Edit),
    Taint(usize, Effect),
    Untaint(usize),
    /// Takes the label off that the template's `nodeSelector` demands.
    Unlabel(usize),
    Label(usize),
    Cordon(usize),
    Uncordon(usize),
    /// A quota of as many pods as there are.
    FillQuota,
    LiftQuota,
    /// Deletes the pod of a node.
    Kill(usize),
    /// The same, and a finalizer keeps it.
    Hold(usize),
    /// Another CPU request of the pod of a node, in place.
    Resize(usize, u32),
    /// `kubectl delete --cascade=orphan` of the DaemonSet.
    Orphan,
    /// Creates it again, after an edit, with this selector or with another one.
    Recreate(Edit, Selector),
    /// Mends what the last plan says that it is blocked by.
    Mend,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    NoSchedule,
    NoExecute,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Selector {
    Same,
    Other,
}

/// What an apply changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    Nothing,
    /// Another template, of pods that behave so.
    Template(Behaviour),
    /// The first template again.
    Back,
    Strategy(Strategy),
}

/// How pods of a template behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behaviour {
    Good,
    /// They start and don't become ready.
    NeverReady,
    /// They ask for more than a node has.
    TooBig,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strategy {
    MaxUnavailable(&'static str),
    MaxSurge(&'static str),
    OnDelete,
}

/// What is done at one time, the controllers standing still meanwhile or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Round {
    pub(super) stopped: bool,
    pub(super) acts: Vec<Act>,
}

/// All of one seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sequence {
    pub(super) seed: u64,
    pub(super) strategy: Strategy,
    pub(super) rounds: Vec<Round>,
}

const ROUNDS: usize = 5;

const STRATEGIES: [Strategy; 5] = [
    Strategy::MaxUnavailable("1"),
    Strategy::MaxUnavailable("2"),
    Strategy::MaxUnavailable("100%"),
    Strategy::MaxSurge("1"),
    Strategy::OnDelete,
];

/// How often each kind of act is drawn.
const KINDS: [(u32, Kind); 13] = [
    (8, Kind::Apply),
    (3, Kind::Taint),
    (2, Kind::Untaint),
    (3, Kind::Unlabel),
    (2, Kind::Label),
    (1, Kind::Cordon),
    (1, Kind::Uncordon),
    (3, Kind::FillQuota),
    (2, Kind::LiftQuota),
    (3, Kind::Kill),
    (1, Kind::Hold),
    (2, Kind::Resize),
    (3, Kind::Orphan),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Apply,
    Taint,
    Untaint,
    Unlabel,
    Label,
    Cordon,
    Uncordon,
    FillQuota,
    LiftQuota,
    Kill,
    Hold,
    Resize,
    Orphan,
}

impl Sequence {
    /// The sequence of a seed.
    pub(super) fn of(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let strategy = strategy(&mut rng);
        let mut rounds = Vec::new();
        let mut orphaned = false;
        for number in 0..ROUNDS {
            let last = number + 1 == ROUNDS;
            let round = Round {
                stopped: rng.u8(0..4) > 0,
                acts: acts(&mut rng, orphaned, number > 0, last),
            };
            orphaned = round.acts.contains(&Act::Orphan);
            rounds.push(round);
        }
        Self {
            seed,
            strategy,
            rounds,
        }
    }

    /// The same without the act at this place among all.
    pub(super) fn without(&self, place: usize) -> Self {
        let mut less = self.clone();
        let mut place = place;
        for round in &mut less.rounds {
            if place < round.acts.len() {
                round.acts.remove(place);
                break;
            }
            place -= round.acts.len();
        }
        less.rounds.retain(|round| !round.acts.is_empty());
        less
    }

    /// The same without its first rounds.
    pub(super) fn after_rounds(&self, start: usize) -> Self {
        let mut less = self.clone();
        less.rounds.drain(..start.min(less.rounds.len()));
        less
    }

    /// How many acts there are.
    pub(super) fn len(&self) -> usize {
        self.rounds.iter().map(|round| round.acts.len()).sum()
    }
}

fn strategy(rng: &mut Rng) -> Strategy {
    STRATEGIES[rng.usize(..STRATEGIES.len())]
}

/// One to three acts. An apply is the last of its round, so that what was said of the
/// manifest can be compared; who mends does nothing else.
fn acts(rng: &mut Rng, orphaned: bool, mends: bool, last: bool) -> Vec<Act> {
    if orphaned {
        let selector = if rng.bool() {
            Selector::Same
        } else {
            Selector::Other
        };
        return vec![Act::Recreate(edit(rng), selector)];
    }
    if mends && rng.u8(0..5) == 0 {
        return vec![Act::Mend];
    }
    let mut acts = Vec::new();
    for _ in 0..rng.usize(1..=3) {
        let act = act(rng);
        let ends = matches!(act, Act::Apply(_) | Act::Orphan);
        // Nothing would be seen of what comes after it.
        if act == Act::Orphan && last {
            continue;
        }
        acts.push(act);
        if ends {
            break;
        }
    }
    acts
}

fn act(rng: &mut Rng) -> Act {
    let node = rng.usize(..NODES);
    match kind(rng) {
        Kind::Apply => Act::Apply(edit(rng)),
        Kind::Taint if rng.u8(0..3) == 0 => Act::Taint(node, Effect::NoExecute),
        Kind::Taint => Act::Taint(node, Effect::NoSchedule),
        Kind::Untaint => Act::Untaint(node),
        Kind::Unlabel => Act::Unlabel(node),
        Kind::Label => Act::Label(node),
        Kind::Cordon => Act::Cordon(node),
        Kind::Uncordon => Act::Uncordon(node),
        Kind::FillQuota => Act::FillQuota,
        Kind::LiftQuota => Act::LiftQuota,
        Kind::Kill => Act::Kill(node),
        Kind::Hold => Act::Hold(node),
        Kind::Resize => Act::Resize(node, 100 * rng.u32(2..8)),
        Kind::Orphan => Act::Orphan,
    }
}

fn kind(rng: &mut Rng) -> Kind {
    let all: u32 = KINDS.iter().map(|(weight, _)| weight).sum();
    let mut drawn = rng.u32(..all);
    for (weight, kind) in KINDS {
        if drawn < weight {
            return kind;
        }
        drawn -= weight;
    }
    Kind::Apply
}

fn edit(rng: &mut Rng) -> Edit {
    match rng.u8(0..12) {
        0 => Edit::Nothing,
        1 | 2 => Edit::Strategy(strategy(rng)),
        3 => Edit::Back,
        4 | 5 => Edit::Template(Behaviour::NeverReady),
        6 => Edit::Template(Behaviour::TooBig),
        _ => Edit::Template(Behaviour::Good),
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Apply(edit) => write!(f, "apply {edit:?}"),
            Self::Taint(node, effect) => write!(f, "taint n{node} {effect:?}"),
            Self::Untaint(node) => write!(f, "untaint n{node}"),
            Self::Unlabel(node) => write!(f, "unlabel n{node}"),
            Self::Label(node) => write!(f, "label n{node}"),
            Self::Cordon(node) => write!(f, "cordon n{node}"),
            Self::Uncordon(node) => write!(f, "uncordon n{node}"),
            Self::FillQuota => write!(f, "fill the quota"),
            Self::LiftQuota => write!(f, "lift the quota"),
            Self::Kill(node) => write!(f, "kill the pod of n{node}"),
            Self::Hold(node) => write!(f, "kill the pod of n{node}, which a finalizer keeps"),
            Self::Resize(node, cpu) => write!(f, "resize the pod of n{node} to {cpu}m"),
            Self::Orphan => write!(f, "orphan"),
            Self::Recreate(edit, selector) => {
                write!(f, "create again with {edit:?}, {selector:?} selector")
            }
            Self::Mend => write!(f, "mend what blocks"),
        }
    }
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.acts.is_empty() {
            return write!(f, "(nothing)");
        }
        if self.stopped {
            write!(f, "(controller stopped) ")?;
        }
        let acts: Vec<String> = self.acts.iter().map(Act::to_string).collect();
        f.write_str(&acts.join(", "))
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}: {:?}", self.seed, self.strategy)?;
        for (number, round) in self.rounds.iter().enumerate() {
            write!(f, "; {}. {round}", number + 1)?;
        }
        Ok(())
    }
}
