package main

import (
	"errors"
	"time"
	_ "unsafe" // for go:linkname

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"k8s.io/klog/v2"
)

// The controller's own loops compute tolerations and affinity once a DaemonSet;
// the exported NodeShouldRunDaemonPod does so for each node, which would be an
// unfair thing to race against.

//go:linkname daemonPodTolerations k8s.io/kubernetes/pkg/controller/daemon.daemonPodTolerations
func daemonPodTolerations(ds *apps.DaemonSet) []v1.Toleration

//go:linkname nodeShouldRunDaemonPod k8s.io/kubernetes/pkg/controller/daemon.nodeShouldRunDaemonPod
func nodeShouldRunDaemonPod(logger klog.Logger, node *v1.Node, ds *apps.DaemonSet, tolerations []v1.Toleration, requiredNodeAffinity nodeaffinity.RequiredNodeAffinity) (bool, bool)

// benchedNodes are the nodes of the next rounds, decoded before any clock runs.
var benchedNodes []*v1.Node

type benchNodesRequest struct {
	Reset bool       `json:"reset"`
	Nodes []*v1.Node `json:"nodes"`
}

type benchNodesAnswer struct {
	Nodes int `json:"nodes"`
}

// benchNodes adds nodes to those that bench walks; a large cluster comes in parts.
func benchNodes(line []byte) (any, error) {
	var req benchNodesRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	if req.Reset {
		benchedNodes = nil
	}
	benchedNodes = append(benchedNodes, req.Nodes...)
	return benchNodesAnswer{len(benchedNodes)}, nil
}

type benchRequest struct {
	DaemonSet *apps.DaemonSet `json:"daemonSet"`
	// Rounds is how often all nodes are walked.
	Rounds int `json:"rounds"`
}

type benchAnswer struct {
	// Nanos is the wall time of all rounds, Evaluations how many nodes they saw.
	Nanos                 int64 `json:"nanos"`
	Evaluations           int   `json:"evaluations"`
	ShouldRun             int   `json:"shouldRun"`
	ShouldContinueRunning int   `json:"shouldContinueRunning"`
}

// bench times the per-node loop of the controller's sync on the loaded nodes.
func bench(line []byte) (any, error) {
	var req benchRequest
	if err := decode(line, &req); err != nil {
		return nil, err
	}
	if req.DaemonSet == nil || req.Rounds < 1 || len(benchedNodes) == 0 {
		return nil, errors.New("bench wants a daemonSet, rounds above 0, and nodes loaded before")
	}
	if err := setGates(nil); err != nil {
		return nil, err
	}
	answer := benchAnswer{Evaluations: req.Rounds * len(benchedNodes)}
	spec := &req.DaemonSet.Spec.Template.Spec
	start := time.Now()
	for range req.Rounds {
		tolerations := daemonPodTolerations(req.DaemonSet)
		affinity := nodeaffinity.NewRequiredNodeAffinity(spec.NodeSelector, spec.Affinity)
		for _, node := range benchedNodes {
			shouldRun, shouldContinueRunning := nodeShouldRunDaemonPod(discard, node, req.DaemonSet, tolerations, affinity)
			if shouldRun {
				answer.ShouldRun++
			}
			if shouldContinueRunning {
				answer.ShouldContinueRunning++
			}
		}
	}
	answer.Nanos = time.Since(start).Nanoseconds()
	return answer, nil
}
