package main

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"time"
	_ "unsafe" // for go:linkname

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/controller/daemon"
)

// What a sync does in its steps, each reached by itself: the sync as a whole would
// wait for an informer that nobody feeds.

//go:linkname manage k8s.io/kubernetes/pkg/controller/daemon.(*DaemonSetsController).manage
func manage(dsc *daemon.DaemonSetsController, ctx context.Context, ds *apps.DaemonSet, nodeList []*v1.Node, hash string) error

//go:linkname rollingUpdate k8s.io/kubernetes/pkg/controller/daemon.(*DaemonSetsController).rollingUpdate
func rollingUpdate(dsc *daemon.DaemonSetsController, ctx context.Context, ds *apps.DaemonSet, nodeList []*v1.Node, hash string) error

//go:linkname updateDaemonSet k8s.io/kubernetes/pkg/controller/daemon.(*DaemonSetsController).updateDaemonSet
func updateDaemonSet(dsc *daemon.DaemonSetsController, ctx context.Context, ds *apps.DaemonSet, nodeList []*v1.Node, hash, key string, old []*apps.ControllerRevision) error

type rolloutRequest struct {
	// Now is the controller's clock.
	Now       time.Time                  `json:"now"`
	DaemonSet *apps.DaemonSet            `json:"daemonSet"`
	Nodes     []*v1.Node                 `json:"nodes"`
	Pods      []*v1.Pod                  `json:"pods"`
	Revisions []*apps.ControllerRevision `json:"revisions"`
	// Hash is that of the current revision.
	Hash string `json:"hash"`
	// BackedOff are nodes where a failed pod was deleted just now.
	BackedOff []string `json:"backedOff"`
	// Steps are names of steps.
	Steps []string `json:"steps"`
	// Runs is how often the same is asked of a fresh state; upstream walks maps,
	// so each run may choose otherwise. 0 is 1.
	Runs int `json:"runs"`
}

// seen is what the runs of one request had in common, and what they had not.
type seen struct {
	Always []string `json:"always"`
	Ever   []string `json:"ever"`
	Least  int      `json:"least"`
	Most   int      `json:"most"`
}

type stepAnswer struct {
	// Created are nodes, Deleted are pods.
	Created seen `json:"created"`
	Deleted seen `json:"deleted"`
	// Failed is an error that all runs had, in the words of the last.
	Failed string `json:"failed,omitempty"`
}

type rolloutAnswer struct {
	Steps map[string]stepAnswer `json:"steps"`
}

type step func(dsc *daemon.DaemonSetsController, ctx context.Context, ds *apps.DaemonSet, nodes []*v1.Node, hash string) error

var steps = map[string]step{
	"manage":        manage,
	"rollingUpdate": rollingUpdate,
	// manage, and then rollingUpdate if that is the strategy and manage did nothing:
	// what manage did is never observed here, and upstream waits for that.
	"updateDaemonSet": func(dsc *daemon.DaemonSetsController, ctx context.Context, ds *apps.DaemonSet, nodes []*v1.Node, hash string) error {
		return updateDaemonSet(dsc, ctx, ds, nodes, hash, ds.Namespace+"/"+ds.Name, nil)
	},
}

// rollout does each of the request's steps by itself, on the same state.
func rollout(line []byte) (any, error) {
	var req rolloutRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	if req.DaemonSet == nil || req.DaemonSet.UID == "" || len(req.Steps) == 0 {
		return nil, errors.New("a rollout wants a daemonSet with a uid, and steps")
	}
	if err := setGates(nil); err != nil {
		return nil, err
	}
	world, err := theWorld()
	if err != nil {
		return nil, err
	}
	if err := world.fill(&req); err != nil {
		return nil, err
	}
	answers := map[string]stepAnswer{}
	for _, name := range req.Steps {
		run, known := steps[name]
		if !known {
			return nil, fmt.Errorf("unknown step %q", name)
		}
		if answers[name], err = world.observe(&req, run); err != nil {
			return nil, err
		}
	}
	return rolloutAnswer{answers}, nil
}

// observe runs one step as often as the request says, each time on a fresh state.
func (w *world) observe(req *rolloutRequest, run step) (stepAnswer, error) {
	var created, deleted tally
	var failed string
	runs := max(req.Runs, 1)
	for i := range runs {
		w.refresh(req)
		problem := ""
		if err := run(w.controller, w.ctx, req.DaemonSet, w.nodes(), req.Hash); err != nil {
			problem = err.Error()
		}
		if i > 0 && (problem == "") != (failed == "") {
			return stepAnswer{}, fmt.Errorf("one run said %q, another %q", failed, problem)
		}
		failed = problem
		if err := w.check(); err != nil {
			return stepAnswer{}, err
		}
		created.add(w.created)
		deleted.add(w.deleted)
	}
	return stepAnswer{created.seen(runs), deleted.seen(runs), failed}, nil
}

// tally counts in how many runs a name occurred.
type tally struct {
	runs        map[string]int
	least, most int
	started     bool
}

func (t *tally) add(names []string) {
	if !t.started {
		t.runs, t.least, t.started = map[string]int{}, len(names), true
	}
	t.least, t.most = min(t.least, len(names)), max(t.most, len(names))
	for _, name := range names {
		t.runs[name]++
	}
}

func (t *tally) seen(runs int) seen {
	result := seen{Always: []string{}, Ever: []string{}, Least: t.least, Most: t.most}
	for name, count := range t.runs {
		if count == runs {
			result.Always = append(result.Always, name)
		}
		result.Ever = append(result.Ever, name)
	}
	sort.Strings(result.Always)
	sort.Strings(result.Ever)
	return result
}
