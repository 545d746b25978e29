package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sort"
	_ "unsafe" // for go:linkname

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	core "k8s.io/client-go/testing"
	"k8s.io/kubernetes/pkg/controller/daemon"
)

//go:linkname getDaemonPods k8s.io/kubernetes/pkg/controller/daemon.(*DaemonSetsController).getDaemonPods
func getDaemonPods(dsc *daemon.DaemonSetsController, ctx context.Context, ds *apps.DaemonSet) ([]*v1.Pod, error)

//go:linkname controlledHistories k8s.io/kubernetes/pkg/controller/daemon.(*DaemonSetsController).controlledHistories
func controlledHistories(dsc *daemon.DaemonSetsController, ctx context.Context, ds *apps.DaemonSet) ([]*apps.ControllerRevision, error)

//go:linkname syncDaemonSet k8s.io/kubernetes/pkg/controller/daemon.(*DaemonSetsController).syncDaemonSet
func syncDaemonSet(dsc *daemon.DaemonSetsController, ctx context.Context, key string) error

type claimsRequest struct {
	rolloutRequest
	// Live is what the API holds under the DaemonSet's name, null for nothing; the
	// cache holds the DaemonSet of the request.
	Live *apps.DaemonSet `json:"live"`
}

// claimed is what upstream made of one kind of object; names carry their namespace.
type claimed struct {
	Claimed  []string `json:"claimed"`
	Adopted  []string `json:"adopted"`
	Released []string `json:"released"`
	// Others have a controller with another UID, as metav1 finds it.
	Others []string `json:"others"`
	Failed bool     `json:"failed"`
}

type claimsAnswer struct {
	Pods      claimed `json:"pods"`
	Revisions claimed `json:"revisions"`
	// Passed is whether a sync ended before it claimed anything. It is asked only of
	// a DaemonSet that is being deleted or selects everything: any other sync goes on
	// to steps that wait for what nobody feeds.
	Passed *bool `json:"passed,omitempty"`
}

// claimsLog notes the patches; all else is unexpected.
type claimsLog struct {
	live              *apps.DaemonSet
	adopted, released []string
	touched           int
}

func (l *claimsLog) react(kind string, action core.Action) (bool, runtime.Object, error) {
	l.touched++
	switch action := action.(type) {
	case core.GetActionImpl:
		if kind == "get daemonsets" {
			if l.live == nil {
				return true, nil, apierrors.NewNotFound(apps.Resource("daemonsets"), action.GetName())
			}
			return true, l.live, nil
		}
	case core.PatchActionImpl:
		if kind == "patch pods" || kind == "patch controllerrevisions" {
			name := action.GetNamespace() + "/" + action.GetName()
			if bytes.Contains(action.GetPatch(), []byte(`"$patch":"delete"`)) {
				l.released = append(l.released, name)
			} else {
				l.adopted = append(l.adopted, name)
			}
			if kind == "patch pods" {
				return true, &v1.Pod{}, nil
			}
			return true, &apps.ControllerRevision{}, nil
		}
	}
	return false, nil, nil
}

// claims has upstream claim the pods and the revisions, each on a fresh state.
func claims(line []byte) (any, error) {
	var req claimsRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	if req.DaemonSet == nil || req.DaemonSet.UID == "" {
		return nil, errors.New("claims want a daemonSet with a uid")
	}
	world, err := theWorld()
	if err != nil {
		return nil, err
	}
	if err := world.fill(&req.rolloutRequest); err != nil {
		return nil, err
	}
	defer world.follow(nil)
	var answer claimsAnswer
	if answer.Pods, err = claim(world, &req, req.Pods, getDaemonPods); err != nil {
		return nil, err
	}
	if answer.Revisions, err = claim(world, &req, req.Revisions, controlledHistories); err != nil {
		return nil, err
	}
	if req.DaemonSet.DeletionTimestamp != nil || selectsAll(req.DaemonSet) {
		answer.Passed, err = passed(world, &req)
	}
	return answer, err
}

func claim[T metav1.Object](
	world *world, req *claimsRequest, given []T,
	run func(*daemon.DaemonSetsController, context.Context, *apps.DaemonSet) ([]T, error),
) (claimed, error) {
	log := &claimsLog{live: req.Live}
	world.refresh(&req.rolloutRequest)
	world.follow(log)
	kept, failed := run(world.controller, world.ctx, req.DaemonSet)
	if err := world.check(); err != nil {
		return claimed{}, err
	}
	var others []T
	for _, object := range given {
		if owner := metav1.GetControllerOf(object); owner != nil && owner.UID != req.DaemonSet.UID {
			others = append(others, object)
		}
	}
	outcome := claimed{qualified(kept), log.adopted, log.released, qualified(others), failed != nil}
	for _, names := range []*[]string{&outcome.Claimed, &outcome.Adopted, &outcome.Released, &outcome.Others} {
		*names = append([]string{}, *names...)
		sort.Strings(*names)
	}
	return outcome, nil
}

func passed(world *world, req *claimsRequest) (*bool, error) {
	log := &claimsLog{live: req.Live}
	world.refresh(&req.rolloutRequest)
	world.follow(log)
	if err := syncDaemonSet(world.controller, world.ctx, req.DaemonSet.Namespace+"/"+req.DaemonSet.Name); err != nil {
		return nil, fmt.Errorf("a sync that should have ended early: %w", err)
	}
	nothing := log.touched == 0
	return &nothing, nil
}

func selectsAll(ds *apps.DaemonSet) bool {
	selector := ds.Spec.Selector
	return selector != nil && len(selector.MatchLabels) == 0 && len(selector.MatchExpressions) == 0
}

func qualified[T metav1.Object](list []T) []string {
	names := make([]string, len(list))
	for i, object := range list {
		names[i] = object.GetNamespace() + "/" + object.GetName()
	}
	return names
}
