package main

import (
	"context"
	"errors"
	"math/rand"
	"sort"
	"strings"
	_ "unsafe" // for go:linkname

	apps "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/runtime"
	core "k8s.io/client-go/testing"
	"k8s.io/kubernetes/pkg/controller/daemon"
)

//go:linkname cleanupHistory k8s.io/kubernetes/pkg/controller/daemon.(*DaemonSetsController).cleanupHistory
func cleanupHistory(dsc *daemon.DaemonSetsController, ctx context.Context, ds *apps.DaemonSet, old []*apps.ControllerRevision) error

// limitLog notes which revisions are deleted.
type limitLog struct {
	deleted []string
}

func (l *limitLog) react(kind string, action core.Action) (bool, runtime.Object, error) {
	if deletion, ok := action.(core.DeleteActionImpl); ok && kind == "delete controllerrevisions" {
		l.deleted = append(l.deleted, deletion.GetName())
		return true, &apps.ControllerRevision{}, nil
	}
	return false, nil, nil
}

// historyLimit has upstream clean up the request's revisions, which are the old ones,
// as often as the request says: each time they come in another order, as they do out
// of the controller's cache. It answers all the sets that were deleted.
func historyLimit(line []byte) (any, error) {
	var req rolloutRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	if req.DaemonSet == nil || req.DaemonSet.UID == "" || req.DaemonSet.Spec.RevisionHistoryLimit == nil {
		return nil, errors.New("a history limit wants a daemonSet with a uid and a limit")
	}
	world, err := theWorld()
	if err != nil {
		return nil, err
	}
	if err := world.fill(&req); err != nil {
		return nil, err
	}
	defer world.follow(nil)
	// The answers must be the same each time: enough orders are tried.
	random := rand.New(rand.NewSource(1))
	seen := map[string][]string{}
	for range max(req.Runs, 1) {
		log := &limitLog{}
		world.refresh(&req)
		world.follow(log)
		old := append([]*apps.ControllerRevision{}, req.Revisions...)
		random.Shuffle(len(old), func(i, j int) { old[i], old[j] = old[j], old[i] })
		if err := cleanupHistory(world.controller, world.ctx, req.DaemonSet, old); err != nil {
			return nil, err
		}
		if err := world.check(); err != nil {
			return nil, err
		}
		deleted := append([]string{}, log.deleted...)
		sort.Strings(deleted)
		seen[strings.Join(deleted, " ")] = deleted
	}
	keys := make([]string, 0, len(seen))
	for key := range seen {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	outcomes := make([][]string, len(keys))
	for i, key := range keys {
		outcomes[i] = seen[key]
	}
	return struct {
		Outcomes [][]string `json:"outcomes"`
	}{outcomes}, nil
}
