package main

import (
	"github.com/go-logr/logr"
	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/controller/daemon"
)

type eligibilityRequest struct {
	Gates     map[string]bool `json:"gates"`
	DaemonSet *apps.DaemonSet `json:"daemonSet"`
	Node      *v1.Node        `json:"node"`
}

type eligibilityAnswer struct {
	ShouldRun             bool `json:"shouldRun"`
	ShouldContinueRunning bool `json:"shouldContinueRunning"`
}

// discard keeps upstream's remarks on values that are no integers off the pipe.
var discard = logr.Discard()

// eligibility is daemon.NodeShouldRunDaemonPod.
func eligibility(line []byte) (any, error) {
	req := eligibilityRequest{DaemonSet: &apps.DaemonSet{}, Node: &v1.Node{}}
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	if err := setGates(req.Gates); err != nil {
		return nil, err
	}
	shouldRun, shouldContinueRunning := daemon.NodeShouldRunDaemonPod(discard, req.Node, req.DaemonSet)
	return eligibilityAnswer{shouldRun, shouldContinueRunning}, nil
}
