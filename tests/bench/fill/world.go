package main

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"time"

	apps "k8s.io/api/apps/v1"
	"k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// epoch is when everything was made, in all clusters: the same arguments make the same bytes.
var epoch = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// fate is what became of a node as far as the DaemonSet goes.
type fate int

const (
	// runs: it has a current pod that is ready.
	runs fate = iota
	// old: its pod is ready and of the revision before.
	old
	// notReady: its pod crashes.
	notReady
	// missing: it should have a pod and has none.
	missing
	// tainted: a taint keeps the pod away.
	tainted
	// unselected: the affinity or the node selector keeps it away.
	unselected
	// misscheduled: the affinity keeps it away, and there is a pod.
	misscheduled
)

// world is a cluster; its objects are made when they are asked for.
type world struct {
	names  []string
	images int
	others int
	daemon *apps.DaemonSet
	// revisions: the current one, and the one before.
	revisions []*apps.ControllerRevision
	podCount  int
}

func newWorld(nodes, images, others int) *world {
	w := &world{images: images, others: others}
	for i := range nodes {
		w.names = append(w.names, fmt.Sprintf("ip-10-%d-%d-%d.eu-central-1.compute.internal", i>>16&0xff, i>>8&0xff, i&0xff))
	}
	// As a list of the API server has them.
	sort.Strings(w.names)
	w.daemon, w.revisions = daemonSet()
	for i := range nodes {
		w.count(w.fate(i))
	}
	return w
}

// count keeps the DaemonSet's status in step with the nodes.
func (w *world) count(fate fate) {
	status := &w.daemon.Status
	eligible := fate <= missing
	if eligible {
		status.DesiredNumberScheduled++
	}
	switch fate {
	case runs:
		status.UpdatedNumberScheduled++
		fallthrough
	case old:
		status.CurrentNumberScheduled++
		status.NumberReady++
		status.NumberAvailable++
	case notReady:
		status.CurrentNumberScheduled++
		status.UpdatedNumberScheduled++
		status.NumberUnavailable++
	case missing:
		status.NumberUnavailable++
	case misscheduled:
		status.NumberMisscheduled++
	}
	if fate.hasPod() {
		w.podCount++
	}
}

func (f fate) hasPod() bool {
	return f != missing && f != tainted && f != unselected
}

// fate of the node at an index, the same whatever else is made.
func (w *world) fate(index int) fate {
	switch dice := w.random(index, "fate").IntN(1000); {
	case dice < 50:
		return tainted
	case dice < 87:
		return unselected
	case dice < 90:
		return misscheduled
	case dice < 95:
		return missing
	case dice < 105:
		return notReady
	case dice < 125:
		return old
	}
	return runs
}

// random gives each part of each node numbers of its own.
func (w *world) random(index int, part string) *rand.Rand {
	seed := uint64(14695981039346656037)
	for _, b := range []byte(part) {
		seed = (seed ^ uint64(b)) * 1099511628211
	}
	return rand.New(rand.NewPCG(seed, uint64(index)))
}

func (w *world) first(wanted fate) string {
	for i, name := range w.names {
		if w.fate(i) == wanted {
			return name
		}
	}
	return ""
}

func (w *world) summary() summary {
	return summary{
		Namespace:  namespace,
		DaemonSet:  name,
		Selector:   "app=" + name,
		Node:       w.first(runs),
		Missing:    w.first(missing),
		Nodes:      len(w.names),
		DaemonPods: w.podCount,
		OtherPods:  w.others * len(w.names),
	}
}

// small are the objects of which there are a few.
func (w *world) small() []runtime.Object {
	objects := []runtime.Object{w.daemon}
	for _, revision := range w.revisions {
		objects = append(objects, revision)
	}
	return objects
}

// namespaces of everything that has one.
func (w *world) namespaces() []runtime.Object {
	var objects []runtime.Object
	for _, name := range append([]string{namespace}, otherNamespaces...) {
		labels := map[string]string{"kubernetes.io/metadata.name": name}
		objects = append(objects, &v1.Namespace{
			ObjectMeta: metav1.ObjectMeta{Name: name, UID: uid(name), Labels: labels, CreationTimestamp: at(0)},
			Spec:       v1.NamespaceSpec{Finalizers: []v1.FinalizerName{v1.FinalizerKubernetes}},
			Status:     v1.NamespaceStatus{Phase: v1.NamespaceActive},
		})
	}
	return objects
}

func (w *world) nodesOf(from, to int) []runtime.Object {
	var objects []runtime.Object
	for i := from; i < to; i++ {
		objects = append(objects, w.node(i))
	}
	return objects
}

func (w *world) daemonPodsOf(from, to int) []runtime.Object {
	var objects []runtime.Object
	for i := from; i < to; i++ {
		if fate := w.fate(i); fate.hasPod() {
			objects = append(objects, w.daemonPod(i, fate))
		}
	}
	return objects
}

func (w *world) otherPodsOf(from, to int) []runtime.Object {
	var objects []runtime.Object
	for i := from; i < to; i++ {
		for number := range w.others {
			objects = append(objects, w.otherPod(i, number))
		}
	}
	return objects
}

// at is a time some minutes after the epoch.
func at(minutes int) metav1.Time {
	return metav1.NewTime(epoch.Add(time.Duration(minutes) * time.Minute))
}

const hexDigits = "0123456789abcdef"

func hex(random *rand.Rand, length int) string {
	digits := make([]byte, length)
	for i := range digits {
		digits[i] = hexDigits[random.IntN(16)]
	}
	return string(digits)
}

// word is a suffix as the API server makes up names.
func word(random *rand.Rand, length int) string {
	const letters = "bcdfghjklmnpqrstvwxz2456789"
	made := make([]byte, length)
	for i := range made {
		made[i] = letters[random.IntN(len(letters))]
	}
	return string(made)
}

// uid of an object by what is its own.
func uid(of string) types.UID {
	seed := uint64(14695981039346656037)
	for _, b := range []byte(of) {
		seed = (seed ^ uint64(b)) * 1099511628211
	}
	h := hex(rand.New(rand.NewPCG(seed, 7)), 32)
	return types.UID(h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:])
}
