package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	_ "unsafe" // for go:linkname

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	core "k8s.io/client-go/testing"
	"k8s.io/kubernetes/pkg/controller/daemon"
)

//go:linkname constructHistory k8s.io/kubernetes/pkg/controller/daemon.(*DaemonSetsController).constructHistory
func constructHistory(dsc *daemon.DaemonSetsController, ctx context.Context, ds *apps.DaemonSet) (*apps.ControllerRevision, []*apps.ControllerRevision, error)

type historyRequest struct {
	rolloutRequest
	// Data are the bytes of the revisions' data, by name: what upstream compares.
	Data map[string]string `json:"data"`
}

// historyOutcome is what one run found and did; all lists are of names.
type historyOutcome struct {
	// Current is empty for a revision that was created.
	Current string `json:"current"`
	// Hash is left out with it: nobody else makes the same.
	Hash string `json:"hash"`
	// Number is what the revision has afterwards.
	Number     int64    `json:"number"`
	Renumbered bool     `json:"renumbered"`
	Old        []string `json:"old"`
	Deleted    []string `json:"deleted"`
	Unlabelled []string `json:"unlabelled"`
	Adopted    []string `json:"adopted"`
	Released   []string `json:"released"`
	// Relabelled are pods; all get the hash.
	Relabelled []string `json:"relabelled"`
}

// historyLog notes what is done to revisions, and to the labels of pods.
type historyLog struct {
	stored  map[string]*apps.ControllerRevision
	outcome historyOutcome
	created *apps.ControllerRevision
	updated *apps.ControllerRevision
	labels  map[string]bool
}

// react is world.react for what constructHistory asks beyond a rollout's steps.
func (l *historyLog) react(kind string, action core.Action) (bool, runtime.Object, error) {
	switch action := action.(type) {
	case core.CreateActionImpl:
		if kind == "create controllerrevisions" {
			l.created = action.GetObject().(*apps.ControllerRevision)
			return true, l.created, nil
		}
	case core.UpdateActionImpl:
		if kind == "update controllerrevisions" {
			updated := action.GetObject().(*apps.ControllerRevision)
			return true, updated, l.update(updated)
		}
	case core.DeleteActionImpl:
		if kind == "delete controllerrevisions" {
			l.outcome.Deleted = append(l.outcome.Deleted, action.GetName())
			return true, &apps.ControllerRevision{}, nil
		}
	case core.PatchActionImpl:
		if kind == "patch controllerrevisions" {
			if bytes.Contains(action.GetPatch(), []byte(`"$patch":"delete"`)) {
				l.outcome.Released = append(l.outcome.Released, action.GetName())
			} else {
				l.outcome.Adopted = append(l.outcome.Adopted, action.GetName())
			}
			return true, &apps.ControllerRevision{}, nil
		}
		if kind == "patch pods" {
			return true, &v1.Pod{}, l.relabel(action)
		}
	}
	return false, nil, nil
}

func (l *historyLog) update(updated *apps.ControllerRevision) error {
	stored := l.stored[updated.Name]
	if stored == nil {
		return fmt.Errorf("no revision %q to update", updated.Name)
	}
	if stored.Revision != updated.Revision {
		l.updated = updated
		return nil
	}
	if updated.Labels[apps.DefaultDaemonSetUniqueLabelKey] != updated.Name {
		return fmt.Errorf("revision %q got the label of another", updated.Name)
	}
	l.outcome.Unlabelled = append(l.outcome.Unlabelled, updated.Name)
	return nil
}

