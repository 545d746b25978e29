package main

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	core "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/flowcontrol"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/controller/daemon"
	testingclock "k8s.io/utils/clock/testing"
)

// world is upstream's controller on a client that does nothing but note down what
// it is asked for, and on informers that never run: their stores are filled by hand.
type world struct {
	ctx        context.Context
	controller *daemon.DaemonSetsController
	clock      *testingclock.FakeClock
	backoff    *flowcontrol.Backoff
	stores     struct{ daemonSets, revisions, pods, nodes cache.Indexer }
	forget     func()
	list       func(labels.Selector) ([]*v1.Node, error)

	// mutex guards the rest: upstream creates and deletes in goroutines.
	mutex            sync.Mutex
	daemonSet        *apps.DaemonSet
	created, deleted []string
	unexpected       []string
	log              log
}

// log is asked before the world itself; it says whether it has an answer.
type log interface {
	react(kind string, action core.Action) (handled bool, object runtime.Object, err error)
}

var theWorld = sync.OnceValues(newWorld)

func newWorld() (*world, error) {
	w := &world{ctx: klog.NewContext(context.Background(), discard)}
	w.clock = testingclock.NewFakeClock(time.Now())
	w.backoff = flowcontrol.NewFakeBackOff(time.Second, 15*time.Minute, w.clock)
	client := fake.NewClientset()
	// In front of the tracker, which would remember what one run did.
	client.PrependReactor("*", "*", w.react)
	factory := informers.NewSharedInformerFactory(client, 0)
	daemonSets, revisions := factory.Apps().V1().DaemonSets(), factory.Apps().V1().ControllerRevisions()
	pods, nodes := factory.Core().V1().Pods(), factory.Core().V1().Nodes()
	controller, err := daemon.NewDaemonSetsController(w.ctx, daemonSets, revisions, pods, nodes, client, w.backoff)
	if err != nil {
		return nil, err
	}
	w.controller = controller
	w.forget = client.ClearActions
	w.stores.daemonSets = daemonSets.Informer().GetIndexer()
	w.stores.revisions = revisions.Informer().GetIndexer()
	w.stores.pods = pods.Informer().GetIndexer()
	w.stores.nodes = nodes.Informer().GetIndexer()
	w.list = nodes.Lister().List
	return w, nil
}

// react notes a decision and answers as the API server would.
func (w *world) react(action core.Action) (bool, runtime.Object, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	kind := action.GetVerb() + " " + action.GetResource().Resource
	if w.log != nil {
		if handled, object, err := w.log.react(kind, action); handled {
			return true, object, err
		}
	}
	switch action := action.(type) {
	case core.CreateActionImpl:
		if kind != "create pods" {
			break
		}
		pod := action.GetObject().(*v1.Pod).DeepCopy()
		node, err := target(pod)
		if err != nil {
			return true, nil, err
		}
		w.created = append(w.created, node)
		pod.Name = pod.GenerateName + strconv.Itoa(len(w.created))
		return true, pod, nil
	case core.DeleteActionImpl:
		if kind != "delete pods" {
			break
		}
		w.deleted = append(w.deleted, action.GetName())
		return true, &v1.Pod{}, nil
	case core.PatchActionImpl:
		// Adoption and release; which pods are claimed shows in what follows.
		if kind == "patch pods" {
			return true, &v1.Pod{}, nil
		}
	case core.GetActionImpl:
		if kind == "get daemonsets" {
			return true, w.daemonSet, nil
		}
	}
	w.unexpected = append(w.unexpected, kind)
	return true, nil, fmt.Errorf("the oracle has no answer to %q", kind)
}

// target is the node that the controller makes the pod for.
func target(pod *v1.Pod) (string, error) {
	terms := pod.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
	if len(terms) != 1 || len(terms[0].MatchFields) != 1 || len(terms[0].MatchFields[0].Values) != 1 {
		return "", fmt.Errorf("a created pod isn't meant for one node: %v", terms)
	}
	return terms[0].MatchFields[0].Values[0], nil
}

// fill puts the request's objects where the informers would have put them.
func (w *world) fill(req *rolloutRequest) error {
	w.daemonSet = req.DaemonSet
	if err := w.stores.daemonSets.Replace([]any{req.DaemonSet}, ""); err != nil {
		return err
	}
	if err := w.stores.revisions.Replace(objects(req.Revisions), ""); err != nil {
		return err
	}
	if err := w.stores.nodes.Replace(objects(req.Nodes), ""); err != nil {
		return err
	}
	return w.stores.pods.Replace(objects(req.Pods), "")
}

func objects[T any](list []T) []any {
	result := make([]any, len(list))
	for i, object := range list {
		result[i] = object
	}
	return result
}

// refresh takes back what an earlier run left in the controller's memory.
func (w *world) refresh(req *rolloutRequest) {
	w.clock.SetTime(req.Now)
	key := func(node string) string {
		return fmt.Sprintf("%s/%d/%s", req.DaemonSet.UID, req.DaemonSet.Status.ObservedGeneration, node)
	}
	for _, node := range req.Nodes {
		w.backoff.Reset(key(node.Name))
	}
	for _, node := range req.BackedOff {
		w.backoff.Next(key(node), req.Now)
	}
	w.forget()
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.created, w.deleted, w.unexpected = nil, nil, nil
}

// follow has log asked first, or nobody if it is nil.
func (w *world) follow(log log) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.log = log
}

// nodes is the list as syncDaemonSet gets it.
func (w *world) nodes() []*v1.Node {
	nodes, _ := w.list(labels.Everything())
	return nodes
}

func (w *world) check() error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if len(w.unexpected) > 0 {
		return fmt.Errorf("upstream asked for %v", w.unexpected)
	}
	return nil
}