func (l *historyLog) relabel(action core.PatchActionImpl) error {
	var patch struct {
		Metadata struct {
			Labels map[string]string `json:"labels"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(action.GetPatch(), &patch); err != nil {
		return err
	}
	if hash, labelled := patch.Metadata.Labels[apps.DefaultDaemonSetUniqueLabelKey]; labelled {
		l.outcome.Relabelled = append(l.outcome.Relabelled, action.GetName())
		l.labels[hash] = true
	}
	return nil
}

// finish is the outcome of a run that returned cur and old.
func (l *historyLog) finish(cur *apps.ControllerRevision, old []*apps.ControllerRevision) (historyOutcome, error) {
	outcome := &l.outcome
	outcome.Number = cur.Revision
	if l.created == nil {
		outcome.Current, outcome.Hash = cur.Name, cur.Labels[apps.DefaultDaemonSetUniqueLabelKey]
	}
	if l.updated != nil {
		if l.created != nil || l.updated.Name != cur.Name {
			return *outcome, fmt.Errorf("%q was renumbered, and it isn't current", l.updated.Name)
		}
		outcome.Number, outcome.Renumbered = l.updated.Revision, true
	}
	for hash := range l.labels {
		if hash != outcome.Hash {
			return *outcome, fmt.Errorf("pods were labelled %q, and the hash is %q", hash, outcome.Hash)
		}
	}
	for _, revision := range old {
		outcome.Old = append(outcome.Old, revision.Name)
	}
	for _, names := range []*[]string{
		&outcome.Old, &outcome.Deleted, &outcome.Unlabelled,
		&outcome.Adopted, &outcome.Released, &outcome.Relabelled,
	} {
		*names = append([]string{}, *names...)
		sort.Strings(*names)
	}
	return *outcome, nil
}

// history has upstream construct the history as often as the request says, each
// time on a fresh state, and answers all outcomes that there were.
func history(line []byte) (any, error) {
	var req historyRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	if req.DaemonSet == nil || req.DaemonSet.UID == "" {
		return nil, errors.New("a history wants a daemonSet with a uid")
	}
	world, err := theWorld()
	if err != nil {
		return nil, err
	}
	stored := map[string]*apps.ControllerRevision{}
	for i, revision := range req.Revisions {
		revision.Data.Raw = []byte(req.Data[revision.Name])
		if req.Revisions[i], err = throughStorage(revision); err != nil {
			return nil, err
		}
		stored[revision.Name] = req.Revisions[i]
	}
	if err := world.fill(&req.rolloutRequest); err != nil {
		return nil, err
	}
	defer world.follow(nil)
	seen := map[string]historyOutcome{}
	for range max(req.Runs, 1) {
		log := &historyLog{stored: stored, labels: map[string]bool{}}
		world.refresh(&req.rolloutRequest)
		world.follow(log)
		cur, old, err := constructHistory(world.controller, world.ctx, req.DaemonSet)
		if err != nil {
			return nil, err
		}
		if err := world.check(); err != nil {
			return nil, err
		}
		outcome, err := log.finish(cur, old)
		if err != nil {
			return nil, err
		}
		seen[fmt.Sprintf("%+v", outcome)] = outcome
	}
	return struct {
		Outcomes []historyOutcome `json:"outcomes"`
	}{sorted(seen)}, nil
}

// throughStorage is the revision as an informer gets it: sent as JSON, kept and
// watched as protobuf. Whatever that does to the bytes of its data is done.
func throughStorage(revision *apps.ControllerRevision) (*apps.ControllerRevision, error) {
	revision.APIVersion, revision.Kind = apps.SchemeGroupVersion.String(), "ControllerRevision"
	sent, err := json.Marshal(revision)
	if err != nil {
		return nil, err
	}
	object, err := runtime.Decode(decoder(runtime.ContentTypeJSON), sent)
	if err != nil {
		return nil, err
	}
	kept, err := encoded(object, runtime.ContentTypeProtobuf)
	if err != nil {
		return nil, err
	}
	var watched apps.ControllerRevision
	_, _, err = serializer(runtime.ContentTypeProtobuf).Decode(kept, nil, &watched)
	return &watched, err
}

func sorted(seen map[string]historyOutcome) []historyOutcome {
	keys := make([]string, 0, len(seen))
	for key := range seen {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	outcomes := make([]historyOutcome, len(keys))
	for i, key := range keys {
		outcomes[i] = seen[key]
	}
	return outcomes
}
